import Synchronization

/// Limits attempts per client address: ten at once, then one every six seconds (a token bucket).
///
/// The table has a bound. When an attacker with many addresses fills it, newcomers share one bucket: the memory stays,
/// and so does the limit.
struct AttemptBuckets {
    struct Bucket {
        var attempts: Double
        var asOf: ContinuousClock.Instant
    }

    static let capacity = 10.0
    static let refill: Duration = .seconds(6)
    static let maximumAddresses = 4096

    private(set) var buckets: [String: Bucket] = [:]

    /// Takes an attempt from an address's bucket.
    ///
    /// - Parameters:
    ///   - address: The client's.
    ///   - now: The time.
    /// - Returns: Nil when the attempt is allowed, otherwise how long to wait for the next.
    mutating func take(_ address: String, now: ContinuousClock.Instant) -> Duration? {
        if buckets[address] == nil, buckets.count >= Self.maximumAddresses {
            buckets = buckets.filter { Self.refilled($0.value, now).attempts < Self.capacity }
        }
        let key = buckets[address] == nil && buckets.count >= Self.maximumAddresses ? "" : address
        var bucket = buckets[key].map { Self.refilled($0, now) } ?? Bucket(attempts: Self.capacity, asOf: now)
        defer { buckets[key] = bucket }
        guard bucket.attempts >= 1 else { return Self.refill * (1 - bucket.attempts) }
        bucket.attempts -= 1
        return nil
    }

    private static func refilled(_ bucket: Bucket, _ now: ContinuousClock.Instant) -> Bucket {
        let gained = bucket.asOf.duration(to: now) / refill
        return Bucket(attempts: min(capacity, bucket.attempts + max(0, gained)), asOf: now)
    }
}

/// The buckets, shared by all requests.
final class LoginRateLimit: Sendable {
    private let buckets = Mutex(AttemptBuckets())

    /// - Returns: Nil when an attempt from this address is allowed now, otherwise how long to wait.
    func take(_ address: String) -> Duration? {
        buckets.withLock { $0.take(address, now: .now) }
    }
}
