public import Findings
internal import SecretStore
internal import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension ProjectStore {
    /// The newest records of the audit log, the newest last.
    public func auditRecords(last: Int) throws -> [AuditLine] {
        var query = AuditQuery()
        query.limit = last
        return try backEnd.auditRecords(matching: query).records.reversed().map(AuditLine.init)
    }

    /// Checks the store's own log. A server checks its own: whoever does not trust it holds its log against a copy.
    public func verifyAudit() throws -> AuditVerdict {
        AuditVerdict(try backEnd.verifyAudit(), isKeyKnown: true)
    }

    /// Checks the store's own log, and that it leads through the signed heads that a copy of it has.
    ///
    /// - Parameters:
    ///   - path: The copy: what a sink wrote.
    ///   - publicKey: Another key that may have signed them: of the store that this one was restored from.
    /// - Throws: `KF-AUDIT-002` when the copy has no signed head.
    public func verifyAudit(checkpoints path: String, publicKey: String?) throws -> AuditVerdict {
        let descriptor = try Files.open(path)
        defer { close(descriptor) }
        var reader = AuditCheckpointReader()
        while true {
            let bytes = try Files.chunk(descriptor: descriptor, named: path, count: 256 << 10)
            if bytes.isEmpty { break }
            reader.update(bytes[...])
        }
        reader.finish()
        guard !reader.checkpoints.isEmpty else {
            throw WorkspaceError.noCheckpoint(in: path, unreadable: reader.unreadable)
        }
        let known = Set([publicKey].compactMap { $0 })
        var verdict = AuditVerdict(
            try vault.verifyAudit(through: reader.checkpoints, signedBy: known),
            isKeyKnown: true
        )
        verdict.checkpoints = reader.checkpoints.count
        verdict.unreadableCheckpoints = reader.unreadable
        return verdict
    }

    /// The records that somebody asks for.
    ///
    /// - Parameter question: What they ask.
    /// - Returns: The records, and where to go on; nil when there are no more.
    public func auditRecords(_ question: AuditQuestion) throws -> (records: [AuditLine], next: Int?) {
        let page = try backEnd.auditRecords(matching: try question.query())
        return (page.records.map(AuditLine.init), page.next.map(Int.init))
    }

    /// Who did what in a period.
    ///
    /// - Parameters:
    ///   - from: The first moment in words; nil for the log's beginning.
    ///   - until: The end in words; nil for now.
    ///   - month: A month in place of both.
    public func accessReport(from: String?, until: String?, month: String?) throws -> AccessSummary {
        if let month {
            guard let period = Timestamp.month(month) else { throw WorkspaceError.badTime() }
            return AccessSummary(try backEnd.accessReport(from: period.from, until: period.until))
        }
        var question = AuditQuestion()
        (question.since, question.until) = (from, until)
        let query = try question.query()
        return AccessSummary(try backEnd.accessReport(from: query.from, until: query.until))
    }

    /// Checks an export, with nothing but its public key.
    ///
    /// - Parameters:
    ///   - export: The export's bytes.
    ///   - publicKey: The key that it must be signed with, in hexadecimal; nil takes the export's own word.
    public static func verifyAudit(export: [UInt8], publicKey: String?) -> AuditVerdict {
        AuditVerdict(AuditExport.verify(export, publicKey: publicKey), isKeyKnown: publicKey != nil)
    }

    /// The codes of those who follow the log, for the page of codes.
    public static var auditSinkCodes: [(code: String, title: String, reason: String, fix: String)] {
        AuditSinkError.allCodes
    }

    /// The codes of who was not let in at a server, for the page of codes.
    public static var authenticationCodes: [(code: String, title: String, reason: String, fix: String)] {
        AuthenticationError.allCodes
    }

    /// Writes the whole log as JSON Lines.
    public func exportAudit(_ sink: ([UInt8]) throws -> Void) throws { try vault.exportAudit(sink) }
}

/// One record of the audit log, in words.
public struct AuditLine: Sendable, Hashable {
    /// The number, from 1 without gaps.
    public var number: Int
    /// When, in UTC (RFC 3339).
    public var time: String
    /// Who.
    public var principal: String
    /// What was asked for: `secret.read`.
    public var action: String
    /// About what: a path or another resource, fields, a version, and the rule that refused it.
    public var what: String
    /// How it ended, with the error's code when it did not end well.
    public var outcome: String

    init(_ record: AuditRecord) {
        number = Int(record.sequence)
        time = record.time.description
        principal = record.principal.name
        action = record.action.rawValue
        var parts: [String] = []
        if let about = record.path?.text ?? record.resource { parts.append(about) }
        if let version = record.version { parts.append("version \(version)") }
        if !record.fields.isEmpty { parts.append(record.fields.joined(separator: ", ")) }
        if let detail = record.detail { parts.append(detail) }
        if let rule = record.rule { parts.append(rule) }
        what = parts.joined(separator: "; ")
        trace = record.source.trace
        rule = record.rule
        origin = record.source.wire + (record.source.address.map { " \($0)" } ?? "")
        outcome = record.outcome.rawValue + (record.code.map { " (\($0))" } ?? "")
    }

    /// What refused it: the rule that decides and its policies.
    public var rule: String?
    /// The trace that it belongs to.
    public var trace: String?
    /// Where it came from: the protocol, and the address when there is one.
    public var origin: String

    /// The record as `--json` prints it.
    public var json: JSONValue {
        [
            "number": .integer(number), "time": .string(time), "principal": .string(principal),
            "action": .string(action), "what": .string(what), "outcome": .string(outcome), "origin": .string(origin),
            "rule": .string(orNull: rule), "trace": .string(orNull: trace),
        ]
    }
}

/// Whether a log is intact.
public struct AuditVerdict: Sendable, Hashable {
    /// What is wrong, and at which record; nil when nothing is.
    public var problem: String?
    /// How many records were verified.
    public var count: Int
    /// The key that the log's head is signed with.
    public var publicKey: String
    /// How many signed heads of a copy the log leads through; nil when no copy was given.
    public var checkpoints: Int?
    /// How many lines of the copy begin like a signed head and cannot be read.
    public var unreadableCheckpoints = 0
    /// Whether the log is intact and the key is known from elsewhere than the log: anybody can write a log that is
    /// intact in itself.
    public var isAuthenticated: Bool

    init(_ verification: AuditVerification, isKeyKnown: Bool) {
        problem = verification.fault.map { fault in
            (verification.brokenAt.map { "record \($0): " } ?? "") + fault
        }
        count = Int(verification.records)
        publicKey = verification.publicKey ?? ""
        isAuthenticated = isKeyKnown && verification.isIntact
    }

    /// The verdict as `--json` prints it.
    public var json: JSONValue {
        var members: JSONObject =
            ([
                "intact": .bool(problem == nil), "records": .integer(count), "publicKey": .string(publicKey),
                "authenticated": .bool(isAuthenticated), "problem": .string(orNull: problem),
            ] as JSONValue).asObject ?? JSONObject()
        if let checkpoints {
            members["checkpoints"] = .integer(checkpoints)
            members["unreadableCheckpoints"] = .integer(unreadableCheckpoints)
        }
        return .object(members)
    }
}

/// What somebody asks of the audit log, in words. A term with `*` at its end means whatever begins like it.
public struct AuditQuestion: Sendable, Hashable {
    /// Who asked for something.
    public var principals: [String] = []
    /// What was asked for.
    public var actions: [String] = []
    /// The secret, or what else: `sys/policies/ops`.
    public var paths: [String] = []
    /// How it ended: `allowed`, `denied`, `failed`, `begins`.
    public var outcomes: [String] = []
    /// Through which protocol.
    public var protocols: [String] = []
    /// From where: addresses and ranges such as `10.0.0.0/8`.
    public var addresses: [String] = []
    /// By which credential.
    public var sessions: [String] = []
    /// In which trace.
    public var traces: [String] = []
    /// Not before: a moment, a date in UTC, or how long ago.
    public var since: String?
    /// Before: the same; a date means its end.
    public var until: String?
    /// How many records.
    public var limit = 50
    /// The number of the record to go on at.
    public var after: Int?
    /// Whether the oldest record comes first.
    public var isOldestFirst = false

    /// Asks for everything.
    public init() {}

    /// - Throws: `KF-AUDIT-003` or `KF-AUDIT-004` for what is no time, outcome or address.
    func query() throws(WorkspaceError) -> AuditQuery {
        var query = AuditQuery()
        query.principals = principals
        query.actions = actions
        query.paths = paths
        query.protocols = protocols
        query.sessions = sessions
        query.traces = traces.map { $0.lowercased() }
        guard query.traces.allSatisfy(AuditQuery.isTrace) else {
            throw .badAuditTerm("--trace", takes: "the 32 hexadecimal digits of a trace")
        }
        let outcomeNames = AuditRecord.Outcome.allCases.map(\.rawValue)
        for word in outcomes {
            guard let outcome = AuditRecord.Outcome(rawValue: word) else {
                throw .badAuditTerm(
                    "--outcome",
                    takes: "one of \(outcomeNames.joined(separator: ", "))",
                    suggestion: Suggest.nearest(to: word, among: outcomeNames)
                )
            }
            query.outcomes.append(outcome)
        }
        for word in protocols where !word.hasSuffix("*") && !AuditSource.protocols.contains(word) {
            throw .badAuditTerm(
                "--protocol",
                takes: "one of \(AuditSource.protocols.joined(separator: ", "))",
                suggestion: Suggest.nearest(to: word, among: AuditSource.protocols)
            )
        }
        for word in addresses {
            guard let range = AddressRange(word) else {
                throw .badAuditTerm("--address", takes: "192.0.2.7, 192.0.2.0/24 or 2001:db8::/32")
            }
            query.addresses.append(range)
        }
        let now = Timestamp.now
        if let since {
            guard let time = Timestamp(asked: since, now: now) else { throw .badTime() }
            query.from = time
        }
        if let until {
            guard let time = Timestamp(asked: until, now: now, day: .end) else { throw .badTime() }
            query.until = time
        }
        query.limit = limit
        query.after = after.map(Int64.init)
        query.order = isOldestFirst ? .oldestFirst : .newestFirst
        return query
    }
}

/// Who did what to which secret in a period, in words.
public struct AccessSummary: Sendable {
    private let report: AccessReport

    init(_ report: AccessReport) { self.report = report }

    /// How the rows are ordered, in words: `principal` or `secret`.
    public static let groupings = AccessReport.Grouping.allCases.map(\.rawValue)

    /// The period, in words.
    public var period: String {
        let from = report.from.map { "from \($0)" } ?? "from the log's beginning"
        return "\(from) \(report.until.map { "until \($0)" } ?? "until now"): \(report.records) records"
    }

    /// One row for each principal, secret and action: who, what, which, how often, first, last.
    ///
    /// - Parameters:
    ///   - grouping: One of ``groupings``.
    ///   - isDenied: Whether those are wanted that were refused, or the others.
    public func rows(by grouping: String, denied isDenied: Bool) -> [[String]] {
        report.rows(by: Self.grouping(grouping)).filter { isDenied ? $0.denied > 0 : $0.allowed + $0.failed > 0 }
            .map { row in
                let count =
                    isDenied ? "\(row.denied)" : "\(row.allowed)" + (row.failed > 0 ? " (\(row.failed) failed)" : "")
                return [
                    row.principal.name, row.about ?? "-", row.action.rawValue, count, row.first.description,
                    row.last.description,
                ]
            }
    }

    /// Which secrets nobody read.
    public var unread: [String] { report.unread.map(\.text) }

    /// Which parts were not looked at, and which right each takes.
    public var passedOver: [(what: String, right: String)] {
        report.passedOver.map { one in
            (one.part == "unreadSecrets" ? "which secrets nobody read" : "whose rights were not used", one.right)
        }
    }

    /// How many records are in no row, because there would have been too many rows.
    public var omitted: Int { report.omitted }

    /// The report as `--json` prints it.
    public func json(by grouping: String) -> JSONValue { report.json(by: Self.grouping(grouping)) }

    private static func grouping(_ word: String) -> AccessReport.Grouping { .init(rawValue: word) ?? .principal }
}
