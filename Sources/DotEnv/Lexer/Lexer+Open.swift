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
            index = endOfKey(from: index)
            guard index < bytes.count else { break }
            let byte = bytes[index]
            let isSeparator = byte == Byte.equals || byte == Byte.colon && options.readsColon
            if isSeparator || byte == Byte.lineFeed { return index }
            guard let (length, kind) = bytes.whitespace(at: index), Self.narrow.contains(kind) else {
                fail(byte == Byte.colon ? .colon : .invalidKey, at: index)
                skipLine()
                return nil
            }
            index += length
        }
        return bytes.count
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
        let value = valueStart..<trimmingEnd(of: valueStart..<commentStart(in: valueStart..<lineEnd))
        bind(start: start, key: key, value: value, quoting: .unquoted, isExported: isExported)
        offset = lineEnd
    }
}
