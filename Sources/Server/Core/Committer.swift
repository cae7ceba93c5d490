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
    private let journals = Atomic<Int>(0)
    /// A group's records take a few pages of the log.
    private static let journalsBetweenTidying = 1024
    /// A millisecond's worth.
    private static let tokensSwept = 128

    init(vault: Vault) { self.vault = vault }

    /// Whether the disk did not confirm a write.
    var hasFailed: Bool { vault.hasSyncFailed }
    /// How often the disk was waited for.
    var syncs: Int { syncCount.load(ordering: .relaxed) }

    /// Starts the thread.
    func start() {
        Thread.start { [self] in
            while let batches = queue.takeAll() { finish(batches) }
        }
    }

    /// Takes answers that wait.
    func wait(_ answers: [Waiting]) {
        guard !queue.push(answers) else { return }
        for answer in answers { answer.reply(answer.failure(.busy())) }
    }

    /// Takes note of a group that changed nothing. Its records are in the storage's log, which must be kept short all the
    /// same: every read of a page looks there first.
    func noteJournal() {
        if isTimeToTidy() { _ = queue.push([]) }
    }

    private func isTimeToTidy() -> Bool {
        journals.add(1, ordering: .relaxed).newValue.isMultiple(of: Self.journalsBetweenTidying)
    }

    /// Ends when what is there is done.
    func stop() { queue.close() }

    /// Keeps short what grows with use: the storage's log, and the tokens that are kept. What cannot be taken away now is
    /// taken away another time.
    private func tidy() {
        vault.tidy()
        _ = try? vault.sweepTokens(rows: Self.tokensSwept)
    }

    private func finish(_ batches: [[Waiting]]) {
        guard batches.contains(where: { !$0.isEmpty }) else { return tidy() }
        do throws(StoreError) {
            try vault.sync()
            syncCount.add(1, ordering: .relaxed)
            for answer in batches.joined() { answer.reply(answer.response) }
            if isTimeToTidy() { tidy() }
        } catch {
            for answer in batches.joined() { answer.reply(answer.failure(error)) }
        }
    }
}
