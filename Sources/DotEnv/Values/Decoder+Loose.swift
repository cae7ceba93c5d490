// How node dotenv and Ruby dotenv take the quotes off: after the match, by looking at the value's ends again.

extension Decoder {
    func decodeLoose(_ binding: Binding) -> [UInt8] {
        let raw = withLineFeeds(binding.valueRange)
        guard !raw.isEmpty else { return raw }
        let stripped = options.lineSeparatorEndsLine ? withoutLineQuotes(raw) : withoutQuotes(raw)
        // node looks for line breaks wherever the value began with a double quote, taken off or not.
        if options.doubleQuoteEscapes == .lineBreaks {
            guard raw.first == Byte.doubleQuote else { return stripped }
            // One after the other, as node does; so `\\n` becomes a backslash and a line break.
            let lines = Self.replacing(UInt8(ascii: "n"), with: Byte.lineFeed, in: stripped)
            return Self.replacing(UInt8(ascii: "r"), with: Byte.carriageReturn, in: lines)
        }
        guard stripped.count < raw.count else {
            return options.unquotedEscapes == .dropped ? withoutBackslashes(stripped, keepsLineBreaks: false) : stripped
        }
        guard raw.first == Byte.doubleQuote && options.doubleQuoteEscapes == .dropped else { return stripped }
        return withoutBackslashes(stripped, keepsLineBreaks: true)
    }

    /// A range of the bytes with CR and CRLF turned to LF, as both readers do before anything else.
    private func withLineFeeds(_ range: Range<Int>) -> [UInt8] {
        guard bytes[range].contains(Byte.carriageReturn) else { return Array(bytes[range]) }
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        for index in range {
            if bytes[index] != Byte.carriageReturn {
                result.append(bytes[index])
            } else if index + 1 == range.upperBound || bytes[index + 1] != Byte.lineFeed {
                result.append(Byte.lineFeed)
            }
        }
        return result
    }

    // MARK: - node

    private static func replacing(_ letter: UInt8, with replacement: UInt8, in text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if text[index] == Byte.backslash && index + 1 < text.count && text[index + 1] == letter {
                result.append(replacement)
                index += 2
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }

    /// Takes off quotes wherever a line of the value begins with one and a later line ends with the same.
    private func withoutLineQuotes(_ raw: [UInt8]) -> [UInt8] {
        var lastAtLineEnd: [UInt8: Int] = [:]
        var next: Int? = raw.count - 1
        while let index = next, lastAtLineEnd.count < 3 {
            let byte = raw[index]
            if isQuote(byte) && lastAtLineEnd[byte] == nil && Self.isLineEnd(raw, at: index + 1) {
                lastAtLineEnd[byte] = index
            }
            next = index > 0 ? index - 1 : nil
        }
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var index = 0
        var atLineStart = true
        while index < raw.count {
            let byte = raw[index]
            if atLineStart && isQuote(byte), let close = lastAtLineEnd[byte], close > index {
                result.append(contentsOf: raw[index + 1..<close])
                index = close + 1
                atLineStart = false
                continue
            }
            if byte == 0xE2 && Self.isLineEnd(raw, at: index) {
                result.append(contentsOf: raw[index..<index + 3])
                index += 3
                atLineStart = true
                continue
            }
            result.append(byte)
            atLineStart = byte == Byte.lineFeed
            index += 1
        }
        return result
    }

    private func isQuote(_ byte: UInt8) -> Bool {
        byte == Byte.singleQuote || byte == Byte.doubleQuote || byte == Byte.backquote && options.readsBackquotes
    }

    private static func isLineEnd(_ text: [UInt8], at index: Int) -> Bool {
        guard index < text.count else { return true }
        return text[index] == Byte.lineFeed || text.whitespace(at: index)?.kind == .lineSeparators
    }

    // MARK: - Ruby

    /// Takes off a pair of quotes around all of the value.
    private func withoutQuotes(_ raw: [UInt8]) -> [UInt8] {
        guard raw.count > 1, let first = raw.first, isQuote(first), raw.last == first else { return raw }
        return Array(raw[1..<raw.count - 1])
    }

    /// Drops each backslash but one before `$`; and, in double quotes, one that stands for a line break.
    private func withoutBackslashes(_ text: [UInt8], keepsLineBreaks: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] == Byte.backslash, index + 1 < text.count, text[index + 1] != Byte.dollar else {
                result.append(text[index])
                index += 1
                continue
            }
            let next = text[index + 1]
            if keepsLineBreaks && (next == UInt8(ascii: "n") || next == UInt8(ascii: "r")) {
                result.append(Byte.backslash)
            }
            result.append(next)
            index += 2
        }
        return result
    }

    /// Whether Ruby's expansions apply: unless single quotes stand around all of the value.
    func expandsRuby(_ binding: Binding) -> Bool {
        let raw = bytes[binding.valueRange]
        return !(raw.count > 1 && raw.first == Byte.singleQuote && raw.last == Byte.singleQuote)
    }
}
