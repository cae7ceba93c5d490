internal import SecretStore
internal import Synchronization
internal import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Puts SQLite's write-ahead log on the disk from another thread than the one that commits.
///
/// A commit in mode NORMAL has written its pages to the log when it returns; in mode FULL it waits for the disk as well.
/// Here the same `fsync` of the same file is called apart from the commit: as many commits as came meanwhile share one,
/// and nobody who only reads waits for it. What SQLite's own checkpoints need they sync themselves, in either mode.
final class LogSync: StorageSync {
    private let path: String
    private let descriptor: Int32
    private let maintenance: Mutex<Maintenance>
    private let view: Mutex<View>

    /// The connection that copies the log into the file. One thread at a time, inside the lock.
    private struct Maintenance: @unchecked Sendable {
        let connection: Connection
    }

    /// What looks through all rows, on a connection that is opened with the others and kept: so it has the same files, whatever
    /// has their names later, and needs none when there are no more descriptors. nil for a store that nobody else can get at.
    private struct View: @unchecked Sendable {
        let storage: SQLiteStorage?
    }

    /// How long it may be before the next commit is made to wait, so that it can begin anew: 256 MiB. Each time, commits
    /// wait until the disk has confirmed three times. What was copied before is on the disk by then, so each of them is a
    /// matter of milliseconds; at full load that is once in twelve seconds, and fewer than one answer in a hundred notices. Whoever opens the store after a crash reads all of it, in a third of a second.
    static let mostPages: Int32 = 64_000
    private let mostPages: Int32
    private let isTemporary: Bool
    /// Which file it was when the store was opened.
    private let file: (device: dev_t, number: ino_t)?

    /// - Parameters:
    ///   - path: The store's file.
    ///   - connection: One that nobody else uses.
    ///   - mostPages: How long the log may be, in pages of 4 KiB.
    ///   - isTemporary: Whether it may lose its name.
    init(
        path: String,
        connection: Connection,
        mostPages: Int32 = LogSync.mostPages,
        isTemporary: Bool = false
    ) throws(StoreError) {
        self.path = path
        file = Self.identity(of: path)
        self.mostPages = mostPages
        self.isTemporary = isTemporary
        // The log is a file of its own that SQLite takes no locks on, so opening it beside SQLite lets none go.
        // A connection that has read nothing has no log open, and its checkpoints do nothing.
        _ = try connection.prepare("SELECT count(*) FROM main.sqlite_master").first { $0.integer(0) }
        try connection.yieldWhileCopying()
        maintenance = Mutex(Maintenance(connection: connection))
        view = Mutex(View(storage: isTemporary ? nil : try SQLiteStorage.view(of: path)))
        descriptor = openFile(path + "-wal", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .cannotOpen("its write-ahead log is not there") }
    }

    deinit { close(descriptor) }

    func sync() throws(StoreError) {
        while fdatasync(descriptor) != 0 {
            guard errno == EINTR else { throw .notSynced() }
        }
        // What is in a file without a name is gone with the process.
        var status = stat()
        guard unsafe isTemporary || (fstat(descriptor, &status) == 0 && status.st_nlink > 0) else { throw .notSynced() }
    }

    func tidy() {
        maintenance.withLock { maintenance in
            let log = maintenance.connection.copyLog()
            // The log begins anew by itself when a commit finds all of it copied. Under constant writing none ever does.
            guard log.pages > mostPages else { return }
            // What was committed during one copy is less than that one copied, so little is left to wait for.
            for _ in 0..<3 { _ = maintenance.connection.copyLog() }
            // Whoever reads an older state keeps it from beginning anew, and nobody may write while it waits for them.
            maintenance.connection.restartLog(patience: 20)
        }
    }

    /// A log as short as this costs nobody anything: 4 MiB.
    private static let restingBytes = 4 << 20

    func rest() {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_size > Self.restingBytes else { return }
        maintenance.withLock { maintenance in
            // Without waiting for anybody first, so that little is left to do while commits wait.
            _ = maintenance.connection.copyLog()
            maintenance.connection.cutLogOff(patience: 20)
        }
    }

    func look<Result: Sendable>(
        _ body: (any VaultStorage) throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        try checkName()
        let outcome: Swift.Result<Result, StoreError>? = view.withLock { view in
            guard let storage = view.storage else { return nil }
            do throws(StoreError) {
                try storage.refresh()
                return .success(try body(storage))
            } catch { return .failure(error) }
        }
        return try outcome?.get()
    }

    /// Stops here when another file has the store's name, or none has. What is looked at and served then is the one that was
    /// moved, and whoever moved it had a reason.
    private func checkName() throws(StoreError) {
        if isTemporary { return }
        let found = Self.identity(of: path)
        // What is looked at must be what is served: one that was moved away could have any rows.
        guard let found, let file, found == file else {
            guard found != nil || errno == ENOENT else { throw .cannotOpen("its file cannot be looked at") }
            throw .tampered("the store's file")
        }
    }

    func logBytes() -> Int {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    private static func identity(of path: String) -> (device: dev_t, number: ino_t)? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return (status.st_dev, status.st_ino)
    }

    func room() -> Int? {
        var status = statvfs()
        guard unsafe fstatvfs(descriptor, &status) == 0 else { return nil }
        // Blocks that are kept back for root are nobody's.
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
        )
    }
}

// The system's call under a name that the methods above do not hide.
private func openFile(_ path: String, _ flags: Int32) -> Int32 { unsafe open(path, flags) }
