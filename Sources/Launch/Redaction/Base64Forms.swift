/// A value in base64 (RFC 4648, sections 4 and 5), by itself or inside something longer.
enum Base64Forms {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Adds the forms of a value.
    ///
    /// Three bytes make four characters, so what stands before a value moves it by 0, 1 or 2 bytes. For each case there
    /// are patterns of the characters that the value alone decides; and, where it is the end of the text, of its last
    /// character with and without padding.
    static func add(_ value: [UInt8], to patterns: inout PatternSet) {
        for alphabet in [standard, urlSafe] {
            for before in 0..<3 {
                let bits = 8 * (before + value.count)
                let first = (8 * before + 5) / 6
                let certain = bits / 6
                guard certain > first else { continue }
                patterns.add { append(value, before: before, characters: first..<certain, in: alphabet, to: &$0) }
                guard bits % 6 != 0 else { continue }
                patterns.add { append(value, before: before, characters: first..<certain + 1, in: alphabet, to: &$0) }
                patterns.add { output in
                    append(value, before: before, characters: first..<certain + 1, in: alphabet, to: &output)
                    // Padding fills four characters: one sign where four bits were left over, two where two were.
                    output += bits % 6 == 4 ? [UInt8(ascii: "=")] : [UInt8(ascii: "="), UInt8(ascii: "=")]
                }
            }
        }
        addWrapped(value, to: &patterns)
    }

    /// base64(1) and MIME (RFC 2045) wrap at 76 characters, PEM (RFC 7468) at 64.
    private static func addWrapped(_ value: [UInt8], to patterns: inout PatternSet) {
        let characters = (8 * value.count + 5) / 6
        for width in [64, 76] where characters > width {
            for lineEnd in ["\n", "\r\n"] {
                patterns.add { output in
                    for start in stride(from: 0, to: characters, by: width) {
                        if start > 0 { output += lineEnd.utf8 }
                        let line = start..<min(start + width, characters)
                        append(value, before: 0, characters: line, in: standard, to: &output)
                    }
                    output += repeatElement(UInt8(ascii: "="), count: (4 - characters % 4) % 4)
                }
            }
        }
    }

    /// Appends some characters of the base64 of unknown bytes followed by a value. Bits beyond its end are zero.
    private static func append(
        _ value: [UInt8],
        before: Int,
        characters: Range<Int>,
        in alphabet: [UInt8],
        to output: inout [UInt8]
    ) {
        for character in characters {
            let bit = 6 * character
            let byte = bit / 8 - before
            let pair = UInt16(at(byte, value)) << 8 | UInt16(at(byte + 1, value))
            output.append(alphabet[Int(pair >> (10 - UInt16(bit % 8)) & 63)])
        }
    }

    private static func at(_ index: Int, _ value: [UInt8]) -> UInt8 {
        value.indices.contains(index) ? value[index] : 0
    }
}
