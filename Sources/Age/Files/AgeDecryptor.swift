/// Decrypts one file, piece by piece.
///
/// ```swift
/// var decryptor = try AgeDecryptor(identities: [identity])
/// var content = try decryptor.update(file)
/// content += try decryptor.finish()
/// ```
///
/// Every byte that comes out was authenticated; but only ``finish()`` tells that nothing was cut off the end. A caller
/// that acts on content before that acts on a beginning. It keeps the header (bounded by ``AgeLimits``) or one chunk.
///
/// Source: C2SP, "age" (https://c2sp.org/age).
public struct AgeDecryptor: ~Copyable {
    /// How a file may be written.
    public enum Format: Sendable {
        /// Binary or armor: the first byte tells.
        case detected
        /// Binary only.
        case binary
        /// Armor only.
        case armored
    }

    private enum Stage {
        case header, nonce, payload, failed
    }

    private let identities: [any AgeIdentity]
    private var format: Format
    private var stage = Stage.header
    private var armor = ArmorReader()
    private var header = HeaderParser()
    private var fileKey: AgeFileKey?
    private var nonce: [UInt8] = []
    private var payload: PayloadOpener?
    /// Room for bytes that were taken out of the armor.
    private var unarmored: [UInt8] = []

    /// Prepares to decrypt.
    ///
    /// - Parameters:
    ///   - identities: Who may open the file, tried in this order.
    ///   - format: How the file may be written.
    /// - Throws: ``AgeError`` when there is no identity.
    public init(identities: [any AgeIdentity], format: Format = .detected) throws(AgeError) {
        guard !identities.isEmpty else { throw AgeError(.noIdentities) }
        self.identities = identities
        self.format = format
    }

    /// Decrypts more of the file.
    ///
    /// - Parameter file: The next bytes of the file, any number of them.
    /// - Returns: The next bytes of the content; often none.
    /// - Throws: ``AgeError``. After an error the decryptor refuses everything.
    public mutating func update(_ file: [UInt8]) throws(AgeError) -> [UInt8] {
        var output: [UInt8] = []
        try update(file[...], into: &output)
        return output
    }

    /// Says that the file ends here.
    ///
    /// - Returns: The last bytes of the content.
    /// - Throws: ``AgeError`` when the file is not complete.
    public consuming func finish() throws(AgeError) -> [UInt8] {
        var output: [UInt8] = []
        try finish(into: &output)
        return output
    }

    /// As ``update(_:)``, but what was authenticated before an error stays in `output`.
    mutating func update(_ file: ArraySlice<UInt8>, into output: inout [UInt8]) throws(AgeError) {
        guard stage != .failed else { throw AgeError(.finished) }
        let before = stage
        stage = .failed
        stage = try advance(file, from: before, into: &output)
    }

    consuming func finish(into output: inout [UInt8]) throws(AgeError) {
        guard stage != .failed else { throw AgeError(.finished) }
        if format == .armored { try armor.finish() }
        guard stage == .payload else {
            throw stage == .header ? header.errorAtEnd() : AgeError(.headerTruncated)
        }
        try payload?.finish(into: &output)
    }

    private mutating func advance(
        _ file: ArraySlice<UInt8>,
        from stage: Stage,
        into output: inout [UInt8]
    ) throws(AgeError) -> Stage {
        if format == .detected, let first = file.first {
            format = ArmorReader.canBegin(with: first) ? .armored : .binary
        }
        guard format == .armored else { return try decrypt(file, from: stage, into: &output) }
        unarmored.removeAll(keepingCapacity: true)
        var failure: AgeError?
        do { try armor.read(file, into: &unarmored) } catch { failure = error }
        // What the armor held before its fault comes first: a reader would have met it first too.
        let next = try decrypt(unarmored[...], from: stage, into: &output)
        if let failure { throw failure }
        return next
    }

    private mutating func decrypt(
        _ file: ArraySlice<UInt8>,
        from first: Stage,
        into output: inout [UInt8]
    ) throws(AgeError) -> Stage {
        var (stage, rest) = (first, file)
        if stage == .header {
            rest = rest.dropFirst(try header.read(rest))
            guard let complete = header.header else { return stage }
            fileKey = try unlock(complete)
            header = HeaderParser()
            stage = .nonce
        }
        if stage == .nonce, let fileKey {
            let head = rest.prefix(AgeEncryptor.nonceBytes - nonce.count)
            nonce.append(contentsOf: head)
            rest = rest[head.endIndex...]
            guard nonce.count == AgeEncryptor.nonceBytes else { return stage }
            payload = PayloadOpener(key: fileKey.payloadKey(nonce: nonce[...]))
            self.fileKey = nil
            stage = .payload
        }
        try payload?.update(rest, into: &output)
        return stage
    }

    /// Finds the file key and checks with it that nobody changed the header.
    private func unlock(_ header: Header) throws(AgeError) -> AgeFileKey {
        let hasPassphrase = header.stanzas.contains { $0.type == ScryptIdentity.stanzaType }
        guard !hasPassphrase || header.stanzas.count == 1 else { throw AgeError(.scryptNotAlone) }
        for identity in identities {
            guard let fileKey = try identity.unwrap(header.stanzas) else { continue }
            guard header.isAuthentic(fileKey: fileKey) else { throw AgeError(.headerMAC) }
            return fileKey
        }
        let passphrases = identities.count { $0 is ScryptIdentity }
        switch (hasPassphrase, passphrases) {
        case (true, 0): throw AgeError(.passphraseNeeded)
        case (true, _): throw AgeError(.passphraseWrong)
        case (false, identities.count): throw AgeError(.passphraseNotUsed)
        default: throw AgeError(.noMatch)
        }
    }
}
