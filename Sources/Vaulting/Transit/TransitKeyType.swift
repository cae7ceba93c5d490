/// What a key of the encryption service is for, by the names of HashiCorp Vault's transit engine.
public enum TransitKeyType: String, Sendable, Hashable, CaseIterable {
    /// AES-128-GCM, 96-bit nonces (NIST SP 800-38D).
    case aes128 = "aes128-gcm96"
    /// AES-256-GCM, 96-bit nonces (NIST SP 800-38D). What a key is when nobody says.
    case aes256 = "aes256-gcm96"
    /// ChaCha20-Poly1305 (RFC 8439).
    case chaCha20 = "chacha20-poly1305"
    /// Ed25519 (RFC 8032).
    case ed25519
    /// ECDSA on P-256 (FIPS 186-5).
    case ecdsaP256 = "ecdsa-p256"
    /// ECDSA on P-384 (FIPS 186-5).
    case ecdsaP384 = "ecdsa-p384"
    /// ECDSA on P-521 (FIPS 186-5).
    case ecdsaP521 = "ecdsa-p521"
    /// RSA of 2048 bits: OAEP with SHA-256, PSS and PKCS #1 v1.5 signatures (RFC 8017).
    case rsa2048 = "rsa-2048"
    /// RSA of 3072 bits.
    case rsa3072 = "rsa-3072"
    /// RSA of 4096 bits.
    case rsa4096 = "rsa-4096"
    /// Codes only (RFC 2104).
    case hmac

    /// How many bytes the key of an authenticated cipher has; nil for what is none.
    public var cipherKeyBytes: Int? {
        switch self {
        case .aes128: 16
        case .aes256, .chaCha20: 32
        default: nil
        }
    }

    /// How many bits an RSA modulus has; nil for what is no RSA key.
    public var modulusBits: Int? {
        switch self {
        case .rsa2048: 2048
        case .rsa3072: 3072
        case .rsa4096: 4096
        default: nil
        }
    }

    /// Whether it encrypts and decrypts.
    public var supportsEncryption: Bool { cipherKeyBytes != nil || modulusBits != nil }

    /// Whether it signs and verifies.
    public var supportsSigning: Bool {
        switch self {
        case .ed25519, .ecdsaP256, .ecdsaP384, .ecdsaP521, .rsa2048, .rsa3072, .rsa4096: true
        case .aes128, .aes256, .chaCha20, .hmac: false
        }
    }

    /// Whether a key for each context can be derived from it.
    public var supportsDerivation: Bool { cipherKeyBytes != nil || self == .ed25519 }

    /// Whether data can be authenticated beside what is encrypted.
    public var supportsAssociatedData: Bool { cipherKeyBytes != nil }

    /// Whether what is signed is a hash that is made before.
    public var hashesBeforeSigning: Bool { supportsSigning && self != .ed25519 }
}
