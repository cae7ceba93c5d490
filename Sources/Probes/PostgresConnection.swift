internal import Secrets

/// One connection, for a few questions.
@safe final class PostgresConnection {
    private let library: LibPQ
    private let handle: OpaquePointer?

    /// Connects. Ask ``failure`` whether it worked.
    init(_ library: LibPQ, url: Secret<String>) {
        self.library = library
        unsafe handle = library.connect(Self.withTimeout(url.reveal()))
        // Notices would go to standard error otherwise, and nobody has checked what is in them.
        _ = unsafe library.listen(handle, { _, _ in }, nil)
    }

    deinit { unsafe library.finish(handle) }

    /// What went wrong, told from the library's text, which is never shown: it may repeat parts of the URL.
    var failure: PostgresFailure? {
        guard unsafe library.status(handle) != LibPQ.connectionOK else { return nil }
        guard let text = unsafe library.errorMessage(handle) else { return .other }
        return PostgresFailure(message: unsafe String(cString: text))
    }

    /// The rows of a query, as texts.
    func rows(_ query: String) -> [[String]]? {
        let result = unsafe library.execute(handle, query)
        defer { unsafe library.clear(result) }
        guard unsafe library.resultStatus(result) == LibPQ.tuplesOK else { return nil }
        let columns = unsafe library.columnCount(result)
        return unsafe (0..<library.rowCount(result)).map { row in
            (0..<columns).map { column in
                guard let text = unsafe library.value(result, row, column) else { return "" }
                return unsafe String(cString: text)
            }
        }
    }

    /// A server that does not answer is told after five seconds, unless the URL says otherwise.
    private static func withTimeout(_ url: String) -> String {
        guard !url.contains("connect_timeout=") else { return url }
        return url + (url.contains("?") ? "&" : "?") + "connect_timeout=5"
    }
}

/// Why a connection did not come about.
enum PostgresFailure: Hashable {
    case badURL, unknownHost, refused, timedOut, wrongPassword, unknownRole, unknownDatabase, noEncryption, certificate
    case notAllowed, tooManyConnections, other

    /// Tells the kind from libpq's message.
    init(message: String) {
        let table: [(String, PostgresFailure)] = [
            ("certificate verify failed", .certificate), ("server certificate for", .certificate),
            ("root certificate file", .certificate),
            ("does not support SSL", .noEncryption), ("no encryption", .notAllowed), ("no pg_hba.conf", .notAllowed),
            ("password authentication failed", .wrongPassword), ("no password supplied", .wrongPassword),
            ("could not translate host name", .unknownHost), ("Connection refused", .refused),
            ("No such file or directory", .refused), ("timeout expired", .timedOut), ("timed out", .timedOut),
            ("too many", .tooManyConnections), ("is not permitted to log in", .unknownRole),
            ("invalid", .badURL), ("missing", .badURL), ("unexpected character", .badURL),
        ]
        if message.contains("database \""), message.contains("does not exist") {
            self = .unknownDatabase
        } else if message.contains("role \""), message.contains("does not exist") {
            self = .unknownRole
        } else {
            self = table.first { message.contains($0.0) }?.1 ?? .other
        }
    }
}
