/// The bytes that mean something in a `.env` file.
enum Byte {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let exclamation: UInt8 = 0x21
    static let doubleQuote: UInt8 = 0x22
    static let hash: UInt8 = 0x23
    static let dollar: UInt8 = 0x24
    static let singleQuote: UInt8 = 0x27
    static let openParenthesis: UInt8 = 0x28
    static let closeParenthesis: UInt8 = 0x29
    static let plus: UInt8 = 0x2B
    static let dash: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let equals: UInt8 = 0x3D
    static let question: UInt8 = 0x3F
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D
    static let underscore: UInt8 = 0x5F
    static let backquote: UInt8 = 0x60
    static let openBrace: UInt8 = 0x7B
    static let closeBrace: UInt8 = 0x7D
    static let tilde: UInt8 = 0x7E
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
    /// Whether a name of the shell may begin with it.
    var startsName: Bool { isLetter || self == Byte.underscore }
    /// Whether a name of the shell may go on with it.
    var continuesName: Bool { startsName || isDigit }
    /// Whether it goes on with a character of UTF-8 that began before.
    var continuesScalar: Bool { self & 0xC0 == 0x80 }
}

extension [UInt8] {
    /// The bytes of the byte order mark.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// How many bytes the white space character at an index takes, and which kind it is.
    ///
    /// - Parameter index: Within the array.
    /// - Returns: The number of bytes and the kind, or nil when no white space begins there. LF belongs to no set.
    @inline(__always)
    func whitespace(at index: Int) -> (length: Int, kind: Whitespace)? {
        let byte = self[index]
        if byte > 0x20 && byte < 0xC2 { return nil }
        switch byte {
        case 0x20, 0x09: return (1, .blanks)
        case 0x0B, 0x0C: return (1, .vertical)
        case 0x0D: return (1, .carriageReturn)
        case 0x1C...0x1F: return (1, .separators)
        case 0x00: return (1, .nul)
        case 0xC2...0xEF: return wideWhitespace(at: index)
        default: return nil
        }
    }

    private func wideWhitespace(at index: Int) -> (length: Int, kind: Whitespace)? {
        let second = index + 1 < count ? self[index + 1] : 0
        if self[index] == 0xC2 {
            switch second {
            case 0x85: return (2, .nextLine)
            case 0xA0: return (2, .noBreakSpace)
            default: return nil
            }
        }
        let third = index + 2 < count ? self[index + 2] : 0
        switch (self[index], second, third) {
        case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
            return (3, .unicodeSpaces)
        case (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9): return (3, .lineSeparators)
        case (0xEF, 0xBB, 0xBF): return (3, .byteOrderMark)
        default: return nil
        }
    }

    /// How many bytes a letter or number beyond ASCII takes; 0 when there is none.
    func letterLength(at index: Int) -> Int {
        let window = self[index..<Swift.min(index + 4, count)]
        guard let scalar = String(decoding: window, as: UTF8.self).unicodeScalars.first, scalar != "\u{FFFD}" else {
            return 0
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            return UTF8.width(scalar)
        default: return 0
        }
    }

    /// Where the character before an index begins.
    ///
    /// - Parameters:
    ///   - index: After the character, above `lowerBound`.
    ///   - lowerBound: How far to go back at most.
    func startOfCharacter(before index: Int, downTo lowerBound: Int) -> Int {
        var start = index - 1
        while start > lowerBound && index - start < 4 && self[start].continuesScalar { start -= 1 }
        return start
    }

    /// The first byte that is not UTF-8.
    ///
    /// - Returns: Its index, or nil when all of the array is well-formed UTF-8 (Unicode 16, table 3-7).
    func firstInvalidUTF8() -> Int? {
        var index = 0
        while index < count {
            let byte = self[index]
            if byte < 0x80 {
                index += 1
                continue
            }
            let (length, lower, upper): (Int, UInt8, UInt8) =
                switch byte {
                case 0xC2...0xDF: (2, 0x80, 0xBF)
                case 0xE0: (3, 0xA0, 0xBF)
                case 0xED: (3, 0x80, 0x9F)
                case 0xE1...0xEF: (3, 0x80, 0xBF)
                case 0xF0: (4, 0x90, 0xBF)
                case 0xF1...0xF3: (4, 0x80, 0xBF)
                case 0xF4: (4, 0x80, 0x8F)
                default: (0, 0, 0)
                }
            guard length > 0, index + length <= count, self[index + 1] >= lower, self[index + 1] <= upper else {
                return index
            }
            for follower in index + 2..<Swift.max(index + 2, index + length) where !self[follower].continuesScalar {
                return index
            }
            index += length
        }
        return nil
    }
}
