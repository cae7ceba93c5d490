internal import SecretStore
internal import Synchronization

/// Fetches the keys that an issuer publishes.
///
/// - Parameters:
///   - url: Where: over HTTPS.
///   - authority: The authorities in PEM that are believed; empty for the system's.
/// - Returns: The document; nil when it cannot be had. It is bounded in size and time, and no redirect was followed.
public typealias KeySetFetcher = @Sendable (_ url: String, _ authority: String) -> [UInt8]?

/// The keys that issuers publish, as they were fetched last.
///
/// Nobody who sends tokens decides how often that is: once an hour, and for a key that is not known no sooner than half
/// a minute after the last time, whether or not that one went well. And one fetches at a time, for all mounts together,
/// while whoever needs what is not there yet is told to come again: logins share few threads with those of passwords, and
/// slow issuers must not hold them all.
final class KeySetCache: Sendable {
    /// How long keys are good, in seconds: an issuer that withdraws one is believed by then.
    static let goodSeconds = 3600
    /// How long to wait between two fetches at least, in seconds.
    static let pauseSeconds = 30

    private struct Known {
        var keys: JSONWebKeySet?
        var fetched = Timestamp.earliest
        var asked = Timestamp.earliest
        var isAsking = false
    }

    private final class Slot: Sendable {
        let source: String
        let known = Mutex(Known())

        init(_ source: String) { self.source = source }
    }

    private let fetch: KeySetFetcher?
    private let clock: @Sendable () -> Timestamp
    /// By the mount's path: there are no more than mounts.
    private let slots = Mutex<[String: Slot]>([:])
    /// Whether somebody fetches.
    private let isFetching = Mutex(false)

    init(fetch: KeySetFetcher?, clock: @escaping @Sendable () -> Timestamp = { Timestamp.now }) {
        self.fetch = fetch
        self.clock = clock
    }

    /// Whether keys can be fetched at all.
    var canFetch: Bool { fetch != nil }

    /// The keys that may have signed a token. It may take as long as a fetch, so it is asked where that holds nobody up.
    ///
    /// - Parameters:
    ///   - token: The token, not verified.
    ///   - configuration: Of the mount.
    ///   - mount: The mount's path.
    func keys(for token: JSONWebToken, _ configuration: JWTConfiguration, mount: String) throws(JWTRefusal) -> [JWTKey]
    {
        let source = configuration.keySetURL + "\n" + configuration.authority
        let slot = slots.withLock { slots in
            if let slot = slots[mount], slot.source == source { return slot }
            let slot = Slot(source)
            slots[mount] = slot
            return slot
        }
        let step = slot.known.withLock { (known) -> Step in
            let now = clock()
            let isGood = known.fetched.adding(seconds: Self.goodSeconds) > now
            if !isGood { known.keys = nil }
            if let keys = known.keys?.keys(for: token), !keys.isEmpty { return .found(keys) }
            guard known.asked.adding(seconds: Self.pauseSeconds) <= now else {
                return known.keys != nil ? .found([]) : known.isAsking ? .busy : .failed
            }
            let isMine = isFetching.withLock { isFetching in
                defer { isFetching = true }
                return !isFetching
            }
            guard isMine else { return .busy }
            known.asked = now
            known.isAsking = true
            return .fetch
        }
        switch step {
        case .found(let keys): return keys
        case .fetch:
            fetch(configuration, into: slot)
            isFetching.withLock { $0 = false }
        case .busy: throw .busy
        case .failed: break
        }
        guard let keys = slot.known.withLock({ $0.keys?.keys(for: token) }) else {
            throw JWTRefusal("error verifying token signature: the issuer's keys cannot be fetched")
        }
        return keys
    }

    private func fetch(_ configuration: JWTConfiguration, into slot: Slot) {
        defer { slot.known.withLock { $0.isAsking = false } }
        guard let document = fetch?(configuration.keySetURL, configuration.authority),
            document.count <= JSONWebKeySet.largest, let keys = JSONWebKeySet(document)
        else { return }
        let now = clock()
        slot.known.withLock { known in
            known.keys = keys
            known.fetched = now
        }
    }

    /// What is done for a token: while keys are fetched, only whoever fetches them waits.
    private enum Step {
        case found([JWTKey])
        case fetch, busy, failed
    }

    /// Forgets the keys of a mount.
    func forget(_ mount: String) { slots.withLock { $0[mount] = nil } }
}
