internal import Findings
internal import SecretStore
internal import Vaulting

/// `sys/leases`: what was given for a time. Here that is tokens: those of logins, and those that were made with others.
extension LogicalContext {
    func lookUpLease() throws -> LogicalResponse {
        let id = try leaseID()
        let (lease, now) = try perform(changing: false) { directory in (try directory.lease(id), directory.time) }
        guard let lease else { throw LogicalFault.invalid("invalid lease") }
        let left = max(0, Int((lease.expires.microseconds - now.microseconds) / 1_000_000))
        return .data(
            JSONObject(members: [
                "id": .string(lease.id), "issue_time": .string(VaultTime.text(lease.issued)),
                "expire_time": .string(VaultTime.text(lease.expires)),
                "last_renewal": lease.renewed.map { .string(VaultTime.text($0)) } ?? .null,
                "renewable": .bool(lease.isRenewable), "ttl": .integer(left),
            ])
        )
    }

    func listLeases() throws -> LogicalResponse {
        let path = routed["path"]
        var level = KVLevel()
        for lease in try perform(changing: false, { try $0.leases(below: path) }) where lease.id != path {
            level.add(Substring(lease.id.utf8.dropFirst(path.isEmpty ? 0 : path.utf8.count + 1)))
        }
        return try .keys(level.page(after: "", limit: 0))
    }

    /// A token is renewed as a token, by whoever has it or its accessor; what has a lease and is none comes later.
    func renewLease() throws -> LogicalResponse {
        let id = try leaseID()
        guard try parameters.duration("increment") ?? 0 >= 0 else {
            throw LogicalFault.invalid("increment cannot be negative")
        }
        guard let lease = try perform(changing: false, { try $0.lease(id) }) else {
            throw LogicalFault.invalid("lease not found")
        }
        guard lease.isRenewable else { throw LogicalFault.invalid("lease is not renewable") }
        throw LogicalFault.invalid("tokens cannot be renewed through this endpoint")
    }

    func revokeLease() throws -> LogicalResponse {
        let id = try leaseID()
        try perform(changing: true) { directory in
            guard let lease = try directory.lease(id) else { return }
            directory.detail = "\(try directory.revoke(lease)) tokens"
        }
        return .empty
    }

    /// Nothing here is taken back elsewhere, which could fail: forcing it is the same.
    func revokeLeases() throws -> LogicalResponse {
        let path = routed["path"]
        guard !path.isEmpty else { throw LogicalFault.invalid("missing prefix") }
        try perform(changing: true) { directory in
            let count = try directory.revokeAll(below: path)
            directory.detail = "\(count) tokens below \(Principal(path).name)"
        }
        return .empty
    }

    func tidyLeases() throws -> LogicalResponse {
        try perform(changing: true) { directory in directory.detail = "\(try directory.tidyTokens()) tokens" }
        return LogicalResponse(
            status: 202,
            warnings: [
                "Tidy operation successfully started. Any information from the operation will be printed to Vault's server logs."
            ]
        )
    }

    /// Leases that could not be revoked. There are none: to end a token is a change in the store.
    func listIrrevocableLeases() throws -> LogicalResponse {
        try irrevocable(JSONObject(members: ["lease_count": 0, "leases": .array([])]))
    }

    func countIrrevocableLeases() throws -> LogicalResponse {
        try irrevocable(JSONObject(members: ["lease_count": 0, "counts": .object(JSONObject())]))
    }

    private func irrevocable(_ data: JSONObject) throws -> LogicalResponse {
        try require()
        return try parameters.text("type")?.lowercased() == "irrevocable" ? .data(data) : .empty
    }

    /// The id: in the path, or in the body under either of its names.
    private func leaseID() throws(LogicalFault) -> String {
        var id = routed["path"]
        for name in ["lease_id", "url_lease_id"] where id.isEmpty { id = try parameters.text(name) ?? "" }
        guard !id.isEmpty else { throw .invalid("lease_id must be specified") }
        guard id.utf8.count <= Self.longestLeaseID else { throw .invalid("invalid lease") }
        return id
    }

    private static let longestLeaseID = 1024
}
