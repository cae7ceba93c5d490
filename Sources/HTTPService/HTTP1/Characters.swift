/// Classes of ASCII characters, as bits: one look-up without a branch for each byte.
struct CharacterClass: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// The class of the characters of a text.
    init(_ characters: String) {
        for byte in characters.utf8 {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
        }
    }

    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Whether a byte is one of the class. Bytes beyond ASCII never are.
    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 64 ? low : byte < 128 ? high : 0
        return word >> UInt64(byte & 63) & 1 == 1
    }

    /// What a token is made of: methods and names of fields (RFC 9110, section 5.6.2): letters, digits and
    /// ``!#$%&'*+-.^_`|~``. A constant, so that it costs no look-up of a global.
    @inline(__always)
    static var token: CharacterClass { CharacterClass(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

    /// What an authority is made of (RFC 3986, section 3.2.2), without user information.
    static let authority = CharacterClass(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()+;=:[]%"
    )
}

extension Span where Element == UInt8 {
    /// Whether a stretch is a word, without regard to the case of ASCII letters.
    ///
    /// - Parameter word: In small letters.
    func isWord(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for offset in 0..<letters.count {
                var byte = self[range.lowerBound + offset]
                if byte &- 0x41 < 26 { byte |= 0x20 }
                if unsafe byte != letters[offset] { return false }
            }
            return true
        }
    }
}
