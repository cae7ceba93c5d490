public import Findings
internal import SecretStore
internal import Vaulting

extension ProjectStore {
    /// The newest records of the audit log, the newest last.
    public func auditRecords(last: Int) throws -> [AuditLine] { try vault.auditRecords(last: last).map(AuditLine.init) }

    /// Checks the store's own log.
    public func verifyAudit() throws -> AuditVerdict {
        AuditVerdict(try vault.verifyAudit(), isKeyKnown: true)
    }

    /// Checks an export, with nothing but its public key.
    ///
    /// - Parameters:
    ///   - export: The export's bytes.
    ///   - publicKey: The key that it must be signed with, in hexadecimal; nil takes the export's own word.
    public static func verifyAudit(export: [UInt8], publicKey: String?) -> AuditVerdict {
        AuditVerdict(AuditExport.verify(export, publicKey: publicKey), isKeyKnown: publicKey != nil)
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
    /// About what: a path, fields, a version.
    public var what: String
    /// How it ended, with the error's code when it did not end well.
    public var outcome: String

    init(_ record: AuditRecord) {
        number = Int(record.sequence)
        time = record.time.description
        principal = record.principal.name
        action = record.action.rawValue
        var parts: [String] = []
        if let path = record.path { parts.append(path.text) }
        if let version = record.version { parts.append("version \(version)") }
        if !record.fields.isEmpty { parts.append(record.fields.joined(separator: ", ")) }
        if let detail = record.detail { parts.append(detail) }
        what = parts.joined(separator: "; ")
        outcome = record.outcome.rawValue + (record.code.map { " (\($0))" } ?? "")
    }

    /// The record as `--json` prints it.
    public var json: JSONValue {
        [
            "number": .integer(number), "time": .string(time), "principal": .string(principal),
            "action": .string(action), "what": .string(what), "outcome": .string(outcome),
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
        [
            "intact": .bool(problem == nil), "records": .integer(count), "publicKey": .string(publicKey),
            "authenticated": .bool(isAuthenticated), "problem": .string(orNull: problem),
        ]
    }
}
