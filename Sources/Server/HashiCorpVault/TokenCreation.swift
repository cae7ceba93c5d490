internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// `auth/token/create` and its like: what a token may be, given who makes it.
extension LogicalContext {
    func createToken() throws -> LogicalResponse { try create(isOrphan: false, role: nil) }

    func createOrphanToken() throws -> LogicalResponse { try create(isOrphan: true, role: nil) }

    func createTokenByRole() throws -> LogicalResponse { try create(isOrphan: false, role: routed["role"]) }

    private func create(isOrphan: Bool, role name: String?) throws -> LogicalResponse {
        guard let session else { throw LogicalFault.missingToken }
        // Whoever could make tokens with one that is counted could go on without the count.
        if session.token?.uses != nil {
            throw LogicalFault.invalid("restricted use token cannot generate child tokens")
        }
        guard session.token?.kind != .batch else {
            throw LogicalFault.invalid("batch tokens cannot create more tokens")
        }
        let order = try TokenOrder(parameters)
        return try perform(changing: true) { directory in
            var role: TokenRole?
            if let name {
                role = try directory.document(TokenRole.collection, name).map { TokenRole(name, $0) }
                if role == nil { throw LogicalFault.invalid("unknown role \(name)") }
            }
            var warnings: [String] = []
            var record = TokenRecord(principal: nil, created: directory.time)
            record.policies = try policies(of: order, role, session)
            let endsWithParent = !(isOrphan || role?.isOrphan ?? order.isOrphan)
            if order.isOrphan, role == nil, !isOrphan, !hasSudo {
                throw LogicalFault.invalid("root or sudo privileges required to create orphan token")
            }
            if endsWithParent {
                record.parent = session.token?.accessor
                record.principal = session.principal?.name
                record.entity = session.entity?.id
                if role == nil { record.addresses = session.token?.addresses ?? [] }
            }
            // An orphan outlives its maker's token, not its maker.
            record.owner = session.principal?.name ?? session.token?.owner
            record.ownerEntity = session.entity?.id ?? session.token?.ownerEntity
            record.metadata = order.metadata
            record.displayName = order.displayName
            record.origin = "auth/token/create" + (isOrphan ? "-orphan" : "") + (role.map { "/" + $0.name } ?? "")
            if let role {
                record.role = role.name
                record.addresses = role.token.addresses.compactMap(AddressRange.init)
                if !role.pathSuffix.isEmpty { record.origin += "/" + role.pathSuffix }
            }
            record.uses = Self.fewer(order.uses, role?.token.uses ?? 0)
            record.isRenewable = order.isRenewable && role?.isRenewable ?? true
            try setTimes(of: &record, order, role, session, &warnings)
            if order.isBatch(role) {
                try order.checkBatch(record)
                record.makeBatch()
            }
            if order.id != nil, !hasSudo {
                throw LogicalFault.invalid("root or sudo privileges required to specify token id")
            }
            let token = try directory.issue(record, text: order.id)
            for policy in record.policies where policy != PolicyName.root {
                if try directory.policy(policy) == nil { warnings.append("Policy \"\(policy)\" does not exist") }
            }
            directory.detail = record.named
            return LogicalResponse(
                auth: record.auth(
                    token: token.reveal(),
                    of: try directory.owner(of: record),
                    at: directory.time
                ),
                warnings: warnings
            )
        }
    }

    private static func fewer(_ first: Int, _ second: Int) -> Int? {
        let counts = [first, second].filter { $0 > 0 }
        return counts.min()
    }

    /// The policies of a new token: what is asked for, as far as whoever asks may give it.
    private func policies(
        of order: TokenOrder,
        _ role: TokenRole?,
        _ session: Session
    ) throws(LogicalFault) -> [String] {
        let asked = try PolicyNames.assignable(order.policies, giverIsRoot: session.isRoot)
        let own = session.token?.policies ?? session.policies
        var given: Set<String>
        if let role, role.limitsPolicies {
            given = try policies(asked, role, own)
            let isBarred = role.disallowed.contains(PolicyName.standard) || order.hasNoDefaultPolicy
            if !isBarred, !role.token.hasNoDefaultPolicy { given.insert(PolicyName.standard) }
        } else if asked.isEmpty {
            given = Set(own)
        } else {
            if !hasSudo {
                guard Set(asked).isSubset(of: session.policies) else {
                    throw .invalid("child policies must be subset of parent")
                }
            }
            given = Set(asked)
            if hasSudo || own.contains(PolicyName.standard) { given.insert(PolicyName.standard) }
        }
        if order.hasNoDefaultPolicy { given.remove(PolicyName.standard) }
        if given.contains(PolicyName.root) {
            guard session.isRoot else {
                throw .invalid("root tokens may not be created without parent token being root")
            }
            given = [PolicyName.root]
        }
        return given.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func policies(
        _ asked: [String],
        _ role: TokenRole,
        _ own: [String]
    ) throws(LogicalFault) -> Set<String> {
        var given = Set(asked)
        if role.allowed.isEmpty && role.allowedGlobs.isEmpty {
            if given.isEmpty { given = Set(own) }
        } else if given.isEmpty {
            given = Set(role.allowed)
        } else {
            let isAllowed = given.allSatisfy { name in
                name == PolicyName.standard || role.allowed.contains(name)
                    || role.allowedGlobs.contains { Self.matches(name, $0) }
            }
            guard isAllowed else {
                throw .invalid("token policies must be subset of the role's allowed policies or glob policies")
            }
        }
        for name in given
        where role.disallowed.contains(name) || role.disallowedGlobs.contains(where: { Self.matches(name, $0) }) {
            throw .invalid("token policy \"\(name)\" is disallowed by this role")
        }
        return given
    }

    /// Whether a name fits a pattern with `*` at either end.
    private static func matches(_ name: String, _ pattern: String) -> Bool {
        let isOpenAtFront = pattern.first == "*"
        let isOpenAtEnd = pattern.last == "*"
        let word = pattern.drop { $0 == "*" }.reversed().drop { $0 == "*" }.reversed()
        let text = String(word)
        switch (isOpenAtFront, isOpenAtEnd) {
        case (true, true): return text.isEmpty || name.contains(text)
        case (true, false): return name.hasSuffix(text)
        case (false, true): return name.hasPrefix(text)
        case (false, false): return name == pattern
        }
    }

    private func setTimes(
        of record: inout TokenRecord,
        _ order: TokenOrder,
        _ role: TokenRole?,
        _ session: Session,
        _ warnings: inout [String]
    ) throws(LogicalFault) {
        if order.period > 0, role == nil, !hasSudo {
            throw .invalid("root or sudo privileges required to create periodic token")
        }
        let longest = Self.fewer(order.explicitLongestLifetime, role?.token.explicitLongestLifetime ?? 0) ?? 0
        let period = Self.fewer(order.period, role?.token.period ?? 0) ?? 0
        if longest > 0 {
            record.extra["explicit_max_ttl"] = String(longest)
            record.latest = record.created.adding(seconds: longest)
        }
        if period > 0 { record.period = period }
        var seconds = order.lifetime
        if period > 0 {
            seconds = period
        } else if seconds == 0, !record.policies.contains(PolicyName.root) {
            seconds = mount.defaultLease == 0 ? MountRecord.systemLease : mount.defaultLease
        }
        let most = mount.longestLease == 0 ? MountRecord.systemLease : mount.longestLease
        if period == 0, seconds > most {
            warnings.append(
                "TTL of \"\(GoDuration.text(seconds))\" exceeded the effective max_ttl of \"\(GoDuration.text(most))\"; TTL value is capped accordingly"
            )
            seconds = most
        }
        if seconds == 0, longest > 0 { seconds = longest }
        guard seconds > 0 else {
            // Only root comes here: a token without an end.
            if session.token?.expires != nil {
                throw .invalid("expiring root tokens cannot create non-expiring root tokens")
            }
            record.isRenewable = false
            record.addresses = []
            record.live(seconds: nil, from: record.created)
            return
        }
        record.live(seconds: seconds, from: record.created)
    }
}

/// What a request says about a token that is to be made.
struct TokenOrder: Sendable {
    var id: Secret<String>?
    var policies: [String]
    var metadata: [String: String]
    var displayName = "token"
    var hasNoDefaultPolicy: Bool
    /// The kind that is asked for; nil when none is named.
    var kind: TokenRecord.Kind?
    var isOrphan: Bool
    var isRenewable: Bool
    var uses: Int
    /// Seconds; 0 for what holds by default. So are the next two.
    var lifetime: Int
    var explicitLongestLifetime: Int
    var period: Int

    /// The most names of metadata.
    private static let mostMetadata = 256

    init(_ parameters: LogicalParameters) throws(LogicalFault) {
        id = try parameters.secret("id")
        if id?.isEmpty == true { id = nil }
        if let id { try Self.check(id: id) }
        policies = try parameters.list("policies") ?? []
        metadata = try parameters.map("meta") ?? [:]
        guard metadata.count <= Self.mostMetadata else { throw .invalid("too many names in meta") }
        hasNoDefaultPolicy = try parameters.flag("no_default_policy") ?? false
        isOrphan = try parameters.flag("no_parent") ?? false
        isRenewable = try parameters.flag("renewable") ?? true
        uses = try parameters.integer("num_uses") ?? 0
        guard uses >= 0 else { throw .invalid("number of uses cannot be negative") }
        lifetime = try Self.seconds(parameters, parameters["ttl"] == nil ? "lease" : "ttl")
        explicitLongestLifetime = try Self.seconds(parameters, "explicit_max_ttl")
        period = try Self.seconds(parameters, "period")
        switch try parameters.text("type") ?? "" {
        case "": break
        case "service": kind = .service
        case "batch": kind = .batch
        default: throw .invalid("invalid 'type' value")
        }
        if let alias = try parameters.text("entity_alias"), !alias.isEmpty {
            throw .invalid("'entity_alias' is only allowed in combination with token role")
        }
        if let name = try parameters.text("display_name"), !name.isEmpty { displayName = Self.displayName(name) }
    }

    /// What stands at the front of texts that are made here, or at Vault: a chosen one could be mistaken for what it is not.
    private static let takenPrefixes = ["s.", "b.", "r.", "hvs.", "hvb.", "hvr."] + CredentialText.prefixes

    /// A chosen id goes where tokens go: into headers, and by mistake into paths and logs. So it is printable ASCII, without
    /// blanks and slashes.
    private static func check(id: Secret<String>) throws(LogicalFault) {
        guard (8...256).contains(id.byteCount) else { throw .invalid("a token ID has from 8 to 256 characters") }
        let text = id.reveal()
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }) else {
            throw .invalid("a token ID has printable ASCII characters only, and neither blanks nor slashes")
        }
        for prefix in takenPrefixes where text.hasPrefix(prefix) {
            throw .invalid("custom token ID cannot have the '\(prefix)' prefix")
        }
    }

    /// Whether the token is to be one that is kept nowhere. A role may settle it; what it has by default, the request may
    /// change.
    func isBatch(_ role: TokenRole?) -> Bool {
        switch role?.token.kind {
        case .batch: true
        case .service: false
        case .batchByDefault: kind != .service
        case .serviceByDefault, .byDefault, nil: kind == .batch
        }
    }

    /// What a batch token cannot have.
    func checkBatch(_ record: TokenRecord) throws(LogicalFault) {
        let faults = [
            (explicitLongestLifetime > 0 || record.latest != nil, "explicit_max_ttl"),
            (uses > 0 || record.uses != nil, "num_uses"), (period > 0 || record.period != nil, "period"),
            (id != nil, "id"),
        ]
        for (isFault, name) in faults where isFault { throw .invalid("batch tokens cannot have \"\(name)\" set") }
        guard !record.policies.contains(PolicyName.root) else {
            throw .invalid("batch tokens cannot have root policy")
        }
    }

    private static func seconds(_ parameters: LogicalParameters, _ name: String) throws(LogicalFault) -> Int {
        let seconds = try parameters.duration(name) ?? 0
        guard seconds >= 0 else { throw .invalid("\(name) must be positive") }
        return seconds
    }

    /// `token-` and the name, with `-` for all but letters, digits and `-`.
    private static func displayName(_ name: String) -> String {
        var bytes = Array("token-".utf8)
        for byte in name.utf8.prefix(128) {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                bytes.append(byte)
            default: if bytes.last != UInt8(ascii: "-") { bytes.append(UInt8(ascii: "-")) }
            }
        }
        while bytes.last == UInt8(ascii: "-") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
