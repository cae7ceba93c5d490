// python-dotenv and our own dialect: statements one after the other, each on its line but for quoted values.

extension Lexer {
    mutating func readStrictStatement() {
        let start = offset
        var isExported = false
        if has("export", at: start) {
            let next = skippingWhitespace(from: start + 6, lineEnds: false)
            if next > start + 6 {
                offset = next
                isExported = true
            }
        }
        guard offset < bytes.count else { return failStrict(.invalidKey, at: start) }
        guard let key = readStrictKey() else { return }
        guard !key.isEmpty else { return skipComment() }
        let afterKey = offset
        offset = skippingWhitespace(from: offset, lineEnds: false)
        if offset < bytes.count && (bytes[offset] == Byte.equals || options.readsColon && bytes[offset] == Byte.colon) {
            readStrictValue(start: start, key: key, isExported: isExported)
        } else if lineEndsOrComments(at: offset) {
            bind(start: start, key: key, value: afterKey..<afterKey, isExported: isExported, hasValue: false)
            endStrictStatement()
        } else {
            failStrict(bytes[offset] == Byte.colon ? .colon : .missingEquals, at: offset)
        }
    }

    /// Reads a key and goes after it.
    ///
    /// - Returns: The key; an empty range where Python finds a comment instead; nil after a problem.
    private mutating func readStrictKey() -> Range<Int>? {
        let start = offset
        if options.keys == .anyText {
            if bytes[start] == Byte.hash { return start..<start }
            if bytes[start] == Byte.singleQuote {
                let end = bytes[(start + 1)...].firstIndex(of: Byte.singleQuote) ?? start
                guard end > start + 1 else {
                    failStrict(.invalidKey, at: start)
                    return nil
                }
                offset = end + 1
                return start + 1..<end
            }
        }
        offset = endOfKey(from: start)
        guard offset > start else {
            failStrict(bytes[start] == Byte.colon ? .colon : .invalidKey, at: start)
            return nil
        }
        return start..<offset
    }

    private mutating func readStrictValue(start: Int, key: Range<Int>, isExported: Bool) {
        let equals = offset
        offset = skippingWhitespace(from: equals + 1, lineEnds: false)
        let first = offset < bytes.count ? bytes[offset] : Byte.lineFeed
        if first == Byte.hash && offset > equals + 1 {
            bind(start: start, key: key, value: equals + 1..<equals + 1, isExported: isExported)
            return endStrictStatement()
        }
        switch first {
        case Byte.singleQuote, Byte.doubleQuote:
            let opening = offset
            guard let close = closingStrictQuote(opening: opening) else { return }
            offset = close + 1
            guard lineEndsOrComments(at: offset) else {
                return failStrict(.textAfterQuote, at: skippingWhitespace(from: offset, lineEnds: false))
            }
            bind(
                start: start,
                key: key,
                value: opening..<close + 1,
                quoting: first == Byte.singleQuote ? .single : .double,
                isExported: isExported
            )
        case Byte.backquote where options.refusesAmbiguity:
            return failStrict(.backquote, at: offset)
        default:
            guard let end = endOfUnquotedValue() else { return }
            bind(start: start, key: key, value: offset..<end, isExported: isExported)
            offset = end
        }
        endStrictStatement()
    }

    /// The index after an unquoted value that begins at the offset, or nil after a problem.
    private mutating func endOfUnquotedValue() -> Int? {
        let lineEnd = endOfLine(from: offset)
        let comment = commentStart(in: offset..<lineEnd)
        if options.refusesAmbiguity,
            let escape = (offset..<comment).first(where: { bytes[$0] == Byte.backslash && has("${", at: $0 + 1) })
        {
            failStrict(.ambiguousEscape, at: escape)
            return nil
        }
        return trimmingEnd(of: offset..<comment)
    }

    /// The index of the quote that closes a value, or nil after a problem.
    private mutating func closingStrictQuote(opening: Int) -> Int? {
        let quote = bytes[opening]
        var index = opening + 1
        var ambiguous: Int?
        while index < bytes.count {
            if bytes[index] == Byte.backslash {
                if options.refusesAmbiguity && ambiguous == nil && isAmbiguousEscape(at: index, in: quote) {
                    ambiguous = index
                }
                index += 2
            } else if bytes[index] == quote {
                guard let ambiguous else { return index }
                offset = index + 1
                failStrict(quote == Byte.singleQuote ? .ambiguousSingleQuoteEscape : .ambiguousEscape, at: ambiguous)
                return nil
            } else {
                index += 1
            }
        }
        failStrict(.unterminatedQuote, at: opening)
        return nil
    }

    /// Whether node dotenv and python-dotenv read a backslash in quotes in different ways.
    private func isAmbiguousEscape(at index: Int, in quote: UInt8) -> Bool {
        guard index + 1 < bytes.count else { return false }
        let next = bytes[index + 1]
        if next == Byte.backslash || next == Byte.singleQuote { return true }
        guard quote == Byte.doubleQuote else { return false }
        switch next {
        case Byte.doubleQuote, UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "t"),
            UInt8(ascii: "v"):
            return true
        default: return has("${", at: index + 1)
        }
    }

    private mutating func failStrict(_ kind: DotEnvError.Code.Kind, at index: Int) {
        fail(kind, at: index)
        skipLine()
    }

    private mutating func endStrictStatement() {
        offset = skippingWhitespace(from: offset, lineEnds: false)
        if offset < bytes.count && bytes[offset] == Byte.hash { skipComment() }
    }
}
