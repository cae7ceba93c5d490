internal import Crypto
public import Secrets

/// What both sides of the mlkem768x25519 type share.
///
/// Source: C2SP, "age", section "The MLKEM768-X25519 (i.e. X-Wing) hybrid post-quantum recipient type"; HPKE base mode
/// (RFC 9180) with the KEM X-Wing (draft-connolly-cfrg-xwing-kem, number 0x647A).
private enum Hybrid {
    static let stanzaType = "mlkem768x25519"
    static let seedBytes = 32
    static let encapsulatedBytes = 1120
    static let info = Array("age-encryption.org/mlkem768x25519".utf8)

    static var ciphersuite: HPKE.Ciphersuite {
        HPKE.Ciphersuite(kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)
    }

    /// Bytes in the type that the library asks for, whose name only Foundation's modules know.
    static func convert<Target: RangeReplaceableCollection<UInt8>>(_ bytes: [UInt8]) -> Target {
        Target(bytes)
    }
}

/// The public half of a post-quantum key: `age1pq1…`.
public struct HybridRecipient: AgeRecipient, Hashable, LosslessStringConvertible {
    static let prefix = "age1pq"

    private let publicKey: [UInt8]

    fileprivate init(publicKey: [UInt8]) {
        self.publicKey = publicKey
    }

    /// Reads a recipient.
    ///
    /// - Parameter text: `age1pq1` and 1952 more characters, in small letters.
    /// - Throws: ``AgeError`` of the category `key`.
    public init(parsing text: String) throws(AgeError) {
        try self.init(bytes: text.utf8)
    }

    init(bytes text: some Collection<UInt8>) throws(AgeError) {
        let bytes = try KeyText.decode(text, prefix: Self.prefix, role: .recipient)
        guard (try? XWingMLKEM768X25519.PublicKey(rawRepresentation: bytes)) != nil else {
            throw AgeError(.malformedKey(.length))
        }
        publicKey = bytes
        // Not all bytes of the right length are a key: refuse them here, not at the first file.
        _ = try wrap(AgeFileKey())
    }

    /// Reads a recipient, or gives nil where ``init(parsing:)`` throws.
    public init?(_ description: String) {
        try? self.init(parsing: description)
    }

    /// `age1pq1` and 1952 more characters.
    public var description: String {
        String(decoding: Bech32.encode(prefix: Self.prefix, publicKey), as: UTF8.self)
    }

    /// ``AgeMixing/postQuantum``.
    public var mixing: AgeMixing { .postQuantum }

    /// Wraps a file key in one stanza.
    public func wrap(_ fileKey: AgeFileKey) throws(AgeError) -> [AgeStanza] {
        do {
            var sender = try HPKE.Sender(
                recipientKey: XWingMLKEM768X25519.PublicKey(rawRepresentation: publicKey),
                ciphersuite: Hybrid.ciphersuite,
                info: Hybrid.convert(Hybrid.info)
            )
            let body = try unsafe fileKey.withUnsafeBytes { try unsafe sender.seal($0) }
            return [
                AgeStanza(
                    type: Hybrid.stanzaType,
                    arguments: [String(decoding: Base64.encode(Array(sender.encapsulatedKey)), as: UTF8.self)],
                    body: Array(body)
                )
            ]
        } catch {
            throw AgeError(.malformedKey(.value))
        }
    }
}

/// The secret half of a post-quantum key: `AGE-SECRET-KEY-PQ-1…`.
public struct HybridIdentity: AgeKeyPair {
    static let prefix = "age-secret-key-pq-"

    private let key: XWingMLKEM768X25519.PrivateKey
    /// What the key is made from, and what its text stands for.
    private let seed: Secret<[UInt8]>
    /// Who a file is encrypted to so that this identity opens it.
    public let recipient: HybridRecipient

    /// A new identity from the system's source of randomness.
    ///
    /// - Throws: ``AgeError`` when no key can be made, which no known cause brings about.
    public init() throws(AgeError) {
        let random = SymmetricKey(size: .bits256)
        let made = unsafe random.withUnsafeBytes { bytes in try? unsafe Self(seed: bytes) }
        guard let made else { throw AgeError(.cryptography) }
        self = made
    }

    /// Reads an identity.
    ///
    /// - Parameter text: `AGE-SECRET-KEY-PQ-1` and 58 more characters, in capitals.
    /// - Throws: ``AgeError`` of the category `key`.
    public init(parsing text: Secret<String>) throws(AgeError) {
        self = try unsafe text.withUnsafeBytes { (bytes) throws(AgeError) in try unsafe Self(bytes: bytes) }
    }

    init(bytes text: some Collection<UInt8>) throws(AgeError) {
        var seed = try KeyText.decode(text, prefix: Self.prefix, role: .identity)
        defer { wipe(&seed) }
        guard seed.count == Hybrid.seedBytes else { throw AgeError(.malformedKey(.length)) }
        let made = unsafe seed.withUnsafeBytes { bytes in try? unsafe Self(seed: bytes) }
        guard let made else { throw AgeError(.malformedKey(.value)) }
        self = made
    }

    private init(seed bytes: UnsafeRawBufferPointer) throws(AgeError) {
        let key = unsafe try? XWingMLKEM768X25519.PrivateKey(seedRepresentation: bytes, publicKey: nil)
        guard let key, let seed = unsafe Secret<[UInt8]>(bytes: bytes) else { throw AgeError(.malformedKey(.value)) }
        self.key = key
        self.seed = seed
        recipient = HybridRecipient(publicKey: Array(key.publicKey.rawRepresentation))
    }

    /// The identity as text, to be kept in a file of rights 0600.
    public var text: Secret<String> {
        unsafe seed.withUnsafeBytes { unsafe KeyText.encode($0, prefix: Self.prefix) }
    }

    /// Opens the first stanza that is for this identity.
    public func unwrap(_ stanzas: [AgeStanza]) throws(AgeError) -> AgeFileKey? {
        for stanza in stanzas where stanza.type == Hybrid.stanzaType {
            guard stanza.arguments.count == 1 else { throw malformed(.arguments) }
            guard
                let encapsulated = Base64.decode(stanza.arguments[0].utf8),
                encapsulated.count == Hybrid.encapsulatedBytes
            else { throw malformed(.argument) }
            guard stanza.body.count == KeyWrap.byteCount else { throw malformed(.bodyLength) }
            guard
                var opener = try? HPKE.Recipient(
                    privateKey: key,
                    ciphersuite: Hybrid.ciphersuite,
                    info: Hybrid.convert(Hybrid.info),
                    encapsulatedKey: Hybrid.convert(encapsulated)
                )
                // ML-KEM accepts any bytes; only an X25519 share of low order is refused.
            else { throw malformed(.lowOrder) }
            guard var opened = try? opener.open(stanza.body) else { continue }
            if let fileKey = KeyWrap.fileKey(taking: &opened) { return fileKey }
        }
        return nil
    }

    private func malformed(_ fault: AgeError.StanzaFault) -> AgeError {
        AgeError(.malformedStanza(fault, type: Hybrid.stanzaType))
    }
}

extension HybridIdentity: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Four dots and who the identity belongs to.
    public var description: String { "•••• for \(recipient)" }

    /// Four dots and who the identity belongs to.
    public var debugDescription: String { description }

    /// A mirror without children: the library's key would show its bytes there.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}
