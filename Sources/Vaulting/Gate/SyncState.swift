internal import SecretStore
internal import Synchronization

/// Lets one thread at a time wait for the disk, and remembers for good that it failed: the system reports a write that
/// was lost to one caller only, and whoever asks next is told that all is well.
final class SyncState: Sendable {
    private let lock = Mutex(())
    private let failed = Atomic<Bool>(false)
    /// The record that the anchor was moved to last.
    private let anchored = Mutex<Int64>(-1)

    private let isAnchored = Atomic<Bool>(true)

    var isAnchorWritten: Bool { isAnchored.load(ordering: .relaxed) }

    func noteAnchor(_ isWritten: Bool) { isAnchored.store(isWritten, ordering: .relaxed) }

    var hasFailed: Bool { failed.load(ordering: .acquiring) }

    /// Waits for the disk, unless it failed before.
    func once<Result: Sendable>(_ wait: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        let outcome: Swift.Result<Result, StoreError> = lock.withLock { _ in
            guard !hasFailed else { return .failure(.notSynced()) }
            do throws(StoreError) { return .success(try wait()) } catch {
                failed.store(true, ordering: .releasing)
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Does what follows on the disk's word, one thread at a time.
    ///
    /// - Parameter body: Takes the record that the anchor was moved to last, to change it.
    func inOrder(_ body: (inout Int64) -> Void) { anchored.withLock { body(&$0) } }
}
