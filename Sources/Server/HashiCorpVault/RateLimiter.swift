internal import AccessPolicy
internal import HTTPModel
internal import SecretStore
internal import Synchronization
internal import Vaulting

/// Counts requests against the quotas: for each quota and client address, so many in an interval, which begins with the
/// first.
///
/// Asked before anything of a request but its path is looked at: a body that is parsed first, or a password that is hashed
/// first, is what a quota is to keep away (CVE-2025-12044). In memory and bounded.
final class RateLimiter: Sendable {
    /// What a request finds.
    struct Verdict: Sendable, Hashable {
        let isAllowed: Bool
        /// How many requests an interval has, and how many of them are left.
        let limit: Int
        let left: Int
        /// Seconds until there are more.
        let reset: Int
        /// Whether an answer that is not refused says so.
        let isShown: Bool

        /// The header fields, as Vault names them.
        var headers: [(name: String, value: String)] {
            let told = [
                ("X-Ratelimit-Limit", String(limit)), ("X-Ratelimit-Remaining", String(left)),
                ("X-Ratelimit-Reset", String(reset)),
            ]
            return isAllowed ? told : told + [("Retry-After", String(reset))]
        }
    }

    private struct Key: Hashable {
        let quota: String
        let address: String
    }

    private struct Bucket {
        var start: Timestamp
        var left: Int
        var blockedUntil = Timestamp.earliest
    }

    private struct State {
        /// nil until they were read, and again when it is not known that they are those of the store.
        var isKnown = false
        var changes = 0
        var quotas: [RateQuota] = []
        var settings = RateQuotaSettings()
        var buckets: [Key: Bucket] = [:]
        var refused = 0
    }

    private let state = Mutex(State())
    private let clock: @Sendable () -> Timestamp
    /// How many buckets are kept.
    private let limit: Int

    init(limit: Int = 50_000, clock: @escaping @Sendable () -> Timestamp) {
        self.limit = limit
        self.clock = clock
    }

    /// How many requests were refused.
    var refused: Int { state.withLock { $0.refused } }

    /// How many clients are counted, once for each quota that they met.
    var count: Int { state.withLock { $0.buckets.count } }

    /// How often the quotas were taken or forgotten, when they must be read; nil when they are known.
    var mustRead: Int? { state.withLock { $0.isKnown ? nil : $0.changes } }

    /// Takes the quotas as they are from now on. What was counted for one that stays as it was is kept.
    ///
    /// - Parameter changes: What ``mustRead`` said before they were read: what changed meanwhile is newer. nil for those who
    ///   have just written them.
    func take(_ quotas: [RateQuota], _ settings: RateQuotaSettings, readAt changes: Int? = nil) {
        state.withLock { state in
            if let changes, changes != state.changes { return }
            state.changes += 1
            let kept = Set(state.quotas).intersection(quotas).map(\.name)
            state.buckets = state.buckets.filter { kept.contains($0.key.quota) }
            (state.quotas, state.settings, state.isKnown) = (quotas, settings, true)
        }
    }

    /// Has the quotas read again at the next request. Those that are known hold until then.
    func forget() {
        state.withLock { state in
            state.isKnown = false
            state.changes += 1
        }
    }

    /// Counts a request.
    ///
    /// - Parameters:
    ///   - path: Gives the path after `/v1/`; empty when it is none. Asked only when there are quotas.
    ///   - address: Where it came from.
    /// - Returns: nil when no quota means it.
    func admit(_ path: @autoclosure () -> String, from address: String) -> Verdict? {
        state.withLock { state in
            guard !state.quotas.isEmpty else { return nil }
            let path = path()
            guard !state.settings.exempts(path) else { return nil }
            let folded = path.lowercased()
            var chosen: (quota: RateQuota, precedence: Int)?
            for quota in state.quotas {
                guard let precedence = quota.precedence(forFolded: folded), precedence > chosen?.precedence ?? -1 else {
                    continue
                }
                chosen = (quota, precedence)
            }
            guard let quota = chosen?.quota else { return nil }
            let verdict = count(quota, address, clock(), &state)
            if !verdict.isAllowed { state.refused += 1 }
            return verdict
        }
    }

    private func count(_ quota: RateQuota, _ address: String, _ now: Timestamp, _ state: inout State) -> Verdict {
        let key = Key(quota: quota.name, address: String(decoding: address.utf8.prefix(64), as: UTF8.self))
        if state.buckets[key] == nil, state.buckets.count >= limit { makeRoom(now, &state) }
        var bucket = state.buckets[key] ?? Bucket(start: now, left: quota.requests)
        // A clock that was set back begins anew, and keeps nobody out for longer.
        if now < bucket.start || now >= bucket.start.adding(seconds: quota.interval) {
            bucket = Bucket(start: now, left: quota.requests, blockedUntil: bucket.blockedUntil)
        }
        let isBlocked = bucket.blockedUntil > now && bucket.blockedUntil <= now.adding(seconds: quota.blockInterval)
        let isAllowed = !isBlocked && bucket.left > 0
        if isAllowed {
            bucket.left -= 1
        } else if !isBlocked, quota.blockInterval > 0 {
            bucket.blockedUntil = now.adding(seconds: quota.blockInterval)
        }
        state.buckets[key] = bucket
        var end = bucket.start.adding(seconds: quota.interval)
        if !isAllowed, bucket.blockedUntil > end { end = bucket.blockedUntil }
        return Verdict(
            isAllowed: isAllowed,
            limit: quota.requests,
            left: isAllowed ? bucket.left : 0,
            reset: max(1, Int((end.microseconds - now.microseconds + 999_999) / 1_000_000)),
            isShown: state.settings.showsHeaders
        )
    }

    /// Forgets what is over; when nothing is, the half that began longest ago, but for those that are blocked.
    private func makeRoom(_ now: Timestamp, _ state: inout State) {
        var intervals: [String: Int] = [:]
        for quota in state.quotas { intervals[quota.name] = quota.interval }
        state.buckets = state.buckets.filter { key, bucket in
            bucket.blockedUntil > now || bucket.start.adding(seconds: intervals[key.quota] ?? 0) > now
        }
        guard state.buckets.count >= limit else { return }
        let middle = state.buckets.values.map(\.start).sorted()[state.buckets.count / 2]
        let left = state.buckets.filter { $0.value.start > middle || $0.value.blockedUntil > now }
        // Everybody at the same instant, or everybody blocked: memory comes first.
        state.buckets = left.count < limit ? left : [:]
    }
}

extension HashiCorpVaultAdapter {
    /// Counts a request against the quotas.
    func quota(on request: HTTPRequest) -> RateLimiter.Verdict? {
        limiter.admit((try? LogicalRequest.path(request.rawPath))?.0 ?? "", from: request.origin.address)
    }

    /// The answer to who has sent too many.
    static func tooMany(_ request: HTTPRequest, _ verdict: RateLimiter.Verdict) -> HTTPResponse {
        let path = (try? LogicalRequest.path(request.rawPath))?.0 ?? ""
        var response = LogicalFault(429, "request path \"\(path)\": rate limit quota exceeded").response
        for (name, value) in verdict.headers { response.headers.add(name, value) }
        return response
    }

    /// Reads the quotas, when what is known of them may not be true any more.
    func readQuotas(_ vault: Vault) throws(StoreError) {
        guard let changes = limiter.mustRead else { return }
        let own = vault.acting(as: .owner(Principal("keyfolio-server")))
        let read = try own.perform(.init(rawValue: "vault.quotas"), .read, on: "sys/quotas", changing: false) {
            (directory) throws(StoreError) in try RateQuota.all(directory)
        }
        vault.keepRecords()
        limiter.take(read.quotas, read.settings, readAt: changes)
    }
}

extension Plan {
    /// The same, with fields in the head of whatever is answered.
    func adding(_ fields: [(name: String, value: String)]) -> Plan {
        @Sendable func added(_ response: HTTPResponse) -> HTTPResponse {
            var response = response
            for (name, value) in fields { response.headers.set(name, value) }
            return response
        }
        switch self {
        case .reply(let response): return .reply(added(response))
        case .replyThen(let response, let act): return .replyThen(added(response), act)
        case .enter(let credential, let act): return .enter(credential) { added(act($0)) }
        case .enterApart(let credential, let act): return .enterApart(credential) { added(act($0)) }
        case .visit(let act): return .visit { added(act($0)) }
        case .work(let act): return .work { act($0).adding(fields) }
        // None of this protocol's own.
        case .watch: return self
        }
    }
}
