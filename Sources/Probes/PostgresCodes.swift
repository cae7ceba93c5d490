public import Findings

/// What can be found by asking the database that a URL names.
public enum PostgresCodes {
    /// Nobody can be asked.
    public static let libraryMissing = FindingCode(
        "KF-PG-001",
        title: "PostgreSQL's client library is not installed",
        severity: .note,
        reason: "Without it the database of a URL cannot be asked anything.",
        remedy: "Install libpq: on Debian, apt-get install libpq5."
    )
    /// No connection.
    public static let unreachable = FindingCode(
        "KF-PG-002",
        title: "The database does not answer",
        severity: .error,
        reason: "An application with this URL does not start, or starts and fails at its first query.",
        remedy: "Start the database, or correct host and port in the URL."
    )
    /// Wrong credentials.
    public static let refusedCredentials = FindingCode(
        "KF-PG-003",
        title: "The database refuses the credentials",
        severity: .error,
        reason: "An application with this URL cannot log in.",
        remedy: "Correct user and password in the URL, or set the role's password."
    )
    /// No such database.
    public static let unknownDatabase = FindingCode(
        "KF-PG-004",
        title: "The server has no such database",
        severity: .error,
        reason: "An application with this URL cannot connect.",
        remedy: "Correct the database's name in the URL, or create it."
    )
    /// TLS failed.
    public static let encryption = FindingCode(
        "KF-PG-005",
        title: "The encrypted connection cannot be made",
        severity: .error,
        reason: "The URL asks for TLS that the server does not offer, or whose certificate does not verify.",
        remedy: "Enable TLS on the server, or give sslrootcert with the authority's certificate."
    )
    /// Connected in the clear.
    public static let notEncrypted = FindingCode(
        "KF-PG-006",
        title: "The connection is not encrypted",
        severity: .warning,
        reason: "Whoever is on the way reads the queries and their results.",
        remedy: "Add sslmode=verify-full to the URL."
    )
    /// Superuser.
    public static let superuser = FindingCode(
        "KF-PG-007",
        title: "The application's role is a superuser",
        severity: .error,
        reason: "A hole in the application is a hole in the whole server: a superuser reads files and runs programs.",
        remedy: "Give the application a role of its own with rights on its own tables only."
    )
    /// More rights than an application needs.
    public static let attributes = FindingCode(
        "KF-PG-008",
        title: "The application's role has rights that an application does not need",
        severity: .warning,
        reason: "Least privilege: creating roles or databases, replication and bypassing row security are for people.",
        remedy: "ALTER ROLE … NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS."
    )
    /// Member of a dangerous role.
    public static let dangerousRole = FindingCode(
        "KF-PG-009",
        title: "The application's role belongs to a predefined role that reaches beyond its data",
        severity: .error,
        reason: "Members of these roles read or write any table, read or write files of the server, or run programs.",
        remedy: "REVOKE the role."
    )
    /// Owner of the database.
    public static let ownsDatabase = FindingCode(
        "KF-PG-010",
        title: "The application's role owns the database",
        severity: .note,
        reason: "An owner can drop it, and a rotated role that owns things cannot be dropped.",
        remedy: "Let a role without login own the database and be a member of it."
    )
    /// Weak password storage.
    public static let oldHash = FindingCode(
        "KF-PG-011",
        title: "The server stores new passwords as MD5",
        severity: .warning,
        reason: "MD5 verifiers can be used to log in when they leak.",
        remedy: "Set password_encryption = 'scram-sha-256' and set the passwords anew."
    )
    /// All is well.
    public static let healthy = FindingCode(
        "KF-PG-012",
        title: "The database answers",
        severity: .note,
        reason: "Host, port, credentials, database and encryption were tried.",
        remedy: "Nothing to mend."
    )

    /// Every code of this file.
    public static let all: [FindingCode] = [
        libraryMissing, unreachable, refusedCredentials, unknownDatabase, encryption, notEncrypted, superuser,
        attributes, dangerousRole, ownsDatabase, oldHash, healthy,
    ]
}
