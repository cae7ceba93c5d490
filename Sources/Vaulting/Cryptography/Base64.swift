/// Base64 (RFC 4648): the alphabet of section 4 with padding, and that for URLs of section 5 without.
package enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let forURLs = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let padding = UInt8(ascii: "=")

    /// Appends the text of bytes, with padding.
    package static func append(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        unsafe append(bytes, standard, to: &text)
        if !bytes.count.isMultiple(of: 3) {
            text.append(contentsOf: repeatElement(padding, count: 3 - bytes.count % 3))
        }
    }

    /// The text of bytes, with padding.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        unsafe bytes.withUnsafeBytes { unsafe append($0, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The text of bytes for URLs, without padding.
    package static func encodeForURL(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        unsafe bytes.withUnsafeBytes { unsafe append($0, forURLs, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes, or nil when the text is not base64 in its one spelling: with padding, and with zeros in the bits that
    /// no byte has.
    package static func decode(_ text: String) -> [UInt8]? {
        text.utf8.count.isMultiple(of: 4) ? decode(text, last: (UInt8(ascii: "+"), UInt8(ascii: "/"))) : nil
    }

    /// The bytes of a text for URLs, or nil as ``decode(_:)``. Padding may stand there.
    package static func decodeForURL(_ text: String) -> [UInt8]? {
        let isWhole = text.utf8.last != padding || text.utf8.count.isMultiple(of: 4)
        return isWhole ? decode(text, last: (UInt8(ascii: "-"), UInt8(ascii: "_"))) : nil
    }

    private static func append(_ bytes: UnsafeRawBufferPointer, _ alphabet: [UInt8], to text: inout [UInt8]) {
        var (group, bits): (UInt32, UInt32) = (0, 0)
        for position in bytes.indices {
            group = group << 8 | UInt32(unsafe bytes[position])
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(group >> bits & 63)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(group << (6 - bits) & 63)]) }
    }

    private static func decode(_ text: String, last: (UInt8, UInt8)) -> [UInt8]? {
        let padded = text.utf8.suffix(2).count { $0 == padding }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3 + 3)
        var (group, bits): (UInt32, UInt32) = (0, 0)
        for character in text.utf8.dropLast(padded) {
            let value: UInt8
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = character - UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a") + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0") + 52
            case last.0: value = 62
            case last.1: value = 63
            default: return nil
            }
            group = group << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> bits))
            group &= 1 << bits - 1
        }
        // What is left over is zero, and as much as the padding says where there is any.
        return group == 0 && bits < 6 && (padded == 0 || bits == 2 * UInt32(padded)) ? bytes : nil
    }
}
