internal import HTTPModel
internal import SecretStore
internal import Synchronization
internal import Vaulting

/// Waits for the disk, and then gives out the answers that waited with it: as many as came meanwhile share one wait.
///
/// There are two waits, for the log and for the anchor, and a thread for each: while one group's anchor is written, the
/// next group's log is.
final class Committer: Sendable {
    /// An answer that must not leave before what it shows is on the disk.
    struct Waiting: Sendable {
        let response: HTTPResponse
        let failure: @Sendable (StoreError) -> HTTPResponse
        let reply: @Sendable (HTTPResponse) -> Void
    }

    private let vault: Vault
    private let queue = JobQueue<[Waiting]>(limit: .max)
    private let syncCount = Atomic<Int>(0)
    private let groupsWaiting = Atomic<Int>(0)
    private let anchoring = JobQueue<(SyncedCommits?, [[Waiting]])>(limit: .max)
    private let threads = Mutex<[Thread]>([])

    init(vault: Vault) { self.vault = vault }

    /// Whether the disk did not confirm a write.
    var hasFailed: Bool { vault.hasSyncFailed }
    /// Whether answers wait for the disk.
    var isBusy: Bool { groupsWaiting.load(ordering: .relaxed) > 0 }
    /// How often the disk was waited for.
    var syncs: Int { syncCount.load(ordering: .relaxed) }

    /// Starts the threads.
    func start() {
        let started = [
            Thread { [self] in
                while let batches = queue.takeAll() { sync(batches) }
                anchoring.close()
            },
            Thread { [self] in
                while let synced = anchoring.takeAll() { finish(synced) }
            },
        ]
        threads.withLock { $0 = started }
    }

    /// Takes answers that wait.
    func wait(_ answers: [Waiting]) {
        groupsWaiting.add(1, ordering: .relaxed)
        guard !queue.push(answers) else { return }
        groupsWaiting.subtract(1, ordering: .relaxed)
        for answer in answers { answer.reply(answer.failure(.busy())) }
    }

    /// Ends when what is there is done.
    func stop() {
        queue.close()
        let started = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in started { thread.join() }
    }

    private func sync(_ batches: [[Waiting]]) {
        do throws(StoreError) {
            let synced = try vault.syncStorage()
            syncCount.add(1, ordering: .relaxed)
            _ = anchoring.push((synced, batches))
        } catch {
            groupsWaiting.subtract(batches.count, ordering: .relaxed)
            for answer in batches.joined() { answer.reply(answer.failure(error)) }
        }
    }

    private func finish(_ synced: [(SyncedCommits?, [[Waiting]])]) {
        // The last one is the furthest.
        if let last = synced.last?.0 { vault.anchor(last) }
        for (_, batches) in synced {
            groupsWaiting.subtract(batches.count, ordering: .relaxed)
            for answer in batches.joined() { answer.reply(answer.response) }
        }
    }
}
