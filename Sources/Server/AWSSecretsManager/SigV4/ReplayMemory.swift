internal import SecretStore
internal import Synchronization

/// What is done with a signature that was seen before.
public enum ReplayRule: String, Sendable, CaseIterable {
    /// Nothing: TLS keeps signatures from others, and AWS itself does no more.
    case off
    /// A request that changes something is done once.
    case changes
    /// Every request is answered once.
    case all
}

/// The signatures that were seen, for as long as they could be sent again.
///
/// A signature holds for five minutes around its moment. SDKs sign each attempt anew (botocore does, `endpoint.py`), but
/// the moment has whole seconds only and the body may be the same, so two honest requests of one second have one
/// signature. Therefore a signature may come again within ``grace`` of its first coming; later it is a copy. Presigned
/// addresses are made to be used again and are not remembered.
///
/// The memory has a bound for each access key and for all: who writes more than ``signaturesPerKey`` times in ten minutes
/// is protected for a shorter time, and no key makes another's signatures be forgotten.
final class ReplayMemory: Sendable {
    /// How long the same signature is taken for another request of the same second.
    static let grace: Int64 = 5_000_000
    /// How many signatures are remembered for one access key.
    static let signaturesPerKey = 1024
    /// For how many access keys signatures are remembered.
    static let keysAtMost = 4096

    fileprivate struct Seen {
        var first: [Prefix: Int64] = [:]
        /// The same signatures in a ring, the oldest at `next` once it is full.
        var ring: [Prefix] = []
        var next = 0
    }

    /// The first 16 bytes of a signature: nobody finds two requests with the same ones.
    fileprivate struct Prefix: Hashable {
        var high: UInt64
        var low: UInt64

        init(_ signature: [UInt8]) {
            high = signature.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
            low = signature.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    private let seen = Mutex<[String: Seen]>([:])
    private let rule: ReplayRule

    /// - Parameter rule: What is remembered.
    init(rule: ReplayRule) { self.rule = rule }

    /// Remembers a signature that was found right.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - isChange: Whether it changes something.
    ///   - now: What the clock says.
    /// - Returns: False when it is a copy of an earlier request.
    func admits(_ request: SignedRequest, isChange: Bool, now: Timestamp) -> Bool {
        guard rule == .all || (rule == .changes && isChange), !request.isPresigned else { return true }
        let signature = Prefix(request.signature)
        return seen.withLock { keys in
            if keys[request.accessKeyID] == nil, keys.count >= Self.keysAtMost { keys.removeAll() }
            return keys[request.accessKeyID, default: Seen()].admits(signature, now: now.microseconds)
        }
    }
}

extension ReplayMemory.Seen {
    fileprivate mutating func admits(_ signature: ReplayMemory.Prefix, now: Int64) -> Bool {
        if let first = first[signature] { return now - first <= ReplayMemory.grace }
        if ring.count < ReplayMemory.signaturesPerKey {
            ring.append(signature)
        } else {
            first[ring[next]] = nil
            ring[next] = signature
            next = (next + 1) % ReplayMemory.signaturesPerKey
        }
        first[signature] = now
        return true
    }
}
