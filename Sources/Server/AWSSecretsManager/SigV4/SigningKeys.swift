internal import Crypto
internal import Secrets
internal import Synchronization

/// The keys that signatures are made with, each derived once a day.
///
/// Deriving one takes four HMACs, as long as the rest of a check. A key is kept only after a signature was found right, so
/// that nobody without a secret can fill the memory with days and regions of their own choice.
final class SigningKeys: Sendable {
    /// What a key is derived for.
    struct Scope: Hashable, Sendable {
        /// The random identifier of the access key's record: a new secret has a new one.
        var record: String
        var day: String
        var region: String
        var service: String
    }

    private let kept = Mutex<[Scope: HMAC<SHA256>]>([:])
    private let most: Int

    /// - Parameter most: How many keys are kept at most.
    init(most: Int = 4096) { self.most = most }

    /// Whether a signature belongs to bytes; the time does not tell where it differs.
    ///
    /// - Parameters:
    ///   - signature: 32 bytes.
    ///   - bytes: The string to sign.
    ///   - secret: The secret access key.
    ///   - scope: What the key is derived for.
    func isValid(_ signature: [UInt8], of bytes: [UInt8], secret: Secret<String>, scope: Scope) -> Bool {
        if let prepared = kept.withLock({ $0[scope] }) { return Self.isValid(signature, of: bytes, prepared) }
        let prepared = HMAC<SHA256>(key: Self.derive(secret: secret, scope: scope))
        guard Self.isValid(signature, of: bytes, prepared) else { return false }
        kept.withLock { kept in
            // Yesterday's keys go first of all; they are what fills it.
            if kept.count >= most { kept.removeAll(keepingCapacity: true) }
            kept[scope] = prepared
        }
        return true
    }

    /// How many keys are kept now.
    var count: Int { kept.withLock { $0.count } }

    /// The signing key ("Calculate the signature" in AWS's documentation).
    static func derive(secret: Secret<String>, scope: Scope) -> SymmetricKey {
        let first = unsafe secret.withUnsafeBytes { secret in
            var bytes = Array("AWS4".utf8)
            unsafe bytes.append(contentsOf: secret)
            return SymmetricKey(data: bytes)
        }
        return [scope.day, scope.region, scope.service, "aws4_request"].reduce(first) { key, text in
            SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
        }
    }

    private static func isValid(_ signature: [UInt8], of bytes: [UInt8], _ prepared: HMAC<SHA256>) -> Bool {
        var code = prepared
        code.update(data: bytes)
        // The library compares codes in constant time.
        return code.finalize() == signature
    }
}
