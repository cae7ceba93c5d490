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
    private let counts = Mutex<[String: Count]>([:])

    /// - Parameters:
    ///   - freeAttempts: How many wrong ones cost no waiting.
    ///   - longestSeconds: How long the longest wait is. A wait that nobody added to for as long is forgotten.
    ///   - limit: How many names and addresses are counted.
    public init(freeAttempts: Int = 5, longestSeconds: Int = 900, limit: Int = 20_000) {
        self.freeAttempts = freeAttempts
        self.longestSeconds = longestSeconds
        self.limit = limit
    }

    /// How many seconds somebody must wait before the next attempt; nil when they need not.
    ///
    /// - Parameters:
    ///   - name: In its one spelling.
    ///   - address: Where it comes from.
    ///   - now: The time.
    public func wait(name: String, address: String, at now: Timestamp) -> Int? {
        counts.withLock { counts in
            let until = max(
                counts[Self.key("n:", name)]?.until ?? .earliest,
                counts[Self.key("a:", address)]?.until ?? .earliest
            )
            guard until > now else { return nil }
            return Int((until.microseconds - now.microseconds + 999_999) / 1_000_000)
        }
    }

    /// Begins an attempt: counts it as a wrong one at once, so that as many as come at the same time are as many as come
    /// one after the other. ``succeed(name:address:)`` takes it back.
    ///
    /// - Returns: How many seconds to wait instead; nil when the attempt may be made.
    public func begin(name: String, address: String, at now: Timestamp) -> Int? {
        if let seconds = wait(name: name, address: address, at: now) { return seconds }
        fail(name: name, address: address, at: now)
        return nil
    }

    /// Ends an attempt that was wrong: whoever must wait waits from now on, however long the attempt took.
    public func lose(name: String, address: String, at now: Timestamp) {
        counts.withLock { counts in
            for (key, free) in [(Self.key("n:", name), freeAttempts), (Self.key("a:", address), freeAttempts * 10)] {
                guard let count = counts[key], count.failures >= free else { continue }
                counts[key]?.until = now.adding(seconds: seconds(count.failures - free))
            }
        }
    }

    private func seconds(_ exponent: Int) -> Int { min(2 << min(exponent, 20), longestSeconds) }

    /// Counts a wrong one. An address may have many users behind it, so it takes ten times as many.
    public func fail(name: String, address: String, at now: Timestamp) {
        counts.withLock { counts in
            count(Self.key("n:", name), after: freeAttempts, now, &counts)
            count(Self.key("a:", address), after: freeAttempts * 10, now, &counts)
        }
    }

    /// Forgets what was counted for a name, and of the address this one attempt: its other guesses still count.
    public func succeed(name: String, address: String) {
        counts.withLock { counts in
            counts[Self.key("n:", name)] = nil
            counts[Self.key("a:", address)]?.failures -= 1
        }
    }

    /// How many names and addresses must wait.
    public func locked(at now: Timestamp) -> Int {
        counts.withLock { $0.values.count { $0.until > now } }
    }

    /// What stands for a name or an address: of bounded length, whatever was sent.
    private static func key(_ sort: String, _ name: String) -> String {
        sort + String(decoding: name.utf8.prefix(64), as: UTF8.self)
    }

    private func count(_ key: String, after free: Int, _ now: Timestamp, _ counts: inout [String: Count]) {
        if counts.count >= limit, counts[key] == nil { makeRoom(now, &counts) }
        var count = counts[key] ?? Count()
        if count.last.adding(seconds: longestSeconds) < now { count = Count() }
        count.failures += 1
        count.last = now
        if count.failures >= free {
            count.until = now.adding(seconds: seconds(count.failures - free))
        }
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
