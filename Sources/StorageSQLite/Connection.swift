internal import CSQLite
internal import SecretStore

/// One connection to a SQLite file, through its C interface.
///
/// Not sendable and without SQLite's own locks: the engine calls from one thread at a time.
@safe final class Connection {
    private let handle: OpaquePointer
    /// How many pages the write-ahead log had after the last commit. SQLite's hook writes it.
    private let logPages: UnsafeMutablePointer<Int32>

    private let patience: Int32
    /// Whether the log that other processes left was looked at.
    private var hasTidied = false
    /// Whether it is this connection that keeps the log short.
    private var looksAfterLog = true

    /// How long the log may be when a process comes and when it goes: 256 KiB.
    private static let restingLogPages: Int32 = 64
    /// How long it may be while a process works: 4 MiB.
    private static let workingLogPages: Int32 = 1000

    /// Opens a file that is there.
    ///
    /// - Parameters:
    ///   - path: The file; it may be empty.
    ///   - patience: How long to wait for another process that writes, in milliseconds.
    /// - Throws: ``StoreError``.
    init(path: String, patience: Int) throws(StoreError) {
        var opened: OpaquePointer?
        // No mutexes: one thread at a time. Extended codes: they tell a full disk from a broken one.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let status = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard let handle = unsafe opened, status == SQLITE_OK else {
            let error = unsafe StoreError(sqlite: status, system: opened.map { unsafe sqlite3_system_errno($0) } ?? 0)
            unsafe sqlite3_close_v2(opened)
            throw error
        }
        guard unsafe kf_sqlite_distrust_schema(handle) == SQLITE_OK else {
            unsafe sqlite3_close_v2(handle)
            throw .cannotOpen("the SQLite library cannot be kept from running triggers and views")
        }
        guard unsafe kf_sqlite_guard(handle) == SQLITE_OK else {
            unsafe sqlite3_close_v2(handle)
            throw .cannotOpen("the SQLite library does not give access to its files")
        }
        unsafe self.handle = handle
        self.patience = Int32(clamping: patience)
        unsafe logPages = .allocate(capacity: 1)
        unsafe logPages.initialize(to: 0)
        _ = unsafe kf_sqlite_wait_for_others(handle, self.patience)
        _ = unsafe kf_sqlite_keep_log_on_close(handle)
        unsafe sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                unsafe context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            },
            logPages
        )
    }

    deinit {
        if unsafe logPages.pointee >= Self.restingLogPages { cutLog() }
        // Statements hold the connection and were finalised before.
        unsafe sqlite3_close_v2(handle)
        unsafe logPages.deallocate()
    }

    /// Whether a transaction is under way.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// The number of the row that was inserted last.
    var lastInsertedRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

    /// How many rows the last INSERT, UPDATE or DELETE touched.
    var changedRows: Int64 { unsafe sqlite3_changes64(handle) }

    /// Runs statements that return nothing.
    func execute(_ sql: String) throws(StoreError) {
        let status = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw error(status) }
    }

    /// Prepares a statement.
    func prepare(_ sql: String) throws(StoreError) -> Statement {
        var prepared: OpaquePointer?
        let status = unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard status == SQLITE_OK, let statement = unsafe prepared else { throw error(status) }
        return unsafe Statement(statement, of: self)
    }

    /// Copies the write-ahead log into the file when it has grown.
    ///
    /// The log is recovered, which is to say read, by each process that opens the store alone, so it is kept short: a
    /// process tidies what it finds with its first commit and what it leaves when it closes. In between the log may grow
    /// to what SQLite itself lets it, because each tidying waits for the disk, and a process that reads thousands of
    /// secrets would mostly wait. A failure here loses nothing and is met again later.
    func tidyLog() {
        guard looksAfterLog else { return }
        let limit = hasTidied ? Self.workingLogPages : Self.restingLogPages
        hasTidied = true
        if unsafe logPages.pointee >= limit { cutLog() }
    }

    /// From now on another connection looks after the log.
    func leaveLogAlone() { looksAfterLog = false }

    /// Has each transaction written to the log with few calls of the system: for who commits hundreds of times a second.
    func gatherLog() throws(StoreError) {
        // A connection that has read nothing has no log open.
        _ = try prepare("SELECT count(*) FROM main.sqlite_master").first { $0.integer(0) }
        let status = unsafe kf_sqlite_gather_log(handle)
        guard status == SQLITE_OK else { throw error(status) }
    }

    /// Has ``copyLog()`` let other threads go every few pages.
    func yieldWhileCopying() throws(StoreError) {
        let status = unsafe kf_sqlite_yield_in_writes(handle)
        guard status == SQLITE_OK else { throw error(status) }
    }

    /// Copies what it can of the log into the file without waiting for anybody.
    ///
    /// - Returns: How many pages the log has, and how many of them are in the file now.
    func copyLog() -> (pages: Int32, copied: Int32) {
        var (pages, copied): (Int32, Int32) = (0, 0)
        _ = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied)
        return (pages, copied)
    }

    /// Copies the log into the file, and lets the next commit begin it anew.
    func restartLog(patience: Int32) {
        _ = unsafe kf_sqlite_wait_for_others(handle, patience)
        _ = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_RESTART, nil, nil)
        _ = unsafe kf_sqlite_wait_for_others(handle, self.patience)
    }

    /// Copies the log into the file, and gives back the room that it took, unless somebody reads an older state.
    func cutLogOff(patience: Int32) {
        _ = unsafe kf_sqlite_wait_for_others(handle, patience)
        _ = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        _ = unsafe kf_sqlite_wait_for_others(handle, self.patience)
    }

    /// Copies the log into the file, and cuts it off.
    private func cutLog() {
        // Cut off, not only copied back: what was copied is forgotten with the last process, and every short process
        // would read the whole log again before its first answer. Cutting waits for readers, so not for long.
        cutLogOff(patience: min(50, patience))
        unsafe logPages.pointee = 0
    }

    /// The error for a status, with what the system said about it.
    ///
    /// - Parameter system: `errno` of the call, when SQLite has none.
    func error(_ status: Int32, _ system: Int32 = 0) -> StoreError {
        let known = unsafe sqlite3_system_errno(handle)
        return StoreError(sqlite: status, system: system != 0 ? system : known)
    }
}
