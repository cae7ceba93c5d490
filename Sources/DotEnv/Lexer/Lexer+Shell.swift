// The shell: a line of assignments, or `export` with names and assignments after it. Anything else would run.

extension Lexer {
    mutating func readShellStatement() {
        let before = bindings.count
        let start = offset
        var isExported = false
        if has("export", at: start), start + 6 == bytes.count || isShellBlank(bytes[start + 6]) {
            offset += 6
            isExported = true
        }
        while true {
            skipShellBlanks()
            guard offset < bytes.count, bytes[offset] != Byte.lineFeed, bytes[offset] != Byte.hash else { break }
            let isFirst = bindings.count == before
            guard readShellAssignment(start: isFirst ? start : offset, isExported: isExported) else {
                // `A=b c` runs c with A in its environment, and sets nothing.
                unbind(downTo: before)
                skipLine()
                return
            }
        }
        // `export` by itself would print every value that there is.
        if isExported && bindings.count == before { fail(.shellCommand, at: start) }
        skipLine()
    }

    private func isShellBlank(_ byte: UInt8) -> Bool {
        byte == Byte.space || byte == Byte.tab || byte == Byte.lineFeed
    }

    private mutating func skipShellBlanks() {
        while offset < bytes.count {
            if bytes[offset] == Byte.space || bytes[offset] == Byte.tab {
                offset += 1
            } else if has("\\\n", at: offset) {
                offset += 2
            } else {
                return
            }
        }
    }

    private mutating func readShellAssignment(start: Int, isExported: Bool) -> Bool {
        let keyStart = offset
        let keyEnd = endOfKey(from: keyStart)
        let key = keyStart..<keyEnd
        guard keyEnd > keyStart, keyEnd < bytes.count, bytes[keyEnd] == Byte.equals else {
            let ends = keyEnd == bytes.count || isShellBlank(bytes[keyEnd])
            guard isExported && ends && keyEnd > keyStart else {
                fail(.shellCommand, at: keyStart)
                return false
            }
            bind(start: start, key: key, value: keyEnd..<keyEnd, isExported: true, hasValue: false)
            offset = keyEnd
            return true
        }
        var word = ShellWord(bytes, in: keyEnd + 1..<bytes.count)
        do throws(Stumble) {
            _ = try word.read()
        } catch {
            fail(error.kind, at: error.offset)
            return false
        }
        let value = keyEnd + 1..<word.offset
        bind(
            start: start,
            key: key,
            value: value,
            quoting: quoting(of: value),
            isExported: isExported
        )
        offset = word.offset
        return true
    }

    /// The quotes of a word: those that stand around all of it, or `mixed`.
    private func quoting(of value: Range<Int>) -> DotEnvQuoting {
        guard let first = bytes[value].first else { return .unquoted }
        let marks = bytes[value].filter { $0 == Byte.singleQuote || $0 == Byte.doubleQuote || $0 == Byte.backslash }
        if marks.isEmpty { return .unquoted }
        guard first == Byte.singleQuote || first == Byte.doubleQuote else { return .mixed }
        let inner = value.dropFirst()
        guard let close = bytes[inner].firstIndex(of: first), close == value.upperBound - 1 else {
            // An escaped double quote inside makes it neither: the whole is one quoted part, but not a plain one.
            return .mixed
        }
        return first == Byte.singleQuote ? .single : .double
    }
}
