internal import Crypto
internal import CryptoExtras
public import Secrets

/// What both sides of the scrypt type share.
///
/// Source: C2SP, "age", section "The scrypt recipient type"; RFC 7914.
private enum Scrypt {
    static let saltBytes = 16
    static let label = Array("age-encryption.org/v1/scrypt".utf8)

    /// The wrapping key for a passphrase: N = 2^workFactor, r = 8, p = 1.
    static func wrapKey(_ passphrase: Secret<String>, salt: [UInt8], workFactor: Int) throws(AgeError) -> SymmetricKey {
        // The library takes the address of the first byte, which nothing has.
        guard !passphrase.isEmpty else { throw AgeError(.emptyPassphrase) }
        do {
            return try unsafe passphrase.withUnsafeBytes { bytes in
                try unsafe KDF.Scrypt.deriveKey(
                    from: bytes,
                    salt: label + salt,
                    outputByteCount: 32,
                    rounds: 1 << workFactor,
                    blockSize: 8,
                    parallelism: 1
                )
            }
        } catch {
            throw AgeError(.workFactorMemory)
        }
    }
}

/// Encrypts to a passphrase. It stands alone in its header.
public struct ScryptRecipient: AgeRecipient {
    private let passphrase: Secret<String>
    private let workFactor: Int

    /// Takes a passphrase.
    ///
    /// - Parameters:
    ///   - passphrase: Any text but the empty one.
    ///   - workFactor: The base-two logarithm of scrypt's N, from 1 to ``AgeLimits/workFactor``. Each step up doubles
    ///     the time and the memory that a guess costs, and that opening costs.
    /// - Throws: ``AgeError`` when the passphrase is empty or the work factor is out of bounds.
    public init(passphrase: Secret<String>, workFactor: Int = AgeLimits.defaultWorkFactor) throws(AgeError) {
        guard !passphrase.isEmpty else { throw AgeError(.emptyPassphrase) }
        guard (1...AgeLimits.workFactor).contains(workFactor) else { throw AgeError(.invalidWorkFactor) }
        self.passphrase = passphrase
        self.workFactor = workFactor
    }

    /// ``AgeMixing/alone``.
    public var mixing: AgeMixing { .alone }

    /// Wraps a file key in one stanza.
    public func wrap(_ fileKey: AgeFileKey) throws(AgeError) -> [AgeStanza] {
        let salt = randomBytes(Scrypt.saltBytes)
        let key = try Scrypt.wrapKey(passphrase, salt: salt, workFactor: workFactor)
        return [
            AgeStanza(
                type: ScryptIdentity.stanzaType,
                arguments: [String(decoding: Base64.encode(salt), as: UTF8.self), "\(workFactor)"],
                body: try KeyWrap.seal(fileKey, under: key)
            )
        ]
    }
}

/// Opens what was encrypted with a passphrase.
public struct ScryptIdentity: AgeIdentity {
    static let stanzaType = "scrypt"

    private let passphrase: @Sendable () -> Secret<String>?
    private let maximumWorkFactor: Int

    /// Takes a passphrase.
    ///
    /// - Parameters:
    ///   - passphrase: Any text but the empty one.
    ///   - maximumWorkFactor: The highest work factor to accept, from 1 to ``AgeLimits/workFactor``: who wrote the
    ///     file decides how much memory and time opening it takes, up to this.
    /// - Throws: ``AgeError`` when the passphrase is empty or the work factor is out of bounds.
    public init(passphrase: Secret<String>, maximumWorkFactor: Int = AgeLimits.workFactor) throws(AgeError) {
        guard !passphrase.isEmpty else { throw AgeError(.emptyPassphrase) }
        try self.init(maximumWorkFactor: maximumWorkFactor) { passphrase }
    }

    /// Asks for a passphrase when a file turns out to need one, and not before.
    ///
    /// - Parameters:
    ///   - maximumWorkFactor: As in ``init(passphrase:maximumWorkFactor:)``.
    ///   - passphrase: Gives the passphrase, or nil when there is none.
    /// - Throws: ``AgeError`` when the work factor is out of bounds.
    public init(
        maximumWorkFactor: Int = AgeLimits.workFactor,
        askingFor passphrase: @escaping @Sendable () -> Secret<String>?
    ) throws(AgeError) {
        guard (1...AgeLimits.workFactor).contains(maximumWorkFactor) else { throw AgeError(.invalidWorkFactor) }
        self.passphrase = passphrase
        self.maximumWorkFactor = maximumWorkFactor
    }

    /// Opens the stanza, if it is the only one.
    public func unwrap(_ stanzas: [AgeStanza]) throws(AgeError) -> AgeFileKey? {
        guard let stanza = stanzas.first(where: { $0.type == Self.stanzaType }) else { return nil }
        guard stanzas.count == 1 else { throw AgeError(.scryptNotAlone) }
        guard stanza.arguments.count == 2 else { throw malformed(.arguments) }
        guard let salt = Base64.decode(stanza.arguments[0].utf8), salt.count == Scrypt.saltBytes else {
            throw malformed(.argument)
        }
        guard stanza.body.count == KeyWrap.byteCount else { throw malformed(.bodyLength) }
        let workFactor = try parseWorkFactor(stanza.arguments[1])
        guard let passphrase = passphrase() else { throw AgeError(.passphraseNeeded) }
        let key = try Scrypt.wrapKey(passphrase, salt: salt, workFactor: workFactor)
        return KeyWrap.open(stanza.body, under: key)
    }

    /// A positive decimal number without sign or leading zero, that is not too high.
    private func parseWorkFactor(_ text: String) throws(AgeError) -> Int {
        guard let first = text.utf8.first, first != UInt8(ascii: "0"),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw malformed(.workFactor) }
        guard let number = Int(text), number <= maximumWorkFactor else {
            throw AgeError(.workFactorTooHigh(maximum: maximumWorkFactor))
        }
        return number
    }

    private func malformed(_ fault: AgeError.StanzaFault) -> AgeError {
        AgeError(.malformedStanza(fault, type: Self.stanzaType))
    }
}
