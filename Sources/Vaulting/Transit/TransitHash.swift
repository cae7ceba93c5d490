internal import Crypto
public import Secrets

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The hash functions of the encryption service, by Vault's names: FIPS 180-4 and FIPS 202. SHA-224 and SHA3-224, which
/// Vault has too, are not in the library that everything here stands on.
public enum TransitHash: String, Sendable, Hashable, CaseIterable {
    /// SHA-1: for codes and for checking old signatures; nothing new is signed with it (NIST SP 800-131A).
    case sha1
    /// SHA-256.
    case sha2x256 = "sha2-256"
    /// SHA-384.
    case sha2x384 = "sha2-384"
    /// SHA-512.
    case sha2x512 = "sha2-512"
    /// SHA3-256.
    case sha3x256 = "sha3-256"
    /// SHA3-384.
    case sha3x384 = "sha3-384"
    /// SHA3-512.
    case sha3x512 = "sha3-512"

    /// How many bytes a hash has.
    public var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha2x256, .sha3x256: 32
        case .sha2x384, .sha3x384: 48
        case .sha2x512, .sha3x512: 64
        }
    }

    /// The hash of bytes.
    public func sum(of message: Secret<[UInt8]>) -> [UInt8] {
        unsafe message.withUnsafeBytes { bytes in
            switch self {
            case .sha1: unsafe Array(Insecure.SHA1.hash(data: bytes))
            case .sha2x256: unsafe Array(SHA256.hash(data: bytes))
            case .sha2x384: unsafe Array(SHA384.hash(data: bytes))
            case .sha2x512: unsafe Array(SHA512.hash(data: bytes))
            case .sha3x256: unsafe Array(SHA3_256.hash(data: bytes))
            case .sha3x384: unsafe Array(SHA3_384.hash(data: bytes))
            case .sha3x512: unsafe Array(SHA3_512.hash(data: bytes))
            }
        }
    }

    /// The code of bytes under a key: HMAC (RFC 2104).
    func code(of message: Secret<[UInt8]>, key: SymmetricKey) -> [UInt8] {
        unsafe message.withUnsafeBytes { bytes in
            switch self {
            case .sha1: unsafe Array(HMAC<Insecure.SHA1>.authenticationCode(for: bytes, using: key))
            case .sha2x256: unsafe Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
            case .sha2x384: unsafe Array(HMAC<SHA384>.authenticationCode(for: bytes, using: key))
            case .sha2x512: unsafe Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key))
            case .sha3x256: unsafe Array(HMAC<SHA3_256>.authenticationCode(for: bytes, using: key))
            case .sha3x384: unsafe Array(HMAC<SHA3_384>.authenticationCode(for: bytes, using: key))
            case .sha3x512: unsafe Array(HMAC<SHA3_512>.authenticationCode(for: bytes, using: key))
            }
        }
    }
}
