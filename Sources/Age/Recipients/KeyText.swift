internal import Secrets

/// Keys as text: Bech32, in small letters for recipients and in capitals for identities.
enum KeyText {
    enum Role {
        case recipient, identity
    }

    /// Every secret key of age begins so, in small letters.
    private static let secretPrefix = "age-secret-key-"

    /// The bytes of a key with a certain prefix. Those of a secret key the caller wipes.
    ///
    /// - Parameters:
    ///   - text: The text as ASCII bytes.
    ///   - prefix: The prefix that it must have, in small letters.
    ///   - role: What the key is read for.
    static func decode(
        _ text: some Collection<UInt8>,
        prefix: String,
        role: Role
    ) throws(AgeError) -> [UInt8] {
        var (found, capitals, bytes) = try Bech32.decode(text)
        guard found == prefix else {
            wipe(&bytes)
            throw AgeError(.malformedKey(fault(prefix: found, role: role)))
        }
        guard capitals == (role == .identity) else {
            wipe(&bytes)
            throw AgeError(.malformedKey(.wrongCase))
        }
        return bytes
    }

    /// A secret key as text.
    static func encode(_ key: some Sequence<UInt8>, prefix: String) -> Secret<String> {
        var text = Bech32.encode(prefix: prefix, key)
        defer { wipe(&text) }
        for index in text.indices where (0x61...0x7A).contains(text[index]) { text[index] &= 0xDF }
        let secret = unsafe text.withUnsafeBytes { unsafe Secret<String>(bytes: $0) }
        guard let secret else { preconditionFailure("Bech32 is ASCII") }
        return secret
    }

    /// Why a well-formed text is not the key that was asked for.
    static func fault(prefix: String, role: Role) -> AgeError.KeyFault {
        if prefix.hasPrefix(secretPrefix) { return role == .recipient ? .identityAsRecipient : .otherType }
        if prefix.hasPrefix("age-plugin-") { return .plugin }
        if prefix == "age1tag" || prefix == "age1tagpq" { return .tagged }
        if prefix == X25519Recipient.prefix || prefix == HybridRecipient.prefix {
            return role == .identity ? .recipientAsIdentity : .otherType
        }
        return prefix.hasPrefix("age1") ? .plugin : .unknown
    }
}
