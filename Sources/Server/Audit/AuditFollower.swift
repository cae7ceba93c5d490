internal import SecretStore
internal import Synchronization
internal import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One sink's thread: reads what was committed, block by block, gives it to the sink, and keeps where it has come to.
///
/// It is no part of any transaction. A sink that hangs holds this thread and nothing else; not even the store, once nobody
/// waits for it any more.
final class AuditFollower: Sendable {
    let target: AuditTarget
    /// The store, with its keys: none after ``abandon()``.
    private let store: Mutex<Vault?>
    private let folder: String
    private let signal: CommitSignal
    private let options: AuditSinks.Options
    private let shared: Mutex<AuditSinkState>
    private let isStopping = Atomic<Bool>(false)
    private let isAbandoned = Atomic<Bool>(false)
    private let mustReopen = Atomic<Bool>(false)
    private let ended = Atomic<Bool>(false)

    init(_ target: AuditTarget, _ vault: Vault, _ folder: String, _ signal: CommitSignal, _ options: AuditSinks.Options)
    {
        self.target = target
        store = Mutex(vault)
        self.folder = folder
        self.signal = signal
        self.options = options
        shared = Mutex(AuditSinkState(name: target.name, kind: target.kind))
    }

    /// How the sink is; its lag is not counted here.
    var state: AuditSinkState { shared.withLock { $0 } }
    /// Whether the thread has ended.
    var hasEnded: Bool { ended.load(ordering: .acquiring) }

    func start() { Thread.detach { [self] in run() } }
    func stop() { isStopping.store(true, ordering: .releasing) }
    func reopen() { mustReopen.store(true, ordering: .releasing) }

    /// Ends the thread with the body that it is sending, whatever is left, and takes the store away from it at once: when a
    /// store is sealed, a sink that hangs must not keep its keys. The name stays taken until the thread has ended.
    func abandon() {
        isAbandoned.store(true, ordering: .releasing)
        stop()
        store.withLock { $0 = nil }
    }

    /// Asks the store. The answer must not hold it.
    private func ask<Answer>(_ question: (Vault) throws -> Answer) throws -> Answer {
        guard let vault = store.withLock({ $0 }) else { throw Abandoned() }
        return try question(vault)
    }

    private struct Abandoned: Error {}

    private func run() {
        var work = Work(sink: target.make())
        var failures = 0
        while true {
            // Asked before the round: what was committed until then is taken before the thread ends.
            let isLast = isStopping.load(ordering: .acquiring)
            let seen = signal.raised
            var isAtEnd = false
            if isLast { work.nextCheckpoint = .min }
            do {
                isAtEnd = try round(&work)
                failures = 0
                settle()
            } catch {
                failures += 1
                if !isAbandoned.load(ordering: .acquiring) { note(error) }
            }
            if isAbandoned.load(ordering: .acquiring) || (isLast && (isAtEnd || failures > 0)) { break }
            if failures > 0 {
                pause(min(options.longestPause, options.firstPause << min(failures - 1, 16)))
            } else if isAtEnd {
                signal.wait(after: seen, milliseconds: options.lookAfter)
                // What comes in a burst is taken together: each look holds the store for a moment.
                if !isStopping.load(ordering: .acquiring) { pause(options.gather) }
            }
        }
        // The next of the name goes on from here.
        work.file = nil
        ended.store(true, ordering: .releasing)
    }

    /// What belongs to the thread alone.
    private struct Work {
        let sink: any AuditSink
        var file: PositionFile?
        var place = AuditPosition.beginning
        /// Where checkpoints were written, the newest first.
        var older: [AuditPosition] = []
        var lastCheckpoint = AuditPosition.beginning
        var nextCheckpoint = Int64.min
    }

    /// Takes one batch.
    ///
    /// - Returns: Whether there is nothing more.
    private func round(_ work: inout Work) throws -> Bool {
        // First of all: whatever fails below, a new target is asked for once.
        if mustReopen.exchange(false, ordering: .acquiringAndReleasing) { work.sink.reopen() }
        if work.file == nil { try begin(&work) }
        guard let file = work.file else { return true }
        guard
            let batch = try ask({ vault in
                try vault.auditBatch(
                    after: work.place,
                    records: options.batchRecords,
                    bytes: options.batchBytes
                )
            })
        else {
            try rewind(&work)
            return false
        }
        let checkpoint = dueCheckpoint(batch, work)
        guard !batch.entries.isEmpty || checkpoint != nil else { return true }
        var taken = 0
        shared.withLock { $0.busySince = .now }
        defer { shared.withLock { $0.busySince = nil } }
        var delivery = AuditDelivery(entries: batch.entries, checkpoint: checkpoint)
        delivery.isWanted = { [self] in !isAbandoned.load(ordering: .acquiring) }
        do throws(AuditSinkError) {
            try work.sink.write(delivery, taken: &taken)
        } catch {
            if taken > 0 {
                let last = batch.entries[min(taken, batch.entries.count) - 1]
                try step(to: AuditPosition(sequence: last.record.sequence, hash: last.hash), &work, file)
            }
            throw error
        }
        if checkpoint != nil {
            work.lastCheckpoint = batch.position
            work.nextCheckpoint = monotonicMilliseconds() + Int64(options.checkpointSeconds) * 1000
        }
        try step(to: batch.position, &work, file, isCheckpoint: checkpoint != nil)
        shared.withLock { $0.lastDelivery = .now }
        return batch.checkpoint != nil
    }

    private func begin(_ work: inout Work) throws {
        let file = try PositionFile(folder: folder, name: target.name)
        let places = try file.load()
        let place = places.first ?? .beginning
        try ask { try $0.beginFollowingAudit(target.name, at: place) }
        work.file = file
        work.place = place
        work.older = Array(places.dropFirst())
        work.lastCheckpoint = work.older.first ?? .beginning
        shared.withLock { $0.position = place.sequence }
    }

    private func step(
        to place: AuditPosition,
        _ work: inout Work,
        _ file: PositionFile,
        isCheckpoint: Bool = false
    ) throws(AuditSinkError) {
        work.place = place
        if isCheckpoint { work.older = PositionFile.thinned([place] + work.older) }
        shared.withLock { $0.position = place.sequence }
        try file.save([place] + work.older)
    }

    /// A checkpoint is due when enough time or records have gone by since the last, and only a signed head is one.
    private func dueCheckpoint(_ batch: AuditBatch, _ work: Work) -> AuditCheckpoint? {
        guard let checkpoint = batch.checkpoint, checkpoint.sequence > work.lastCheckpoint.sequence else { return nil }
        let isDue =
            monotonicMilliseconds() >= work.nextCheckpoint
            || checkpoint.sequence - work.lastCheckpoint.sequence >= options.checkpointRecords
        return isDue ? checkpoint : nil
    }

    /// Goes back to the newest place that the log leads through: it was put back to an older state, or lost its last
    /// records with the power. What it has there now comes after what the sink already has.
    private func rewind(_ work: inout Work) throws {
        while let older = work.older.first, try !ask({ try $0.isPlace(older) }) { work.older.removeFirst() }
        let place = work.older.first ?? .beginning
        work.place = place
        work.lastCheckpoint = place
        shared.withLock {
            $0.rewinds += 1
            $0.position = place.sequence
        }
    }

    private func note(_ error: any Error) {
        let (code, message) =
            switch error {
            case let error as AuditSinkError: (error.code, error.message)
            case let error as StoreError: (error.code, error.message)
            default: ("KF-AUDIT-012", "an error of the type \(type(of: error))")
            }
        change { state in
            state.code = code
            state.message = message
            if state.failingSince == nil { state.failingSince = .now }
        }
    }

    private func settle() { change { ($0.code, $0.message, $0.failingSince) = (nil, nil, nil) } }

    /// Changes how the sink is, and tells it when its error is another one than before.
    private func change(_ body: (inout AuditSinkState) -> Void) {
        let changed = shared.withLock { state -> AuditSinkState? in
            let before = state.code
            body(&state)
            return state.code == before ? nil : state
        }
        if let changed { options.onChange(changed) }
    }

    /// Sleeps, in pieces, so that an end or a new target is not waited for.
    private func pause(_ milliseconds: Int) {
        let end = monotonicMilliseconds() + Int64(milliseconds)
        while !isStopping.load(ordering: .acquiring), !mustReopen.load(ordering: .acquiring) {
            let rest = end - monotonicMilliseconds()
            guard rest > 0 else { return }
            usleep(UInt32(min(rest, 50)) * 1000)
        }
    }
}

/// A clock that nobody sets.
func monotonicMilliseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
