internal import Findings

/// The parameters of a PostgreSQL connection URI (PostgreSQL documentation, 34.1.2) and the values they take.
enum PostgresParameters {
    /// What a parameter takes.
    private enum Values {
        case anything
        case wholeNumber
        case ports
        case words([String])
    }

    private static let known: [String: Values] = [
        "host": .anything, "hostaddr": .anything, "port": .ports, "dbname": .anything, "user": .anything,
        "password": .anything, "passfile": .anything, "require_auth": .anything, "service": .anything,
        "servicefile": .anything, "options": .anything, "application_name": .anything,
        "fallback_application_name": .anything, "client_encoding": .anything, "replication": .anything,
        "connect_timeout": .wholeNumber, "tcp_user_timeout": .wholeNumber, "keepalives_idle": .wholeNumber,
        "keepalives_interval": .wholeNumber, "keepalives_count": .wholeNumber, "keepalives": .words(["0", "1"]),
        "channel_binding": .words(["disable", "prefer", "require"]),
        "gssencmode": .words(["disable", "prefer", "require"]), "gssdelegation": .words(["0", "1"]),
        "krbsrvname": .anything, "gsslib": .anything, "requirepeer": .anything, "requiressl": .words(["0", "1"]),
        "sslmode": .words(PostgresURL.SSLMode.allCases.map(\.rawValue)),
        "sslnegotiation": .words(["postgres", "direct"]),
        "sslcompression": .words(["0", "1"]), "sslcert": .anything, "sslkey": .anything, "sslpassword": .anything,
        "sslcertmode": .words(["disable", "allow", "require"]), "sslrootcert": .anything, "sslcrl": .anything,
        "sslcrldir": .anything, "sslsni": .words(["0", "1"]), "sslkeylogfile": .anything,
        "ssl_min_protocol_version": .words(protocols), "ssl_max_protocol_version": .words(protocols),
        "min_protocol_version": .words(["3.0", "3.2", "latest"]),
        "max_protocol_version": .words(["3.0", "3.2", "latest"]),
        "target_session_attrs": .words(["any", "read-write", "read-only", "primary", "standby", "prefer-standby"]),
        "load_balance_hosts": .words(["disable", "random"]), "scram_client_key": .anything,
        "scram_server_key": .anything, "oauth_issuer": .anything, "oauth_client_id": .anything,
        "oauth_client_secret": .anything, "oauth_scope": .anything,
        // libpq takes this one word for sslmode=require; other drivers have more.
        "ssl": .words(["true", "false", "require", "prefer", "allow", "disable", "verify-ca", "verify-full"]),
    ]

    private static let protocols = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]

    /// Parameters of drivers and pools that do not build on libpq: psql refuses them, the application's driver does not.
    private static let ofDrivers: Set<String> = [
        "schema", "currentSchema", "search_path", "connection_limit", "pool_timeout", "socket_timeout", "pgbouncer",
        "statement_cache_size", "prepared_statement_cache_size", "statement_timeout", "command_timeout", "sslaccept",
        "sslidentity", "uselibpqcompat", "pool_max_conns", "pool_min_conns", "pool_size", "max_overflow",
    ]

    static func isKnown(_ name: String) -> Bool { known[name] != nil || ofDrivers.contains(name) }

    /// What is wrong with a parameter, to be read behind `has a parameter 2`.
    static func problem(_ name: String, _ value: String) -> (code: FindingCode, text: String)? {
        guard let values = known[name] else {
            return ofDrivers.contains(name) ? nil : (TypeCodes.pgParameter, "that PostgreSQL does not know")
        }
        switch values {
        case .anything: return nil
        case .wholeNumber:
            return Int(value) == nil ? (TypeCodes.pgParameterValue, "that is not a whole number") : nil
        case .ports:
            let parts = value.split(separator: ",", omittingEmptySubsequences: false)
            let isFine = parts.allSatisfy { $0.isEmpty || Int($0).map { (1...65535).contains($0) } == true }
            return isFine ? nil : (TypeCodes.pgPort, "that is not a port from 1 to 65535")
        case .words(let words):
            guard !words.contains(value) else { return nil }
            let code = name == "sslmode" ? TypeCodes.pgSSLMode : TypeCodes.pgParameterValue
            return (code, "(\(name)) that is none of \(words.joined(separator: ", "))")
        }
    }

    /// The mode of encryption that a parameter means, or nil when it is about something else.
    static func sslMode(_ name: String, _ value: String) -> PostgresURL.SSLMode? {
        switch (name, value) {
        case ("sslmode", _): PostgresURL.SSLMode(rawValue: value)
        case ("ssl", "true"), ("requiressl", "1"): .require
        case ("ssl", "false"): .disable
        case ("ssl", _): PostgresURL.SSLMode(rawValue: value)
        default: nil
        }
    }
}
