public import SecretStore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One decision of the gate.
public struct AuditRecord: Sendable, Hashable {
    /// The number, counted from 1 without gaps.
    public var sequence: Int64
    /// When it was decided. Never before the record before it, whatever the clock says.
    public var time: Timestamp
    /// By how many microseconds the clock was behind the record before, when it was.
    public var skew: Int64
    /// Who asked.
    public var principal: Principal
    /// What was asked for.
    public var action: AuditAction
    /// The secret, when it was about one.
    public var path: SecretPath?
    /// The fields that were named or changed; empty when it was about all of them.
    public var fields: [String]
    /// The version that was read, written or changed.
    public var version: Int?
    /// How it ended.
    public var outcome: Outcome
    /// The error's code, when it did not end well.
    public var code: String?
    /// More about it: numbers and names, never a value.
    public var detail: String?
    /// Through which process it was asked.
    public var source: AuditSource

    /// How a decision ended.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It was allowed and done.
        case allowed
        /// A policy refused it.
        case denied
        /// It was allowed and could not be done.
        case failed
    }

    /// Puts the parts together.
    public init(
        sequence: Int64,
        time: Timestamp,
        skew: Int64 = 0,
        principal: Principal,
        action: AuditAction,
        path: SecretPath? = nil,
        fields: [String] = [],
        version: Int? = nil,
        outcome: Outcome,
        code: String? = nil,
        detail: String? = nil,
        source: AuditSource
    ) {
        self.sequence = sequence
        self.time = time
        self.skew = skew
        self.principal = principal
        self.action = action
        self.path = path
        self.fields = fields
        self.version = version
        self.outcome = outcome
        self.code = code
        self.detail = detail
        self.source = source
    }
}

/// What can be asked of the gate.
public enum AuditAction: String, Sendable, Hashable, CaseIterable {
    /// A store was made.
    case createStore = "store.create"
    /// An older state of the store was accepted.
    case acceptRollback = "store.accept-rollback"
    /// A payload was read.
    case read = "secret.read"
    /// A whole version was written.
    case write = "secret.write"
    /// Some fields were changed.
    case update = "secret.update"
    /// An old payload became the newest version.
    case rollback = "secret.rollback"
    /// A version was deleted.
    case delete = "secret.delete"
    /// A deleted version was had back.
    case undelete = "secret.undelete"
    /// A version's payload was destroyed.
    case destroy = "secret.destroy"
    /// A secret was removed with all its versions.
    case remove = "secret.remove"
    /// A label was put on a version.
    case label = "secret.label"
    /// A label was taken away.
    case unlabel = "secret.unlabel"
    /// Secrets were listed.
    case list = "secret.list"
    /// A secret's versions were listed.
    case versions = "secret.versions"
    /// Fields' ages and fingerprints were listed.
    case fields = "secret.fields"
    /// A history was read.
    case history = "secret.history"
    /// An environment got a new data key.
    case rotateRing = "ring.rotate"
    /// Payloads were sealed again under the newest data key.
    case rewrapRing = "ring.rewrap"
    /// A key file or passphrase was added.
    case addSlot = "seal.add"
    /// A key file or passphrase was removed.
    case removeSlot = "seal.remove"
    /// The ways to open the store were listed.
    case listSlots = "seal.list"
    /// The log was read.
    case readAudit = "audit.read"
    /// The log was verified.
    case verifyAudit = "audit.verify"
    /// The log was exported.
    case exportAudit = "audit.export"
    /// A snapshot was taken.
    case exportSnapshot = "snapshot.export"
    /// A snapshot was restored.
    case restoreSnapshot = "snapshot.restore"
}

/// Through which process something was asked.
public struct AuditSource: Sendable, Hashable {
    /// The program's name, such as `keyfolio`.
    public var process: String
    /// The process's number.
    public var processID: Int32
    /// How it was asked: `cli`, later the names of the served protocols.
    public var wire: String

    /// Puts the parts together. The program's name is bounded like a principal's.
    public init(process: String, processID: Int32, wire: String = "cli") {
        self.process = Principal(process).name
        self.processID = processID
        self.wire = wire
    }
}

extension AuditSource {
    /// This process.
    ///
    /// - Parameter wire: How it is asked.
    public static func current(wire: String = "cli") -> AuditSource {
        let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "unknown"
        return AuditSource(process: name, processID: getpid(), wire: wire)
    }
}
