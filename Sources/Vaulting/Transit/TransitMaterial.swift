internal import Crypto
internal import CryptoExtras
internal import SecretStore
internal import Secrets

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One version of a key: made once, never changed.
///
/// What is kept is raw: the bytes of a cipher's or a code's key, an Ed25519 seed (RFC 8032, 5.1.5), the scalar of a point
/// (big-endian, as long as the field), an RSA key in the DER of RFC 8017, A.1.2. It lives in memory that is wiped when
/// the last holder goes.
final class TransitVersion: Sendable {
    /// When it was made.
    let created: Timestamp
    /// The key as it is kept.
    let raw: Secret<[UInt8]>
    /// What makes codes with it. Every version of every type has one.
    let codeKey: SymmetricKey
    /// The key as it is used.
    let material: Material

    enum Material: Sendable {
        case cipher(SymmetricKey)
        case code
        case ed25519(Curve25519.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    /// Takes a key apart, or gives nil when it is none of the type.
    ///
    /// - Parameter code: The bytes of the key for codes; nil for a key that is itself one.
    init?(_ type: TransitKeyType, created: Timestamp, raw: Secret<[UInt8]>, code: Secret<[UInt8]>?) {
        let own = unsafe (code ?? raw).withUnsafeBytes { unsafe SymmetricKey(data: $0) }
        guard TransitLimits.hmacKeyBytes.contains(own.bitCount / 8), (code == nil) == (type == .hmac),
            let material = unsafe raw.withUnsafeBytes({ unsafe Self.material(type, $0) })
        else { return nil }
        self.created = created
        self.raw = raw
        self.material = material
        codeKey = own
    }

    private static func material(_ type: TransitKeyType, _ bytes: UnsafeRawBufferPointer) -> Material? {
        switch type {
        case .aes128, .aes256, .chaCha20:
            bytes.count == type.cipherKeyBytes ? unsafe .cipher(SymmetricKey(data: bytes)) : nil
        case .hmac: .code
        case .ed25519: (try? unsafe Curve25519.Signing.PrivateKey(rawRepresentation: bytes)).map(Material.ed25519)
        case .ecdsaP256: (try? unsafe P256.Signing.PrivateKey(rawRepresentation: bytes)).map(Material.p256)
        case .ecdsaP384: (try? unsafe P384.Signing.PrivateKey(rawRepresentation: bytes)).map(Material.p384)
        case .ecdsaP521: (try? unsafe P521.Signing.PrivateKey(rawRepresentation: bytes)).map(Material.p521)
        case .rsa2048, .rsa3072, .rsa4096:
            (try? unsafe _RSA.Signing.PrivateKey(derRepresentation: bytes)).flatMap {
                $0.keySizeInBits == type.modulusBits ? .rsa($0) : nil
            }
        }
    }

    /// Makes a random key. An RSA key takes between a tenth of a second and a few seconds.
    ///
    /// - Parameter bytes: How long a key for codes shall be.
    static func random(_ type: TransitKeyType, bytes: Int, created: Timestamp) throws(TransitError) -> TransitVersion {
        let code = type == .hmac ? nil : Self.random(32)
        guard let raw = raw(type, bytes: bytes),
            let version = TransitVersion(type, created: created, raw: raw, code: code)
        else { throw .failed }
        return version
    }

    private static func raw(_ type: TransitKeyType, bytes: Int) -> Secret<[UInt8]>? {
        func kept(_ data: Data) -> Secret<[UInt8]>? {
            var data = data
            defer { unsafe data.withUnsafeMutableBytes { unsafe wipe($0) } }
            return unsafe data.withUnsafeBytes { unsafe Secret<[UInt8]>(bytes: $0) }
        }
        switch type {
        case .aes128, .aes256, .chaCha20: return random(type.cipherKeyBytes ?? 32)
        case .hmac: return random(bytes)
        case .ed25519: return kept(Curve25519.Signing.PrivateKey().rawRepresentation)
        case .ecdsaP256: return kept(P256.Signing.PrivateKey(compactRepresentable: false).rawRepresentation)
        case .ecdsaP384: return kept(P384.Signing.PrivateKey(compactRepresentable: false).rawRepresentation)
        case .ecdsaP521: return kept(P521.Signing.PrivateKey(compactRepresentable: false).rawRepresentation)
        case .rsa2048, .rsa3072, .rsa4096:
            let size = _RSA.Signing.KeySize(bitCount: type.modulusBits ?? 2048)
            return (try? _RSA.Signing.PrivateKey(keySize: size)).flatMap { kept($0.derRepresentation) }
        }
    }

    /// Random bytes that are a secret.
    static func random(_ count: Int) -> Secret<[UInt8]> {
        let key = SymmetricKey(size: SymmetricKeySize(bitCount: count * 8))
        guard let secret = unsafe key.withUnsafeBytes({ unsafe Secret<[UInt8]>(bytes: $0) }) else {
            preconditionFailure("every bytes are an array of bytes")
        }
        return secret
    }
}

extension TransitVersion: CustomStringConvertible, CustomReflectable {
    /// When it was made.
    var description: String { "a version of \(created)" }

    /// A mirror without children, so that `dump` and debuggers show no more.
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .class) }
}
