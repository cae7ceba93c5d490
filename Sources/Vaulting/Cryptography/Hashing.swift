internal import Crypto

/// SHA-256, HMAC-SHA256 (RFC 2104) and Ed25519 (RFC 8032), as the engine uses them: arrays in, arrays out.
enum Hashing {
    /// SHA-256 of parts, one after the other.
    static func sha256(_ parts: [UInt8]...) -> [UInt8] {
        var hash = SHA256()
        for part in parts { hash.update(data: part) }
        return Array(hash.finalize())
    }
}

/// HMAC-SHA256 under one key, prepared once: copying the prepared state spares the key's two blocks for each message.
struct Authenticator {
    private let prepared: HMAC<SHA256>

    init(key: SymmetricKey) { prepared = HMAC(key: key) }

    /// The code of bytes, cut to its first `count` bytes (RFC 2104, section 5).
    func code(for bytes: UnsafeRawBufferPointer, count: Int = 32) -> [UInt8] {
        var hmac = prepared
        unsafe hmac.update(data: bytes)
        return Array(hmac.finalize().prefix(count))
    }

    /// The code of an array.
    func code(for bytes: [UInt8], count: Int = 32) -> [UInt8] {
        unsafe bytes.withUnsafeBytes { unsafe code(for: $0, count: count) }
    }

    /// Whether a whole code belongs to bytes; the time does not tell where it differs.
    func isValid(_ code: [UInt8], for bytes: [UInt8]) -> Bool {
        var hmac = prepared
        hmac.update(data: bytes)
        // The library compares in constant time.
        return hmac.finalize() == code
    }
}

/// The key that signs the audit log's head.
struct SigningKey {
    private let key: Curve25519.Signing.PrivateKey

    /// - Parameter seed: 32 bytes (RFC 8032, section 5.1.5).
    init?(seed: SymmetricKey) {
        guard
            let key = try? unsafe seed.withUnsafeBytes({
                try unsafe Curve25519.Signing.PrivateKey(rawRepresentation: $0)
            })
        else { return nil }
        self.key = key
    }

    /// 32 bytes.
    var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    /// 64 bytes.
    func signature(for message: [UInt8]) -> [UInt8] {
        guard let signature = try? key.signature(for: message) else {
            preconditionFailure("Ed25519 signs whatever it is given")
        }
        return Array(signature)
    }

    /// Whether a signature is of a message and a public key.
    static func isValid(_ signature: [UInt8], for message: [UInt8], publicKey: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}
