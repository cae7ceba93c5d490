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
    private let descriptor: Int32
    private let maintenance: Mutex<Maintenance>

    /// The connection that copies the log into the file. One thread at a time, inside the lock.
    private struct Maintenance: @unchecked Sendable {
        let connection: Connection
    }

    /// How long it may be before the next commit is made to wait, so that it can begin anew: 48 MiB. Each
    /// time, commits wait for the disk once; at full load that is once in a second or so.
    private static let mostPages: Int32 = 12_000

    /// - Parameters:
    ///   - path: The store's file.
    ///   - connection: One that nobody else uses.
    init(path: String, connection: Connection) throws(StoreError) {
        // The log is a file of its own that SQLite takes no locks on, so opening it beside SQLite lets none go.
        // A connection that has read nothing has no log open, and its checkpoints do nothing.
        _ = try connection.prepare("SELECT count(*) FROM main.sqlite_master").first { $0.integer(0) }
        descriptor = openFile(path + "-wal", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .cannotOpen("its write-ahead log is not there") }
        maintenance = Mutex(Maintenance(connection: connection))
    }

    deinit { close(descriptor) }

    func sync() throws(StoreError) {
        while fdatasync(descriptor) != 0 {
            guard errno == EINTR else { throw .notSynced() }
        }
    }

    func tidy() {
        maintenance.withLock { maintenance in
            let log = maintenance.connection.copyLog()
            // The log begins anew by itself when a commit finds all of it copied. Under constant writing none ever does.
            if log.pages > Self.mostPages { maintenance.connection.restartLog(patience: 20) }
        }
    }
}

// The system's call under a name that the methods above do not hide.
private func openFile(_ path: String, _ flags: Int32) -> Int32 { unsafe open(path, flags) }
