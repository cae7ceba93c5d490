internal import Findings
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
    /// What it was about when it was no secret, in the layout of ``Resource``: `sys/policies/ops`. Bounded as ``shown(_:)``
    /// says.
    public var resource: String?
    /// What refused it: the rule that decides and its policies. nil when it was not refused, or not by a policy.
    public var rule: String?
    /// The fields that were named or changed; empty when it was about all of them.
    public var fields: [String]
    /// The version that was read, written or changed.
    public var version: Int?
    /// The keyed hash of a payload that was written, 16 bytes: whoever holds a value can ask whether it was this one.
    public var hash: [UInt8]?
    /// How it ended.
    public var outcome: Outcome
    /// The error's code, when it did not end well.
    public var code: String?
    /// More about it: numbers and names, never a value.
    public var detail: String?
    /// By which credential: the accessor of a token, the id of a key. nil on a machine of one's own.
    public var session: String?
    /// Through which process it was asked.
    public var source: AuditSource

    /// How a decision ended.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It was begun, and nothing is decided yet: another record says how it ended. A login whose password is being
        /// compared is that.
        case begins
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
        resource: String? = nil,
        rule: String? = nil,
        fields: [String] = [],
        version: Int? = nil,
        hash: [UInt8]? = nil,
        outcome: Outcome,
        code: String? = nil,
        detail: String? = nil,
        session: String? = nil,
        source: AuditSource
    ) {
        self.hash = hash
        self.session = session
        self.sequence = sequence
        self.time = time
        self.skew = skew
        self.principal = principal
        self.action = action
        self.path = path
        self.resource = resource
        self.rule = rule
        self.fields = fields
        self.version = version
        self.outcome = outcome
        self.code = code
        self.detail = detail
        self.source = source
    }
}

extension AuditRecord {
    /// How long what a stranger may have sent is in a record, in bytes.
    public static let shownBytes = 512

    /// A text as a record has it: without what drives a terminal, and cut at ``shownBytes``.
    static func shown(_ text: String) -> String {
        let isPlain = text.utf8.count <= shownBytes && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        if isPlain { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            let next = scalar.drivesTerminal ? "?" : scalar
            if shown.utf8.count + UTF8.width(next) > shownBytes { return shown + "…" }
            shown.unicodeScalars.append(next)
        }
        return shown
    }
}

/// What can be asked of the gate.
///
/// A name in the form `thing.verb`. Those of the store itself stand here; the served protocols have more, such as
/// `token.create`.
public struct AuditAction: RawRepresentable, Sendable, Hashable {
    /// The name.
    public let rawValue: String

    /// Takes a name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A store was made.
    public static let createStore = AuditAction(rawValue: "store.create")
    /// An older state of the store was accepted.
    public static let acceptRollback = AuditAction(rawValue: "store.accept-rollback")
    /// A payload was read.
    public static let read = AuditAction(rawValue: "secret.read")
    /// A whole version was written.
    public static let write = AuditAction(rawValue: "secret.write")
    /// Some fields were changed.
    public static let update = AuditAction(rawValue: "secret.update")
    /// An old payload became the newest version.
    public static let rollback = AuditAction(rawValue: "secret.rollback")
    /// A version was deleted.
    public static let delete = AuditAction(rawValue: "secret.delete")
    /// A deleted version was had back.
    public static let undelete = AuditAction(rawValue: "secret.undelete")
    /// A version's payload was destroyed.
    public static let destroy = AuditAction(rawValue: "secret.destroy")
    /// A secret was removed with all its versions.
    public static let remove = AuditAction(rawValue: "secret.remove")
    /// A label was put on a version.
    public static let label = AuditAction(rawValue: "secret.label")
    /// A label was taken away.
    public static let unlabel = AuditAction(rawValue: "secret.unlabel")
    /// Secrets were listed.
    public static let list = AuditAction(rawValue: "secret.list")
    /// A secret's versions were listed.
    public static let versions = AuditAction(rawValue: "secret.versions")
    /// Fields' ages and fingerprints were listed.
    public static let fields = AuditAction(rawValue: "secret.fields")
    /// A history was read.
    public static let history = AuditAction(rawValue: "secret.history")
    /// Everything about a secret but its payloads was read.
    public static let describe = AuditAction(rawValue: "secret.describe")
    /// What is said of a secret or a version was changed.
    public static let describeAnew = AuditAction(rawValue: "secret.attributes")
    /// A whole secret was marked for deletion.
    public static let markForDeletion = AuditAction(rawValue: "secret.mark-for-deletion")
    /// A secret that was marked for deletion was had back.
    public static let restore = AuditAction(rawValue: "secret.restore")
    /// An environment got a new data key.
    public static let rotateRing = AuditAction(rawValue: "ring.rotate")
    /// Payloads were sealed again under the newest data key.
    public static let rewrapRing = AuditAction(rawValue: "ring.rewrap")
    /// A key file or passphrase was added.
    public static let addSlot = AuditAction(rawValue: "seal.add")
    /// Replacing the key of a slot.
    public static let rekeySlot = AuditAction(rawValue: "seal.rekey")
    /// A key file or passphrase was removed.
    public static let removeSlot = AuditAction(rawValue: "seal.remove")
    /// Shares came together and opened the store.
    public static let unseal = AuditAction(rawValue: "seal.unseal")
    /// The ways to open the store were listed.
    public static let listSlots = AuditAction(rawValue: "seal.list")
    /// The log was read.
    public static let readAudit = AuditAction(rawValue: "audit.read")
    /// The log was verified.
    public static let verifyAudit = AuditAction(rawValue: "audit.verify")
    /// The log was exported.
    public static let exportAudit = AuditAction(rawValue: "audit.export")
    /// A snapshot was taken.
    public static let exportSnapshot = AuditAction(rawValue: "snapshot.export")
    /// A snapshot was restored.
    public static let restoreSnapshot = AuditAction(rawValue: "snapshot.restore")
}

extension AuditAction: ExpressibleByStringLiteral {
    /// The action of a name.
    public init(stringLiteral value: String) { self.init(rawValue: value) }
}

/// Through which process something was asked.
public struct AuditSource: Sendable, Hashable {
    /// The program's name, such as `keyfolio`.
    public var process: String
    /// The process's number.
    public var processID: Int32
    /// How it was asked: `cli`, or the name of a served protocol.
    public var wire: String
    /// The address that a request came from.
    public var address: String?
    /// What names the request among others: in the answer, in the server's own log.
    public var request: String?
    /// The trace that the request belongs to, 32 hexadecimal digits (W3C Trace Context, `trace-id`).
    public var trace: String?

    /// Puts the parts together. The program's name is bounded like a principal's.
    public init(
        process: String,
        processID: Int32,
        wire: String = "cli",
        address: String? = nil,
        request: String? = nil,
        trace: String? = nil
    ) {
        self.trace = trace
        self.address = address
        self.request = request
        self.process = Principal(process).name
        self.processID = processID
        self.wire = wire
    }
}

extension AuditSource {
    /// How something can be asked: on this machine, by the server itself, and through each protocol that it serves.
    public static let protocols = ["cli", "server", "native", "vault", "aws", "azure", "operations"]

    /// This process.
    ///
    /// - Parameter wire: How it is asked.
    public static func current(wire: String = "cli") -> AuditSource {
        let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "unknown"
        return AuditSource(process: name, processID: getpid(), wire: wire)
    }
}
