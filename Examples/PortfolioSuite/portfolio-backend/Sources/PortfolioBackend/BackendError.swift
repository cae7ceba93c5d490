/// What goes wrong outside a request: at start, in the database, on the command line.
///
/// No error carries a value that was read. What libpq says about a connection is not passed on either: when a password
/// holds an unescaped `@` or `/`, its message quotes a part of it as the host's name.
public struct BackendError: Error, Sendable, Equatable {
    private enum Kind: String {
        case settings = "PB-CONFIG-001"
        case usage = "PB-USAGE-001"
        case unreachable = "PB-DB-001"
        case statement = "PB-DB-002"
        case schema = "PB-DB-003"
        case hashing = "PB-HASH-001"
        case server = "PB-HTTP-001"
    }

    private let kind: Kind
    /// What happened, in words.
    public let message: String
    /// What mends it: a command or a sentence.
    public let fix: String

    /// The error's name, which stays the same for ever.
    public var code: String { kind.rawValue }

    /// What the process ends with; the numbers are those of `sysexits.h`.
    public var exitStatus: Int32 {
        switch kind {
        case .settings: return 78
        case .usage: return 64
        case .unreachable, .server: return 69
        case .statement, .schema, .hashing: return 70
        }
    }
}

extension BackendError {
    /// The environment variables do not make a configuration.
    ///
    /// - Parameter problems: One line for each variable that is wrong, without its value.
    static func settings(_ problems: [String]) -> BackendError {
        BackendError(
            kind: .settings,
            message: "the configuration is not valid:\n" + problems.map { "  - \($0)" }.joined(separator: "\n"),
            fix: "set these variables in the environment of the process"
        )
    }

    /// The command line is not understood.
    ///
    /// - Parameter message: What is wrong with it.
    public static func usage(_ message: String) -> BackendError {
        BackendError(kind: .usage, message: message, fix: "portfolio-backend [serve|seed]")
    }

    static func unreachable(_ reason: ConnectionFailure) -> BackendError {
        BackendError(kind: .unreachable, message: "the database is not reachable: \(reason.what)", fix: reason.fix)
    }

    /// - Parameter state: The SQLSTATE, five characters of PostgreSQL's own list, never its message.
    static func statement(state: String) -> BackendError {
        switch state {
        case "42P01":
            return BackendError(
                kind: .schema,
                message: "the database has no tables yet",
                fix: "run: portfolio-backend seed"
            )
        case "42501":
            return BackendError(
                kind: .statement,
                message: "the database user lacks a privilege (SQLSTATE 42501)",
                fix: "let the user own the database, or grant it what it needs"
            )
        default:
            return BackendError(
                kind: .statement,
                message: "the database refused a statement (SQLSTATE \(state))",
                fix: "look the state up in PostgreSQL's documentation, appendix A"
            )
        }
    }

    static func server(host: String, port: Int) -> BackendError {
        BackendError(
            kind: .server,
            message: "the server at \(host), port \(port), did not start or has stopped",
            fix: "see whether another program has the port, or take a free one: PORT=0"
        )
    }

    static let hashing = BackendError(
        kind: .hashing,
        message: "a password could not be hashed",
        fix: "see whether the machine is out of memory"
    )
}

extension BackendError: CustomStringConvertible {
    /// The code, what happened and what mends it, as they are printed.
    public var description: String { "\(code): \(message)\nFix: \(fix)" }
}
