// node dotenv and Ruby dotenv: one regular expression finds every match in the file, and lines without one are passed
// over. White space in it may span lines, so a key, its '=' and its quoted value may stand on three of them.

extension Lexer {
    mutating func readLooseStatement() {
        let start = offset
        if has("export", at: start) {
            let key = skippingWhitespace(from: start + 6, lineEnds: true)
            if key > start + 6 && readLooseBinding(start: start, keyStart: key, isExported: true) { return }
        }
        if readLooseBinding(start: start, keyStart: start, isExported: false) { return }
        fail(.invalidKey, at: start)
        offset = endOfLine(from: start)
    }

    private mutating func readLooseBinding(start: Int, keyStart: Int, isExported: Bool) -> Bool {
        let keyEnd = endOfKey(from: keyStart)
        guard keyEnd > keyStart else { return false }
        let key = keyStart..<keyEnd

        let next = skippingWhitespace(from: keyEnd, lineEnds: true)
        if next < bytes.count && bytes[next] == Byte.equals {
            readLooseValue(start: start, key: key, from: next + 1, isExported: isExported)
            return true
        }
        if options.readsColon, keyEnd < bytes.count, bytes[keyEnd] == Byte.colon,
            let length = oneWhitespace(at: keyEnd + 1)
        {
            readLooseValue(start: start, key: key, from: keyEnd + 1 + length, isExported: isExported)
            return true
        }
        guard options.missingValue == .empty && lineEndsOrComments(at: keyEnd) else { return false }
        bindMissing(start: start, key: key, at: keyEnd, isExported: isExported)
        offset = endOfLine(from: keyEnd)
        return true
    }

    private func oneWhitespace(at index: Int) -> Int? {
        guard index < bytes.count else { return nil }
        let end = lineEnd(at: index)
        if end > 0 { return end }
        guard let (length, kind) = bytes.whitespace(at: index), options.whitespace.contains(kind) else { return nil }
        return length
    }

    private mutating func readLooseValue(start: Int, key: Range<Int>, from: Int, isExported: Bool) {
        let quoteIndex = skippingWhitespace(from: from, lineEnds: true)
        if quoteIndex < bytes.count, let (quoting, close) = closingQuote(opening: quoteIndex) {
            bind(start: start, key: key, value: quoteIndex..<close + 1, quoting: quoting, isExported: isExported)
            offset = endOfLine(from: close + 1)
            return
        }
        var lineEnd = from
        while lineEnd < bytes.count && !isHardLineEnd(bytes[lineEnd]) { lineEnd += 1 }
        let end = commentStart(in: from..<lineEnd)
        if end == from && options.missingValue == .empty {
            bindMissing(start: start, key: key, at: from, isExported: isExported)
        } else {
            let valueStart = trimmingStart(of: from..<end)
            let value = valueStart..<trimmingEnd(of: valueStart..<end)
            bind(start: start, key: key, value: value, isExported: isExported)
        }
        offset = endOfLine(from: end)
    }

    /// Whether even an unquoted value ends at a byte; U+2028 ends lines of node dotenv but not its values.
    private func isHardLineEnd(_ byte: UInt8) -> Bool {
        byte == Byte.lineFeed || byte == Byte.carriageReturn
    }

    /// Ruby takes a key without a value as empty, and one that is exported as an error unless it has been defined.
    private mutating func bindMissing(start: Int, key: Range<Int>, at index: Int, isExported: Bool) {
        guard isExported && options.missingValue == .empty else {
            bind(start: start, key: key, value: index..<index, isExported: isExported)
            return
        }
        if keysSoFar == nil { keysSoFar = Set(bindings.map { Array(bytes[$0.keyRange]) }) }
        if keysSoFar?.contains(Array(bytes[key])) == true {
            bind(start: start, key: key, value: index..<index, isExported: true, hasValue: false)
        } else {
            fail(.unsetExport, at: key.lowerBound, isFatal: true)
        }
    }

    private func closingQuote(opening: Int) -> (DotEnvQuoting, Int)? {
        let quoting: DotEnvQuoting
        switch bytes[opening] {
        case Byte.singleQuote: quoting = .single
        case Byte.doubleQuote: quoting = .double
        case Byte.backquote where options.readsBackquotes: quoting = .backquote
        default: return nil
        }
        return closingIndex(opening: opening).map { (quoting, $0) }
    }

    /// The quote that closes a value, or nil when the value is not quoted after all.
    ///
    /// The regular expressions look for the first quote without a backslash before it, demand that the line end after
    /// it, and otherwise step back over the escaped quotes to the last after which the line ends. That is linear for all
    /// of a file: an opening quote has no backslash before it, so no search goes beyond the next one of its kind.
    private func closingIndex(opening: Int) -> Int? {
        let quote = bytes[opening]
        var answer: Int?
        var index = opening + 1
        while index < bytes.count {
            if bytes[index] == quote {
                if lineEndsOrComments(at: index + 1) { answer = index }
                if bytes[index - 1] != Byte.backslash { break }
            }
            index += 1
        }
        return answer
    }
}
