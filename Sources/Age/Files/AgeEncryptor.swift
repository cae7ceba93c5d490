/// Encrypts one file, piece by piece.
///
/// ```swift
/// var encryptor = try AgeEncryptor(to: [try X25519Recipient(parsing: "age1…")])
/// var file = try encryptor.update(content)
/// file += try encryptor.finish()
/// ```
///
/// It keeps at most one chunk of 64 KiB. It cannot be copied, since a copy would seal other content under the same key
/// and nonce; each encryptor makes a new file key.
///
/// Source: C2SP, "age" (https://c2sp.org/age).
public struct AgeEncryptor: ~Copyable {
    static let nonceBytes = 16

    private var payload: PayloadSealer
    private var armor: ArmorWriter?
    /// The header and the nonce, until the first bytes are asked for.
    private var start: [UInt8]
    /// Room for sealed bytes on their way into the armor.
    private var sealed: [UInt8] = []

    /// Makes a file key and wraps it.
    ///
    /// - Parameters:
    ///   - recipients: One or more recipients that may stand together (``AgeMixing``).
    ///   - armored: Whether to write text instead of binary.
    /// - Throws: ``AgeError`` of the category `recipients` or `key`.
    public init(to recipients: [any AgeRecipient], armored: Bool = false) throws(AgeError) {
        try Self.checkMixing(recipients)
        let fileKey = AgeFileKey()
        var stanzas: [AgeStanza] = []
        for recipient in recipients { stanzas += try recipient.wrap(fileKey) }
        guard !stanzas.isEmpty else { throw AgeError(.noRecipients) }
        guard stanzas.allSatisfy(\.isWellFormed) else { throw AgeError(.invalidStanzaFromRecipient) }
        let header = Header(stanzas: stanzas, fileKey: fileKey).encoded()
        guard stanzas.count <= AgeLimits.stanzas, header.count <= AgeLimits.headerBytes else {
            throw AgeError(.tooManyRecipients)
        }
        let nonce = randomBytes(Self.nonceBytes)
        payload = PayloadSealer(key: fileKey.payloadKey(nonce: nonce[...]))
        start = header + nonce
        armor = armored ? ArmorWriter() : nil
    }

    /// Encrypts more of the content.
    ///
    /// - Parameter content: The next bytes, any number of them.
    /// - Returns: The next bytes of the file; often none.
    public mutating func update(_ content: [UInt8]) throws(AgeError) -> [UInt8] {
        var output: [UInt8] = []
        try update(content[...], into: &output)
        return output
    }

    /// Ends the content and the file.
    ///
    /// - Returns: The last bytes of the file.
    public consuming func finish() throws(AgeError) -> [UInt8] {
        var output: [UInt8] = []
        try finish(into: &output)
        return output
    }

    mutating func update(_ content: ArraySlice<UInt8>, into output: inout [UInt8]) throws(AgeError) {
        guard armor != nil else {
            Self.move(&start, into: &output)
            return try payload.update(content, into: &output)
        }
        Self.move(&start, into: &sealed)
        try payload.update(content, into: &sealed)
        armor?.write(sealed[...], into: &output)
        sealed.removeAll(keepingCapacity: true)
    }

    consuming func finish(into output: inout [UInt8]) throws(AgeError) {
        guard armor != nil else {
            Self.move(&start, into: &output)
            return try payload.finish(into: &output)
        }
        Self.move(&start, into: &sealed)
        try payload.finish(into: &sealed)
        armor?.write(sealed[...], into: &output)
        armor?.finish(into: &output)
    }

    private static func move(_ start: inout [UInt8], into output: inout [UInt8]) {
        guard !start.isEmpty else { return }
        output.append(contentsOf: start)
        start = []
    }

    private static func checkMixing(_ recipients: [any AgeRecipient]) throws(AgeError) {
        guard let first = recipients.first else { throw AgeError(.noRecipients) }
        guard recipients.count <= AgeLimits.stanzas else { throw AgeError(.tooManyRecipients) }
        guard recipients.count > 1 else { return }
        guard !recipients.contains(where: { $0.mixing == .alone }) else { throw AgeError(.passphraseWithOthers) }
        guard recipients.allSatisfy({ $0.mixing == first.mixing }) else { throw AgeError(.mixedQuantumResistance) }
    }
}

/// Bytes from the system's source of randomness.
func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}
