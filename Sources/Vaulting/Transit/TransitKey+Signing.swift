internal import Crypto
internal import CryptoExtras
public import Secrets

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How a signature is made and written.
public struct TransitSigning: Sendable, Hashable {
    /// The padding of RSA signatures (RFC 8017).
    public enum Padding: String, Sendable, Hashable {
        /// RSASSA-PSS with a salt as long as the hash.
        case pss
        /// RSASSA-PKCS1-v1_5.
        case pkcs1v15
    }

    /// How a signature is written.
    public enum Marshaling: String, Sendable, Hashable {
        /// ECDSA's two numbers in DER; base64.
        case asn1
        /// ECDSA's two numbers one after the other, as JSON Web Signatures have them (RFC 7518, 3.4); base64 for URLs.
        case jws
    }

    /// What hashes the message. Ed25519 hashes by itself and does not look at it.
    public var hash = TransitHash.sha2x256
    /// Whether what is signed is a hash already.
    public var isPrehashed = false
    /// For RSA keys.
    public var padding = Padding.pss
    /// For ECDSA keys, and for the base64 of all.
    public var marshaling = Marshaling.asn1
    /// The version; 0 for the latest. A signature says its own.
    public var version = 0
    /// What the key is derived with.
    public var context: [UInt8] = []

    /// SHA-256, PSS, DER, the latest version.
    public init() {}
}

extension TransitKey {
    /// Signs a message.
    ///
    /// - Returns: The text that ``isValid(_:for:_:)`` takes, the version, and for a derived key the public key of the
    ///   context.
    /// - Throws: ``TransitError``.
    public func sign(_ message: Secret<[UInt8]>, _ options: TransitSigning) throws(TransitError) -> (
        text: String, version: Int, publicKey: [UInt8]?
    ) {
        guard type.supportsSigning else { throw TransitError("key type \(type.rawValue) does not support signing") }
        let (number, version) = try version(toMake: options.version, "signing")
        // Nothing new is signed with SHA-1: NIST SP 800-131A, section 3.
        if type.hashesBeforeSigning, options.hash == .sha1 { throw .unsupportedHash }
        var publicKey: [UInt8]?
        let signature: [UInt8]
        do {
            switch version.material {
            case .ed25519(let own):
                let key = try isDerived ? derivedSigningKey(version, options.context) : own
                if isDerived { publicKey = Array(key.publicKey.rawRepresentation) }
                signature = Array(try unsafe message.withUnsafeBytes { try unsafe key.signature(for: $0) })
            case .p256(let key):
                let made = try key.signature(for: try digest(message, options))
                signature = Array(options.marshaling == .jws ? made.rawRepresentation : made.derRepresentation)
            case .p384(let key):
                let made = try key.signature(for: try digest(message, options))
                signature = Array(options.marshaling == .jws ? made.rawRepresentation : made.derRepresentation)
            case .p521(let key):
                let made = try key.signature(for: try digest(message, options))
                signature = Array(options.marshaling == .jws ? made.rawRepresentation : made.derRepresentation)
            case .rsa(let key): signature = try Self.signature(key, message, options)
            case .cipher, .code: throw TransitError("key type \(type.rawValue) does not support signing")
            }
        } catch {
            throw error as? TransitError ?? .failed
        }
        return (VersionedText.text(number, signature, forURL: options.marshaling == .jws), number, publicKey)
    }

    /// Whether a signature is one of a message. Only the algorithm of the key is tried: neither the text nor the request
    /// chooses another.
    ///
    /// - Throws: ``TransitError`` when the text is none of a signature, or was made with an older version than may be used.
    public func isValid(
        _ text: String,
        for message: Secret<[UInt8]>,
        _ options: TransitSigning
    ) throws(TransitError) -> Bool {
        guard type.supportsSigning else {
            throw TransitError("key type \(type.rawValue) does not support verification")
        }
        let parsed = try VersionedText(text, .signature)
        let version = try version(of: parsed, "signature")
        let encoded = String(parsed.rest)
        guard let bytes = options.marshaling == .jws ? Base64.decodeForURL(encoded) : Base64.decode(encoded) else {
            throw TransitError("invalid base64 signature value")
        }
        let isRaw = options.marshaling == .jws
        switch version.material {
        case .ed25519(let own):
            let key = try isDerived ? derivedSigningKey(version, options.context) : own
            return unsafe message.withUnsafeBytes { unsafe key.publicKey.isValidSignature(bytes, for: $0) }
        case .p256(let key):
            let digest = try digest(message, options)
            guard !isRaw else {
                return (try? P256.Signing.ECDSASignature(rawRepresentation: bytes)).map {
                    key.publicKey.isValidSignature($0, for: digest)
                } ?? false
            }
            return key.publicKey.isValidSignature(try Self.der { try .init(derRepresentation: bytes) }, for: digest)
        case .p384(let key):
            let digest = try digest(message, options)
            guard !isRaw else {
                return (try? P384.Signing.ECDSASignature(rawRepresentation: bytes)).map {
                    key.publicKey.isValidSignature($0, for: digest)
                } ?? false
            }
            return key.publicKey.isValidSignature(try Self.der { try .init(derRepresentation: bytes) }, for: digest)
        case .p521(let key):
            let digest = try digest(message, options)
            guard !isRaw else {
                return (try? P521.Signing.ECDSASignature(rawRepresentation: bytes)).map {
                    key.publicKey.isValidSignature($0, for: digest)
                } ?? false
            }
            return key.publicKey.isValidSignature(try Self.der { try .init(derRepresentation: bytes) }, for: digest)
        case .rsa(let key): return try Self.isValid(key.publicKey, bytes, message, options)
        case .cipher, .code: throw TransitError("key type \(type.rawValue) does not support verification")
        }
    }

    private static func der<Signature>(_ parse: () throws -> Signature) throws(TransitError) -> Signature {
        do { return try parse() } catch { throw TransitError("supplied signature is invalid") }
    }

    /// The key of a context: the seed is 32 bytes of HKDF-SHA256.
    func derivedSigningKey(_ version: TransitVersion, _ context: [UInt8]) throws(TransitError)
        -> Curve25519.Signing.PrivateKey
    {
        let seed = try derived(version, context, count: 32)
        guard
            let key = try? unsafe seed.withUnsafeBytes({
                try unsafe Curve25519.Signing.PrivateKey(rawRepresentation: $0)
            })
        else { throw .failed }
        return key
    }

    private func digest(_ message: Secret<[UInt8]>, _ options: TransitSigning) throws(TransitError) -> GivenDigest {
        guard options.isPrehashed else { return GivenDigest(bytes: options.hash.sum(of: message)) }
        // ECDSA takes any hash and cuts it to the curve; a message that was not hashed would be cut too, and forged.
        guard TransitHash.allCases.contains(where: { $0.byteCount == message.byteCount }) else {
            throw TransitError("the input is as long as no hash: with prehashed it must be one")
        }
        return GivenDigest(bytes: message.reveal())
    }
}

/// A hash whose function does not matter any more: what ECDSA signs.
private struct GivenDigest: Digest {
    static let byteCount = 64
    let bytes: [UInt8]

    var description: String { "digest" }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try unsafe bytes.withUnsafeBytes { try unsafe body($0) }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// RSA (RFC 8017, section 8). The library signs hashes that it made itself, so there is no `prehashed` and no `none`.
extension TransitKey {
    private static func padding(_ options: TransitSigning) throws(TransitError) -> _RSA.Signing.Padding {
        guard !options.isPrehashed else {
            throw TransitError("this server does not take prehashed input for RSA keys")
        }
        return options.padding == .pss ? .PSS : .insecurePKCS1v1_5
    }

    private static func signature(
        _ key: _RSA.Signing.PrivateKey,
        _ message: Secret<[UInt8]>,
        _ options: TransitSigning
    ) throws -> [UInt8] {
        let padding = try padding(options)
        let signature = try unsafe message.withUnsafeBytes { bytes in
            switch options.hash {
            case .sha2x256: try unsafe key.signature(for: SHA256.hash(data: bytes), padding: padding)
            case .sha2x384: try unsafe key.signature(for: SHA384.hash(data: bytes), padding: padding)
            case .sha2x512: try unsafe key.signature(for: SHA512.hash(data: bytes), padding: padding)
            default: throw TransitError.unsupportedHash
            }
        }
        return Array(signature.rawRepresentation)
    }

    private static func isValid(
        _ key: _RSA.Signing.PublicKey,
        _ bytes: [UInt8],
        _ message: Secret<[UInt8]>,
        _ options: TransitSigning
    ) throws(TransitError) -> Bool {
        let padding = try padding(options)
        let signature = _RSA.Signing.RSASignature(rawRepresentation: bytes)
        let isValid: Bool? = unsafe message.withUnsafeBytes { message in
            switch options.hash {
            case .sha1:
                unsafe key.isValidSignature(signature, for: Insecure.SHA1.hash(data: message), padding: padding)
            case .sha2x256: unsafe key.isValidSignature(signature, for: SHA256.hash(data: message), padding: padding)
            case .sha2x384: unsafe key.isValidSignature(signature, for: SHA384.hash(data: message), padding: padding)
            case .sha2x512: unsafe key.isValidSignature(signature, for: SHA512.hash(data: message), padding: padding)
            default: nil
            }
        }
        guard let isValid else { throw .unsupportedHash }
        return isValid
    }
}

/// Codes.
extension TransitKey {
    /// The code of a message: HMAC (RFC 2104) under the version's key for codes.
    ///
    /// - Parameter number: The version; 0 for the latest.
    public func code(
        of message: Secret<[UInt8]>,
        _ hash: TransitHash,
        version number: Int
    ) throws(TransitError) -> String {
        let chosen = number == 0 ? latest : number
        if chosen < 0 { throw TransitError("key version does not exist (cannot be negative)") }
        if chosen > latest { throw TransitError("key version does not exist; latest key version is \(latest)") }
        if chosen < oldestForEncryption {
            throw TransitError("cannot generate HMAC: version is too old (disallowed by policy)")
        }
        guard chosen >= oldestForDecryption, let version = versions[chosen] else { throw .noSuchVersion }
        return VersionedText.text(chosen, hash.code(of: message, key: version.codeKey))
    }

    /// Whether a code is one of a message. The time does not tell where it differs.
    public func isValid(
        code text: String,
        for message: Secret<[UInt8]>,
        _ hash: TransitHash
    ) throws(TransitError) -> Bool {
        let parsed = try VersionedText(text, .code)
        guard let bytes = Base64.decode(String(parsed.rest)) else {
            throw TransitError("unable to decode verification HMAC as base64")
        }
        if parsed.version < oldestForDecryption {
            throw TransitError("cannot verify HMAC: version is too old (disallowed by policy)")
        }
        let version = try version(of: parsed, "HMAC")
        return Secret(hash.code(of: message, key: version.codeKey)) == Secret(bytes)
    }
}
