public import Findings

extension TypeCodes {
    /// Neither postgresql nor postgres.
    public static let pgScheme = FindingCode(
        "KF-TYPE-100",
        title: "A PostgreSQL URL does not begin with postgresql:// or postgres://",
        severity: .error,
        reason: "The driver does not know the URL.",
        remedy: "Begin with `postgresql://`."
    )
    /// No user.
    public static let pgUser = FindingCode(
        "KF-TYPE-101",
        title: "A PostgreSQL URL names no user",
        severity: .error,
        reason: "The driver then takes the name of the operating system's user, another one on each machine.",
        remedy: "Write `postgresql://user:password@host/database`."
    )
    /// No password.
    public static let pgPassword = FindingCode(
        "KF-TYPE-102",
        title: "A PostgreSQL URL has no password",
        severity: .warning,
        reason: "The server then has to trust the connection, or the password comes from a place that nothing checks.",
        remedy: "Write `postgresql://user:password@host/database`, or name a `passfile`."
    )
    /// No host.
    public static let pgHost = FindingCode(
        "KF-TYPE-103",
        title: "A PostgreSQL URL names no host",
        severity: .error,
        reason: "The driver then looks for a server on the same machine.",
        remedy: "Write `postgresql://user:password@host/database`."
    )
    /// No database.
    public static let pgDatabase = FindingCode(
        "KF-TYPE-104",
        title: "A PostgreSQL URL names no database",
        severity: .error,
        reason: "The driver then takes a database of the user's name.",
        remedy: "Write the database's name behind the host: `/database`."
    )
    /// A port that is none.
    public static let pgPort = FindingCode(
        "KF-TYPE-105",
        title: "A PostgreSQL URL's port is not a port",
        severity: .error,
        reason: "Ports are whole numbers from 1 to 65535.",
        remedy: "Correct the number behind the host's colon, or leave it out for 5432."
    )
    /// A percent sign without two digits behind it.
    public static let pgEscape = FindingCode(
        "KF-TYPE-106",
        title: "A PostgreSQL URL has a broken percent-encoding",
        severity: .error,
        reason: "A percent sign begins an encoded byte; drivers refuse the URL or send another password.",
        remedy: "Write a literal percent sign as `%25`."
    )
    /// A character in the password or user that must be encoded.
    public static let pgReserved = FindingCode(
        "KF-TYPE-107",
        title: "A PostgreSQL URL's user or password has a character that must be percent-encoded",
        severity: .error,
        reason: """
            The character ends the password early, so a part of it is taken for the host and sent in the clear to \
            name servers and logs.
            """,
        remedy: "Percent-encode it: `@` as `%40`, `/` as `%2F`, `#` as `%23`, `?` as `%3F`, `%` as `%25`."
    )
    /// A blank.
    public static let pgBlank = FindingCode(
        "KF-TYPE-108",
        title: "A PostgreSQL URL has a blank in it",
        severity: .error,
        reason: "Drivers refuse the URL or end it there.",
        remedy: "Percent-encode it as `%20`."
    )
    /// A bad IPv6 literal.
    public static let pgIPv6 = FindingCode(
        "KF-TYPE-109",
        title: "A PostgreSQL URL's IPv6 address is malformed",
        severity: .error,
        reason: "The driver cannot connect to it.",
        remedy: "Write it in brackets: `[2001:db8::1]:5432`."
    )
    /// A bad host name.
    public static let pgHostName = FindingCode(
        "KF-TYPE-110",
        title: "A PostgreSQL URL's host is not a host name",
        severity: .error,
        reason: "The driver cannot connect to it.",
        remedy: "Correct the name; write a socket's folder as `%2Fvar%2Frun%2Fpostgresql`."
    )
    /// Nothing between two commas.
    public static let pgEmptyHost = FindingCode(
        "KF-TYPE-111",
        title: "A PostgreSQL URL has an empty host among others",
        severity: .error,
        reason: "The driver tries its own machine's socket in the empty one's place.",
        remedy: "Remove the comma that is too many."
    )
    /// Another number of ports than of hosts.
    public static let pgPortCount = FindingCode(
        "KF-TYPE-112",
        title: "A PostgreSQL URL has another number of ports than of hosts",
        severity: .error,
        reason: "The driver refuses to guess which port belongs to which host.",
        remedy: "Give one port for all hosts, or one for each."
    )
    /// A parameter that PostgreSQL does not know.
    public static let pgParameter = FindingCode(
        "KF-TYPE-113",
        title: "A PostgreSQL URL has an unknown parameter",
        severity: .warning,
        reason: "The driver refuses the URL, or ignores a setting that somebody relies on.",
        remedy: "Correct the parameter's name."
    )
    /// A parameter twice.
    public static let pgDuplicate = FindingCode(
        "KF-TYPE-114",
        title: "A PostgreSQL URL gives a parameter twice",
        severity: .error,
        reason: "Drivers differ in which of the two they take.",
        remedy: "Leave one of them."
    )
    /// A parameter without = or with two.
    public static let pgParameterForm = FindingCode(
        "KF-TYPE-115",
        title: "A PostgreSQL URL's parameter is not name=value",
        severity: .error,
        reason: "The driver refuses the URL.",
        remedy: "Write `?name=value&name=value`, and `=` in a value as `%3D`."
    )
    /// A parameter without a value.
    public static let pgParameterEmpty = FindingCode(
        "KF-TYPE-116",
        title: "A PostgreSQL URL's parameter has no value",
        severity: .warning,
        reason: "The driver takes its default as if the parameter were not there.",
        remedy: "Give it a value or remove it."
    )
    /// Not an sslmode.
    public static let pgSSLMode = FindingCode(
        "KF-TYPE-117",
        title: "A PostgreSQL URL's sslmode is unknown",
        severity: .error,
        reason: "The driver refuses the URL, or connects without encryption.",
        remedy: "Use `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`."
    )
    /// A value that the parameter does not take.
    public static let pgParameterValue = FindingCode(
        "KF-TYPE-118",
        title: "A PostgreSQL URL's parameter has a value that it does not take",
        severity: .error,
        reason: "The driver refuses the URL.",
        remedy: "Correct the value."
    )
    /// The same thing in the URL and in a parameter.
    public static let pgGivenTwice = FindingCode(
        "KF-TYPE-119",
        title: "A PostgreSQL URL gives the same thing as a part and as a parameter",
        severity: .error,
        reason: "The parameter wins in libpq, the part in other drivers.",
        remedy: "Leave one of the two."
    )
    /// A fragment.
    public static let pgFragment = FindingCode(
        "KF-TYPE-120",
        title: "A PostgreSQL URL has a # in it",
        severity: .error,
        reason: "Some drivers cut the URL off there; libpq takes it for a part of the name.",
        remedy: "Percent-encode it as `%23`, or remove what follows it."
    )
    /// The password as a parameter.
    public static let pgPasswordParameter = FindingCode(
        "KF-TYPE-121",
        title: "A PostgreSQL URL's password is a parameter",
        severity: .warning,
        reason: "Programs that mask passwords in logs look before the @ only.",
        remedy: "Write `postgresql://user:password@host/database`."
    )
    /// A slash or @ in the database's name.
    public static let pgDatabaseName = FindingCode(
        "KF-TYPE-122",
        title: "A PostgreSQL URL's database name has a character that must be percent-encoded",
        severity: .error,
        reason: "It is a path too many, or the rest of a password with an unencoded `/`.",
        remedy: "Percent-encode the character: `/` as `%2F`, `@` as `%40`; in the password, if it belongs there."
    )
    /// A colon without a port behind it.
    public static let pgPortEmpty = FindingCode(
        "KF-TYPE-123",
        title: "A PostgreSQL URL has a colon without a port",
        severity: .warning,
        reason: "libpq takes 5432, other drivers refuse the URL.",
        remedy: "Write the port or remove the colon."
    )
    /// Encoded bytes that are no text.
    public static let pgUnusable = FindingCode(
        "KF-TYPE-124",
        title: "A PostgreSQL URL has encoded bytes that are no text",
        severity: .error,
        reason: "Drivers refuse a NUL (`%00`), and bytes that are not UTF-8 become another password in each of them.",
        remedy: "Encode the text in UTF-8 and percent-encode its bytes."
    )
    /// A driver's name in the scheme.
    public static let pgDialect = FindingCode(
        "KF-TYPE-125",
        title: "A PostgreSQL URL names a driver in its scheme",
        severity: .warning,
        reason: """
            Only SQLAlchemy reads `postgresql+asyncpg://`; psql, other drivers and migration tools refuse the URL.
            """,
        remedy: "Write `postgresql://` and choose the driver in the application's code."
    )
    /// A character that URLs do not have, and that most drivers let through.
    public static let pgUnusual = FindingCode(
        "KF-TYPE-126",
        title: "A PostgreSQL URL has a character that should be percent-encoded",
        severity: .warning,
        reason: """
            Quotes, brackets, backslashes and letters beyond ASCII end the URL for some programs and not for \
            others.
            """,
        remedy: "Percent-encode it, for example `^` as `%5E`."
    )

    static let postgres: [FindingCode] = [
        pgScheme, pgUser, pgPassword, pgHost, pgDatabase, pgPort, pgEscape, pgReserved, pgBlank, pgIPv6, pgHostName,
        pgEmptyHost, pgPortCount, pgParameter, pgDuplicate, pgParameterForm, pgParameterEmpty, pgSSLMode,
        pgParameterValue, pgGivenTwice, pgFragment, pgPasswordParameter, pgDatabaseName, pgPortEmpty, pgUnusable,
        pgDialect, pgUnusual,
    ]
}
