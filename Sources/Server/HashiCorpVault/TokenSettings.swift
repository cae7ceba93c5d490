internal import AccessPolicy
internal import Findings
internal import Vaulting

/// What the tokens have that a role or a user gets: the `token_…` parameters that AppRole, userpass and their like
/// share.
struct TokenSettings: Sendable, Equatable {
    /// Which kind of token is given.
    enum Kind: String, Sendable, Hashable, CaseIterable {
        case byDefault = "default"
        case service, batch
        case serviceByDefault = "default-service"
        case batchByDefault = "default-batch"
    }

    var policies: [String] = []
    /// Addresses and networks that a token works from.
    var addresses: [String] = []
    /// Seconds; 0 for what the mount says. So are the next three.
    var lifetime = 0
    var longestLifetime = 0
    var explicitLongestLifetime = 0
    var period = 0
    /// How often a token can be used; 0 for as often as one likes.
    var uses = 0
    var hasNoDefaultPolicy = false
    var kind = Kind.byDefault

    /// Takes what is said and leaves the rest.
    ///
    /// - Parameter parameters: The body of a write. `policies`, `ttl` and the like are the names from before `token_`.
    mutating func update(from parameters: LogicalParameters) throws(LogicalFault) {
        if let (name, _) = parameters.first(["token_policies", "policies"]) {
            policies = try PolicyNames.assignable(try parameters.list(name) ?? [])
        }
        if let (name, _) = parameters.first(["token_bound_cidrs", "bound_cidrs"]) {
            addresses = try NetworkList.checked(try parameters.list(name) ?? [], in: name)
        }
        try set(&lifetime, parameters, ["token_ttl", "ttl"])
        try set(&longestLifetime, parameters, ["token_max_ttl", "max_ttl"])
        try set(&explicitLongestLifetime, parameters, ["token_explicit_max_ttl"])
        try set(&period, parameters, ["token_period", "period"])
        if let number = try parameters.integer("token_num_uses") {
            guard number >= 0 else { throw .invalid("'token_num_uses' cannot be negative") }
            uses = number
        }
        if let flag = try parameters.flag("token_no_default_policy") { hasNoDefaultPolicy = flag }
        if let text = try parameters.text("token_type") {
            guard let kind = text.isEmpty ? .byDefault : Kind(rawValue: text) else {
                throw .invalid("invalid 'token_type' value")
            }
            self.kind = kind
        }
        if lifetime > 0, longestLifetime > 0, lifetime > longestLifetime {
            throw .invalid("'token_ttl' cannot be greater than 'token_max_ttl'")
        }
        if givesBatch {
            if period != 0 {
                throw .invalid("'token_type' cannot be 'batch' or 'default_batch' when set to generate periodic tokens")
            }
            if uses != 0 {
                throw .invalid(
                    "'token_type' cannot be 'batch' or 'default_batch' when set to generate tokens with limited use count"
                )
            }
        }
    }

    /// Whether who logs in gets a token that is kept nowhere.
    var givesBatch: Bool { kind == .batch || kind == .batchByDefault }

    /// The settings as a read of the role or the user shows them.
    var members: JSONObject {
        JSONObject(members: [
            "token_bound_cidrs": .array(addresses.map(JSONValue.string)),
            "token_explicit_max_ttl": .integer(explicitLongestLifetime),
            "token_max_ttl": .integer(longestLifetime),
            "token_no_default_policy": .bool(hasNoDefaultPolicy),
            "token_num_uses": .integer(uses),
            "token_period": .integer(period),
            "token_policies": .array(policies.map(JSONValue.string)),
            "token_ttl": .integer(lifetime),
            "token_type": .string(kind.rawValue),
        ])
    }

    private func set(
        _ seconds: inout Int,
        _ parameters: LogicalParameters,
        _ names: [String]
    ) throws(LogicalFault) {
        guard let (name, _) = parameters.first(names), let given = try parameters.duration(name) else { return }
        guard given >= 0 else { throw .invalid("'\(name)' cannot be negative") }
        seconds = given
    }
}

/// Names of policies as a request lists them.
enum PolicyNames {
    /// The names as they may be given to a role or a token: cleaned, and none of them root in any spelling
    /// (CVE-2025-5999).
    ///
    /// - Parameter giverIsRoot: Whether the one who gives them is root, and the place may hold it.
    static func assignable(_ names: [String], giverIsRoot: Bool = false) throws(LogicalFault) -> [String] {
        var result = Set<String>()
        for name in names {
            do throws(PolicyError) {
                result.insert(try PolicyName.assignable(name, giverIsRoot: giverIsRoot))
            } catch {
                throw .invalid(error.message)
            }
        }
        return result.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Lower case, without spaces around them, each once, in the order of their bytes (what Vault calls sanitised).
    ///
    /// For patterns and for what is compared only; what is given to anybody goes through ``assignable(_:giverIsRoot:)``.
    static func clean(_ names: [String]) -> [String] {
        let folded = names.map { LogicalParameters.trimmed($0).lowercased() }.filter { !$0.isEmpty }
        return Set(folded).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

/// Addresses and networks as a request lists them.
enum NetworkList {
    /// The most of one list.
    static let most = 256

    /// Checks the form of each: an address of IPv4 or IPv6, with `/` and the bits of its network or without.
    static func checked(_ items: [String], in name: String) throws(LogicalFault) -> [String] {
        guard items.count <= most, items.allSatisfy({ $0.utf8.count <= 64 && AddressRange($0) != nil }) else {
            throw .invalid("error parsing address list for field \"\(name)\"")
        }
        return items
    }

    /// Whether an address may come, by a list that allows everything when it is empty.
    static func admits(_ address: String, _ items: [String]) -> Bool {
        items.isEmpty || items.contains { AddressRange($0)?.contains(address) ?? false }
    }

    /// Whether every network of a list lies in one of another; an empty outer list holds everything.
    static func isInside(_ inner: [String], _ outer: [String]) -> Bool {
        guard !outer.isEmpty else { return true }
        return inner.allSatisfy { item in
            guard let item = AddressRange(item) else { return false }
            return outer.contains { AddressRange($0)?.contains(item) ?? false }
        }
    }
}
