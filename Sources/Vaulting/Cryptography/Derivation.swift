internal import CPlatform
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
    ///   - count: How many bytes to derive: fewer than 255 blocks of 32.
    static func key(from key: SymmetricKey, salt: [UInt8], info: [UInt8], count: Int = 32) -> SymmetricKey {
        // Extract (2.2), then expand (2.3): each block is over the one before it, the info and the block's number.
        let extractor = unsafe salt.withUnsafeBytes { unsafe Authenticator(key: $0) }
        let extracted = unsafe key.withUnsafeBytes { unsafe extractor.digest(of: $0) }
        let expander = unsafe extracted.withUnsafeBytes { unsafe Authenticator(key: $0) }
        return unsafe withUnsafeTemporaryAllocation(byteCount: count + SHA256.byteCount, alignment: 1) { output in
            defer { unsafe wipe(output) }
            var done = 0
            var number: UInt8 = 1
            while done < count {
                let previous = unsafe UnsafeRawBufferPointer(rebasing: output[max(0, done - SHA256.byteCount)..<done])
                let block = unsafe info.withUnsafeBytes { info in
                    unsafe withUnsafeBytes(of: number) { unsafe expander.digest(of: previous, info, $0) }
                }
                unsafe block.withUnsafeBytes {
                    unsafe UnsafeMutableRawBufferPointer(rebasing: output[done...]).copyMemory(from: $0)
                }
                done += SHA256.byteCount
                number += 1
            }
            return unsafe SymmetricKey(data: UnsafeRawBufferPointer(rebasing: output[..<count]))
        }
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
        // N < 2^(128 r / 8): RFC 7914, section 2. The library allows itself one page of memory more than the N blocks and
        // needs two blocks, so larger ones than 2 KiB would fail as if memory were short.
        (1...20).contains(logN) && (1...16).contains(blockSize) && (1...4).contains(parallelism)
            && logN < 16 * blockSize && salt.count == 32 && (128 * blockSize * parallelism) << logN <= 1 << 30
    }
}

/// Bytes from the system's cryptographic generator.
func randomBytes(_ count: Int) -> [UInt8] {
    // Asked for at once: Swift's own generator asks the system for every eight bytes, and each write needs many.
    unsafe Array(unsafeUninitializedCapacity: count) { bytes, filled in
        unsafe kf_random_bytes(bytes.baseAddress, count)
        filled = count
    }
}
