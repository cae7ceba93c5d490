internal import SecretStore
internal import Synchronization
internal import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Looks through all rows of the store, again and again: whoever can write its file, and kept its old rows, can put one back
/// that was true once, and each row by itself does not say that it is no more.
///
/// On a thread of its own that works for a tenth of the time while it looks, and looks for a twentieth of the time: a hundred
/// thousand rows take some two seconds, once a minute.
final class RowWatch: Sendable {
    private let vault: Vault
    /// How long nothing is looked at after a round, at least.
    private let secondsOfRest: Double
    private let onFault: @Sendable (StoreError) -> Void
    private let failures = Atomic<Int>(0)
    private let queue = JobQueue<Void>(limit: 1)
    private let ends = Atomic<Bool>(false)
    private let rounds = Atomic<Int>(0)
    private let thread = Mutex<Thread?>(nil)

    /// How many times as long as it computed the thread sleeps, while it looks; and for how long at most, in seconds.
    private static let sleeps = 9.0
    private static let longestSleep = 0.02
    /// How many times as long as a round took nothing is looked at after it, at least.
    private static let rests = 20.0
    /// A start is not to wait for the first round.
    private static let secondsBeforeFirst = 1.0
    /// How long nothing is looked at after any round, at most.
    private static let longestRest = 3600.0
    /// What others write while the rows are looked through stays in the log: above the first length it is looked without
    /// sleeping, above the second it is given up and done another time.
    private static let longLog = 256 << 20
    private static let longestLog = 1 << 30
    /// How many rounds in a row must fail before it is said.
    private static let failuresUntilSaid = 3

    /// - Parameter onFault: Is told once that the rows are not those that were signed, and whenever some rounds in a row could
    ///   not look at them.
    init(vault: Vault, secondsOfRest: Double, onFault: @escaping @Sendable (StoreError) -> Void) {
        (self.vault, self.secondsOfRest, self.onFault) = (vault, secondsOfRest, onFault)
    }

    /// How often all rows were looked through, and were right.
    var count: Int { rounds.load(ordering: .relaxed) }

    /// How many rounds in a row could not look through all rows.
    var failed: Int { failures.load(ordering: .relaxed) }

    /// Starts the thread.
    func start() {
        let started = Thread { [self] in
            var wait = min(Self.secondsBeforeFirst, secondsOfRest)
            while case .nothing = queue.takeOne(within: wait) {
                let began = ContinuousClock.now
                wait = secondsOfRest
                do throws(StoreError) {
                    // Where nobody else can get at the files there is nothing to look for.
                    guard let isWhole = try look() else { return }
                    guard isWhole else {
                        failed(.busy())
                        continue
                    }
                    succeeded()
                    wait = min(max(secondsOfRest, Self.rests * Self.seconds(since: began)), Self.longestRest)
                } catch {
                    if vault.hasOldRows { return onFault(error) }
                    failed(error)
                }
            }
        }
        thread.withLock { $0 = started }
    }

    private func succeeded() {
        rounds.add(1, ordering: .relaxed)
        failures.store(0, ordering: .relaxed)
    }

    /// What could not be looked at now is looked at another time; when that goes on, somebody must know.
    private func failed(_ error: StoreError) {
        guard !ends.load(ordering: .relaxed) else { return }
        if failures.add(1, ordering: .relaxed).newValue == Self.failuresUntilSaid { onFault(error) }
    }

    private func look() throws(StoreError) -> Bool? {
        var last = Self.secondsOfThread
        return try vault.checkRowsApart {
            let log = vault.logBytes ?? 0
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

    private static func seconds(since time: ContinuousClock.Instant) -> Double {
        let parts = (ContinuousClock.now - time).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }

    /// Ends soon, whatever it is at.
    func stop() {
        ends.store(true, ordering: .relaxed)
        queue.close()
        thread.withLock { $0.take() }?.join()
    }
}
