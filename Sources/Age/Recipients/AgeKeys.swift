public import Secrets

/// An identity that is a key of its own, with a recipient to give to others.
public protocol AgeKeyPair: AgeIdentity {
    /// The public half.
    associatedtype Recipient: AgeRecipient, LosslessStringConvertible
    /// Who a file is encrypted to so that this identity opens it.
    var recipient: Recipient { get }
    /// The identity as text, to be kept in a file of rights 0600.
    var text: Secret<String> { get }
}

/// Keys of any type from text.
public enum AgeKeys {
    /// Reads a recipient: `age1…` or `age1pq1…`.
    ///
    /// - Parameter text: The recipient in small letters, without white space.
    /// - Returns: An ``X25519Recipient`` or a ``HybridRecipient``.
    /// - Throws: ``AgeError`` of the category `key`.
    public static func recipient(_ text: String) throws(AgeError) -> any AgeRecipient {
        try recipient(Array(text.utf8)[...])
    }

    /// Reads an identity: `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`.
    ///
    /// - Parameter text: The identity in capitals, without white space.
    /// - Returns: An ``X25519Identity`` or a ``HybridIdentity``.
    /// - Throws: ``AgeError`` of the category `key`.
    public static func identity(_ text: Secret<String>) throws(AgeError) -> any AgeKeyPair {
        var bytes = unsafe text.withUnsafeBytes { unsafe Array($0) }
        defer { wipe(&bytes) }
        return try identity(bytes[...])
    }

    /// The identity file for a key, as `age-keygen` writes it.
    ///
    /// - Parameters:
    ///   - identity: The key.
    ///   - created: When it was made, as RFC 3339 text; nil leaves the line out.
    /// - Returns: The file's text.
    public static func file(for identity: any AgeKeyPair, created: String? = nil) -> Secret<String> {
        var text = created.map { Array("# created: \($0)\n".utf8) } ?? []
        text += "# public key: \(identity.recipient)\n".utf8
        text.reserveCapacity(text.count + identity.text.byteCount + 1)
        unsafe identity.text.withUnsafeBytes { unsafe text.append(contentsOf: $0) }
        text.append(newline)
        defer { wipe(&text) }
        return unsafe text.withUnsafeBytes { unsafe Secret<String>(bytes: $0) } ?? identity.text
    }

    static func recipient(_ text: ArraySlice<UInt8>) throws(AgeError) -> any AgeRecipient {
        if starts(text, with: "ssh-") || starts(text, with: "ecdsa-") { throw AgeError(.malformedKey(.ssh)) }
        return starts(text, with: HybridRecipient.prefix + "1")
            ? try HybridRecipient(bytes: text) : try X25519Recipient(bytes: text)
    }

    static func identity(_ text: ArraySlice<UInt8>) throws(AgeError) -> any AgeKeyPair {
        if starts(text, with: "-----BEGIN ") || starts(text, with: "ssh-") { throw AgeError(.malformedKey(.ssh)) }
        return starts(text, with: HybridIdentity.prefix + "1")
            ? try HybridIdentity(bytes: text) : try X25519Identity(bytes: text)
    }

    /// Whether a text begins with some small ASCII letters, in capitals or not.
    private static func starts(_ text: ArraySlice<UInt8>, with prefix: String) -> Bool {
        text.count >= prefix.utf8.count
            && zip(text, prefix.utf8).allSatisfy { $0 == $1 || ((0x41...0x5A).contains($0) && $0 | 0x20 == $1) }
    }
}
