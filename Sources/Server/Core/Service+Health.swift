internal import AccessPolicy
internal import SecretStore
internal import Synchronization
internal import Vaulting

/// The record that was tried last to find out whether the store takes one.
struct RoomTry {
    /// When; nil when none was.
    private var time: ContinuousClock.Instant?
    /// How much room there was then.
    private var room = 0
    /// Whether it was not taken.
    var hasFailed = false

    /// Whether one is to be tried: when one was not taken, a second later; otherwise when a quarter of the room has gone.
    /// So those who ask have a few records made of the last room, not as many as they like, and one a second at most.
    ///
    /// - Parameters:
    ///   - room: How much there is.
    ///   - isFull: Whether the last record of anybody found none.
    func isDue(at now: ContinuousClock.Instant, room: Int, isFull: Bool) -> Bool {
        guard let time else { return true }
        guard now - time >= .seconds(1) else { return false }
        return hasFailed || isFull || room < self.room - self.room / 4
    }

    /// Takes note of one that is about to be tried.
    mutating func begin(at now: ContinuousClock.Instant, room: Int) { (time, self.room) = (now, room) }
}

extension Service {
    /// With less room on its disk than this, whether the store takes a record is found out by one: 64 MiB. Its log may have
    /// room that the file system does not count, so the number alone does not say it.
    private static let littleRoom = 64 << 20

    /// Whether requests can be answered, as far as it is known: the last one was, and there is room for many more, or a
    /// record was tried. It takes no time.
    ///
    /// - Returns: nil when it is to be found out: see ``tryHealth(at:)``.
    func knownHealth(at now: ContinuousClock.Instant = .now) -> Bool? {
        guard !committer.hasFailed, !vault.isTampered else { return false }
        let (room, isFull) = (vault.room, vault.isFull)
        if !isFull, room.map({ $0 >= Self.littleRoom }) ?? true { return true }
        return lastTry.withLock { $0.isDue(at: now, room: room ?? 0, isFull: isFull) ? nil : !isFull && !$0.hasFailed }
    }

    /// Why requests cannot be answered, as far as it is known.
    var obstacle: String {
        if vault.isTampered { return "the store was changed from outside (KF-STORE-041)" }
        return committer.hasFailed ? "the disk did not confirm a write (KF-STORE-036)" : "the store takes no records"
    }

    /// Whether requests can be answered now. While there is little room for a record, one is tried, when that room became much
    /// less since: whoever asks this keeps everybody else away as long as the answer is no, so nobody else would find out; and
    /// before the disk is full nobody else has found out yet.
    func tryHealth(at now: ContinuousClock.Instant = .now) -> Bool {
        if let known = knownHealth(at: now) { return known }
        let room = vault.room ?? 0
        // Who asks meanwhile is told what is known.
        let isMine = lastTry.withLock { last in
            guard last.isDue(at: now, room: room, isFull: vault.isFull) else { return false }
            last.begin(at: now, room: room)
            return true
        }
        guard isMine else { return knownHealth(at: now) ?? false }
        var hasFailed = false
        do throws(StoreError) {
            try vault.perform("store.try", .read, on: "sys/store", changing: false) { (_) throws(StoreError) in }
        } catch {
            hasFailed = true
            // When nobody does anything but ask, nobody else has room made.
            keeper.makeRoom(at: now)
        }
        lastTry.withLock { $0.hasFailed = hasFailed }
        return !hasFailed
    }
}
