public import SecretStore
internal import Synchronization
internal import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The right to serve a store: one process has it at a time, and the system takes it back when that ends, however it ends.
///
/// A lock (flock(2)) on a file of its own beside the store, `STORE.lock`, in which stands who has it. The file stays; only the
/// lock counts.
///
/// That file can be taken away, and another be locked in its place. So the store's own file is locked as well, which is one for
/// all who serve it. SQLite does not see that: its locks are of another kind (fcntl(2)). They go when any descriptor of the file
/// is closed, so this one is kept until nobody serves the store any more.
public final class ServingLock: Sendable {
    private let descriptor: Int32
    /// The store's file, locked where its file system has such locks; nil while there is none.
    private let held = Mutex<Int32?>(nil)
    private let path: String
    private let lock: @Sendable (Int32) -> Int32?
    /// What is read of a lock's file.
    private static let mostBytes = 256

    /// Takes the lock. The store's folder is made when it is missing.
    ///
    /// - Parameter path: The store's file, which need not be there yet. Links are followed: two names of a store are one.
    /// - Throws: ``StoreError``: `KF-STORE-039` when another process has it.
    public convenience init(store path: String) throws(StoreError) {
        try self.init(store: path) { flock($0, LOCK_EX | LOCK_NB) == 0 ? nil : errno }
    }

    /// - Parameter lock: Locks a descriptor; gives the system's number of what went wrong.
    package init(store path: String, locking lock: @escaping @Sendable (Int32) -> Int32?) throws(StoreError) {
        let folder = PrivateFile.folder(of: path)
        try PrivateFile.makeFolder(folder)
        let name = path.split(separator: "/").last ?? ""
        let real = Self.resolved(path) ?? Self.resolved(folder).map { "\($0)/\(name)" } ?? path
        let opened = openFile(real + ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard opened >= 0 else { throw PrivateFile.storeFailure(errno) }
        if let number = lock(opened) {
            defer { close(opened) }
            guard number == EWOULDBLOCK else { throw .cannotOpen("its lock: \(PrivateFile.describe(number))") }
            throw .served(by: Self.holder(opened))
        }
        descriptor = opened
        self.path = real
        self.lock = lock
        try holdStore()
        // Who had it before is not who has it.
        _ = ftruncate(opened, 0)
    }

    /// Locks the store's file, once there is one: to be called when it was made, and when it may be another one.
    ///
    /// - Throws: ``StoreError``: `KF-STORE-039` when another process serves it.
    public func holdStore() throws(StoreError) {
        let error: StoreError? = held.withLock { held in
            // Asked by name: another descriptor of the same file would have to be closed.
            if let held, Self.isFile(held, at: path) { return nil }
            let opened = openFile(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
            // Who cannot read it does not serve it: what opens it says so.
            guard opened >= 0 else { return nil }
            if lock(opened) == EWOULDBLOCK {
                close(opened)
                return .served(by: nil)
            }
            // Also where the file system has no such lock (NFS has none for who only reads): the lock of the file beside it
            // counts all the same, and closing this descriptor would take SQLite's own locks.
            if let old = held { close(old) }
            held = opened
            return nil
        }
        if let error { throw error }
    }

    private static func isFile(_ descriptor: Int32, at path: String) -> Bool {
        var (opened, named) = (stat(), stat())
        guard unsafe fstat(descriptor, &opened) == 0, unsafe stat(path, &named) == 0 else { return false }
        return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
    }

    /// Says who has the lock, to whoever comes second.
    ///
    /// - Parameter address: Where the store is served.
    public func tell(_ address: String) {
        let text = Array("\(getpid()) \(address)\n".utf8)
        // Whoever cannot say who it is has the lock all the same.
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit {
        if let store = held.withLock({ $0 }) { close(store) }
        close(descriptor)
    }

    private static func resolved(_ path: String) -> String? {
        guard let found = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }

    /// Who has the lock, as its file says: a process's number and an address. nil when it says nothing of the kind.
    private static func holder(_ descriptor: Int32) -> (process: Int, address: String)? {
        var bytes = [UInt8](repeating: 0, count: mostBytes)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        let words = bytes[..<count].split(separator: 0x0A).first?.split(separator: 0x20) ?? []
        guard words.count == 2, let process = Int(String(decoding: words[0], as: UTF8.self)), process > 0,
            words[1].allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return (process, String(decoding: words[1], as: UTF8.self))
    }
}

// The system's call under a name that the methods above do not hide.
private func openFile(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 { unsafe open(path, flags, mode) }
