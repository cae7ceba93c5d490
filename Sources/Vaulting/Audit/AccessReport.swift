internal import AccessPolicy
public import Findings
public import SecretStore

/// Who did what to which secret in a period, from the audit log: what a periodic review of rights is held against.
public struct AccessReport: Sendable {
    /// What one principal asked of one secret in one way.
    public struct Row: Sendable, Hashable {
        /// Who.
        public var principal: Principal
        /// The secret; nil for what is about none.
        public var path: SecretPath?
        /// What it is about when it is no secret, as the records have it.
        public var resource: String?
        /// What was asked for.
        public var action: AuditAction
        /// How often it was done.
        public var allowed = 0
        /// How often a policy refused it.
        public var denied = 0
        /// How often it was allowed and could not be done.
        public var failed = 0
        /// When it was asked first.
        public var first: Timestamp
        /// When it was asked last.
        public var last: Timestamp
    }

    /// Somebody with rights.
    public struct Grant: Sendable, Hashable {
        /// Who.
        public var principal: Principal
        /// The roles and policies by which they have them.
        public var roles: [String]

        /// Puts the parts together.
        public init(principal: Principal, roles: [String]) {
            self.principal = principal
            self.roles = roles
        }
    }

    /// A part that was not looked at, because whoever asked may not see what it is made of.
    public struct PassedOver: Sendable, Hashable {
        /// The member of the report that is empty for it.
        public var part: String
        /// Which capability on which resource it takes.
        public var right: String
    }

    /// How the rows are ordered.
    public enum Grouping: String, Sendable, Hashable, CaseIterable {
        /// By who asked.
        case principal
        /// By what was asked for.
        case secret
    }

    /// How many rows a report has at most.
    public static let rowLimit = 200_000

    /// The period's first moment; nil for the log's beginning.
    public let from: Timestamp?
    /// The first moment after the period; nil for the log's end.
    public let until: Timestamp?
    /// How many records the period has.
    public private(set) var records = 0
    /// How many records are in no row, because there would have been more than ``rowLimit``.
    public private(set) var omitted = 0
    /// Whose rights were not used: nothing that they asked for was allowed.
    public private(set) var unused: [Grant] = []
    /// Which secrets nobody read.
    public private(set) var unread: [SecretPath] = []
    /// Which of these two were not looked at.
    public private(set) var passedOver: [PassedOver] = []
    private var tallies: [Key: Row] = [:]

    private struct Key: Hashable {
        let principal: Principal
        let path: SecretPath?
        let resource: String?
        let action: AuditAction
        /// What was refused is apart from the rest: its first and last time are its own.
        let isDenied: Bool
    }

    /// A report that has counted nothing.
    public init(from: Timestamp?, until: Timestamp?) {
        self.from = from
        self.until = until
    }

    /// Reads what ``json(by:)`` wrote, or gives nil.
    package init?(json value: JSONValue) {
        func time(_ name: String) -> Timestamp? { value[name]?.asString.flatMap(Timestamp.init) }
        guard let count = value["records"]?.asInteger, let access = value["access"]?.asArray,
            let refused = value["denied"]?.asArray, let unread = value["unreadSecrets"]?.asArray,
            let unused = value["unusedPrincipals"]?.asArray, access.count + refused.count <= 2 * Self.rowLimit
        else { return nil }
        self.init(from: time("from"), until: time("until"))
        records = count
        omitted = value["omitted"]?.asInteger ?? 0
        for (elements, isDenied) in [(access, false), (refused, true)] {
            for element in elements {
                guard let row = Row(json: element) else { return nil }
                let key = Key(
                    principal: row.principal,
                    path: row.path,
                    resource: row.resource,
                    action: row.action,
                    isDenied: isDenied
                )
                tallies[key] = row
            }
        }
        for element in unused {
            guard let name = element["principal"]?.asString else { return nil }
            let roles = element["roles"]?.asArray?.compactMap(\.asString) ?? []
            self.unused.append(Grant(principal: Principal(name), roles: roles))
        }
        self.unread = unread.compactMap { $0.asString.flatMap { try? SecretPath($0) } }
        for element in value["passedOver"]?.asArray ?? [] {
            guard let part = element["part"]?.asString, let right = element["takes"]?.asString else { return nil }
            passedOver.append(PassedOver(part: part, right: right))
        }
    }

    /// Counts a record.
    public mutating func count(_ record: AuditRecord) {
        records += 1
        // Another record says how it ended.
        guard record.outcome != .begins else { return }
        let key = Key(
            principal: record.principal,
            path: record.path,
            resource: record.resource,
            action: record.action,
            isDenied: record.outcome == .denied
        )
        if tallies[key] == nil {
            guard tallies.count < Self.rowLimit else {
                omitted += 1
                return
            }
            tallies[key] = Row(
                principal: record.principal,
                path: record.path,
                resource: record.resource,
                action: record.action,
                first: record.time,
                last: record.time
            )
        }
        switch record.outcome {
        case .allowed: tallies[key]?.allowed += 1
        case .denied: tallies[key]?.denied += 1
        case .failed: tallies[key]?.failed += 1
        case .begins: break
        }
        tallies[key]?.last = record.time
    }

    /// Finds out what was not used. Called once, after the last record.
    ///
    /// - Parameters:
    ///   - grants: Who has rights; nil when whoever asked may not list them.
    ///   - secrets: Which secrets there are; nil when whoever asked may not list them.
    public mutating func close(grants: [Grant]?, secrets: [SecretPath]?) {
        passedOver = []
        if grants == nil { passedOver.append(PassedOver(part: "unusedPrincipals", right: "list on sys/principals")) }
        if secrets == nil {
            passedOver.append(PassedOver(part: "unreadSecrets", right: "list on \(Resource.listing(nil))"))
        }
        let used = tallies.values.filter { $0.allowed > 0 }
        let principals = Set(used.map(\.principal))
        unused = (grants ?? []).filter { !principals.contains($0.principal) }.sorted {
            $0.principal.name < $1.principal.name
        }
        let read = Set(used.filter { $0.action == .read }.compactMap(\.path))
        unread = (secrets ?? []).filter { !read.contains($0) }.sorted()
    }

    /// The rows, ordered.
    public func rows(by grouping: Grouping) -> [Row] {
        func key(_ row: Row) -> (String, String, String, Int) {
            let (principal, path) = (row.principal.name, row.about ?? "")
            let (first, second) = grouping == .principal ? (principal, path) : (path, principal)
            return (first, second, row.action.rawValue, row.denied)
        }
        return tallies.values.map { (key($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// The report as `--json` prints it.
    public func json(by grouping: Grouping) -> JSONValue {
        let rows = rows(by: grouping)
        return [
            "from": .string(orNull: from?.description), "until": .string(orNull: until?.description),
            "records": .integer(records), "omitted": .integer(omitted),
            "access": .array(rows.filter { $0.allowed + $0.failed > 0 }.map(\.json)),
            "denied": .array(rows.filter { $0.denied > 0 }.map(\.json)),
            "unusedPrincipals": .array(
                unused.map { ["principal": .string($0.principal.name), "roles": .array($0.roles.map { .string($0) })] }
            ),
            "unreadSecrets": .array(unread.map { .string($0.text) }),
            "passedOver": .array(
                passedOver.map { ["part": .string($0.part), "takes": .string($0.right)] }
            ),
        ]
    }
}

extension AccessReport.Row {
    /// The secret, or what else it is about.
    public var about: String? { path?.text ?? resource }

    /// The row as JSON.
    public var json: JSONValue {
        [
            "principal": .string(principal.name), "path": .string(orNull: path?.text),
            "resource": .string(orNull: resource),
            "action": .string(action.rawValue), "allowed": .integer(allowed), "denied": .integer(denied),
            "failed": .integer(failed), "first": .string(first.description), "last": .string(last.description),
        ]
    }
}

extension AccessReport.Row {
    init?(json value: JSONValue) {
        guard let name = value["principal"]?.asString, let action = value["action"]?.asString,
            let first = value["first"]?.asString.flatMap(Timestamp.init),
            let last = value["last"]?.asString.flatMap(Timestamp.init)
        else { return nil }
        self.init(
            principal: Principal(name),
            path: value["path"]?.asString.flatMap { try? SecretPath($0) },
            resource: value["resource"]?.asString,
            action: AuditAction(rawValue: action),
            allowed: value["allowed"]?.asInteger ?? 0,
            denied: value["denied"]?.asInteger ?? 0,
            failed: value["failed"]?.asInteger ?? 0,
            first: first,
            last: last
        )
    }
}

extension Vault {
    /// Counts who did what in a period. The log is read block by block; what was read is on record once.
    ///
    /// - Parameters:
    ///   - from: The first moment; nil for the log's beginning.
    ///   - until: The first moment after the period; nil for now.
    ///   - grants: Who has rights, from whoever knows the roles; nil when the identity may not list them.
    ///   - secrets: Which secrets there are; nil to ask the store, which is a listing of its own. Who may not have that
    ///     has the rest of the report: it is of the log, and takes the right to read that.
    /// - Throws: ``StoreError``.
    public func accessReport(
        from: Timestamp?,
        until: Timestamp?,
        grants: [AccessReport.Grant]? = [],
        secrets: [SecretPath]? = nil
    ) throws(StoreError) -> AccessReport {
        var report = AccessReport(from: from, until: until)
        var query = AuditQuery()
        query.from = from
        query.until = until
        query.order = .oldestFirst
        try forEachAuditRecord(matching: query) { (record) throws(StoreError) in report.count(record) }
        if let secrets {
            report.close(grants: grants, secrets: secrets)
        } else {
            // Asked beforehand: a refusal in the log says that somebody tried what they may not.
            let listed = holds(.list, on: Resource.listing(nil)) ? try list().map(\.path) : nil
            report.close(grants: grants, secrets: listed)
        }
        return report
    }
}
