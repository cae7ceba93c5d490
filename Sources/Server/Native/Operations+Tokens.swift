internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

extension NativeOperations {
    private static let issued = Schema.object(
        Schema.token + [("token", Schema.secretText)],
        required: ["token", "accessor", "policies", "created"]
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
                let principal = try request.optionalText("principal")
                    .map { (name) throws(StoreError) in try PrincipalRecord.normalized(name) }
                let policies = try policyNames(request, visitor.session)
                let seconds = try request.optionalInteger("seconds", in: 1...(10 * 366 * 86_400))
                let uses = try request.optionalInteger("uses", in: 1...1_000_000)
                let (addresses, metadata) = (try ranges(request), try request.map("metadata"))
                let name = try request.optionalText("displayName")
                // For somebody else, or beyond one's own policies, is the right of who manages tokens.
                let resource = principal == nil ? "sys/tokens/own" : "sys/tokens"
                return try visitor.vault.perform(.issueToken, .create, on: resource, changing: true) {
                    (directory) throws(StoreError) in
                    if let principal, try directory.principal(principal) == nil {
                        throw .noSuchEntry("principal")
                    }
                    var record = TokenRecord(principal: principal, policies: policies, created: directory.time)
                    record.live(seconds: seconds ?? 32 * 86_400, from: directory.time)
                    record.uses = uses
                    record.addresses = addresses
                    record.metadata = metadata
                    record.displayName = name ?? principal ?? "token"
                    record.origin = "api/tokens"
                    if principal == nil { record.parent = visitor.session.token?.accessor }
                    directory.detail = "\(record.accessor) for \(record.displayName)"
                    let token = try directory.issue(record)
                    var object = record.publicJSON
                    object["token"] = .string(token.reveal())
                    return NativeOperation.Answer(status: 201, body: .object(object))
                }
            }
        ),
        NativeOperation(
            id: "listTokens",
            method: "GET",
            path: "/api/v1/tokens",
            summary: "Lists tokens by what names them and opens nothing.",
            answer: Schema.object([("tokens", Schema.array(shown))], required: ["tokens"]),
            act: .enter { (_, visitor) throws(StoreError) in
                try visitor.vault.perform(.listTokens, .list, on: "sys/tokens", changing: false) {
                    (directory) throws(StoreError) in
                    var tokens: [JSONValue] = []
                    for accessor in try directory.accessors() {
                        if let token = try directory.token(.accessor(accessor)) {
                            tokens.append(.object(token.publicJSON))
                        }
                    }
                    return .json(["tokens": .array(tokens)])
                }
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
                guard let accessor = visitor.session.token?.accessor else { throw .noSuchEntry("token") }
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
                    changing: true,
                    detail: Principal(request["accessor"]).name
                ) { (directory) throws(StoreError) in
                    guard try directory.revoke(accessor: request["accessor"]) > 0 else { throw .noSuchEntry("token") }
                }
                return .none
            }
        ),
    ]

    /// The policies that a body names. Root is for root to give, and nobody gives a policy that they do not have unless
    /// they may manage policies.
    static func policyNames(_ request: NativeRequest, _ session: Session) throws(StoreError) -> [String] {
        var names: [String] = []
        for text in try request.texts("policies") {
            let name = try Directory.policyName(text)
            let mayGive =
                session.isRoot
                || (name != PolicyName.root
                    && (session.policies.contains(name)
                        || session.identity.access.decide(.update, on: "sys/policies/\(name)").isAllowed))
            guard mayGive else { throw .denied("giving the policy \(name)", nil) }
            names.append(name)
        }
        return names
    }

    /// The networks that a body names.
    static func ranges(_ request: NativeRequest) throws(StoreError) -> [AddressRange] {
        var ranges: [AddressRange] = []
        for text in try request.texts("addresses") {
            guard let range = AddressRange(text) else {
                throw .invalidAttribute("addresses are networks like 10.0.0.0/8")
            }
            ranges.append(range)
        }
        return ranges
    }
}

extension AuditAction {
    static let issueToken = AuditAction(rawValue: "token.create")
    static let listTokens = AuditAction(rawValue: "token.list")
    static let revokeToken = AuditAction(rawValue: "token.revoke")
}
