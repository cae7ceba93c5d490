/// A generator that gives the same numbers for the same seed: SplitMix64 (Steele, Lea and Flood, 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// Values made of what formats stumble over.
enum RandomValues {
    private static let pieces: [String] = [
        "a", "Z", "0", "_", "-", ".", "/", "=", ":", "+", "@", "%", ",", "'", "\"", "`", "\\", "$", "#", " ", "\n",
        "\r", "\t", "{", "}", "(", ")", "[", "]", "${X}", "$X", "$(id)", "\\n", "\\u0041", "!", "~", ";", "&", "|", "<",
        ">", "<<", "*", "?", "&a", "*a", "- ", ": ", " #", "yes", "null", "1e3", "0x10", "KEYFOLIO_END",
        "\nKEYFOLIO_END\n", "---", "\n...\n", "é", "€", "\u{301}", "\u{200D}", "\u{FE0F}", "\u{FEFF}", "\u{85}",
        "\u{A0}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{7F}", "\u{1B}", "\u{1}", "\u{0}", "\u{FFFE}", "\u{FFFF}",
        "\u{10FFFF}", "\u{E0041}", "😀", "\u{1F468}\u{200D}\u{1F469}",
    ]

    /// A value; sometimes empty, sometimes with blanks at its ends, sometimes of any characters that Unicode has.
    static func value(using generator: inout SeededGenerator) -> String {
        let isAnything = Int.random(in: 0..<4, using: &generator) == 0
        var value = ""
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            if isAnything {
                // 0x800 numbers are halves of surrogate pairs, which are no scalars.
                let number = UInt32.random(in: 0..<0x10F800, using: &generator)
                if let scalar = Unicode.Scalar(number < 0xD800 ? number : number + 0x800) {
                    value.unicodeScalars.append(scalar)
                }
            } else {
                value += pieces.randomElement(using: &generator) ?? ""
            }
        }
        return value
    }
}
