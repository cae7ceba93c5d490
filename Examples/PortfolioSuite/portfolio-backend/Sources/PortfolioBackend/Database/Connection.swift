import CLibPQ

/// One connection to PostgreSQL, opened when it is first needed and again after it broke.
actor Connection {
    private let url: Sensitive
    private let executor = SerialQueueExecutor(label: "portfolio-backend.database")
    private var session: Session?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(url: Sensitive) {
        self.url = url
    }

    /// Runs a statement that only reads. It is run a second time when the connection turns out to be broken: a server
    /// that was restarted must not cost a request.
    ///
    /// - Parameters:
    ///   - statement: SQL with `$1`, `$2` … for the parameters.
    ///   - parameters: The parameters as text; nil is NULL.
    /// - Returns: The rows, each a list of columns as text.
    /// - Throws: ``BackendError`` of kind unreachable, statement or schema.
    func read(_ statement: String, _ parameters: [String?]) throws(BackendError) -> [[String?]] {
        let wasOpen = session != nil
        do {
            return try open().run(statement, parameters)
        } catch {
            guard wasOpen, session?.isBroken == true else { throw error }
            session = nil
            return try open().run(statement, parameters)
        }
    }

    /// Runs statements in one transaction: all of them count, or none.
    ///
    /// - Parameter statements: SQL and parameters, in order.
    /// - Throws: ``BackendError``; nothing is changed then.
    func transaction(_ statements: [(sql: String, parameters: [String?])]) throws(BackendError) {
        let session = try open()
        _ = try session.run("BEGIN", [])
        do {
            for statement in statements {
                _ = try session.run(statement.sql, statement.parameters)
            }
            _ = try session.run("COMMIT", [])
        } catch {
            _ = try? session.run("ROLLBACK", [])
            throw error
        }
    }

    private func open() throws(BackendError) -> Session {
        if let session, !session.isBroken { return session }
        let opened = try Session(url: url)
        session = opened
        return opened
    }
}

/// libpq's handle and the calls on it. Not `Sendable`: it lives inside the actor.
@safe
private final class Session {
    private let handle: OpaquePointer

    init(url: Sensitive) throws(BackendError) {
        // Later words win, so that the URL may say otherwise; only the application's name is ours.
        let words: [(String, String)] = [
            ("connect_timeout", "3"),
            ("tcp_user_timeout", "5000"),
            ("gssencmode", "disable"),
            ("dbname", url.reveal()),
            ("application_name", "portfolio-backend"),
        ]
        let opened = unsafe withCStrings(words.map(\.0)) { keys in
            unsafe withCStrings(words.map(\.1)) { values in unsafe PQconnectdbParams(keys, values, 1) }
        }
        guard let opened = unsafe opened else { throw .unreachable(.other) }
        guard unsafe PQstatus(opened) == CONNECTION_OK else {
            let failure = unsafe ConnectionFailure(message: String(cString: PQerrorMessage(opened)))
            unsafe PQfinish(opened)
            throw .unreachable(failure)
        }
        // libpq writes notices to standard error, where only log lines belong.
        unsafe PQsetNoticeProcessor(opened, { _, _ in }, nil)
        unsafe handle = opened
    }

    deinit {
        unsafe PQfinish(handle)
    }

    var isBroken: Bool { unsafe PQstatus(handle) != CONNECTION_OK }

    func run(_ statement: String, _ parameters: [String?]) throws(BackendError) -> [[String?]] {
        // A C string ends at NUL, and what came after it would be gone without a word. 22021 is PostgreSQL's own answer
        // to a character that it cannot keep.
        guard parameters.allSatisfy({ $0?.utf8.contains(0) != true }) else { throw .statement(state: "22021") }
        let result = unsafe withCStrings(parameters) { values in
            unsafe PQexecParams(handle, statement, Int32(parameters.count), nil, values, nil, nil, 0)
        }
        defer { unsafe PQclear(result) }
        switch unsafe PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            return unsafe rows(of: result)
        default:
            if isBroken { throw .unreachable(.starting) }
            let state = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C")))
            throw unsafe .statement(state: state.map { unsafe String(cString: $0) } ?? "unknown")
        }
    }

    private func rows(of result: OpaquePointer?) -> [[String?]] {
        let columns = unsafe PQnfields(result)
        let count = unsafe PQntuples(result)
        return (0..<count).map { row in
            (0..<columns).map { column in
                guard unsafe PQgetisnull(result, row, column) == 0 else { return nil }
                return unsafe String(cString: PQgetvalue(result, row, column))
            }
        }
    }
}

/// Lends C a list of C strings that ends with a null pointer; nil in the list is a null pointer too.
private func withCStrings<Result>(
    _ strings: [String?],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    var bytes: [CChar] = []
    var offsets: [Int?] = []
    for string in strings {
        offsets.append(string == nil ? nil : bytes.count)
        bytes.append(contentsOf: (string ?? "").utf8.map { CChar(bitPattern: $0) })
        bytes.append(0)
    }
    return unsafe bytes.withUnsafeBufferPointer { buffer in
        let base = buffer.baseAddress
        let pointers: [UnsafePointer<CChar>?] = unsafe offsets.map { offset in
            unsafe offset.flatMap { unsafe base?.advanced(by: $0) }
        }
        return unsafe (pointers + [nil]).withUnsafeBufferPointer { list in
            guard let first = list.baseAddress else { preconditionFailure("the list ends with a null pointer") }
            return unsafe body(first)
        }
    }
}
