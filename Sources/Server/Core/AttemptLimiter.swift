public import SecretStore
internal import Synchronization

/// Counts wrong passwords and secrets: after a few, each further one makes the next wait twice as long, for the name and
/// for the address.
///
/// In memory and bounded: whoever is not let in can fill nothing. A name is counted whether or not anybody has it, so the
/// count tells nothing.
public final class AttemptLimiter: Sendable {
    private struct Count {
        var failures = 0
        var until = Timestamp.earliest
        var last = Timestamp.earliest
    }

    private let freeAttempts: Int
    private let longestSeconds: Int
    private let limit: Int
    private let clock: @Sendable () -> Timestamp
    private let counts = Mutex<[String: Count]>([:])

    /// An address may have many users behind it, so it may be wrong ten times as often as a name.
    private var freeAttemptsOfAddress: Int { freeAttempts * 10 }

    /// - Parameters:
    ///   - freeAttempts: How many wrong ones cost no waiting.
    ///   - longestSeconds: How long the longest wait is. A wait that nobody added to for as long is forgotten.
    ///   - limit: How many names and addresses are counted.
    ///   - clock: Tells the time.
    public init(
        freeAttempts: Int = 5,
        longestSeconds: Int = 900,
        limit: Int = 20_000,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp.now }
    ) {
        self.freeAttempts = freeAttempts
        self.longestSeconds = longestSeconds
        self.limit = limit
        self.clock = clock
    }

    /// The time, as it is told here.
    var now: Timestamp { clock() }

    /// Begins an attempt: counts it as a wrong one at once, so that as many as come at the same time are as many as come
    /// one after the other. What comes of it is told by ``end(name:address:_:)``.
    ///
    /// - Parameters:
    ///   - name: In its one spelling.
    ///   - address: Where it comes from.
    /// - Returns: How many seconds to wait instead; nil when the attempt may be made.
    public func begin(name: String, address: String) -> Int? {
        let now = clock()
        return counts.withLock { counts in
            let keys = keys(name, address)
            if let seconds = Self.seconds(keys.map(\.key), now, counts) { return seconds }
            for (key, free) in keys { count(key, after: free, now, &counts) }
            return nil
        }
    }

    /// How long an attempt that would begin now had to wait: nothing is counted. For whoever begins it later.
    ///
    /// - Parameters:
    ///   - name: In its one spelling.
    ///   - address: Where it comes from.
    /// - Returns: How many seconds; nil for none.
    public func wait(name: String, address: String) -> Int? {
        let now = clock()
        return counts.withLock { Self.seconds(keys(name, address).map(\.key), now, $0) }
    }

    private static func seconds(_ keys: [String], _ now: Timestamp, _ counts: [String: Count]) -> Int? {
        let until = keys.map { counts[$0]?.until ?? .earliest }.max() ?? .earliest
        return until <= now ? nil : Int((until.microseconds - now.microseconds + 999_999) / 1_000_000)
    }

    /// Takes back an attempt that has begun and was neither right nor wrong, since it was never made: what was counted
    /// before it stays counted.
    ///
    /// - Parameters:
    ///   - name: As when it began.
    ///   - address: As when it began.
    public func cancel(name: String, address: String) {
        counts.withLock { counts in
            for (key, free) in keys(name, address) { takeBack(key, free, &counts) }
        }
    }

    private func takeBack(_ key: String, _ free: Int, _ counts: inout [String: Count]) {
        guard var count = counts[key] else { return }
        count.failures = max(0, count.failures - 1)
        // The attempt may have been the one too many, if it had been wrong.
        if count.failures < free { count.until = .earliest }
        counts[key] = count.failures > 0 ? count : nil
    }

    /// Makes an attempt that has begun.
    ///
    /// One that ends without an error is taken back: what was counted for the name is forgotten, and of the address this
    /// one attempt: its other guesses still count. After one that was wrong, whoever must wait waits from then on, however
    /// long the attempt took.
    ///
    /// - Parameters:
    ///   - name: As when it began.
    ///   - address: As when it began.
    ///   - attempt: What finds out whether it is right. It throws when it is not.
    /// - Throws: What the attempt throws.
    public func end<Result, Failure>(
        name: String,
        address: String,
        _ attempt: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        do throws(Failure) {
            let result = try attempt()
            succeed(name, address)
            return result
        } catch {
            lose(name, address)
            throw error
        }
    }

    /// How many names and addresses must wait.
    public func locked() -> Int {
        let now = clock()
        return counts.withLock { $0.values.count { $0.until > now } }
    }

    private func lose(_ name: String, _ address: String) {
        let now = clock()
        counts.withLock { counts in
            for (key, free) in keys(name, address) {
                guard let count = counts[key], count.failures >= free else { continue }
                counts[key]?.until = now.adding(seconds: seconds(count.failures - free))
            }
        }
    }

    private func succeed(_ name: String, _ address: String) {
        counts.withLock { counts in
            let keys = keys(name, address)
            counts[keys[0].key] = nil
            takeBack(keys[1].key, freeAttemptsOfAddress, &counts)
        }
    }

    private func seconds(_ exponent: Int) -> Int { min(2 << min(exponent, 20), longestSeconds) }

    /// What stands for a name and an address, of bounded length whatever was sent, with what each has free.
    private func keys(_ name: String, _ address: String) -> [(key: String, free: Int)] {
        [("n:", name, freeAttempts), ("a:", address, freeAttemptsOfAddress)].map { sort, text, free in
            (sort + String(decoding: text.utf8.prefix(64), as: UTF8.self), free)
        }
    }

    private func count(_ key: String, after free: Int, _ now: Timestamp, _ counts: inout [String: Count]) {
        if counts.count >= limit, counts[key] == nil { makeRoom(now, &counts) }
        var count = counts[key] ?? Count()
        if count.last.adding(seconds: longestSeconds) < now { count = Count() }
        count.failures += 1
        count.last = now
        if count.failures >= free { count.until = now.adding(seconds: seconds(count.failures - free)) }
        counts[key] = count
    }

    /// Forgets those that need not wait, and, when all must, the half that was counted longest ago.
    private func makeRoom(_ now: Timestamp, _ counts: inout [String: Count]) {
        counts = counts.filter { $0.value.until > now }
        guard counts.count >= limit else { return }
        let middle = counts.values.map(\.last).sorted()[counts.count / 2]
        counts = counts.filter { $0.value.last > middle }
    }
}
