/// Whole files in one call.
///
/// Memory stays bounded whatever the file's size: a few blocks of ``AgeLimits/chunkBytes``, and the header.
public enum AgeFile {
    /// How much is read at once.
    private static let blockBytes = 4 * AgeLimits.chunkBytes

    /// Encrypts everything from a source.
    ///
    /// - Parameters:
    ///   - source: The content, to its end.
    ///   - sink: Where the file goes.
    ///   - recipients: One or more recipients that may stand together (``AgeMixing``).
    ///   - armored: Whether to write text instead of binary.
    /// - Throws: ``AgeError``, or what the source or the sink threw. The sink may hold a part of a file then.
    public static func encrypt(
        from source: AgeSource,
        to sink: AgeSink,
        recipients: [any AgeRecipient],
        armored: Bool = false
    ) throws {
        var encryptor = try AgeEncryptor(to: recipients, armored: armored)
        var block = [UInt8](repeating: 0, count: blockBytes)
        defer { wipe(&block) }
        var output: [UInt8] = []
        while true {
            let piece = try source.next(&block)
            if piece.isEmpty { break }
            try encryptor.update(piece, into: &output)
            try flush(&output, to: sink)
        }
        try encryptor.finish(into: &output)
        try flush(&output, to: sink)
    }

    /// Decrypts a whole file.
    ///
    /// What reaches the sink is authentic, but only a return without an error says that it is complete: write to a
    /// temporary file, and rename it after this returns.
    ///
    /// - Parameters:
    ///   - source: The file, to its end.
    ///   - sink: Where the content goes.
    ///   - identities: Who may open the file, tried in this order.
    ///   - format: How the file may be written.
    /// - Throws: ``AgeError``, or what the source or the sink threw. The sink may hold a beginning of the content then.
    public static func decrypt(
        from source: AgeSource,
        to sink: AgeSink,
        identities: [any AgeIdentity],
        format: AgeDecryptor.Format = .detected
    ) throws {
        var decryptor = try AgeDecryptor(identities: identities, format: format)
        var block = [UInt8](repeating: 0, count: blockBytes)
        var output: [UInt8] = []
        defer { wipe(&output) }
        output.reserveCapacity(blockBytes + AgeLimits.chunkBytes)
        var failure: AgeError?
        while failure == nil {
            let piece = try source.next(&block)
            if piece.isEmpty { break }
            do { try decryptor.update(piece, into: &output) } catch { failure = error }
            // Also after a failure: what was authentic before the damage is all that is left of the file.
            try flush(&output, to: sink)
        }
        if failure == nil {
            do { try decryptor.finish(into: &output) } catch { failure = error }
            try flush(&output, to: sink)
        }
        if let failure { throw failure }
    }

    /// Encrypts bytes in memory.
    ///
    /// - Parameters:
    ///   - content: What to encrypt.
    ///   - recipients: One or more recipients that may stand together (``AgeMixing``).
    ///   - armored: Whether to write text instead of binary.
    /// - Returns: The file.
    public static func encrypt(
        _ content: [UInt8],
        to recipients: [any AgeRecipient],
        armored: Bool = false
    ) throws(AgeError) -> [UInt8] {
        var encryptor = try AgeEncryptor(to: recipients, armored: armored)
        var output: [UInt8] = []
        try encryptor.update(content[...], into: &output)
        try encryptor.finish(into: &output)
        return output
    }

    /// Decrypts a file in memory.
    ///
    /// - Parameters:
    ///   - file: The whole file.
    ///   - identities: Who may open it, tried in this order.
    ///   - format: How it may be written.
    /// - Returns: The content, complete.
    public static func decrypt(
        _ file: [UInt8],
        identities: [any AgeIdentity],
        format: AgeDecryptor.Format = .detected
    ) throws(AgeError) -> [UInt8] {
        var decryptor = try AgeDecryptor(identities: identities, format: format)
        var output: [UInt8] = []
        try decryptor.update(file[...], into: &output)
        try decryptor.finish(into: &output)
        return output
    }

    private static func flush(_ output: inout [UInt8], to sink: AgeSink) throws {
        guard !output.isEmpty else { return }
        try sink.write(output)
        output.removeAll(keepingCapacity: true)
    }
}
