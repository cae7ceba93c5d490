internal import SecretStore
internal import Synchronization

/// Lets one thread at a time wait for the disk, and remembers for good that it failed: the system reports a write that
/// was lost to one caller only, and whoever asks next is told that all is well.
final class SyncState: Sendable {
    private let lock = Mutex(())
    private let failed = Atomic<Bool>(false)

    var hasFailed: Bool { failed.load(ordering: .acquiring) }

    /// Waits for the disk, unless it failed before.
    func once(_ wait: () throws(StoreError) -> Void) throws(StoreError) {
        var thrown: StoreError?
        lock.withLock { _ in
            if hasFailed {
                thrown = .notSynced()
                return
            }
            do throws(StoreError) { try wait() } catch {
                failed.store(true, ordering: .releasing)
                thrown = error
            }
        }
        if let thrown { throw thrown }
    }
}
