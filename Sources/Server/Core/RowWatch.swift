internal import SecretStore
internal import Synchronization
internal import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What a ``RowWatch`` looks through.
protocol WatchedRows: Sendable {
    /// Looks through all rows: see ``Vault/checkRowsApart(pause:)``.
    func checkRowsApart(pause: () -> Bool) throws(StoreError) -> Bool?
    /// Whether somebody without the key has changed something, whoever found it.
    var isTampered: Bool { get }
    /// How long the log is, in bytes.
    var logBytes: Int? { get }
}

extension Vault: WatchedRows {}

/// Looks through all rows of the store, again and again: whoever can write its file, and kept its old rows, can put one back
/// that was true once, and each row by itself does not say that it is no more.
///
/// On a thread of its own that works for a tenth of the time while it looks, and looks for a twentieth of the time: a hundred
/// thousand rows take some two seconds, once a minute.
final class RowWatch: Sendable {
    private let watched: any WatchedRows
    /// How long nothing is looked at after a round, at least.
    private let secondsOfRest: Double
    private let onFault: @Sendable (StoreError) -> Void
    private let queue = JobQueue<Void>(limit: 1)
    private let ends = Atomic<Bool>(false)
    private let rounds = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)
    private let thread = Mutex<Thread?>(nil)

    /// How many times as long as it computed the thread sleeps, while it looks; and for how long at most, in seconds.
    private static let sleeps = 9.0
    private static let longestSleep = 0.02
    /// How many times as long as a round took nothing is looked at after it, at least; and for how long at most, in seconds.
    private static let rests = 20.0
    private static let longestRest = 3600.0
    /// A start is not to wait for the first round.
    private static let secondsBeforeFirst = 1.0
    /// What others write while the rows are looked through stays in the log: above the first length it is looked without
    /// sleeping, above the second it is given up and done another time.
    private static let longLog = 256 << 20
    private static let longestLog = 1 << 30
    /// How many rounds in a row must fail before it is said.
    private static let failuresUntilSaid = 3

    /// - Parameters:
    ///   - watched: The store.
    ///   - secondsOfRest: How long nothing is looked at after a round, at least.
    ///   - onFault: Is told once that somebody without the key has changed something, and whenever some rounds in a row could not
    ///     look at all rows.
    init(_ watched: any WatchedRows, secondsOfRest: Double, onFault: @escaping @Sendable (StoreError) -> Void) {
        (self.watched, self.secondsOfRest, self.onFault) = (watched, secondsOfRest, onFault)
    }

    /// How often all rows were looked through, and were right.
    var count: Int { rounds.load(ordering: .relaxed) }

    /// How many rounds in a row could not look through all rows.
    var failuresInARow: Int { failures.load(ordering: .relaxed) }

    /// Starts the thread.
    func start() {
        let started = Thread { [self] in
            var wait = min(Self.secondsBeforeFirst, secondsOfRest)
            while case .nothing = queue.takeOne(within: wait) {
                guard let next = round() else { return }
                wait = next
            }
        }
        thread.withLock { $0 = started }
    }

    /// Looks through all rows once.
    ///
    /// - Returns: In how many seconds to do so again; nil when there is nothing to look for any more.
    private func round() -> Double? {
        let began = ContinuousClock.now
        do throws(StoreError) {
            // Where nobody else can get at the files there is nothing to look for.
            guard let isWhole = try look() else { return nil }
            // Whoever asked for something may have found it before.
            guard !watched.isTampered else { throw .tampered("the store") }
            guard isWhole else { throw .rowsNotRead() }
            rounds.add(1, ordering: .relaxed)
            failures.store(0, ordering: .relaxed)
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            return min(max(secondsOfRest, Self.rests * seconds), Self.longestRest)
        } catch {
            guard !ends.load(ordering: .relaxed) else { return nil }
            if watched.isTampered {
                onFault(error)
                return nil
            }
            // What could not be looked at now is looked at another time; when that goes on, somebody must know.
            if failures.add(1, ordering: .relaxed).newValue == Self.failuresUntilSaid { onFault(error) }
            return secondsOfRest
        }
    }

    private func look() throws(StoreError) -> Bool? {
        var last = Self.secondsOfThread
        return try watched.checkRowsApart {
            let log = watched.logBytes ?? 0
            if log < Self.longLog {
                // Of the processor's time and not of the clock's: a disk that stands still is no work.
                let seconds = min((Self.secondsOfThread - last) * Self.sleeps, Self.longestSleep)
                usleep(UInt32(seconds * 1e6))
            }
            last = Self.secondsOfThread
            return log < Self.longestLog && !ends.load(ordering: .relaxed)
        }
    }

    /// How long the thread has computed.
    private static var secondsOfThread: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Ends soon, whatever it is at.
    func stop() {
        ends.store(true, ordering: .relaxed)
        queue.close()
        thread.withLock { $0.take() }?.join()
    }
}
