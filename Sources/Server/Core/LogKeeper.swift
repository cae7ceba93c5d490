internal import Synchronization
internal import Vaulting

/// Keeps the storage's log short while the server works: every read of a page looks there first, and a process that comes
/// after a crash reads all of it.
///
/// On a thread of its own: copying takes tens of milliseconds, and nobody who waits for an answer must wait for that.
final class LogKeeper: Sendable {
    private let vault: Vault
    private let queue = JobQueue<Void>(limit: 1)
    private let groups = Atomic<Int>(0)
    private let thread = Mutex<Thread?>(nil)

    /// A group's records take a few pages of the log.
    private static let groupsBetweenTidying = 1024

    init(vault: Vault) { self.vault = vault }

    /// Starts the thread.
    func start() {
        let started = Thread { [self] in
            while queue.takeOne() != nil { vault.tidy() }
        }
        thread.withLock { $0 = started }
    }

    /// Takes note of a group that was committed.
    func note() {
        guard groups.add(1, ordering: .relaxed).newValue.isMultiple(of: Self.groupsBetweenTidying) else { return }
        // When one is waiting already, that will do.
        _ = queue.push(())
    }

    /// Ends when it has done what it is doing.
    func stop() {
        queue.close()
        thread.withLock { $0.take() }?.join()
    }
}
