/// Why a connection did not come about.
enum PostgresFailure: Hashable, CaseIterable {
    case badURL, unknownHost, noRoute, refused, timedOut, notReady, tooManyConnections
    case wrongPassword, unknownRole, notAllowed, noConnectRight, unknownDatabase
    case noEncryption, handshake, certificate, other

    /// Tells the kind from libpq's message, which is in English as long as nobody sets a locale; the server's part of it
    /// is in the language that the server's `lc_messages` names.
    init(message: String) {
        if message.contains("database \""), message.contains("\" does not exist") {
            self = .unknownDatabase
        } else if message.contains("role \""), message.contains("\" does not exist") {
            self = .unknownRole
        } else {
            self = Self.table.first { message.contains($0.0) }?.1 ?? .other
        }
    }

    /// The first that fits counts, so that what is general stands last.
    private static let table: [(String, PostgresFailure)] = [
        ("certificate verify failed", .certificate), ("server certificate for", .certificate),
        ("root certificate file", .certificate), ("host name must be specified", .certificate),
        ("does not support SSL", .noEncryption), ("no encryption", .notAllowed), ("no pg_hba.conf", .notAllowed),
        ("pg_hba.conf rejects", .notAllowed), ("requires a valid client certificate", .notAllowed),
        ("Peer authentication failed", .notAllowed), ("Ident authentication failed", .notAllowed),
        ("authentication failed", .wrongPassword), ("no password supplied", .wrongPassword),
        ("could not translate host name", .unknownHost), ("Connection refused", .refused),
        ("No such file or directory", .refused), ("timeout expired", .timedOut), ("timed out", .timedOut),
        ("No route to host", .noRoute), ("Network is unreachable", .noRoute),
        ("the database system is", .notReady), ("too many", .tooManyConnections),
        ("remaining connection slots", .tooManyConnections), ("is not permitted to log in", .unknownRole),
        ("permission denied for database", .noConnectRight), ("SSL SYSCALL error", .handshake),
        ("SSL error", .handshake), ("invalid", .badURL),
        ("missing", .badURL), ("unexpected character", .badURL), ("forbidden value", .badURL),
        ("extra key/value separator", .badURL), ("end of string reached", .badURL),
    ]
}
