internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// `auth/token`: looking up, renewing, revoking.
extension LogicalContext {
    func lookUpSelf() throws -> LogicalResponse {
        let now = try perform(changing: false) { $0.time }
        guard let own = session?.token else { throw LogicalFault(403, "bad token") }
        return .data(try own.shown(id: request.token?.reveal() ?? "", TokenOwner(session), now: now))
    }

    func lookUpToken() throws -> LogicalResponse {
        guard let token = try parameters.secret("token"), !token.isEmpty else { return try lookUpSelf() }
        let (record, owner, time) = try perform(changing: false) { directory in
            guard let record = try directory.token(.token(token)) else { throw LogicalFault(403, "bad token") }
            return (record, try directory.owner(of: record), directory.time)
        }
        return .data(try record.shown(id: token.reveal(), owner, now: time))
    }

    func lookUpAccessor() throws -> LogicalResponse {
        let accessor = try accessor()
        let (record, owner, time) = try perform(changing: false) { directory in
            guard let record = try directory.token(.accessor(accessor)) else {
                // Vault's status for it; hvac's users catch `Forbidden` and `InvalidPath` alike.
                throw LogicalFault(403, "invalid accessor")
            }
            return (record, try directory.owner(of: record), directory.time)
        }
        return .data(try record.shown(id: "", owner, now: time))
    }

    func renewSelf() throws -> LogicalResponse {
        guard let own = session?.token else { throw LogicalFault.invalid("token not found") }
        guard own.kind != .batch else { return try refuseBatch("renewed") }
        return try renew(.accessor(own.accessor), shown: request.token?.reveal() ?? "")
    }

    func renewToken() throws -> LogicalResponse {
        guard let token = try parameters.secret("token"), !token.isEmpty else {
            throw LogicalFault.invalid("missing token ID")
        }
        return try renew(.token(token), shown: token.reveal())
    }

    func renewAccessor() throws -> LogicalResponse { try renew(.accessor(try accessor()), shown: "") }

    func revokeSelf() throws -> LogicalResponse {
        guard let own = session?.token else { return .empty }
        guard own.kind != .batch else { return try refuseBatch("revoked") }
        try perform(changing: true) { try $0.revoke(accessor: own.accessor) }
        return .empty
    }

    func revokeToken() throws -> LogicalResponse {
        guard let token = try parameters.secret("token"), !token.isEmpty else {
            throw LogicalFault.invalid("missing token ID")
        }
        try perform(changing: true) { directory in
            guard let record = try directory.token(.token(token)) else { return }
            guard record.kind != .batch else { throw LogicalFault.batch("revoked") }
            try directory.revoke(accessor: record.accessor)
        }
        return .empty
    }

    func revokeAccessor() throws -> LogicalResponse {
        let accessor = try accessor()
        let count = try perform(changing: true) { try $0.revoke(accessor: accessor) }
        return count > 0 ? .empty : LogicalResponse(warnings: ["No token found with this accessor"])
    }

    func revokeLeavingChildren() throws -> LogicalResponse {
        guard let token = try parameters.secret("token"), !token.isEmpty else {
            throw LogicalFault.invalid("missing token ID")
        }
        try perform(changing: true) { directory in
            guard let record = try directory.token(.token(token)) else {
                throw LogicalFault.invalid("token to revoke not found")
            }
            guard record.kind != .batch else { throw LogicalFault.batch("revoked") }
            try directory.revoke(accessor: record.accessor, sparingChildren: true)
        }
        return .empty
    }

    func listAccessors() throws -> LogicalResponse {
        try require()
        return try .keys(vault.liveTokens().tokens.map(\.token.accessor).sorted())
    }

    func tidyTokens() throws -> LogicalResponse {
        try perform(changing: true) { _ = try $0.tidyTokens() }
        return LogicalResponse(status: 202, warnings: ["Tidy operation successfully finished."])
    }

    /// Says what cannot be done with a batch token, to whoever may call this at all.
    private func refuseBatch(_ what: String) throws -> LogicalResponse {
        try require()
        throw LogicalFault.batch(what)
    }

    private func accessor() throws(LogicalFault) -> String {
        guard let accessor = try parameters.text("accessor"), !accessor.isEmpty else {
            throw .invalid("missing accessor")
        }
        return accessor
    }

    private func renew(_ reference: TokenReference, shown: String) throws -> LogicalResponse {
        let increment = try parameters.duration("increment") ?? 0
        let (record, owner, time, warnings) = try perform(changing: true) { directory in
            guard var record = try directory.token(reference) else { throw LogicalFault.invalid("token not found") }
            guard record.kind != .batch else { throw LogicalFault.batch("renewed") }
            guard record.isRenewable, record.expires != nil else {
                throw LogicalFault.invalid("lease is not renewable")
            }
            try LoginRole.check(record, self, directory)
            let warnings = record.renew(increment: increment, at: directory.time)
            try directory.change(record)
            return (record, try directory.owner(of: record), directory.time, warnings)
        }
        return LogicalResponse(auth: record.auth(token: shown, of: owner, at: time), warnings: warnings)
    }
}

extension LogicalFault {
    /// What cannot be done with a batch token.
    static func batch(_ what: String) -> LogicalFault { .invalid("batch tokens cannot be \(what)") }
}

extension TokenRecord {
    /// What the log calls it.
    var named: String { kind == .batch ? "batch token" : "accessor \(accessor)" }

    /// Makes it one that is kept nowhere: it has no accessor, and no renewal.
    mutating func makeBatch() {
        (kind, accessor, isRenewable, uses, period) = (.batch, "", false, nil, nil)
    }

    /// How many seconds are left; 0 for a token without an end.
    func secondsLeft(at now: Timestamp) -> Int {
        guard let expires else { return 0 }
        return max(0, Int((expires.microseconds - now.microseconds) / 1_000_000))
    }

    /// Gives the token time: what is asked for, or what it was made for, and never beyond its end of ends.
    ///
    /// - Returns: What the client is told beside.
    mutating func renew(increment: Int, at now: Timestamp) -> [String] {
        var seconds = period ?? (increment > 0 ? increment : lifetime ?? MountRecord.systemLease)
        var warnings: [String] = []
        let most = Int(extra["max_ttl"] ?? "") ?? MountRecord.systemLease
        if period == nil {
            let age = Int((now.microseconds - created.microseconds) / 1_000_000)
            let left = max(0, most - age)
            if seconds > left {
                seconds = left
                warnings.append(
                    "TTL of \"\(GoDuration.text(increment))\" exceeded the effective max_ttl; TTL value is capped accordingly"
                )
            }
        }
        var end = now.adding(seconds: seconds)
        if let latest, end > latest { end = latest }
        expires = end
        renewed = now
        return warnings
    }

    /// The member `auth` of an answer that gives or renews a token.
    ///
    /// - Parameters:
    ///   - token: The token; empty where it is not told.
    ///   - owner: Of whom the token is, when it is somebody's: their policies hold too.
    func auth(token: String, of owner: TokenOwner?, at now: Timestamp) -> JSONObject {
        let principalPolicies = owner?.policies ?? []
        var members = JSONObject(members: [
            "client_token": .string(token), "accessor": .string(accessor),
            "policies": .array(Set(policies + principalPolicies).sorted().map(JSONValue.string)),
            "token_policies": .array(policies.map(JSONValue.string)),
        ])
        if !principalPolicies.isEmpty { members["identity_policies"] = .array(principalPolicies.map(JSONValue.string)) }
        members["metadata"] = metadata.isEmpty ? .null : LogicalContext.customMetadata(metadata)
        members["lease_duration"] = .integer(secondsLeft(at: now))
        members["renewable"] = .bool(isRenewable && expires != nil)
        members["entity_id"] = .string(owner?.id ?? "")
        members["token_type"] = .string(kind == .batch ? "batch" : "service")
        members["orphan"] = .bool(parent == nil)
        members["mfa_requirement"] = .null
        members["num_uses"] = .integer(uses ?? 0)
        return members
    }

    /// The token as a look-up shows it.
    func shown(id: String, _ owner: TokenOwner?, now: Timestamp) throws -> JSONObject {
        var members = JSONObject(members: [
            "accessor": .string(accessor), "creation_time": .integer(Int(created.seconds)),
            "creation_ttl": .integer(lifetime ?? 0), "display_name": .string(displayName),
            "entity_id": .string(owner?.id ?? ""),
            "expire_time": expires.map { .string(VaultTime.text($0)) } ?? .null,
            "explicit_max_ttl": .integer(Int(extra["explicit_max_ttl"] ?? "") ?? 0), "id": .string(id),
            "issue_time": .string(VaultTime.text(created)),
            "meta": metadata.isEmpty ? .null : LogicalContext.customMetadata(metadata),
            "num_uses": .integer(uses ?? 0), "orphan": .bool(parent == nil), "path": .string(origin),
            "policies": .array(policies.map(JSONValue.string)), "renewable": .bool(isRenewable && expires != nil),
            "ttl": .integer(secondsLeft(at: now)), "type": .string(kind == .batch ? "batch" : "service"),
        ])
        if let period { members["period"] = .integer(period) }
        if let role { members["role"] = .string(role) }
        if !addresses.isEmpty { members["bound_cidrs"] = .array(addresses.map { .string($0.text) }) }
        if let renewed {
            members["last_renewal"] = .string(VaultTime.text(renewed))
            members["last_renewal_time"] = .integer(Int(renewed.seconds))
        }
        if let inherited = owner?.policies, !inherited.isEmpty {
            members["identity_policies"] = .array(inherited.map(JSONValue.string))
        }
        return members
    }
}
