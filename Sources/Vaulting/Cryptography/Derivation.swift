internal import Crypto
internal import CryptoExtras
internal import SecretStore
internal import Secrets

/// Keys from keys: HKDF-SHA256 (RFC 5869). Keys from passphrases: scrypt (RFC 7914).
enum Derivation {
    /// HKDF with SHA-256.
    ///
    /// - Parameters:
    ///   - key: The input keying material.
    ///   - salt: The salt; may be empty.
    ///   - info: What the derived key is for. Each purpose has a text of its own.
    ///   - count: How many bytes to derive.
    static func key(from key: SymmetricKey, salt: [UInt8], info: [UInt8], count: Int = 32) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, salt: salt, info: info, outputByteCount: count)
    }

    /// scrypt.
    ///
    /// - Parameters:
    ///   - passphrase: Not empty.
    ///   - parameters: The cost, within ``ScryptParameters/isAcceptable``.
    ///   - count: How many bytes to derive.
    /// - Throws: ``StoreError`` when there is not enough memory.
    static func key(
        from passphrase: Secret<String>,
        _ parameters: ScryptParameters,
        count: Int = 32
    ) throws(StoreError) -> SymmetricKey {
        do {
            return try unsafe passphrase.withUnsafeBytes { bytes in
                try unsafe KDF.Scrypt.deriveKey(
                    from: bytes,
                    salt: parameters.salt,
                    outputByteCount: count,
                    rounds: 1 << parameters.logN,
                    blockSize: parameters.blockSize,
                    parallelism: parameters.parallelism
                )
            }
        } catch {
            throw .outOfMemory()
        }
    }
}

/// What a passphrase's slot remembers of how its key is derived.
struct ScryptParameters: Equatable {
    /// The base-two logarithm of the cost N.
    var logN: Int
    /// r.
    var blockSize: Int
    /// p.
    var parallelism: Int
    /// 32 random bytes.
    var salt: [UInt8]

    /// N = 2^17, r = 8, p = 1: 128 MiB and about a third of a second for each guess.
    static func standard(logN: Int = 17) -> ScryptParameters {
        ScryptParameters(logN: logN, blockSize: 8, parallelism: 1, salt: randomBytes(32))
    }

    /// Whether a store may ask for this: whoever wrote the file decides how much time and memory opening it takes, up
    /// to 1 GiB.
    var isAcceptable: Bool {
        (1...20).contains(logN) && (1...32).contains(blockSize) && (1...4).contains(parallelism)
            && salt.count == 32 && (128 * blockSize * parallelism) << logN <= 1 << 30
    }
}

/// Bytes from the system's cryptographic generator.
func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}
