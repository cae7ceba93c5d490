/// Why a connection did not come about, told from libpq's message without passing the message on.
///
/// libpq gives no code for a failed connection, only text that may quote parts of the URL. The texts below are libpq's
/// and the server's own, in the C locale, which is the process's unless it calls `setlocale`.
enum ConnectionFailure: CaseIterable {
    case refused, unknownHost, password, noPassword, noDatabase, notAllowed, certificate, noEncryption, timeout,
        starting
    case other

    /// - Parameter message: What `PQerrorMessage` says.
    init(message: String) {
        self = Self.allCases.first { failure in failure.signs.contains { message.contains($0) } } ?? .other
    }

    private var signs: [String] {
        switch self {
        case .refused: return ["Connection refused", "No such file or directory"]
        case .unknownHost: return ["could not translate host name"]
        case .password: return ["password authentication failed"]
        case .noPassword: return ["no password supplied"]
        case .noDatabase: return ["does not exist"]
        case .notAllowed: return ["no pg_hba.conf entry", "is not permitted to log in", "not currently accepting"]
        case .certificate: return ["certificate", "root.crt"]
        case .noEncryption: return ["server does not support SSL"]
        case .timeout: return ["timeout expired", "timed out"]
        case .starting: return ["is starting up", "is shutting down", "too many clients", "terminating connection"]
        case .other: return []
        }
    }

    var what: String {
        switch self {
        case .refused: return "nothing listens at its address"
        case .unknownHost: return "its host name is not known"
        case .password: return "it does not accept the password"
        case .noPassword: return "it asks for a password and the URL has none"
        case .noDatabase: return "the user or the database does not exist"
        case .notAllowed: return "it does not let this user in"
        case .certificate: return "its certificate is not trusted"
        case .noEncryption: return "it does not speak TLS, which sslmode demands"
        case .timeout: return "no answer in time"
        case .starting: return "it takes no connections at the moment"
        case .other: return "the connection failed"
        }
    }

    var fix: String {
        switch self {
        case .refused, .timeout: return "start the server, or correct host and port in DATABASE_URL"
        case .unknownHost:
            return "correct the host in DATABASE_URL; `@`, `/` and `:` in a password are written %40, %2F, %3A"
        case .password, .noPassword: return "correct the password in DATABASE_URL"
        case .noDatabase, .notAllowed: return "create the user and the database, or correct DATABASE_URL"
        case .certificate: return "name the CA's certificate in DATABASE_URL: sslmode=verify-full&sslrootcert=FILE"
        case .noEncryption: return "turn TLS on at the server"
        case .starting: return "wait, and try again"
        case .other: return "try: psql \"$DATABASE_URL\""
        }
    }
}
