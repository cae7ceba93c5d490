#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// PostgreSQL's own client library, loaded when it is needed (PostgreSQL documentation, chapter 34).
///
/// It is not linked: libpq and what it brings cost every start of the command three milliseconds, and most starts ask
/// no database anything.
@safe struct LibPQ {
    typealias Words = UnsafePointer<UnsafePointer<CChar>?>
    typealias Connect = @convention(c) (Words, Words, Int32) -> OpaquePointer?
    typealias Number = @convention(c) (OpaquePointer?) -> Int32
    typealias Text = @convention(c) (OpaquePointer?) -> UnsafePointer<CChar>?
    typealias Release = @convention(c) (OpaquePointer?) -> Void
    typealias Execute = @convention(c) (OpaquePointer?, UnsafePointer<CChar>) -> OpaquePointer?
    typealias Value = @convention(c) (OpaquePointer?, Int32, Int32) -> UnsafePointer<CChar>?
    typealias Listener = @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void
    typealias Listen = @convention(c) (OpaquePointer?, Listener, UnsafeMutableRawPointer?) -> UnsafeRawPointer?

    let connect: Connect
    let status: Number
    let errorMessage: Text
    let finish: Release
    let execute: Execute
    let resultStatus: Number
    let rowCount: Number
    let columnCount: Number
    let value: Value
    let clear: Release
    let listen: Listen

    /// Loads the library, or gives nil where it is not installed.
    init?() {
        let names = ["libpq.so.5", "libpq.5.dylib"]
        let loaded = unsafe names.lazy.compactMap { unsafe dlopen($0, RTLD_NOW | RTLD_LOCAL) }.first
        guard let library = unsafe loaded else { return nil }
        func symbol<Function>(_ name: String) -> Function? {
            guard let address = unsafe dlsym(library, name) else { return nil }
            return unsafe unsafeBitCast(address, to: Function.self)
        }
        guard
            let connect: Connect = unsafe symbol("PQconnectdbParams"), let status: Number = unsafe symbol("PQstatus"),
            let errorMessage: Text = unsafe symbol("PQerrorMessage"), let finish: Release = unsafe symbol("PQfinish"),
            let execute: Execute = unsafe symbol("PQexec"), let clear: Release = unsafe symbol("PQclear"),
            let resultStatus: Number = unsafe symbol("PQresultStatus"),
            let rowCount: Number = unsafe symbol("PQntuples"), let columnCount: Number = unsafe symbol("PQnfields"),
            let value: Value = unsafe symbol("PQgetvalue"),
            let listen: Listen = unsafe symbol("PQsetNoticeProcessor")
        else { return nil }
        unsafe (self.connect, self.status, self.errorMessage) = unsafe (connect, status, errorMessage)
        unsafe (self.finish, self.execute, self.resultStatus) = unsafe (finish, execute, resultStatus)
        unsafe (self.rowCount, self.columnCount, self.value) = unsafe (rowCount, columnCount, value)
        unsafe (self.clear, self.listen) = unsafe (clear, listen)
    }

    /// The connection is usable (`CONNECTION_OK`).
    static let connectionOK: Int32 = 0
    /// The command gave rows (`PGRES_TUPLES_OK`).
    static let tuplesOK: Int32 = 2
}
