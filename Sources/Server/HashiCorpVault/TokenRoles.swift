internal import Findings
internal import SecretStore
internal import Vaulting

/// A role of tokens: what the tokens that are made with it may be.
struct TokenRole: Sendable, Equatable {
    static let collection = "vault.token-roles"

    let name: String
    var allowed: [String] = []
    var disallowed: [String] = []
    var allowedGlobs: [String] = []
    var disallowedGlobs: [String] = []
    var isOrphan = false
    var isRenewable = true
    var pathSuffix = ""
    var token = TokenSettings()

    init(_ name: String) { self.name = name }

    /// Whether the role says which policies its tokens may have.
    var limitsPolicies: Bool {
        !(allowed.isEmpty && disallowed.isEmpty && allowedGlobs.isEmpty && disallowedGlobs.isEmpty)
    }

    /// Takes what is said and leaves the rest.
    mutating func update(from parameters: LogicalParameters) throws(LogicalFault) {
        if let names = try parameters.list("allowed_policies") { allowed = try PolicyNames.assignable(names) }
        if let names = try parameters.list("disallowed_policies") { disallowed = PolicyNames.clean(names) }
        if let names = try parameters.list("allowed_policies_glob") { allowedGlobs = PolicyNames.clean(names) }
        if let names = try parameters.list("disallowed_policies_glob") { disallowedGlobs = PolicyNames.clean(names) }
        if let flag = try parameters.flag("orphan") { isOrphan = flag }
        if let flag = try parameters.flag("renewable") { isRenewable = flag }
        if let text = try parameters.text("path_suffix") {
            guard text.utf8.count <= 128, Self.isSuffix(text) else {
                throw .invalid("given role path suffix contains invalid characters; must match ^\\w[\\w-.]+\\w$")
            }
            pathSuffix = text
        }
        try token.update(from: parameters)
        if token.explicitLongestLifetime == 0, let seconds = try parameters.duration("explicit_max_ttl") {
            guard seconds >= 0 else { throw .invalid("'explicit_max_ttl' cannot be negative") }
            token.explicitLongestLifetime = seconds
        }
    }

    /// What a role whose tokens are kept nowhere cannot have.
    func checkBatch() throws(LogicalFault) {
        guard token.kind == .batch || token.kind == .batchByDefault else { return }
        let faults = [
            (!isOrphan, "non-orphan tokens"), (token.period != 0, "periodic tokens"), (isRenewable, "renewable tokens"),
            (token.explicitLongestLifetime != 0, "tokens with an explicit max TTL"),
        ]
        for (isFault, what) in faults where isFault {
            throw .invalid("'token_type' cannot be 'batch' when role is set to generate \(what)")
        }
    }

    private static func isSuffix(_ text: String) -> Bool {
        if text.isEmpty { return true }
        return !text.contains("..")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    /// The role as a read shows it.
    var members: JSONObject {
        var members = JSONObject(members: [
            "allowed_entity_aliases": .null, "allowed_policies": .texts(allowed),
            "allowed_policies_glob": .texts(allowedGlobs), "disallowed_policies": .texts(disallowed),
            "disallowed_policies_glob": .texts(disallowedGlobs),
            "explicit_max_ttl": .integer(token.explicitLongestLifetime),
            "name": .string(name), "orphan": .bool(isOrphan), "path_suffix": .string(pathSuffix),
            "period": .integer(token.period), "renewable": .bool(isRenewable),
        ])
        for member in token.members where member.key != "token_policies" && member.key != "token_ttl" {
            members[member.key] = member.value
        }
        if token.kind == .byDefault { members["token_type"] = "default-service" }
        return members
    }

    /// The role as a document of the directory.
    var json: JSONValue {
        [
            "allowed": .texts(allowed), "allowed_globs": .texts(allowedGlobs), "disallowed": .texts(disallowed),
            "disallowed_globs": .texts(disallowedGlobs), "orphan": .bool(isOrphan), "renewable": .bool(isRenewable),
            "suffix": .string(pathSuffix), "token": token.json,
        ]
    }

    init(_ name: String, _ value: JSONValue) {
        self.name = name
        allowed = value["allowed"].texts
        allowedGlobs = value["allowed_globs"].texts
        disallowed = value["disallowed"].texts
        disallowedGlobs = value["disallowed_globs"].texts
        isOrphan = value["orphan"] == .bool(true)
        isRenewable = value["renewable"] == .bool(true)
        pathSuffix = value["suffix"]?.asString ?? ""
        token = TokenSettings(value["token"] ?? .null)
    }
}

extension TokenSettings {
    /// The settings as a part of a document.
    var json: JSONValue {
        [
            "addresses": .texts(addresses), "explicit": .integer(explicitLongestLifetime),
            "kind": .string(kind.rawValue),
            "lifetime": .integer(lifetime), "longest": .integer(longestLifetime),
            "no_default": .bool(hasNoDefaultPolicy),
            "period": .integer(period), "policies": .texts(policies), "uses": .integer(uses),
        ]
    }

    init(_ value: JSONValue) {
        policies = value["policies"].texts
        addresses = value["addresses"].texts
        lifetime = value["lifetime"]?.asInteger ?? 0
        longestLifetime = value["longest"]?.asInteger ?? 0
        explicitLongestLifetime = value["explicit"]?.asInteger ?? 0
        period = value["period"]?.asInteger ?? 0
        uses = value["uses"]?.asInteger ?? 0
        hasNoDefaultPolicy = value["no_default"] == .bool(true)
        kind = value["kind"]?.asString.flatMap(Kind.init(rawValue:)) ?? .byDefault
    }
}

extension LogicalContext {
    func listTokenRoles() throws -> LogicalResponse {
        try .keys(try perform(changing: false) { try $0.names(in: TokenRole.collection) })
    }

    func readTokenRole() throws -> LogicalResponse {
        let name = routed["role"]
        let role = try perform(changing: false) { directory in
            try directory.document(TokenRole.collection, name).map { TokenRole(name, $0) }
        }
        guard let role else { throw LogicalFault.notFound }
        return .data(role.members)
    }

    func writeTokenRole() throws -> LogicalResponse {
        let name = routed["role"]
        try perform(changing: true, exists: { try $0.document(TokenRole.collection, name) != nil }) { directory in
            var role =
                try directory.document(TokenRole.collection, name).map { TokenRole(name, $0) } ?? TokenRole(name)
            try role.update(from: parameters)
            try role.checkBatch()
            try directory.put(TokenRole.collection, name, role.json)
        }
        return .empty
    }

    func deleteTokenRole() throws -> LogicalResponse {
        try perform(changing: true) { _ = try $0.remove(TokenRole.collection, routed["role"]) }
        return .empty
    }
}
