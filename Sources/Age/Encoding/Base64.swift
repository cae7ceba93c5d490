/// Base64 with the standard alphabet (RFC 4648, section 4), decoded canonically: one text for one value.
///
/// The header writes it without padding, the armor with it. Nothing secret passes through here.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let invalid: UInt8 = 0xFF
    private static let padding = UInt8(ascii: "=")

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: invalid, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// Appends the text of some bytes.
    static func encode(_ bytes: ArraySlice<UInt8>, padded: Bool, into text: inout [UInt8]) {
        let alphabet = alphabet
        var index = bytes.startIndex
        while bytes.endIndex - index >= 3 {
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            text.append(alphabet[Int(group >> 18)])
            text.append(alphabet[Int(group >> 12 & 63)])
            text.append(alphabet[Int(group >> 6 & 63)])
            text.append(alphabet[Int(group & 63)])
            index += 3
        }
        let left = bytes.endIndex - index
        guard left > 0 else { return }
        let group = UInt32(bytes[index]) << 16 | (left == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
        text.append(alphabet[Int(group >> 18)])
        text.append(alphabet[Int(group >> 12 & 63)])
        if left == 2 {
            text.append(alphabet[Int(group >> 6 & 63)])
            if padded { text.append(padding) }
        } else if padded {
            text.append(padding)
            text.append(padding)
        }
    }

    /// The text of some bytes, without padding.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        encode(bytes[...], padded: false, into: &text)
        return text
    }

    /// Appends the bytes that a canonical text stands for.
    ///
    /// - Returns: false where the text is not the one that ``encode(_:padded:into:)`` makes; `bytes` may then hold a
    ///   part.
    static func decode(_ text: ArraySlice<UInt8>, padded: Bool, into bytes: inout [UInt8]) -> Bool {
        let values = values
        var end = text.endIndex
        if padded {
            guard text.count % 4 == 0 else { return false }
            if end > text.startIndex, text[end - 1] == padding {
                end -= text[end - 2] == padding ? 2 : 1
            }
        }
        var index = text.startIndex
        while end - index >= 4 {
            let (a, b) = (values[Int(text[index])], values[Int(text[index + 1])])
            let (c, d) = (values[Int(text[index + 2])], values[Int(text[index + 3])])
            guard a | b | c | d < 64 else { return false }
            bytes.append(a << 2 | b >> 4)
            bytes.append(b << 4 | c >> 2)
            bytes.append(c << 6 | d)
            index += 4
        }
        switch end - index {
        case 0: return true
        case 2:
            let (a, b) = (values[Int(text[index])], values[Int(text[index + 1])])
            guard a | b < 64, b & 15 == 0 else { return false }
            bytes.append(a << 2 | b >> 4)
            return true
        case 3:
            let (a, b, c) = (
                values[Int(text[index])], values[Int(text[index + 1])], values[Int(text[index + 2])]
            )
            guard a | b | c < 64, c & 3 == 0 else { return false }
            bytes.append(a << 2 | b >> 4)
            bytes.append(b << 4 | c >> 2)
            return true
        default: return false
        }
    }

    /// The bytes that a canonical text without padding stands for, or nil.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        return decode(ArraySlice(text), padded: false, into: &bytes) ? bytes : nil
    }
}
