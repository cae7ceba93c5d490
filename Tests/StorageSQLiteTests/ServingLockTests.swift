import Glibc
import SecretStore
import StorageSQLite
import Synchronization
import Testing

@Suite struct ServingLockTests {
    /// How many descriptors of this process are of a file.
    private func descriptors(of path: String) -> Int {
        names(in: "/proc/self/fd").count { number in
            var target = [CChar](repeating: 0, count: 4096)
            let count = unsafe readlink("/proc/self/fd/\(number)", &target, target.count)
            return count > 0 && String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) == path
        }
    }

    @Test func `where the file system refuses a lock of the store's file its descriptor is kept all the same`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        let calls = Mutex(0)
        // The first is the lock's own file. NFS has no exclusive lock for a descriptor that only reads.
        let lock = try ServingLock(store: store.path) { _ in
            calls.withLock { count in
                count += 1
                return count == 1 ? nil : EBADF
            }
        }
        #expect(descriptors(of: store.path) == 1)
        for _ in 0..<2 { try lock.holdStore() }
        // None was opened again, and so none closed: that would take SQLite's locks.
        #expect(calls.withLock { $0 } == 2)
        #expect(descriptors(of: store.path) == 1)
        withExtendedLifetime(lock) {}
    }

    @Test func `a store's file that another process has locked is refused, and not held`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        let calls = Mutex(0)
        expectError("KF-STORE-039") {
            _ = try ServingLock(store: store.path) { _ in
                calls.withLock { count in
                    count += 1
                    return count == 1 ? nil : EWOULDBLOCK
                }
            }
        }
        #expect(descriptors(of: store.path) == 0)
    }

    @Test func `a store that is made later is held once it is there`() throws {
        let store = try TemporaryStore()
        let first = try ServingLock(store: store.path)
        #expect(descriptors(of: store.path) == 0)
        _ = try store.create()
        try first.holdStore()
        #expect(descriptors(of: store.path) == 1)
        // The file of the lock was taken away: the store's own says it.
        unsafe unlink(store.path + ".lock")
        expectError("KF-STORE-039") { _ = try ServingLock(store: store.path) }
        withExtendedLifetime(first) {}
    }
}
