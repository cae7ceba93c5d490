import CLibPQ
import Synchronization

/// The portfolio's database: a few connections that take turns.
public final class Database: Sendable {
    private let connections: [Connection]
    private let turn = Atomic<Int>(0)

    /// - Parameters:
    ///   - url: A PostgreSQL connection URI.
    ///   - connections: How many connections at most; each is opened when its turn first comes.
    public init(url: Sensitive, connections: Int = 4) {
        self.connections = (0..<max(1, connections)).map { _ in Connection(url: url) }
    }

    /// Runs a statement that only reads, and once more when the server was restarted meanwhile.
    ///
    /// - Parameters:
    ///   - statement: SQL with `$1`, `$2` … for the parameters.
    ///   - parameters: The parameters as text; nil is NULL.
    /// - Returns: The rows, each a list of columns as text.
    /// - Throws: ``BackendError``.
    func read(_ statement: String, _ parameters: [String?] = []) async throws(BackendError) -> [[String?]] {
        try await next().read(statement, parameters)
    }

    /// Runs statements in one transaction.
    ///
    /// - Parameter statements: SQL and parameters, in order.
    /// - Throws: ``BackendError``; nothing is changed then.
    func transaction(_ statements: [(sql: String, parameters: [String?])]) async throws(BackendError) {
        try await next().transaction(statements)
    }

    /// Asks the server for an answer.
    ///
    /// - Throws: ``BackendError`` that says why there is none.
    func ping() async throws(BackendError) {
        _ = try await read("SELECT 1")
    }

    /// Whether libpq can read a text as a connection URI. Nothing is connected.
    ///
    /// - Parameter url: The text.
    static func isConnectionURI(_ url: String) -> Bool {
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else { return false }
        guard let options = unsafe PQconninfoParse(url, nil) else { return false }
        unsafe PQconninfoFree(options)
        return true
    }

    private func next() -> Connection {
        let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return connections[Int(UInt(bitPattern: number) % UInt(connections.count))]
    }
}
