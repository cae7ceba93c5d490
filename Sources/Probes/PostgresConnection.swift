internal import Secrets

/// One connection, for a few questions.
@safe final class PostgresConnection {
    private let library: LibPQ
    private let handle: OpaquePointer?
    private let isURL: Bool

    /// Connects. Ask ``failure`` whether it worked.
    init(_ library: LibPQ, url: Secret<String>) {
        self.library = library
        let text = url.reveal()
        isURL = text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
        unsafe handle = isURL ? Self.connect(library, text) : nil
        guard isURL else { return }
        // Notices would go to standard error otherwise, and nobody has checked what is in them.
        _ = unsafe library.listen(handle, { _, _ in }, nil)
    }

    deinit { unsafe library.finish(handle) }

    /// What went wrong, told from the library's text, which is never shown: it may repeat parts of the URL.
    var failure: PostgresFailure? {
        guard isURL else { return .badURL }
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

    /// A server that does not answer is told after five seconds, unless the URL says otherwise: what is said later counts,
    /// and what the URL says is said in its place. Nothing is added to the URL's own text, whose parts only libpq knows.
    private static func connect(_ library: LibPQ, _ url: String) -> OpaquePointer? {
        unsafe url.withCString { url in
            unsafe "5".withCString { seconds in
                unsafe "connect_timeout".withCString { timeout in
                    unsafe "dbname".withCString { name in
                        unsafe library.connect([timeout, name, nil], [seconds, url, nil], 1)
                    }
                }
            }
        }
    }
}
