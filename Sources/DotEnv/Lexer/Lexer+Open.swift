// compose-go: a value in quotes ends at its quote, and whatever follows is the next statement, even on the same line.

extension Lexer {
    /// What compose-go takes for white space inside of a line.
    private static let narrow: Whitespace = [.blanks, .vertical, .carriageReturn, .nextLine, .noBreakSpace]

    mutating func readOpenStatement() {
        let start = offset
        var keyStart = start
        var isExported = false
        if has("export", at: start), start + 6 < bytes.count, isExportBlank(bytes[start + 6]) {
            keyStart = skippingWhitespace(from: start + 6, lineEnds: false, set: Self.narrow)
            isExported = true
        }
        guard keyStart < bytes.count else {
            fail(.invalidKey, at: start)
            return skipLine()
        }
        guard let separator = endOfOpenKey(from: keyStart) else { return }
        guard separator < bytes.count else {
            // Without a line's end after it, compose-go takes the key for the value of a key without a name.
            offset = separator
            return
        }
        let key = keyStart..<trimmingEnd(of: keyStart..<separator)
        guard !bytes[key].contains(Byte.space) else {
            fail(.spaceInKey, at: keyStart)
            return skipLine()
        }
        if bytes[separator] == Byte.lineFeed {
            offset = separator
            if !key.isEmpty {
                let none = key.upperBound..<key.upperBound
                bind(start: start, key: key, value: none, isExported: isExported, hasValue: false)
            }
            return
        }
        readOpenValue(start: start, key: key, after: separator, isExported: isExported)
    }

    private func isExportBlank(_ byte: UInt8) -> Bool {
        byte == Byte.space || byte == Byte.tab || byte == Byte.lineFeed || byte == 0x0C || byte == Byte.carriageReturn
    }

    /// The index of the separator, of the line's end, or the count; nil after a problem.
    private mutating func endOfOpenKey(from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte == Byte.equals || byte == Byte.colon || byte == Byte.lineFeed { return index }
            if let (length, kind) = bytes.whitespace(at: index), Self.narrow.contains(kind) {
                index += length
            } else if byte < 0x80 {
                guard isOpenKey(byte) else { break }
                index += 1
            } else if let length = letterLength(at: index) {
                index += length
            } else {
                break
            }
        }
        if index == bytes.count { return index }
        fail(.invalidKey, at: index)
        skipLine()
        return nil
    }

    private func isOpenKey(_ byte: UInt8) -> Bool {
        byte.continuesName || byte == Byte.dot || byte == Byte.dash || byte == Byte.openBracket
            || byte == Byte.closeBracket
    }

    /// How many bytes a letter or number beyond ASCII takes, or nil when there is none.
    private func letterLength(at index: Int) -> Int? {
        let end = Swift.min(index + 4, bytes.count)
        guard let scalar = String(decoding: bytes[index..<end], as: UTF8.self).unicodeScalars.first,
            scalar != "\u{FFFD}"
        else { return nil }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            return UTF8.width(scalar)
        default: return nil
        }
    }

    private mutating func readOpenValue(start: Int, key: Range<Int>, after separator: Int, isExported: Bool) {
        let valueStart = skippingWhitespace(from: separator + 1, lineEnds: false, set: Self.narrow)
        let first = valueStart < bytes.count ? bytes[valueStart] : 0
        if first == Byte.singleQuote || first == Byte.doubleQuote {
            var index = valueStart + 1
            while index < bytes.count && bytes[index] != first {
                index += bytes[index] == Byte.backslash ? 2 : 1
            }
            guard index < bytes.count else {
                fail(.unterminatedQuote, at: valueStart)
                return skipLine()
            }
            let quoting: DotEnvQuoting = first == Byte.singleQuote ? .single : .double
            bind(start: start, key: key, value: valueStart..<index + 1, quoting: quoting, isExported: isExported)
            offset = index + 1
            return
        }
        let lineEnd = endOfLine(from: valueStart)
        var end = valueStart
        while end < lineEnd && !has(" #", at: end) { end += 1 }
        let value = valueStart..<trimmingEnd(of: valueStart..<end)
        bind(start: start, key: key, value: value, quoting: .unquoted, isExported: isExported)
        offset = lineEnd
    }
}
