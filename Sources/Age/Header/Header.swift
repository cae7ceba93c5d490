internal import Crypto

/// The textual header of an age file: the stanzas that wrap the file key, and the code that binds them to it.
///
/// Source: C2SP, "age", section "Header".
struct Header {
    static let versionPrefix = Array("age-encryption.org/".utf8)
    static let versionLine = Array("age-encryption.org/v1".utf8)
    static let stanzaMark = Array("-> ".utf8)
    static let finalMark = Array("---".utf8)
    /// How long a full line of a stanza's body is.
    static let columns = 64
    static let macBytes = 32

    let stanzas: [AgeStanza]
    /// The header as it was read, up to and with the three dashes: what the code is over.
    let authenticated: [UInt8]
    let mac: [UInt8]

    /// The header for some stanzas.
    init(stanzas: [AgeStanza], fileKey: AgeFileKey) {
        var text = Self.versionLine
        text.append(newline)
        for stanza in stanzas { stanza.write(into: &text) }
        text.append(contentsOf: Self.finalMark)
        self.init(
            stanzas: stanzas,
            authenticated: text,
            mac: Array(HMAC<SHA256>.authenticationCode(for: text, using: fileKey.headerKey()))
        )
    }

    init(stanzas: [AgeStanza], authenticated: [UInt8], mac: [UInt8]) {
        self.stanzas = stanzas
        self.authenticated = authenticated
        self.mac = mac
    }

    /// Whether the holder of the file key wrote this header. The comparison takes the same time for any code.
    func isAuthentic(fileKey: AgeFileKey) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: authenticated, using: fileKey.headerKey())
    }

    /// The header's bytes.
    func encoded() -> [UInt8] {
        var text = authenticated
        text.append(UInt8(ascii: " "))
        Base64.encode(mac[...], padded: false, into: &text)
        text.append(newline)
        return text
    }
}
