/// Base64 with padding, as RFC 4648 has it in section 4.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func append(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        var position = 0
        while position < bytes.count {
            let count = min(3, bytes.count - position)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(unsafe bytes[position + offset]) : 0) }
            for place in 0..<4 {
                let isPadding = place > count
                text.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(group >> (18 - 6 * place)) & 63])
            }
            position += 3
        }
    }

    /// The bytes, or nil when the text is not canonical base64.
    package static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 4) else { return nil }
        let padding = characters.suffix(2).reduce(0) { $0 + ($1 == UInt8(ascii: "=") ? 1 : 0) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3)
        var group: UInt32 = 0
        var filled = 0
        for character in characters.dropLast(padding) {
            guard let value = value(of: character) else { return nil }
            group = group << 6 | value
            filled += 1
            guard filled == 4 else { continue }
            for shift in [16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(shift))) }
            group = 0
            filled = 0
        }
        switch (padding, filled) {
        case (0, 0): break
        case (1, 3) where group & 3 == 0:
            bytes.append(UInt8(truncatingIfNeeded: group >> 10))
            bytes.append(UInt8(truncatingIfNeeded: group >> 2))
        case (2, 2) where group & 15 == 0: bytes.append(UInt8(truncatingIfNeeded: group >> 4))
        default: return nil
        }
        return bytes
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
