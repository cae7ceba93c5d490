/// Why the encryption service does not do what it was asked. Each says what was wrong with the request in HashiCorp
/// Vault's words, and never what was sent.
public struct TransitError: Error, Sendable, Hashable {
    /// What was wrong.
    public let message: String

    init(_ message: String) { self.message = message }
}

extension TransitError {
    static let contextMissing = TransitError(
        "missing 'context' for key derivation; the key was created using a derived key, which means additional, "
            + "per-request information must be included in order to perform operations with the key"
    )
    static let noSuchVersion = TransitError("no such key version")
    static let tooOld = TransitError("ciphertext or signature version is disallowed by policy (too old)")
    static let notAuthentic = TransitError("cipher: message authentication failed")
    static let notDecrypted = TransitError("failed to RSA decrypt the ciphertext: decryption error")
    static let tooManyVersions = TransitError(
        "the key has as many versions as it can have: trim it before it is rotated again"
    )
    static let invalidBackup = TransitError("the backup is not one of this server's, or was changed")
    static let unsupportedHash = TransitError("unsupported hash algorithm")
    static let failed = TransitError("the operation failed")

    static func unsupported(_ operation: String, _ type: TransitKeyType) -> TransitError {
        TransitError("message \(operation) not supported for key type \(type.rawValue)")
    }
}

/// The bounds of the encryption service.
public enum TransitLimits {
    /// The most versions that a key keeps. All are taken apart when it is first used, while others wait. Measured for
    /// one: 2.5 µs for a cipher's, 12 µs for Ed25519 and P-256, 240 µs for RSA of 4096 bits, 770 µs for P-521.
    public static func versions(_ type: TransitKeyType) -> Int {
        switch type {
        case .aes128, .aes256, .chaCha20, .hmac: 10_000
        case .ed25519, .ecdsaP256: 2000
        case .ecdsaP384, .ecdsaP521, .rsa2048, .rsa3072, .rsa4096: 250
        }
    }
    /// The most items of one request. What they hold together is bounded by the request's body.
    public static let items = 10_000
    /// The most items of one request with a key that is not symmetric: RSA takes milliseconds for each.
    public static let asymmetricItems = 1000
    /// The longest context, in bytes.
    public static let context = 16 << 10
    /// The most random bytes at once, as Vault has it.
    public static let randomBytes = 128 << 10
    /// The bytes of an HMAC key.
    public static let hmacKeyBytes = 32...512
    /// The shortest time between two rotations that nobody asks for, in seconds.
    public static let rotationPeriod = 3600
    /// The longest backup that is read, in bytes of its text.
    public static let backup = 8 << 20
}
