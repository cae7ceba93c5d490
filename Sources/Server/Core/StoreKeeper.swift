internal import Synchronization
internal import Vaulting

/// Keeps short what grows while the server works: the storage's log, where every read of a page looks first and of which
/// a process that comes after a crash reads all, and the tokens that are kept.
///
/// On a thread of its own: copying takes tens of milliseconds, and nobody who waits for an answer must wait for that.
final class StoreKeeper: Sendable {
    private let vault: Vault
    private let queue = JobQueue<Void>(limit: 1)
    private let groups = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)
    private let thread = Mutex<Thread?>(nil)
    /// When room was last made for who asked for that.
    private let lastCall = Mutex<ContinuousClock.Instant?>(nil)

    /// A group's records take a few pages of the log.
    private static let groupsBetweenTidying = 1024
    /// Large payloads take more: so many bytes of them are as much as the records of many groups.
    private static let bytesBetweenTidying = 16 << 20
    /// A millisecond's worth.
    private static let tokensSwept = 128

    /// For how long little must have been done before the log gives its room on the disk back.
    private let secondsOfRest: Double
    /// How many groups in that time are little.
    private static let fewGroups = 64

    init(vault: Vault, secondsOfRest: Double = 5) {
        self.vault = vault
        self.secondsOfRest = secondsOfRest
    }

    /// Starts the thread.
    func start() {
        let started = Thread { [self] in
            while queue.takeOne() != nil {
                repeat {
                    vault.tidy()
                    // What cannot be taken away now is taken away another time.
                    _ = try? vault.sweepTokens(rows: Self.tokensSwept)
                } while !rests()
                vault.rest()
            }
        }
        thread.withLock { $0 = started }
    }

    /// Waits until little is done, or there is more to tidy.
    ///
    /// - Returns: Whether little is done, or the end has come.
    private func rests() -> Bool {
        while true {
            let before = groups.load(ordering: .relaxed)
            switch queue.takeOne(within: secondsOfRest) {
            case .job: return false
            case .end: return true
            case .nothing: if groups.load(ordering: .relaxed) - before < Self.fewGroups { return true }
            }
        }
    }

    /// Takes note of a group that was committed.
    ///
    /// - Parameter count: How many bytes its requests had.
    func note(bytes count: Int) {
        let isMuch = count > 0 && bytes.add(count, ordering: .relaxed).newValue >= Self.bytesBetweenTidying
        if isMuch { bytes.store(0, ordering: .relaxed) }
        let isMany = groups.add(1, ordering: .relaxed).newValue.isMultiple(of: Self.groupsBetweenTidying)
        if isMuch || isMany { wake() }
    }

    /// Has the store tidied since a record found no room: once a second at most, however many there are.
    ///
    /// - Returns: Whether it is done now.
    @discardableResult
    func makeRoom(at now: ContinuousClock.Instant = .now) -> Bool {
        let isTime = lastCall.withLock { last in
            if let last, now - last < .seconds(1) { return false }
            last = now
            return true
        }
        if isTime { wake() }
        return isTime
    }

    /// Has the store tidied.
    func wake() {
        // When one is waiting already, that will do.
        _ = queue.push(())
    }

    /// Ends when it has done what it is doing.
    func stop() {
        queue.close()
        thread.withLock { $0.take() }?.join()
    }
}
