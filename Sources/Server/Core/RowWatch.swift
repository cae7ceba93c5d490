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
    private let queue = JobQueue<Void>(limit: 1)
    private let ends = Atomic<Bool>(false)
    private let rounds = Atomic<Int>(0)
    private let thread = Mutex<Thread?>(nil)

    /// How many times as long as it looked the thread sleeps, while it looks.
    private static let sleeps = 9
    /// How many times as long as a round took nothing is looked at after it, at least.
    private static let rests = 20.0
    /// A start is not to wait for the first round.
    private static let secondsBeforeFirst = 1.0

    /// - Parameter onFault: Is told once that the rows are not those that were signed.
    init(vault: Vault, secondsOfRest: Double, onFault: @escaping @Sendable (StoreError) -> Void) {
        (self.vault, self.secondsOfRest, self.onFault) = (vault, secondsOfRest, onFault)
    }

    /// How often all rows were looked through, and were right.
    var count: Int { rounds.load(ordering: .relaxed) }

    /// Starts the thread.
    func start() {
        let started = Thread { [self] in
            var wait = min(Self.secondsBeforeFirst, secondsOfRest)
            while case .nothing = queue.takeOne(within: wait) {
                let began = ContinuousClock.now
                do throws(StoreError) {
                    if try look() { rounds.add(1, ordering: .relaxed) }
                } catch {
                    // What could not be read now is looked at another time.
                    if vault.hasOldRows { return onFault(error) }
                }
                wait = max(secondsOfRest, Self.rests * Self.seconds(since: began))
            }
        }
        thread.withLock { $0 = started }
    }

    private func look() throws(StoreError) -> Bool {
        var last = ContinuousClock.now
        return try vault.checkRows {
            usleep(UInt32(clamping: Int(Self.seconds(since: last) * 1e6) * Self.sleeps))
            last = .now
            return !ends.load(ordering: .relaxed)
        }
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
