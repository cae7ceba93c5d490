internal import Crypto
public import Secrets

/// The wrapping key and the words that both sides of the X25519 type share.
///
/// Source: C2SP, "age", section "The X25519 recipient type"; RFC 7748, RFC 5869.
private enum X25519 {
    static let stanzaType = "X25519"
    static let keyBytes = 32
    static let info = Array("age-encryption.org/v1/X25519".utf8)

    /// HKDF over the shared secret, or nil when the secret is all zeros: then the share is a point of low order, and
    /// anybody could have made it.
    static func wrapKey(_ secret: SharedSecret, share: [UInt8], recipient: [UInt8]) -> SymmetricKey? {
        let bits = unsafe secret.withUnsafeBytes { unsafe $0.reduce(0, |) }
        guard bits != 0 else { return nil }
        return secret.hkdfDerivedSymmetricKey(
            using: SHA256.self,
            salt: share + recipient,
            sharedInfo: info,
            outputByteCount: 32
        )
    }
}

/// The public half of an X25519 key: `age1…`.
public struct X25519Recipient: AgeRecipient, Hashable, LosslessStringConvertible {
    static let prefix = "age"

    private let publicKey: [UInt8]

    init(publicKey: [UInt8]) {
        self.publicKey = publicKey
    }

    /// Reads a recipient.
    ///
    /// - Parameter text: `age1` and 58 more characters, in small letters.
    /// - Throws: ``AgeError`` of the category `key`.
    public init(parsing text: String) throws(AgeError) {
        try self.init(bytes: text.utf8)
    }

    init(bytes text: some Collection<UInt8>) throws(AgeError) {
        let bytes = try KeyText.decode(text, prefix: Self.prefix, role: .recipient)
        guard bytes.count == X25519.keyBytes else { throw AgeError(.malformedKey(.length)) }
        publicKey = bytes
        // A point of low order would make the file readable for anybody: refuse it here, not at the first file.
        _ = try wrap(AgeFileKey())
    }

    /// Reads a recipient, or gives nil where ``init(parsing:)`` throws.
    public init?(_ description: String) {
        try? self.init(parsing: description)
    }

    /// `age1` and 58 more characters.
    public var description: String {
        String(decoding: Bech32.encode(prefix: Self.prefix, publicKey), as: UTF8.self)
    }

    /// Wraps a file key in one stanza.
    public func wrap(_ fileKey: AgeFileKey) throws(AgeError) -> [AgeStanza] {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let share = Array(ephemeral.publicKey.rawRepresentation)
        guard
            let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey),
            let secret = try? ephemeral.sharedSecretFromKeyAgreement(with: key),
            let wrapKey = X25519.wrapKey(secret, share: share, recipient: publicKey)
        else { throw AgeError(.malformedKey(.value)) }
        return [
            AgeStanza(
                type: X25519.stanzaType,
                arguments: [String(decoding: Base64.encode(share), as: UTF8.self)],
                body: try KeyWrap.seal(fileKey, under: wrapKey)
            )
        ]
    }
}

/// The secret half of an X25519 key: `AGE-SECRET-KEY-1…`.
public struct X25519Identity: AgeKeyPair {
    static let prefix = "age-secret-key-"

    private let key: Curve25519.KeyAgreement.PrivateKey
    /// Who a file is encrypted to so that this identity opens it.
    public let recipient: X25519Recipient

    /// A new identity from the system's source of randomness.
    public init() {
        self.init(key: Curve25519.KeyAgreement.PrivateKey())
    }

    /// Reads an identity.
    ///
    /// - Parameter text: `AGE-SECRET-KEY-1` and 58 more characters, in capitals.
    /// - Throws: ``AgeError`` of the category `key`.
    public init(parsing text: Secret<String>) throws(AgeError) {
        self = try unsafe text.withUnsafeBytes { (bytes) throws(AgeError) in try unsafe Self(bytes: bytes) }
    }

    init(bytes text: some Collection<UInt8>) throws(AgeError) {
        var bytes = try KeyText.decode(text, prefix: Self.prefix, role: .identity)
        defer { wipe(&bytes) }
        guard bytes.count == X25519.keyBytes else { throw AgeError(.malformedKey(.length)) }
        guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes) else {
            throw AgeError(.malformedKey(.value))
        }
        self.init(key: key)
    }

    private init(key: Curve25519.KeyAgreement.PrivateKey) {
        self.key = key
        recipient = X25519Recipient(publicKey: Array(key.publicKey.rawRepresentation))
    }

    /// The identity as text, to be kept in a file of rights 0600.
    public var text: Secret<String> {
        // The library hands out the key's own memory here, not a copy: there is nothing to wipe, and much to break.
        KeyText.encode(key.rawRepresentation, prefix: Self.prefix)
    }

    /// Opens the first stanza that is for this identity.
    public func unwrap(_ stanzas: [AgeStanza]) throws(AgeError) -> AgeFileKey? {
        for stanza in stanzas where stanza.type == X25519.stanzaType {
            guard stanza.arguments.count == 1 else { throw malformed(.arguments) }
            guard let share = Base64.decode(stanza.arguments[0].utf8), share.count == X25519.keyBytes else {
                throw malformed(.argument)
            }
            guard stanza.body.count == KeyWrap.byteCount else { throw malformed(.bodyLength) }
            guard
                let point = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: share),
                let secret = try? key.sharedSecretFromKeyAgreement(with: point),
                let wrapKey = X25519.wrapKey(secret, share: share, recipient: Array(key.publicKey.rawRepresentation))
            else { throw malformed(.lowOrder) }
            if let fileKey = KeyWrap.open(stanza.body, under: wrapKey) { return fileKey }
        }
        return nil
    }

    private func malformed(_ fault: AgeError.StanzaFault) -> AgeError {
        AgeError(.malformedStanza(fault, type: X25519.stanzaType))
    }
}

extension X25519Identity: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Four dots and who the identity belongs to.
    public var description: String { "•••• for \(recipient)" }

    /// Four dots and who the identity belongs to.
    public var debugDescription: String { description }

    /// A mirror without children: the library's key would show its bytes there.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}
