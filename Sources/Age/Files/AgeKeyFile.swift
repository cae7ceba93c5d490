internal import Secrets

/// Files of identities (as `age-keygen` writes them) and of recipients (as `age -R` reads them): one key on each line,
/// empty lines and lines that begin with `#` left out.
///
/// An error names the line, and says nothing of what stands there.
public enum AgeKeyFile {
    /// Reads a file of identities.
    ///
    /// - Parameters:
    ///   - source: The file, at most ``AgeLimits/keyFileBytes`` long.
    ///   - openers: Who may open the file when it is itself an age file; a passphrase as a rule.
    /// - Returns: One or more identities in their order.
    /// - Throws: ``AgeError`` of the category `key`, or what the source threw.
    public static func identities(
        from source: AgeSource,
        openedBy openers: [any AgeIdentity] = []
    ) throws -> [any AgeKeyPair] {
        var bytes = try read(source)
        defer { wipe(&bytes) }
        if startsLikeAgeFile(bytes) {
            guard !openers.isEmpty else { throw AgeError(.keyFileEncrypted) }
            bytes = try AgeFile.decrypt(bytes, identities: openers)
        }
        return try keys(bytes, role: .identities) { line throws(AgeError) in try AgeKeys.identity(line) }
    }

    /// Reads a file of recipients.
    ///
    /// - Parameter source: The file, at most ``AgeLimits/keyFileBytes`` long.
    /// - Returns: One or more recipients in their order.
    /// - Throws: ``AgeError`` of the category `key`, or what the source threw.
    public static func recipients(from source: AgeSource) throws -> [any AgeRecipient] {
        try keys(try read(source), role: .recipients) { line throws(AgeError) in try AgeKeys.recipient(line) }
    }

    private static func keys<Key>(
        _ bytes: [UInt8],
        role: AgeError.KeyFileRole,
        parse: (ArraySlice<UInt8>) throws(AgeError) -> Key
    ) throws(AgeError) -> [Key] {
        var keys: [Key] = []
        var (rest, number) = (bytes[...], 0)
        while !rest.isEmpty {
            let end = rest.firstIndex(of: newline) ?? rest.endIndex
            let line = trimmed(rest[..<end])
            rest = rest[end...].dropFirst()
            number += 1
            guard line.count <= AgeLimits.keyLineBytes else { throw AgeError(.keyFileTooLarge, line: number) }
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            do {
                keys.append(try parse(line))
            } catch {
                throw AgeError(error.kind.inFile, line: number)
            }
        }
        guard !keys.isEmpty else { throw AgeError(.keyFileEmpty(role)) }
        return keys
    }

    /// The line without white space around it, which copying leaves behind.
    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        let head = line.drop(while: isSpace)
        guard let last = head.lastIndex(where: { !isSpace($0) }) else { return head[head.endIndex...] }
        return head[...last]
    }

    private static func startsLikeAgeFile(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: Header.versionPrefix) || bytes.starts(with: Armor.begin)
    }

    private static func read(_ source: AgeSource) throws -> [UInt8] {
        var block = [UInt8](repeating: 0, count: AgeLimits.chunkBytes)
        var bytes: [UInt8] = []
        // As much as there may be, so that growing leaves no copies behind.
        bytes.reserveCapacity(AgeLimits.keyFileBytes)
        defer { wipe(&block) }
        while true {
            let piece = try source.next(&block)
            if piece.isEmpty { return bytes }
            guard bytes.count + piece.count <= AgeLimits.keyFileBytes else {
                wipe(&bytes)
                throw AgeError(.keyFileTooLarge)
            }
            bytes.append(contentsOf: piece)
        }
    }
}

extension AgeError.Kind {
    /// What a fault of a key is called when the key stands in a file.
    fileprivate var inFile: Self {
        switch self {
        case .malformedKey(.identityAsRecipient): .identityInRecipientsFile
        case .malformedKey(.recipientAsIdentity): .recipientInIdentityFile
        default: self
        }
    }
}
