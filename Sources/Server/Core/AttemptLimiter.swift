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

    /// Counts a wrong one. An address may have many users behind it, so it takes ten times as many.
    public func fail(name: String, address: String, at now: Timestamp) {
        counts.withLock { counts in
            count(Self.key("n:", name), after: freeAttempts, now, &counts)
            count(Self.key("a:", address), after: freeAttempts * 10, now, &counts)
        }
    }

    /// Forgets what was counted for a name; not for the address, whose other guesses still count.
    public func succeed(name: String) {
        counts.withLock { $0[Self.key("n:", name)] = nil }
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
            let exponent = min(count.failures - free, 20)
            count.until = now.adding(seconds: min(1 << exponent, longestSeconds))
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
