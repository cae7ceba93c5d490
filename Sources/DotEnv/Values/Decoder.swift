/// Takes the quotes and escapes off a value: all of the reading but the expansions.
///
/// The shell is not here: its quotes decide about its expansions, so ``ShellWord`` reads both at once.
struct Decoder {
    let bytes: [UInt8]
    let options: DialectOptions

    /// The value of a binding, expansions not yet made.
    func decode(_ binding: Binding) -> [UInt8] {
        if options.grammar == .search { return decodeLoose(binding) }
        let inner = binding.innerRange
        return switch binding.quoting {
        case .double: unescape(inner, options.doubleQuoteEscapes)
        case .single: unescape(inner, options.singleQuoteEscapes)
        default: unescape(inner, options.unquotedEscapes)
        }
    }

    /// Whether `$` may mean something in a value with these quotes.
    func expands(_ quoting: DotEnvQuoting) -> Bool {
        switch options.interpolation {
        case .none: false
        case .python: true
        case .ruby, .compose, .shell, .keyfolio: quoting != .single
        }
    }

    // MARK: - Escapes

    private func unescape(_ range: Range<Int>, _ escapes: DialectOptions.Escapes) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == Byte.carriageReturn && options.carriageReturnEndsLine {
                result.append(Byte.lineFeed)
                index += index + 1 < range.upperBound && bytes[index + 1] == Byte.lineFeed ? 2 : 1
            } else if byte == Byte.backslash && escapes != .none && index + 1 < range.upperBound {
                index += decodeEscape(at: index, before: range.upperBound, escapes, into: &result)
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    /// Decodes one escape.
    ///
    /// - Returns: How many bytes it took.
    private func decodeEscape(
        at index: Int,
        before end: Int,
        _ escapes: DialectOptions.Escapes,
        into result: inout [UInt8]
    ) -> Int {
        let next = bytes[index + 1]
        let decoded: UInt8? =
            switch escapes {
            case .lineBreaks: Self.lineBreak(next)
            case .python: Self.control(next) ?? (Self.isQuoteOrBackslash(next) ? next : nil)
            case .quoteAndBackslash: next == Byte.singleQuote || next == Byte.backslash ? next : nil
            case .quoteOnly: next == Byte.singleQuote ? next : nil
            case .go: next == Byte.doubleQuote ? next : nil
            case .dropped, .none, .shell: nil
            }
        if let decoded {
            result.append(decoded)
            return 2
        }
        if escapes == .go { return decodeGoEscape(at: index, before: end, into: &result) }
        result.append(Byte.backslash)
        return 1
    }

    private static func isQuoteOrBackslash(_ byte: UInt8) -> Bool {
        byte == Byte.backslash || byte == Byte.singleQuote || byte == Byte.doubleQuote
    }

    private static func lineBreak(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "n"): Byte.lineFeed
        case UInt8(ascii: "r"): Byte.carriageReturn
        default: nil
        }
    }

    /// The control character that a letter stands for after a backslash in C, Python and Go.
    private static func control(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "t"): Byte.tab
        case UInt8(ascii: "v"): 0x0B
        default: lineBreak(letter)
        }
    }

    /// compose-go: the escapes of Go for one character; `\0` and up to three digits, of which only three octal ones
    /// make a character; and `\$`, which its expansions read as `$$`.
    private func decodeGoEscape(at index: Int, before end: Int, into result: inout [UInt8]) -> Int {
        let next = bytes[index + 1]
        if let control = Self.control(next) {
            result.append(control)
            return 2
        }
        switch next {
        case Byte.backslash:
            // The quote after two backslashes is not escaped; the two are one.
            result.append(Byte.backslash)
            return 2
        case Byte.dollar:
            result.append(contentsOf: [Byte.dollar, Byte.dollar])
            return 2
        case UInt8(ascii: "0"):
            var digits = index + 2
            while digits < min(end, index + 5) && bytes[digits].isDigit { digits += 1 }
            let octal = bytes[index + 2..<digits]
            if octal.count == 3, octal.allSatisfy({ $0 < 0x38 }) {
                let value = octal.reduce(0) { $0 * 8 + UInt32($1 - 0x30) }
                if value < 256, let scalar = Unicode.Scalar(value) {
                    result.append(contentsOf: String(Character(scalar)).utf8)
                    return 5
                }
            }
            result.append(Byte.backslash)
            result.append(contentsOf: octal)
            return digits - index
        default:
            result.append(Byte.backslash)
            return 1
        }
    }
}
