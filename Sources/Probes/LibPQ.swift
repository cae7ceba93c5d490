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
    typealias Send = @convention(c) (OpaquePointer?, UnsafePointer<CChar>) -> Int32
    typealias Result = @convention(c) (OpaquePointer?) -> OpaquePointer?
    typealias Parse =
        @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) ->
        UnsafeMutableRawPointer?
    typealias Free = @convention(c) (UnsafeMutableRawPointer?) -> Void
    typealias Value = @convention(c) (OpaquePointer?, Int32, Int32) -> UnsafePointer<CChar>?
    typealias Listener = @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void
    typealias Listen = @convention(c) (OpaquePointer?, Listener, UnsafeMutableRawPointer?) -> UnsafeRawPointer?

    let connect: Connect
    let poll: Number
    let socket: Number
    let status: Number
    let errorMessage: Text
    let finish: Release
    let send: Send
    let consume: Number
    let isBusy: Number
    let result: Result
    let parse: Parse
    let free: Free
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
            let connect: Connect = unsafe symbol("PQconnectStartParams"),
            let poll: Number = unsafe symbol("PQconnectPoll"),
            let socket: Number = unsafe symbol("PQsocket"), let send: Send = unsafe symbol("PQsendQuery"),
            let consume: Number = unsafe symbol("PQconsumeInput"), let isBusy: Number = unsafe symbol("PQisBusy"),
            let result: Result = unsafe symbol("PQgetResult"), let parse: Parse = unsafe symbol("PQconninfoParse"),
            let free: Free = unsafe symbol("PQconninfoFree"), let status: Number = unsafe symbol("PQstatus"),
            let errorMessage: Text = unsafe symbol("PQerrorMessage"), let finish: Release = unsafe symbol("PQfinish"),
            let clear: Release = unsafe symbol("PQclear"),
            let resultStatus: Number = unsafe symbol("PQresultStatus"),
            let rowCount: Number = unsafe symbol("PQntuples"), let columnCount: Number = unsafe symbol("PQnfields"),
            let value: Value = unsafe symbol("PQgetvalue"),
            let listen: Listen = unsafe symbol("PQsetNoticeProcessor")
        else { return nil }
        unsafe (self.connect, self.status, self.errorMessage) = unsafe (connect, status, errorMessage)
        unsafe (self.poll, self.socket, self.send) = unsafe (poll, socket, send)
        unsafe (self.consume, self.isBusy, self.result) = unsafe (consume, isBusy, result)
        unsafe (self.parse, self.free) = unsafe (parse, free)
        unsafe (self.finish, self.resultStatus) = unsafe (finish, resultStatus)
        unsafe (self.rowCount, self.columnCount, self.value) = unsafe (rowCount, columnCount, value)
        unsafe (self.clear, self.listen) = unsafe (clear, listen)
    }

    /// What the next step of a connection waits for (`PostgresPollingStatusType`).
    enum Step: Int32 { case failed, reading, writing, ok, active }

    /// What a URL says, as the library itself reads it, by keyword; nil when it cannot read it.
    func settings(of url: String) -> [String: String]? {
        guard let list = unsafe parse(url, nil) else { return nil }
        defer { unsafe free(list) }
        // PQconninfoOption: four texts, of which the first is the keyword and the fourth the value; a label, a text and
        // a number. The keyword of the last is NULL.
        let stride = 7 * MemoryLayout<Int>.stride
        var settings: [String: String] = [:]
        var option = unsafe list
        while let keyword = unsafe option.load(as: UnsafePointer<CChar>?.self) {
            let offset = 3 * MemoryLayout<Int>.stride
            if let value = unsafe option.load(fromByteOffset: offset, as: UnsafePointer<CChar>?.self) {
                settings[unsafe String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option += stride
        }
        return settings
    }

    /// The connection is usable (`CONNECTION_OK`).
    static let connectionOK: Int32 = 0
    /// The command gave rows (`PGRES_TUPLES_OK`).
    static let tuplesOK: Int32 = 2
}
