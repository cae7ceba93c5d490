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
    /// Set when the disk did not confirm a write: nobody knows what is on it, and nothing more is answered.
    private let failed = Atomic<Bool>(false)
    private let syncCount = Atomic<Int>(0)
    private let journals = Atomic<Int>(0)
    /// A group's records take a few pages of the log.
    private static let journalsBetweenTidying = 128

    init(vault: Vault) { self.vault = vault }

    /// Whether the disk did not confirm a write.
    var hasFailed: Bool { failed.load(ordering: .acquiring) }
    /// How often the disk was waited for.
    var syncs: Int { syncCount.load(ordering: .relaxed) }

    /// Starts the thread.
    func start() {
        Thread.start { [self] in
            while let batches = queue.takeAll() { finish(batches) }
        }
    }

    /// Takes answers that wait.
    func wait(_ answers: [Waiting]) { _ = queue.push(answers) }

    /// Takes note of a group that changed nothing. Its records are in the storage's log, which must be kept short all the
    /// same: every read of a page looks there first.
    func noteJournal() {
        guard journals.add(1, ordering: .relaxed).newValue.isMultiple(of: Self.journalsBetweenTidying) else { return }
        _ = queue.push([])
    }

    /// Ends when what is there is done.
    func stop() { queue.close() }

    private func finish(_ batches: [[Waiting]]) {
        guard batches.contains(where: { !$0.isEmpty }) else { return vault.tidy() }
        do throws(StoreError) {
            if hasFailed { throw .notSynced() }
            try vault.sync()
            syncCount.add(1, ordering: .relaxed)
            for answer in batches.joined() { answer.reply(answer.response) }
            vault.tidy()
        } catch {
            // Whatever is read of a file after its disk failed to write it says nothing about the disk.
            failed.store(true, ordering: .releasing)
            for answer in batches.joined() { answer.reply(answer.failure(error)) }
        }
    }
}
