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

/// HMAC-SHA256 (RFC 2104) under one key, prepared once: copying the two prepared states spares the key's blocks for each
/// message.
///
/// Over the library's SHA-256 and not its HMAC, which is generic over the hash and takes four times as long for a
/// message of one block; every read of a secret does three of these. RFC 4231's and RFC 5869's vectors hold it in place.
struct Authenticator {
    private let inner: SHA256
    private let outer: SHA256

    init(key: SymmetricKey) {
        self = unsafe key.withUnsafeBytes { unsafe Authenticator(key: $0) }
    }

    init(key: UnsafeRawBufferPointer) {
        var (inner, outer) = (SHA256(), SHA256())
        unsafe withUnsafeTemporaryAllocation(byteCount: SHA256.blockByteCount, alignment: 1) { block in
            unsafe block.initializeMemory(as: UInt8.self, repeating: 0)
            if key.count <= block.count {
                unsafe block.copyMemory(from: key)
            } else {
                unsafe SHA256.hash(data: key).withUnsafeBytes { unsafe block.copyMemory(from: $0) }
            }
            for position in block.indices { unsafe block[position] ^= 0x36 }
            unsafe inner.update(bufferPointer: UnsafeRawBufferPointer(block))
            for position in block.indices { unsafe block[position] ^= 0x36 ^ 0x5C }
            unsafe outer.update(bufferPointer: UnsafeRawBufferPointer(block))
            unsafe wipe(block)
        }
        self.inner = inner
        self.outer = outer
    }

    /// The code of up to three parts, one after the other.
    func digest(
        of first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer = unsafe UnsafeRawBufferPointer(start: nil, count: 0),
        _ third: UnsafeRawBufferPointer = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    ) -> SHA256Digest {
        var (inner, outer) = (inner, outer)
        unsafe inner.update(bufferPointer: first)
        if unsafe !second.isEmpty { unsafe inner.update(bufferPointer: second) }
        if unsafe !third.isEmpty { unsafe inner.update(bufferPointer: third) }
        unsafe inner.finalize().withUnsafeBytes { unsafe outer.update(bufferPointer: $0) }
        return outer.finalize()
    }

    /// The code of bytes, cut to its first `count` bytes (RFC 2104, section 5).
    func code(for bytes: UnsafeRawBufferPointer, count: Int = 32) -> [UInt8] {
        unsafe digest(of: bytes).withUnsafeBytes { unsafe Array($0.prefix(count)) }
    }

    /// The code of an array.
    func code(for bytes: [UInt8], count: Int = 32) -> [UInt8] {
        unsafe bytes.withUnsafeBytes { unsafe code(for: $0, count: count) }
    }

    /// Whether a whole code belongs to bytes; the time does not tell where it differs.
    func isValid(_ code: [UInt8], for bytes: [UInt8]) -> Bool {
        // The library compares digests in constant time.
        unsafe bytes.withUnsafeBytes { unsafe digest(of: $0) } == code
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
