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

/// Files and values made of the pieces that readers stumble over.
enum RandomFiles {
    static let syntax: [String] = [
        "A", "B", "X", "x", "1", "é", "n", "r", "t", "'", "'", "\"", "\"", "`", "\\", "\\", "#", " ", " ", "\t", "\n",
        "\n",
        "\r\n", "\r", "=", "=", ":", "-", ".", "$", "${", "}", "$X", "${X}", "${E1}", "$E1", "${U:-d}", "${X-d}",
        "${X:+y}",
        "${E2:-${X}}", "export ", "export\t", "\nA=", "\nB=", "\nX=", "\nA='", "\nB=\"", "\\n", "\\\"", "\\'", "\\$",
        "$$",
        " #", "{", "(", ")", "\\0101", "~",
    ]

    static let unusual: [String] = [
        "\u{A0}", "\u{85}", "\u{1C}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{3000}", "\u{B}", "\u{C}", "\0",
        "\u{1680}", "\u{200B}",
        "٣", "[", "]", "?", "+", "&", ";", "|", "*", "!", "%", "@", "/", ",", "^", "€", "𝔄",
    ]

    /// A file in which anything can stand.
    static func soup(using generator: inout SeededGenerator, unusual: Bool) -> [UInt8] {
        var text = Bool.random(using: &generator) ? "A=" : ""
        for _ in 0..<Int.random(in: 1...16, using: &generator) {
            let isUnusual = unusual && Int.random(in: 0..<8, using: &generator) == 0
            text += (isUnusual ? Self.unusual : syntax).randomElement(using: &generator) ?? ""
        }
        return Array(text.utf8)
    }

    /// A file of bindings with values in random quotes.
    static func bindings(using generator: inout SeededGenerator) -> [UInt8] {
        let inner = [
            "a", "b", " ", "#", " #", "\\", "\\\\", "$", "$X", "${X}", "${U:-d}", "\\n", "\\t", "\\\"", "\\$", "é",
            "\n", ";", "~", "*",
            ":", "=", "{", "}", "%", "${X:-${E1}}", "\\'", "!", ",", "\r",
        ]
        var text = ""
        for key in ["X", "A", "B"] {
            let quote = ["", "", "'", "\""].randomElement(using: &generator) ?? ""
            let export = Int.random(in: 0..<6, using: &generator) == 0 ? "export " : ""
            text += "\(export)\(key)=\(quote)"
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                text += inner.randomElement(using: &generator) ?? ""
            }
            text += quote + (["", "", "", " # note", "  ", "#"].randomElement(using: &generator) ?? "") + "\n"
        }
        return Array(text.utf8)
    }

    /// A value such as a password: any characters.
    static func value(using generator: inout SeededGenerator) -> String {
        let plain = ["a", "Z", "0", "_", "-", ".", "/", "é", "€", "=", ":", "+", "@", "%", ","]
        let special = [
            "'", "\"", "`", "\\", "$", "#", " ", "\n", "\r", "\t", "{", "}", "(", ")", "${X}", "$X", "\\n", "!", "~",
            ";", "&",
        ]
        let share = Int.random(in: 0...3, using: &generator)
        var value = ""
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            let isSpecial = Int.random(in: 0...3, using: &generator) < share
            value += (isSpecial ? special : plain).randomElement(using: &generator) ?? ""
        }
        return value
    }
}
