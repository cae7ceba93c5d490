internal import AccessPolicy
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

extension NativeOperations {
    private static let issued = Schema.object(
        Schema.token + [("token", Schema.secretText)],
        required: ["token", "accessor", "policies", "created"]
    )
    private static let listed = Schema.object(
        Schema.token + [("disabled", Schema.flag)],
        required: ["accessor", "policies", "created", "disabled"]
    )
    private static let shown = Schema.object(Schema.token, required: ["accessor", "policies", "created"])

    static let tokens: [NativeOperation] = [
        NativeOperation(
            id: "logIn",
            method: "POST",
            path: "/api/v1/login",
            summary: "Gives a token for a client's id and secret, or a person's name and password.",
            body: Schema.object([
                ("client", Schema.text), ("secret", Schema.secretText), ("name", Schema.text),
                ("password", Schema.secretText),
            ]),
            answer: issued,
            act: .login
        ),
        NativeOperation(
            id: "issueToken",
            method: "POST",
            path: "/api/v1/tokens",
            summary: "Makes a token: for a principal, or with policies that the caller has too.",
            body: Schema.object([
                ("principal", Schema.text), ("policies", Schema.texts), ("seconds", Schema.number),
                ("uses", Schema.number), ("addresses", Schema.texts), ("metadata", Schema.map),
                ("displayName", Schema.text),
            ]),
            answer: issued,
            status: 201,
            act: .enter { (request, visitor) throws(StoreError) in
                try issueToken(request, visitor)
            }
        ),
        NativeOperation(
            id: "listTokens",
            method: "GET",
            path: "/api/v1/tokens",
            summary: "Lists the tokens that have not ended, by what names them and opens nothing: a page of them.",
            parameters: [
                .init(
                    name: "after",
                    schema: Schema.text,
                    summary: "Begin after this accessor: `next` of the page before."
                ),
                limit,
            ],
            answer: Schema.object(
                [("tokens", Schema.array(listed)), ("next", Schema.text)],
                required: ["tokens"]
            ),
            act: .work { (request, visitor) throws(StoreError) in
                // Up to a thousand are opened for it, a few at a time: not from inside a group.
                try visitor.vault.perform(.listTokens, .list, on: "sys/tokens", changing: false) { _ in }
                let limit = request.query["limit"].map { Int($0) ?? 0 } ?? 1000
                guard (1...1000).contains(limit) else { throw .invalidAttribute("limit is a number from 1 to 1000") }
                let (tokens, hasMore) = try visitor.vault.liveTokens(after: request.query["after"] ?? "", limit: limit)
                var shown: [JSONValue] = []
                for listed in tokens {
                    var token = listed.token.publicJSON
                    token["disabled"] = .bool(listed.isDisabled)
                    shown.append(.object(token))
                }
                var object = JSONObject()
                object["tokens"] = .array(shown)
                if hasMore { object["next"] = tokens.last.map { .string($0.token.accessor) } }
                return .json(.object(object))
            }
        ),
        NativeOperation(
            id: "readOwnToken",
            method: "GET",
            path: "/api/v1/self",
            summary: "Who the caller is: principal, token and policies.",
            answer: Schema.object(
                [
                    ("principal", Schema.object(Schema.principal)), ("token", shown), ("policies", Schema.texts),
                    ("name", Schema.text), ("root", Schema.flag),
                ],
                required: ["policies", "name", "root"]
            ),
            act: .enter { (_, visitor) throws(StoreError) in
                var object = JSONObject()
                object["name"] = .string(visitor.session.identity.principal.name)
                object["root"] = .bool(visitor.session.isRoot)
                object["principal"] = visitor.session.principal?.json
                object["token"] = visitor.session.token.map { .object($0.publicJSON) }
                object["policies"] = .texts(visitor.session.policies)
                return .json(.object(object))
            }
        ),
        NativeOperation(
            id: "revokeOwnToken",
            method: "DELETE",
            path: "/api/v1/self",
            summary: "Ends the caller's token and those made with it.",
            status: 204,
            act: .enter { (_, visitor) throws(StoreError) in
                guard let token = visitor.session.token else { throw .noSuchEntry("token") }
                guard token.kind == .service else { throw .invalidAttribute("a batch token cannot be revoked") }
                let accessor = token.accessor
                // Nobody needs a right to go.
                let own = visitor.vault.acting(
                    as: Identity(
                        principal: visitor.session.identity.principal,
                        access: .root,
                        session: visitor.session.identity.session
                    )
                )
                try own.perform(.revokeToken, .update, on: "sys/tokens/own", changing: true, detail: accessor) {
                    (directory) throws(StoreError) in
                    _ = try directory.revoke(accessor: accessor)
                }
                return .none
            }
        ),
        NativeOperation(
            id: "revokeToken",
            method: "DELETE",
            path: "/api/v1/tokens/{accessor}",
            summary: "Ends a token and those made with it.",
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                try visitor.vault.perform(
                    .revokeToken,
                    .delete,
                    on: "sys/tokens",
                    changing: true
                ) { (directory) throws(StoreError) in
                    // What is no accessor may be a token in the wrong place.
                    let accessor = request["accessor"]
                    directory.detail = "accessor: \(directory.unknownName(accessor))"
                    guard try directory.revoke(accessor: accessor) > 0 else { throw .noSuchEntry("token") }
                    directory.detail = accessor
                }
                return .none
            }
        ),
    ]

    private static func issueToken(
        _ request: NativeRequest,
        _ visitor: Visitor
    ) throws(StoreError) -> NativeOperation.Answer {
        let principal = try request.optionalText("principal")
            .map { (name) throws(StoreError) in try PrincipalRecord.normalized(name) }
        let seconds = try request.optionalInteger("seconds", in: 1...(10 * 366 * 86_400)) ?? 32 * 86_400
        let uses = try request.optionalInteger("uses", in: 1...1_000_000)
        let (addresses, metadata) = (try ranges(request), try request.map("metadata"))
        let name = try request.optionalText("displayName")
        guard metadata.count <= 64, metadata.allSatisfy({ $0.key.utf8.count + $0.value.utf8.count <= 640 }) else {
            throw .invalidAttribute("metadata has at most 64 entries of 640 bytes")
        }
        guard name.map({ $0.utf8.count <= 128 }) ?? true else {
            throw .invalidAttribute("displayName has at most 128 bytes")
        }
        var policies: [String] = []
        for text in try request.texts("policies") { policies.append(try Directory.policyName(text)) }
        // For somebody else is the right of who manages tokens.
        let resource = principal == nil ? "sys/tokens/own" : "sys/tokens"
        let grants = Grants(visitor.session, on: resource)
        return try visitor.vault.perform(.issueToken, .create, on: resource, changing: true) {
            (directory) throws(StoreError) in
            try grants.check(policies)
            for policy in policies where policy != "root" {
                guard try directory.policy(policy) != nil else { throw .noSuchEntry("policy") }
            }
            var record = TokenRecord(principal: principal, policies: policies, created: directory.time)
            record.live(seconds: seconds, from: directory.time)
            record.addresses = addresses
            if let principal {
                guard let found = try directory.principal(principal) else { throw .noSuchEntry("principal") }
                try grants.check(found, directory)
                guard !found.isDisabled else { throw .principalDisabled(found.name) }
                record.displayName = name ?? principal
            } else {
                try bind(&record, to: visitor.session)
                record.displayName = "token-\(name ?? "own")"
            }
            record.uses = uses
            record.metadata = metadata
            record.origin = "api/tokens"
            directory.detail = "\(record.accessor) for \(record.displayName)"
            let token = try directory.issue(record)
            var object = record.publicJSON
            object["token"] = .string(token.reveal())
            return NativeOperation.Answer(status: 201, body: .object(object))
        }
    }

    /// Binds a token that somebody makes for themselves to what they came with: it ends with that at the latest, comes from
    /// where that may, and is theirs when sessions are ended.
    private static func bind(_ record: inout TokenRecord, to session: Session) throws(StoreError) {
        guard let own = session.token else { return }
        guard own.uses == nil else {
            throw .denied("making a token with one of few uses", nil, fix: "use a token without a number of uses")
        }
        guard own.kind == .service else {
            throw .denied(
                "making a token with a batch token",
                nil,
                fix: "log in again: keyfolio login gives a service token"
            )
        }
        record.parent = own.accessor
        if let end = own.expires { record.expires = min(record.expires ?? end, end) }
        if !own.addresses.isEmpty {
            guard record.addresses.allSatisfy({ own.addresses.contains($0) }) else {
                throw .denied(
                    "making a token for other addresses",
                    nil,
                    fix: "your own token is good from some networks only: name those, or none"
                )
            }
            record.addresses = record.addresses.isEmpty ? own.addresses : record.addresses
        }
        // A token of a principal has the principal's policies too: only those that were asked for shall hold, so the
        // principal stays out of it unless none were named.
        if record.policies.isEmpty { record.principal = session.principal?.name }
        record.owner = session.principal?.name ?? own.owner
        record.ownerEntity = session.entity?.id ?? own.ownerEntity
    }

    /// The networks that a body names.
    static func ranges(_ request: NativeRequest) throws(StoreError) -> [AddressRange] {
        var ranges: [AddressRange] = []
        for text in try request.texts("addresses") {
            guard let range = AddressRange(text) else {
                throw .invalidAttribute("addresses must be networks like 10.0.0.0/8")
            }
            try checkNetwork(range)
            ranges.append(range)
        }
        return ranges
    }

    /// Refuses what may mean one address or a whole network.
    static func checkNetwork(_ range: AddressRange) throws(StoreError) {
        guard range.hasHostBits else { return }
        throw .invalidAttribute(
            "\(range.host) is one address of the network \(range.network): give \(range.network) for the whole network, or "
                + "\(range.host) for the one"
        )
    }
}

extension AuditAction {
    static let issueToken = AuditAction(rawValue: "token.create")
    static let listTokens = AuditAction(rawValue: "token.list")
    static let revokeToken = AuditAction(rawValue: "token.revoke")
}
