import Testing

@testable import Probes

@Suite struct PostgresFailureTests {
    private static let at = "connection to server at \"db.example\" (192.0.2.1), port 5432 failed: "

    @Test(
        arguments: [
            ("could not translate host name \"nowhere.invalid\" to address: Name or service not known", .unknownHost),
            (
                at + "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?",
                .refused
            ),
            (
                "connection to server on socket \"/tmp/.s.PGSQL.1\" failed: No such file or directory\n\tIs the server running?",
                .refused
            ),
            (at + "timeout expired", .timedOut), (at + "Connection timed out", .timedOut),
            (at + "No route to host", .noRoute),
            (at + "Network is unreachable", .noRoute),
            (at + "FATAL:  password authentication failed for user \"invalid\"", .wrongPassword),
            (at + "fe_sendauth: no password supplied", .wrongPassword),
            (at + "FATAL:  LDAP authentication failed for user \"app\"", .wrongPassword),
            (at + "FATAL:  Peer authentication failed for user \"app\"", .notAllowed),
            (at + "FATAL:  role \"app\" does not exist", .unknownRole),
            (at + "FATAL:  role \"app\" is not permitted to log in", .unknownRole),
            (at + "FATAL:  database \"shop\" does not exist", .unknownDatabase),
            (
                at + "FATAL:  permission denied for database \"shop\"\nDETAIL:  User does not have CONNECT privilege.",
                .noConnectRight
            ),
            (at + "FATAL:  no pg_hba.conf entry for host \"192.0.2.2\", user \"app\", no encryption", .notAllowed),
            (at + "FATAL:  pg_hba.conf rejects connection for host \"192.0.2.2\"", .notAllowed),
            (at + "FATAL:  sorry, too many clients already", .tooManyConnections),
            (at + "FATAL:  remaining connection slots are reserved for superusers", .tooManyConnections),
            (at + "FATAL:  the database system is starting up", .notReady),
            (at + "server does not support SSL, but SSL was required", .noEncryption),
            (at + "SSL error: certificate verify failed", .certificate),
            (at + "server certificate for \"localhost\" does not match host name \"db.example\"", .certificate),
            (at + "root certificate file \"/nowhere/ca.crt\" does not exist", .certificate),
            (at + "SSL error: unsupported protocol", .handshake),
            ("invalid sslmode value: \"always\"", .badURL), ("invalid percent-encoded token: \"p%zz\"", .badURL),
            ("missing key/value separator \"=\" in URI query parameter: \"x\"", .badURL),
            ("forbidden value %00 in percent-encoded value", .badURL), (at + "something new", .other), ("", .other),
        ] as [(String, PostgresFailure)]
    )
    func `what the library says is told apart`(message: String, failure: PostgresFailure) {
        #expect(PostgresFailure(message: message) == failure)
    }
}
