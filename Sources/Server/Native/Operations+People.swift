internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

extension NativeOperations {
    private static let principal = Schema.object(
        Schema.principal,
        required: ["name", "kind", "id", "roles", "policies", "metadata", "addresses", "disabled", "created"]
    )
    private static let key = Schema.object(credentialMembers, required: ["id", "policies", "created"])

    static let people: [NativeOperation] = [
        listing("listPrincipals", .principals, principal, "Lists people and machines.") {
            (directory) throws(StoreError) in .array(try directory.principals().map(\.json))
        },
        NativeOperation(
            id: "readPrincipal",
            method: "GET",
            path: "/api/v1/principals/{name}",
            summary: "One person or machine.",
            answer: principal,
            act: .enter { (request, visitor) throws(StoreError) in
                let name = try PrincipalRecord.normalized(request["name"])
                return try visitor.vault.perform(
                    "principal.read",
                    .read,
                    on: "sys/principals/\(name)",
                    changing: false,
                    detail: name
                ) { (directory) throws(StoreError) in
                    guard let principal = try directory.principal(name) else { throw .noSuchEntry("principal") }
                    return .json(principal.json)
                }
            }
        ),
        NativeOperation(
            id: "writePrincipal",
            method: "PUT",
            path: "/api/v1/principals/{name}",
            summary:
                "Makes a person or machine, or changes what is named; a password lets a person log in. disabled alone makes nobody.",
            parameters: [force],
            body: Schema.object([
                ("kind", Schema.choice(["person", "machine"])), ("roles", Schema.texts), ("policies", Schema.texts),
                ("metadata", Schema.map), ("addresses", Schema.texts), ("disabled", Schema.flag),
                ("password", Schema.secretText),
            ]),
            answer: principal,
            act: .work { (request, visitor) throws(StoreError) in try writePrincipal(request, visitor) }
        ),
        removal(
            "removePrincipal",
            .principals,
            "Takes a person or machine away with its keys and clients; its tokens open nothing any more.",
            parameters: [force]
        ) { (name, request, directory) throws(StoreError) in
            try directory.keepingAnAdministrator(unless: request.isForced, changing: .principal(name)) {
                (directory) throws(StoreError) in
                guard try directory.removePrincipal(name) else { return false }
                try directory.remove(Login.passwords, name)
                return true
            }
        },
        listing(
            "listAccessKeys",
            .accessKeys,
            as: "keys",
            key,
            "Lists AWS access keys, without their secret halves."
        ) { (directory) throws(StoreError) in .array(try directory.accessKeys().map { .object($0.shown) }) },
        issue(
            "issueAccessKey",
            .accessKeys,
            "Issues an AWS access key for a principal. The secret half is shown this once."
        ) { (name, _, directory) throws(StoreError) in
            let key = AccessKeyRecord(principal: name, created: directory.time)
            try directory.put(key)
            return IssuedCredential(id: key.id, shown: key.shown, secret: key.secret)
        },
        removal("removeAccessKey", .accessKeys, "Takes an AWS access key away.") {
            (id, _, directory) throws(StoreError) in try directory.removeAccessKey(id)
        },
        listing(
            "listClients",
            .clients,
            key,
            "Lists clients of the client credentials grant: what Azure calls applications."
        ) { (directory) throws(StoreError) in .array(try directory.clients().map { .object($0.shown) }) },
        issue(
            "issueClient",
            .clients,
            "Makes a client for a principal. Its secret is shown this once.",
            extra: [("seconds", Schema.number)]
        ) { (name, request, directory) throws(StoreError) in
            let seconds = try request.optionalInteger("seconds", in: 60...(366 * 86_400))
            let secret = CredentialText.make(.clientSecret)
            var client = ClientRecord(principal: name, secrets: [secret], created: directory.time)
            if let seconds { client.tokenSeconds = seconds }
            try directory.put(client)
            return IssuedCredential(id: client.id, shown: client.shown, secret: secret)
        },
        removal("removeClient", .clients, "Takes a client away.") { (id, _, directory) throws(StoreError) in
            try directory.removeClient(id)
        },
    ]

    private static func writePrincipal(
        _ request: NativeRequest,
        _ visitor: Visitor
    ) throws(StoreError) -> NativeOperation.Answer {
        let vault = visitor.vault
        let name = try PrincipalRecord.normalized(request["name"])
        let kind = try request.optionalText("kind")
        guard kind.map({ PrincipalRecord.Kind(rawValue: $0) != nil }) ?? true else {
            throw .invalidAttribute("kind is person or machine")
        }
        let (roles, policies) = (try request.texts("roles"), try request.texts("policies"))
        let (metadata, addresses) = (try request.map("metadata"), try ranges(request))
        let password = try request.optionalText("password").map { Secret($0) }
        guard password.map({ $0.byteCount >= 12 }) ?? true else {
            throw .invalidAttribute("a password has at least 12 characters")
        }
        let isForced = try request.isForced
        let resource = "sys/principals/\(name)"
        // Asked before the password is hashed: who may not write one must not make the server work.
        try vault.perform("principal.write", .update, on: resource, changing: false, detail: name, begins: true) { _ in
        }
        let grants = Grants(visitor.session, on: resource)
        let hash = try vault.begun("principal.write", on: resource, detail: name) { () throws(StoreError) in
            try password.map { (password) throws(StoreError) in try PasswordHash.make(password) }
        }
        return try vault.perform("principal.write", .update, on: resource, changing: true, detail: name) {
            (directory) throws(StoreError) in
            var principal: PrincipalRecord
            if let found = try directory.principal(name) {
                principal = found
            } else {
                // Who switches somebody off and mistypes the name must not be told that it was done.
                let isSwitch = request.body.members.map(\.key) == ["disabled"]
                guard !isSwitch else { throw .noSuchEntry("principal") }
                principal = try PrincipalRecord(name: name, kind: .person, created: directory.time)
            }
            if let kind = kind.flatMap(PrincipalRecord.Kind.init(rawValue:)) { principal.kind = kind }
            if request.body["roles"] != nil { principal.roles = roles }
            if request.body["policies"] != nil {
                var names: [String] = []
                for policy in policies {
                    let spelled = try Directory.policyName(policy)
                    guard spelled != "root" else { throw .invalidAttribute("a principal cannot be root") }
                    names.append(spelled)
                }
                principal.policies = names
            }
            if request.body["metadata"] != nil { principal.metadata = metadata }
            if request.body["addresses"] != nil { principal.addresses = addresses }
            if case .bool(let flag) = request.body["disabled"] { principal.isDisabled = flag }
            // Who is changed, and who they become: neither may be more than who changes them.
            if let found = try directory.principal(name) { try grants.check(found, directory) }
            try grants.check(principal, directory)
            try directory.keepingAnAdministrator(unless: isForced, changing: .principal(name)) {
                (directory) throws(StoreError) in try directory.put(principal)
            }
            if let hash { try directory.put(Login.passwords, name, ["hash": .string(hash)]) }
            return .json(principal.json)
        }
    }
}

extension AccessKeyRecord {
    fileprivate var shown: JSONObject { Server.shown(id, principal, policies, created) }
}

extension ClientRecord {
    fileprivate var shown: JSONObject { Server.shown(id, principal, policies, created) }
}

private func shown(_ id: String, _ principal: String?, _ policies: [String], _ created: Timestamp) -> JSONObject {
    var object = JSONObject()
    object["id"] = .string(id)
    object["principal"] = principal.map(JSONValue.string)
    object["policies"] = .texts(policies)
    object["created"] = .string(created.description)
    return object
}
