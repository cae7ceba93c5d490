public import SecretStore
public import Vaulting

/// Where records of the audit log are written beside the store. Made and used by the one thread of its follower.
public protocol AuditSink: AnyObject {
    /// Writes records and returns when they are as safe as the sink can make them.
    ///
    /// What was written of a delivery that failed may come again: at least once, in order.
    ///
    /// - Parameters:
    ///   - delivery: What to write. What is written in several pieces is given up between two of them when it is not wanted
    ///     any more; then this throws: what returns has written everything, the checkpoint too.
    ///   - taken: How many of the records are safe, also when it throws: they need not come again.
    /// - Throws: ``AuditSinkError``; nothing is waited for longer than the sink's own timeout.
    func write(_ delivery: AuditDelivery, taken: inout Int) throws(AuditSinkError)

    /// Begins anew with the target, before the next delivery: somebody put another in its place.
    func reopen()
}

/// What a sink is to write.
public struct AuditDelivery: Sendable {
    /// Records, in their order.
    public var entries: [AuditEntry]
    /// A signed head after the last of them, now and then: with it the copy is held against the store.
    public var checkpoint: AuditCheckpoint?
    /// Whether somebody still waits for the end of it.
    public var isWanted: @Sendable () -> Bool = { true }

    /// Puts the parts together.
    public init(entries: [AuditEntry], checkpoint: AuditCheckpoint?) {
        self.entries = entries
        self.checkpoint = checkpoint
    }

    /// The delivery as lines of JSON, each with its end.
    var lines: [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += entry.line
            bytes.append(0x0A)
        }
        if let checkpoint { bytes += checkpoint.line + [0x0A] }
        return bytes
    }
}

/// A sink as it is configured.
public struct AuditTarget: Sendable {
    /// The sink's name, in health, metrics and the name of its position.
    public let name: String
    /// What it is: `file`, `syslog`, `https`.
    public let kind: String
    let make: @Sendable () -> any AuditSink

    /// A sink of one's own.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 characters of a-z, 0-9 and `-`.
    ///   - kind: A word for it.
    ///   - make: Called on the follower's thread, which then alone uses the sink.
    /// - Throws: ``AuditSinkError`` `KF-AUDIT-017`.
    public init(
        name: String,
        kind: String,
        make: @escaping @Sendable () -> any AuditSink
    ) throws(AuditSinkError) {
        let isName = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard isName, (1...64).contains(name.utf8.count) else { throw .name() }
        self.name = name
        self.kind = kind
        self.make = make
    }

    /// A file of lines of JSON: see ``FileAuditSink``.
    ///
    /// - Parameters:
    ///   - name: The sink's name.
    ///   - path: The file, which may be there; its folder must be.
    /// - Throws: ``AuditSinkError``, also when the file could not be used as it is now: a server must not start with a
    ///   target that is not safe.
    public static func file(_ name: String, path: String) throws(AuditSinkError) -> AuditTarget {
        let target = try AuditTarget(name: name, kind: "file") { FileAuditSink(path: path) }
        try FileAuditSink(path: path).check()
        return target
    }

    /// The system's log: see ``SyslogAuditSink``.
    ///
    /// - Parameters:
    ///   - name: The sink's name.
    ///   - options: How it is reached.
    /// - Throws: ``AuditSinkError`` for a name that is none.
    public static func syslog(
        _ name: String,
        _ options: SyslogAuditSink.Options = SyslogAuditSink.Options()
    ) throws(AuditSinkError) -> AuditTarget {
        try AuditTarget(name: name, kind: "syslog") { SyslogAuditSink(options) }
    }

    /// What is sent to another machine at once.
    public struct UploadOptions: Sendable {
        /// How long one body may take, in milliseconds.
        public var milliseconds = 10_000
        /// How large a body may be; one record that is larger goes alone. Half of what servers of HTTP take when nobody told them
        /// otherwise.
        public var bodyBytes = 512 << 10

        /// The usual ones.
        public init() {}
    }

    /// Another machine, by HTTPS.
    ///
    /// - Parameters:
    ///   - name: The sink's name.
    ///   - options: How bodies are made.
    ///   - make: Makes what sends; called on the follower's thread, and again when the target is opened anew.
    /// - Throws: ``AuditSinkError`` for a name that is none.
    public static func upload(
        _ name: String,
        _ options: UploadOptions = UploadOptions(),
        by make: @escaping @Sendable () -> any AuditUploader
    ) throws(AuditSinkError) -> AuditTarget {
        try AuditTarget(name: name, kind: "https") { UploadAuditSink(options, make) }
    }
}

/// How a sink is: for health and metrics.
public struct AuditSinkState: Sendable, Equatable {
    /// The sink's name.
    public let name: String
    /// What it is.
    public let kind: String
    /// The number of the last record that it has.
    public var position: Int64 = 0
    /// How many records it does not have yet.
    public var lag: Int64 = 0
    /// The code of the error that it has now; nil when it has none.
    public var code: String?
    /// The error's words: never anything of a record.
    public var message: String?
    /// Since when it has failed; nil when it does not.
    public var failingSince: Timestamp?
    /// Since when it is busy with one delivery: a sink that hangs has no error yet.
    public var busySince: Timestamp?
    /// When it took something last.
    public var lastDelivery: Timestamp?
    /// How often the log was found put back to an older state than the sink has.
    public var rewinds = 0

    init(name: String, kind: String) {
        self.name = name
        self.kind = kind
    }
}
