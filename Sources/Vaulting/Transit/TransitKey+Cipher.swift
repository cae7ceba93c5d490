internal import Crypto
internal import CryptoExtras
public import Secrets

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Encrypting and decrypting.
///
/// What is made is nonce (12 bytes), ciphertext, tag (16 bytes). Nonces are the library's random ones: SP 800-38D, 8.3,
/// allows 2^32 messages under one key then, so a key that encrypts more is rotated before (``TransitKey/rotationPeriod``).
/// No request brings a nonce of its own: that is what CVE-2023-4680 was about.
extension TransitKey {
    /// A use of the key for one message.
    public struct Use: Sendable {
        /// The version; 0 for the latest.
        public var version = 0
        /// What the key is derived with. Empty for a key that is not.
        public var context: [UInt8] = []
        /// What is authenticated and not encrypted.
        public var associatedData: [UInt8] = []

        /// The latest version and nothing else.
        public init() {}
    }

    /// Encrypts.
    ///
    /// - Returns: The text that ``decrypt(_:_:)`` takes, and the version that made it.
    /// - Throws: ``TransitError``.
    public func encrypt(_ plaintext: Secret<[UInt8]>, _ use: Use) throws(TransitError) -> (text: String, version: Int) {
        guard type.supportsEncryption else { throw .unsupported("encryption", type) }
        let (number, version) = try version(toMake: use.version, "encryption")
        let box: [UInt8]
        switch version.material {
        case .cipher(let own):
            guard isDerived else {
                box = try seal(plaintext, own, nonce: nil, use.associatedData)
                break
            }
            let keys = try messageKeys(version, use.context)
            let nonce = isConvergent ? convergentNonce(plaintext, use.associatedData, keys) : nil
            box = try seal(plaintext, keys.cipher, nonce: nonce, use.associatedData)
        case .rsa(let key):
            try refuseAssociatedData(use)
            box = try Self.sealed(plaintext, key)
        default: throw .unsupported("encryption", type)
        }
        return (VersionedText.text(number, box), number)
    }

    /// Decrypts.
    ///
    /// - Parameter use: ``Use/version`` is not looked at: the text says it.
    /// - Throws: ``TransitError``, also when the text was made with an older version than may be used.
    public func decrypt(_ text: String, _ use: Use) throws(TransitError) -> Secret<[UInt8]> {
        guard type.supportsEncryption else { throw .unsupported("decryption", type) }
        let parsed = try VersionedText(text, .ciphertext)
        let version = try version(of: parsed, "ciphertext")
        guard let box = Base64.decode(String(parsed.rest)) else {
            throw TransitError("invalid ciphertext: could not decode base64")
        }
        switch version.material {
        case .cipher(let own):
            let key = try isDerived ? messageKeys(version, use.context).cipher : own
            return try open(box, key, use.associatedData)
        case .rsa(let key):
            try refuseAssociatedData(use)
            return try Self.opened(box, key)
        default: throw .unsupported("decryption", type)
        }
    }

    private func refuseAssociatedData(_ use: Use) throws(TransitError) {
        guard use.associatedData.isEmpty else {
            throw TransitError("'associated_data' provided for non-AEAD cipher suite \(type.rawValue)")
        }
    }

    /// What a message in a context is encrypted with.
    private struct MessageKeys {
        let cipher: SymmetricKey
        /// Makes nonces of messages without associated data, and of those with.
        let nonce: SymmetricKey
        let nonceWithData: SymmetricKey
    }

    /// The keys of a context are one output of HKDF after the other: the cipher's, and for convergent encryption those
    /// of the nonces. A ciphertext that Vault made with the same key and context opens here.
    private func messageKeys(_ version: TransitVersion, _ context: [UInt8]) throws(TransitError) -> MessageKeys {
        let count = type.cipherKeyBytes ?? 32
        guard isConvergent else {
            let cipher = try derived(version, context, count: count)
            return MessageKeys(cipher: cipher, nonce: cipher, nonceWithData: cipher)
        }
        let all = try derived(version, context, count: count + 64)
        func part(_ range: Range<Int>) -> SymmetricKey {
            unsafe all.withUnsafeBytes { unsafe SymmetricKey(data: UnsafeRawBufferPointer(rebasing: $0[range])) }
        }
        return MessageKeys(
            cipher: part(0..<count),
            nonce: part(count..<count + 32),
            nonceWithData: part(count + 32..<count + 64)
        )
    }

    /// The nonce of convergent encryption: the first 12 bytes of HMAC-SHA256 of the plaintext, under a key that is
    /// derived with the cipher's (version 3 of Vault's scheme: "convergent encryption" in its documentation of transit).
    ///
    /// Vault leaves associated data out. Two messages that differ only there would then share a nonce, and their tags
    /// give the authentication key away (Joux, "Authentication Failures in NIST version of GCM", 2006). So they are in it
    /// here, as in every synthetic IV (Rogaway and Shrimpton, "Deterministic Authenticated-Encryption", 2006), with their
    /// length before them and under a key of their own.
    private func convergentNonce(_ plaintext: Secret<[UInt8]>, _ data: [UInt8], _ keys: MessageKeys) -> [UInt8] {
        let code = unsafe plaintext.withUnsafeBytes { plaintext in
            guard !data.isEmpty else { return unsafe Authenticator(key: keys.nonce).code(for: plaintext) }
            var header = CanonicalWriter(reserving: data.count + 8)
            header.write(data)
            return unsafe header.bytes.withUnsafeBytes { header in
                let digest = unsafe Authenticator(key: keys.nonceWithData).digest(of: header, plaintext)
                return Array(digest)
            }
        }
        return Array(code.prefix(12))
    }

    private func seal(
        _ plaintext: Secret<[UInt8]>,
        _ key: SymmetricKey,
        nonce: [UInt8]?,
        _ data: [UInt8]
    ) throws(TransitError) -> [UInt8] {
        do {
            return try unsafe plaintext.withUnsafeBytes { bytes in
                if type == .chaCha20 {
                    let nonce = try nonce.map { try ChaChaPoly.Nonce(data: $0) }
                    return Array(
                        try unsafe ChaChaPoly.seal(bytes, using: key, nonce: nonce, authenticating: data).combined
                    )
                }
                let nonce = try nonce.map { try AES.GCM.Nonce(data: $0) }
                guard let box = try unsafe AES.GCM.seal(bytes, using: key, nonce: nonce, authenticating: data).combined
                else { throw TransitError.failed }
                return Array(box)
            }
        } catch {
            throw .failed
        }
    }

    private func open(_ box: [UInt8], _ key: SymmetricKey, _ data: [UInt8]) throws(TransitError) -> Secret<[UInt8]> {
        guard box.count >= 12 else { throw TransitError("invalid ciphertext length") }
        do {
            var plaintext: Data
            if type == .chaCha20 {
                plaintext = try ChaChaPoly.open(try .init(combined: box), using: key, authenticating: data)
            } else {
                plaintext = try AES.GCM.open(try .init(combined: box), using: key, authenticating: data)
            }
            return try Self.kept(&plaintext)
        } catch {
            throw type == .chaCha20
                ? TransitError("chacha20poly1305: message authentication failed") : .notAuthentic
        }
    }

    /// Takes what the library decrypted over, and wipes the library's copy.
    private static func kept(_ plaintext: inout Data) throws(TransitError) -> Secret<[UInt8]> {
        defer { unsafe plaintext.withUnsafeMutableBytes { unsafe wipe($0) } }
        guard let secret = unsafe plaintext.withUnsafeBytes({ unsafe Secret<[UInt8]>(bytes: $0) }) else {
            throw .failed
        }
        return secret
    }

    /// RSAES-OAEP with SHA-256 (RFC 8017, 7.1).
    private static func sealed(_ plaintext: Secret<[UInt8]>, _ key: _RSA.Signing.PrivateKey) throws(TransitError)
        -> [UInt8]
    {
        do {
            let own = try _RSA.Encryption.PublicKey(derRepresentation: key.publicKey.derRepresentation)
            guard plaintext.byteCount <= own.maximumEncryptSize(with: .PKCS1_OAEP_SHA256) else {
                throw TransitError("failed to RSA encrypt the plaintext: message too long for RSA key size")
            }
            return try unsafe plaintext.withUnsafeBytes {
                Array(try unsafe own.encrypt($0, padding: .PKCS1_OAEP_SHA256))
            }
        } catch {
            throw error as? TransitError ?? .failed
        }
    }

    private static func opened(_ box: [UInt8], _ key: _RSA.Signing.PrivateKey) throws(TransitError) -> Secret<[UInt8]> {
        do {
            guard box.count * 8 == key.keySizeInBits else { throw TransitError.notDecrypted }
            let own = try _RSA.Encryption.PrivateKey(derRepresentation: key.derRepresentation)
            var plaintext = try own.decrypt(box, padding: .PKCS1_OAEP_SHA256)
            return try kept(&plaintext)
        } catch {
            throw .notDecrypted
        }
    }
}

extension TransitKey {
    /// Random bytes, from the generator that keys come from.
    ///
    /// - Parameter count: From 1 to ``TransitLimits/randomBytes``.
    public static func randomBytes(_ count: Int) -> Secret<[UInt8]> { TransitVersion.random(count) }

    /// A random key for data, in the clear and encrypted.
    ///
    /// - Parameter bits: 128, 256 or 512.
    public func dataKey(bits: Int, _ use: Use) throws(TransitError) -> (
        plaintext: Secret<[UInt8]>, text: String, version: Int
    ) {
        guard [128, 256, 512].contains(bits) else { throw TransitError("invalid bit length") }
        let plaintext = TransitVersion.random(bits / 8)
        let (text, version) = try encrypt(plaintext, use)
        return (plaintext, text, version)
    }
}
