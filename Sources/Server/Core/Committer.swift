internal import HTTPModel
internal import SecretStore
internal import Synchronization
internal import Vaulting

/// Waits for the disk, and then gives out the answers that waited with it: as many as came meanwhile share one wait.
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
    private let thread = Mutex<Thread?>(nil)

    init(vault: Vault) { self.vault = vault }

    /// Whether the disk did not confirm a write.
    var hasFailed: Bool { vault.hasSyncFailed }
    /// How often the disk was waited for.
    var syncs: Int { syncCount.load(ordering: .relaxed) }

    /// Starts the thread.
    func start() {
        let started = Thread { [self] in
            while let batches = queue.takeAll() { finish(batches) }
        }
        thread.withLock { $0 = started }
    }

    /// Takes answers that wait.
    func wait(_ answers: [Waiting]) {
        guard !queue.push(answers) else { return }
        for answer in answers { answer.reply(answer.failure(.busy())) }
    }

    /// Ends when what is there is done.
    func stop() {
        queue.close()
        thread.withLock { $0.take() }?.join()
    }

    private func finish(_ batches: [[Waiting]]) {
        do throws(StoreError) {
            try vault.sync()
            syncCount.add(1, ordering: .relaxed)
            for answer in batches.joined() { answer.reply(answer.response) }
        } catch {
            for answer in batches.joined() { answer.reply(answer.failure(error)) }
        }
    }
}
