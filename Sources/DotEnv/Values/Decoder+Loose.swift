// How node dotenv and Ruby dotenv take the quotes off: after the match, by looking at the value's ends again.

extension Decoder {
    func decodeLoose(_ binding: Binding) -> [UInt8] {
        let raw = withLineFeeds(binding.valueRange)
        return options.keys == .wordDotDash ? decodeNode(raw) : decodeRuby(raw)
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

    /// Takes off quotes wherever a line of the value begins with one and a later line ends with the same; then, if the
    /// value began with a double quote, turns `\n` and `\r` into line breaks, whether or not the quote was taken off.
    private func decodeNode(_ raw: [UInt8]) -> [UInt8] {
        guard let first = raw.first else { return raw }
        let stripped = withoutLineQuotes(raw)
        guard first == Byte.doubleQuote else { return stripped }
        // One after the other, as node does; so `\\n` becomes a backslash and a line break.
        let lines = Self.replacing(UInt8(ascii: "n"), with: Byte.lineFeed, in: stripped)
        return Self.replacing(UInt8(ascii: "r"), with: Byte.carriageReturn, in: lines)
    }

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

    private func withoutLineQuotes(_ raw: [UInt8]) -> [UInt8] {
        var lastAtLineEnd: [UInt8: Int] = [:]
        var next: Int? = raw.count - 1
        while let index = next, lastAtLineEnd.count < 3 {
            let byte = raw[index]
            if Self.isNodeQuote(byte) && lastAtLineEnd[byte] == nil && Self.isNodeLineEnd(raw, at: index + 1) {
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
            if atLineStart && Self.isNodeQuote(byte), let close = lastAtLineEnd[byte], close > index {
                result.append(contentsOf: raw[index + 1..<close])
                index = close + 1
                atLineStart = false
                continue
            }
            if byte == 0xE2 && Self.isNodeLineEnd(raw, at: index) {
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

    private static func isNodeQuote(_ byte: UInt8) -> Bool {
        byte == Byte.singleQuote || byte == Byte.doubleQuote || byte == Byte.backquote
    }

    private static func isNodeLineEnd(_ text: [UInt8], at index: Int) -> Bool {
        guard index < text.count else { return true }
        return text[index] == Byte.lineFeed || text.whitespace(at: index)?.kind == .lineSeparators
    }

    // MARK: - Ruby

    /// Takes off a pair of quotes around all of it; then, unless they were single, drops each backslash but one before
    /// `$`. In double quotes `\n` and `\r` stay as they are.
    private func decodeRuby(_ raw: [UInt8]) -> [UInt8] {
        guard let first = raw.first else { return raw }
        let isQuoted = raw.count > 1 && raw.last == first && (first == Byte.singleQuote || first == Byte.doubleQuote)
        let text = isQuoted ? raw[1..<raw.count - 1] : raw[...]
        if isQuoted && first == Byte.singleQuote { return Array(text) }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            guard text[index] == Byte.backslash, index + 1 < text.endIndex, text[index + 1] != Byte.dollar else {
                result.append(text[index])
                index += 1
                continue
            }
            let next = text[index + 1]
            if isQuoted && first == Byte.doubleQuote && (next == UInt8(ascii: "n") || next == UInt8(ascii: "r")) {
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
