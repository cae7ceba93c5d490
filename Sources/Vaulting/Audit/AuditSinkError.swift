/// Why a follower of the audit log could not write what it took. Nothing is lost by it: the log is in the store, and the
/// follower tries again from where it was.
public struct AuditSinkError: Error, Sendable, Equatable {
    /// The stable name, such as `KF-AUDIT-011`.
    public var code: String { kind.rawValue }
    /// What happened and why: never anything of a record.
    public let message: String
    /// What mends it.
    public let fix: String

    private let kind: Kind

    private enum Kind: String, CaseIterable {
        case unsafe = "KF-AUDIT-010"
        case full = "KF-AUDIT-011"
        case unusable = "KF-AUDIT-012"
        case late = "KF-AUDIT-013"
        case refused = "KF-AUDIT-014"
        case position = "KF-AUDIT-015"
        case taken = "KF-AUDIT-016"
        case name = "KF-AUDIT-017"

        var title: String {
            switch self {
            case .unsafe: "Others could change or replace the file of an audit sink"
            case .full: "The disk of an audit sink is full"
            case .unusable: "An audit sink cannot be reached"
            case .late: "An audit sink does not answer in time"
            case .refused: "An audit sink refused what was sent"
            case .position: "The position of an audit sink cannot be kept"
            case .taken: "Another process writes to the same audit sink"
            case .name: "The name of an audit sink is not valid"
            }
        }

        var explanation: (reason: String, fix: String) {
            switch self {
            case .unsafe:
                (
                    "A copy of the log that others can change proves nothing, and a link could lead the server to write over "
                        + "something else.",
                    "Name a file of its own in a folder that only the server's user can write: `chown`, `chmod 700`."
                )
            case .full:
                (
                    "The copy waits; the store's own log goes on, and nobody is kept waiting.",
                    "`df -h` shows what is full; when there is room, what waits is written."
                )
            case .unusable:
                (
                    "The system, or the connection, does not let the sink be opened or written; the message says why.",
                    "Mend that; what waits is written then. `keyfolio_audit_sink_lag` of /metrics says how much."
                )
            case .late:
                (
                    "A sink that hangs would hold the copy up for ever, so each write has a time.",
                    "Look at what reads it; what waits is written when it reads again."
                )
            case .refused:
                (
                    "The endpoint answered with another status than 200 to 299, so nobody knows that it has the records.",
                    "Look at its own log, and at the token of `--audit-https-token-file`; what waits is sent again."
                )
            case .position:
                (
                    "Without its place a sink would begin again at the first record after each start.",
                    "The folder of the positions must be writable for the server's user and nobody else: `ls -ld`."
                )
            case .taken:
                (
                    "Two writers of one file would mix their lines.",
                    "End the other process (`fuser FILE`), or name another file."
                )
            case .name:
                (
                    "A sink's place in the log is kept under its name.",
                    "Give 1 to 64 characters of a-z, 0-9 and -, and to each its own."
                )
            }
        }
    }

    private init(_ kind: Kind, _ message: String, fix: String) {
        self.kind = kind
        self.message = message
        self.fix = fix
    }

    /// Every code, for the page of codes: what it is, why it is so, and what mends it.
    public static let allCodes: [(code: String, title: String, reason: String, fix: String)] = Kind.allCases.map {
        let (reason, fix) = $0.explanation
        return ($0.rawValue, $0.title, reason, fix)
    }
}

extension AuditSinkError: CustomStringConvertible {
    /// The code, the message and what mends it.
    public var description: String { "\(code): \(message); \(fix)" }
}

extension AuditSinkError {
    /// The target is not one that only this user can change.
    public static func unsafeTarget(_ why: String) -> Self {
        Self(.unsafe, why, fix: "name a file of its own in a folder that only the server's user can write to")
    }

    /// There is no room.
    public static func full() -> Self {
        Self(.full, "the disk of the sink is full", fix: "make room; what waits is written then")
    }

    /// The system does not let it be opened or written.
    ///
    /// - Parameter why: The system's words.
    public static func unusable(_ why: String) -> Self {
        Self(.unusable, "the sink cannot be used: \(why)", fix: "mend the target; what waits is written then")
    }

    /// It takes nothing more.
    ///
    /// - Parameter milliseconds: How long it was waited for.
    public static func late(_ milliseconds: Int) -> Self {
        Self(
            .late,
            "the sink took nothing for \(milliseconds) ms",
            fix: "look at what reads it; what waits is written when it reads again"
        )
    }

    /// It answered, and not that it has it.
    ///
    /// - Parameter status: The HTTP status.
    public static func refused(status: Int) -> Self {
        Self(
            .refused,
            "the sink answered with the status \(status)",
            fix: "look at the sink's own log; what waits is sent again"
        )
    }

    /// Where a sink has come to cannot be written down.
    public static func position(_ why: String) -> Self {
        Self(
            .position,
            "where the sink has come to cannot be kept: \(why)",
            fix: "the folder of the positions must be writable for the server's user and nobody else"
        )
    }

    /// Somebody else follows under the same name.
    public static func taken() -> Self {
        Self(
            .taken,
            "another process writes to this sink, or what this one was sending when the store was sealed is not done",
            fix: "end the other process, or name the sink otherwise; what was being sent ends by itself"
        )
    }

    /// A name is none, or is there twice.
    public static func name() -> Self {
        Self(
            .name,
            "a sink's name has 1 to 64 characters of a-z, 0-9 and -, and no two have the same",
            fix: "name the sink otherwise"
        )
    }
}
