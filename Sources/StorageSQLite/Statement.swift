internal import CSQLite
internal import SecretStore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A value that is bound to a statement.
enum Value {
    case integer(Int64)
    case bytes([UInt8])
}

/// A prepared statement, used again and again.
@safe final class Statement {
    private let handle: OpaquePointer
    /// Keeps the connection open as long as its statement lives.
    private let connection: Connection

    init(_ handle: OpaquePointer, of connection: Connection) {
        unsafe self.handle = handle
        self.connection = connection
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Runs the statement to its end.
    func run(_ values: Value...) throws(StoreError) {
        try bind(values)
        defer { reset() }
        while try step() {}
    }

    /// Runs an INSERT, UPDATE or DELETE that touches exactly one row. Another count means that the tables are not what
    /// they seem: then nothing of the transaction may be kept.
    func runOnOne(_ values: Value...) throws(StoreError) { try runOnOne(values) }

    /// The same, for values that are gathered.
    func runOnOne(_ values: [Value]) throws(StoreError) {
        guard try runCounting(values) == 1 else { throw .tampered("a row of the store") }
    }

    /// Runs an UPDATE that touches the row that it names when it is as it says.
    /// - Returns: Whether it was.
    func runIfThere(_ values: [Value]) throws(StoreError) -> Bool { try runCounting(values) > 0 }

    private func runCounting(_ values: [Value]) throws(StoreError) -> Int64 {
        try bind(values)
        defer { reset() }
        while try step() {}
        return connection.changedRows
    }

    /// The first row, read by a closure, or nil when there is none.
    func first<Result>(_ values: Value..., read: (Row) -> Result) throws(StoreError) -> Result? {
        try bind(values)
        defer { reset() }
        return try step() ? unsafe read(Row(handle)) : nil
    }

    /// Every row, read by a closure.
    func all<Result>(_ values: Value..., read: (Row) -> Result) throws(StoreError) -> [Result] {
        try bind(values)
        defer { reset() }
        var results: [Result] = []
        while try step() { results.append(unsafe read(Row(handle))) }
        return results
    }

    private func bind(_ values: [Value]) throws(StoreError) {
        for (position, value) in values.enumerated() {
            let index = Int32(position + 1)
            let status =
                switch value {
                case .integer(let number): unsafe sqlite3_bind_int64(handle, index, number)
                case .bytes(let bytes):
                    unsafe bytes.withUnsafeBytes { memory in
                        unsafe kf_sqlite_bind_copy(handle, index, memory.baseAddress, UInt64(memory.count))
                    }
                }
            guard status == SQLITE_OK else { throw connection.error(status) }
        }
    }

    private func step() throws(StoreError) -> Bool {
        // SQLite does not keep the system's error of a commit that failed; whatever fails here sets it anew.
        errno = 0
        let status = unsafe sqlite3_step(handle)
        let system = errno
        switch status {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw connection.error(status, system)
        }
    }

    private func reset() {
        unsafe sqlite3_reset(handle)
        // Bound bytes are copies that SQLite would keep until the next use.
        unsafe sqlite3_clear_bindings(handle)
    }
}

/// The columns of the row that a statement stands on; valid inside the closure that was given it.
@safe struct Row {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

    func bytes(_ column: Int32) -> [UInt8] {
        let start = unsafe sqlite3_column_blob(handle, column)
        let count = unsafe sqlite3_column_bytes(handle, column)
        guard let start = unsafe start, count > 0 else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
}
