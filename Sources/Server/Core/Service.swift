internal import AccessPolicy
public import HTTPModel
public import SecretStore
internal import Synchronization
public import Vaulting

/// The service: one store behind one gate, spoken to in several protocols.
///
/// Requests that come in one turn of an event loop pass the gate as one group: one transaction, one signature of the
/// log's head. Who only reads is answered when the group is committed; who changed something, or read what was just
/// changed, when the disk has confirmed it, which another thread waits for.
public final class Service: Sendable {
    let vault: Vault
    let adapters: [any ProtocolAdapter]
    let committer: Committer
    let keeper: StoreKeeper
    let metrics: ServiceMetrics
    /// Those who watch for changes.
    let watches: WatchHub
    /// Counts wrong passwords and secrets.
    public let attempts: AttemptLimiter
    /// Raised when something was committed: for those who follow the audit log.
    public let committed = CommitSignal()
    private let workers = JobQueue<@Sendable () -> Void>(limit: 256)
    /// For those who were not let in yet: strangers' passwords keep nobody else waiting.
    private let strangers = JobQueue<@Sendable () -> Void>(limit: 64)
    /// For listings that take long.
    private let listings = JobQueue<@Sendable () -> Void>(limit: 64)
    /// For those who wait until all paths are known.
    private let gatherings = JobQueue<@Sendable () -> Void>(limit: Service.mostGatherings)
    static let mostGatherings = 4096
    /// How many bytes of bodies wait with those who list, and how many may: who has gone keeps its place, and its body.
    private let listed = Atomic<Int>(0)
    private static let mostListed = 64 << 20
    private let ends = Atomic<Bool>(false)
    private let waiting = Mutex<[String: Int]>([:])
    private static let waitingOfOneAddress = 8
    private let threads = Mutex<[Thread]>([])
    private let names = RequestNames()
    private let sinks = Mutex<AuditSinks?>(nil)
    private let rows = Mutex<RowWatch?>(nil)
    /// The record that was tried last to find out whether there is room.
    let lastTry = Mutex(RoomTry())
    /// Decides which refusals are recorded, for all workers together.
    private let refusals = Mutex(RefusalMeter())
    private let choose: @Sendable (HTTPRequest) -> Int?

    /// - Parameters:
    ///   - vault: The store, opened, with every right.
    ///   - adapters: The protocols.
    ///   - choose: Which of them a request is for; nil for none.
    ///   - heartbeat: How often those who read a stream of changes are looked at again.
    ///   - threads: How many threads do what takes time. Each may hash a password, which takes 32 MiB.
    /// - Throws: ``StoreError`` when the storage cannot leave waiting to others.
    public init(
        vault: Vault,
        adapters: [any ProtocolAdapter],
        attempts: AttemptLimiter = AttemptLimiter(),
        heartbeat: Duration = .seconds(15),
        threads: Int = 2,
        choose: @escaping @Sendable (HTTPRequest) -> Int?
    ) throws(StoreError) {
        try vault.deferSync()
        self.vault = vault
        self.adapters = adapters
        self.attempts = attempts
        self.choose = choose
        committer = Committer(vault: vault)
        keeper = StoreKeeper(vault: vault)
        metrics = ServiceMetrics(wires: adapters.map(\.wire))
        watches = WatchHub(heartbeat: heartbeat)
        vault.tellChanges { [watches] in watches.publish($0) }
        committer.start()
        keeper.start()
        let started = [(workers, threads), (strangers, threads), (listings, 1), (gatherings, 1)].flatMap {
            (queue, count) in
            (0..<count).map { _ in
                Thread {
                    while let job = queue.takeOne() { job() }
                }
            }
        }
        self.threads.withLock { $0 = started }
    }

    /// One event loop's own part.
    public func makeWorker() -> ServiceWorker { ServiceWorker(self) }

    /// Whether requests can be answered: the audit log and the disk take what they must, as far as the last request met it.
    public var isHealthy: Bool { !committer.hasFailed && !vault.isFull && !vault.isTampered }

    /// The counters in Prometheus's text format.
    public func metricsText(_ gauges: [(name: String, help: String, value: Double)] = []) -> String {
        let own: [(name: String, help: String, value: Double)] = [
            ("keyfolio_healthy", "Whether requests can be answered.", isHealthy ? 1 : 0),
            ("keyfolio_anchor_written", "Whether the anchor follows the log.", vault.isAnchorWritten ? 1 : 0),
            ("keyfolio_rows_intact", "Whether no row was found that nobody signed.", vault.isTampered ? 0 : 1),
            (
                "keyfolio_row_checks", "How often all rows were looked through.",
                Double(rows.withLock { $0?.count ?? 0 })
            ),
            (
                "keyfolio_row_checks_failed", "How many times in a row they could not be.",
                Double(rows.withLock { $0?.failuresInARow ?? 0 })
            ),
            ("keyfolio_syncs", "How often the disk was waited for.", Double(committer.syncs)),
            ("keyfolio_locked", "Names and addresses that must wait.", Double(attempts.locked())),
        ]
        return metrics.text(own + gauges) + (sinks.withLock { $0 }?.metricsText ?? "")
    }

    /// Has sinks follow the audit log from now on.
    ///
    /// - Parameters:
    ///   - targets: The sinks.
    ///   - folder: Where their positions are kept: beside the store.
    ///   - onChange: Is told when a sink begins to fail, fails otherwise, or works again.
    /// - Throws: ``AuditSinkError``.
    public func follow(
        _ targets: [AuditTarget],
        folder: String,
        onChange: @escaping @Sendable (AuditSinkState) -> Void = { _ in }
    ) throws(AuditSinkError) {
        guard !targets.isEmpty else { return }
        var options = AuditSinks.Options()
        options.onChange = onChange
        let started = try AuditSinks(targets, of: vault, folder: folder, signal: committed, options: options)
        sinks.withLock { $0 = started }
    }

    /// Has the store's rows looked through from now on: see ``RowWatch``.
    ///
    /// - Parameters:
    ///   - seconds: How long after one round the next one begins; a large store's rounds are further apart.
    ///   - onFault: Is told when there is a row that was put back, or one is missing: nothing is answered from then on. And
    ///     when the rows could not be looked through several times in a row.
    public func watchRows(every seconds: Double, onFault: @escaping @Sendable (StoreError) -> Void) {
        let watch = RowWatch(vault, secondsOfRest: seconds, onFault: onFault)
        watch.start()
        rows.withLock { $0 = watch }
    }

    /// Opens the sinks' files anew, after they were rotated.
    public func reopenSinks() { sinks.withLock { $0 }?.reopen() }

    /// Answers those who wait for changes, and lets nobody wait from now on: before the transport waits for answers.
    public func drain() { watches.drain() }

    /// Takes no more work; what is under way is finished, and the sinks get what was committed, if they take it soon.
    /// When this returns, no thread of the service uses the store, but for a sink that hangs.
    public func stop() {
        ends.store(true, ordering: .relaxed)
        workers.close()
        strangers.close()
        listings.close()
        gatherings.close()
        // In this order: what they are at ends in an answer that waits for the disk.
        let started = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in started { thread.join() }
        watches.stop()
        committer.stop()
        keeper.stop()
        rows.withLock { $0 }?.stop()
        _ = sinks.withLock { $0 }?.stop()
    }

    /// Whether a refusal is to be recorded, and how many before it were not; nil when it is only counted.
    func admitRefusal(from address: String) -> Int? {
        metrics.refusals.add()
        return refusals.withLock { $0.admit(address, at: attempts.now) }
    }

    /// Counts what could not be recorded, and sees to it that there is room, if it was that.
    func note(_ error: StoreError) {
        if error.isFullOrReadOnly || error.category == .unavailable { metrics.auditFailures.add() }
        if error.isFullOrReadOnly { keeper.makeRoom() }
    }

    func adapter(for request: HTTPRequest) -> Int? { choose(request) }

    /// Where a request came from, for the records.
    func source(of request: HTTPRequest, _ wire: String) -> AuditSource {
        var source = vault.source
        source.wire = wire
        source.address = request.origin.address
        source.request = names.next()
        source.trace = request.headers["traceparent"].flatMap(Self.trace(of:))
        return source
    }

    /// The trace's id in the header `traceparent` (W3C Trace Context, section 3.2); nil when it is none, or all zeros.
    private static func trace(of header: String) -> String? {
        guard header.utf8.count == 55 else { return nil }
        let parts = header.split(separator: "-")
        guard parts.count == 4, parts[0] != "ff", AuditQuery.isTrace(String(parts[1])) else { return nil }
        return String(parts[1])
    }

    /// Does something that takes time.
    ///
    /// - Parameter isOwed: Whether it must be done however many wait: what belongs to an answer that was given.
    /// - Returns: Whether there was room; what is owed is refused only when the service ends.
    func work(isOwed: Bool = false, _ job: @escaping @Sendable () -> Void) -> Bool {
        workers.push(job, isOwed: isOwed)
    }

    /// Does what cannot be done within a group, after what came before and has the same reason.
    ///
    /// - Parameter size: How many bytes of a body the job keeps.
    /// - Returns: Whether there was room.
    func list(_ reason: DetourReason, size: Int, _ job: @escaping @Sendable () -> Void) -> Bool {
        let queue = reason == .paths ? gatherings : listings
        let fits = listed.add(size, ordering: .relaxed).newValue <= Self.mostListed
        let isTaken =
            fits
            && queue.push { [self] in
                job()
                listed.subtract(size, ordering: .relaxed)
            }
        if !isTaken { listed.subtract(size, ordering: .relaxed) }
        return isTaken
    }

    /// Whether it takes no more work: nobody waits then for what takes long.
    var isEnding: Bool { ends.load(ordering: .relaxed) }

    /// Does something that takes time for somebody who was not let in yet: a few at a time for each address.
    ///
    /// - Returns: Whether there was room.
    func workForStranger(at address: String, _ job: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = waiting.withLock { waiting in
            guard waiting[address, default: 0] < Self.waitingOfOneAddress else { return false }
            waiting[address, default: 0] += 1
            return true
        }
        guard isTaken else { return false }
        let isQueued = strangers.push { [self] in
            job()
            release(address)
        }
        if !isQueued { release(address) }
        return isQueued
    }

    private func release(_ address: String) {
        waiting.withLock { waiting in
            let count = waiting[address, default: 1] - 1
            waiting[address] = count > 0 ? count : nil
        }
    }
}

/// Names for requests: nobody else's, and cheap. 12 random digits of the process, and a count.
private final class RequestNames: Sendable {
    private let prefix = String(VersionID().hex.prefix(12))
    private let count = Atomic<Int>(0)

    func next() -> String { "\(prefix)-\(count.add(1, ordering: .relaxed).newValue)" }
}
