/// Base64 (RFC 4648): with padding as of section 4 for the values of binary secrets and HTTP Basic, and for URLs as of
/// section 5, without padding, for backups and continuations.
enum AzureBase64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The text of section 4, with padding.
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        let text = encode(bytes, standard)
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    /// The text of section 5, without padding.
    static func encodeForURL(_ bytes: some Collection<UInt8>) -> String { encode(bytes, urlSafe) }

    /// Reads section 4. Padding may be left out.
    ///
    /// - Returns: nil for any other character, a length that no bytes have, or unused bits that are not zero.
    static func decode(_ text: String) -> [UInt8]? { decode(text, last: ("+", "/")) }

    /// Reads section 5. Padding may stand there.
    ///
    /// - Returns: As ``decode(_:)``.
    static func decodeForURL(_ text: String) -> [UInt8]? { decode(text, last: ("-", "_")) }

    private static func encode(_ bytes: some Collection<UInt8>, _ alphabet: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 3 * 4 + 4)
        var (group, bits): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(group >> bits & 63)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(group << (6 - bits) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decode(_ text: String, last: (Unicode.Scalar, Unicode.Scalar)) -> [UInt8]? {
        let characters = text.utf8
        let padding = characters.suffix(2).reduce(0) { $0 + ($1 == UInt8(ascii: "=") ? 1 : 0) }
        guard padding == 0 || characters.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3 + 3)
        var (group, bits): (UInt32, UInt32) = (0, 0)
        for character in characters.dropLast(padding) {
            let value: UInt8
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = character - UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a") + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0") + 52
            case UInt8(ascii: last.0): value = 62
            case UInt8(ascii: last.1): value = 63
            default: return nil
            }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> bits))
                group &= 1 << bits - 1
            }
        }
        return bits < 6 && group == 0 ? bytes : nil
    }
}
