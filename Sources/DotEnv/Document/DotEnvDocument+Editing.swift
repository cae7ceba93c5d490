extension DotEnvDocument {
    /// Gives a key a value.
    ///
    /// Only the lines of the key change; its `export`, its comment, the white space around `=` and its quotes stay where
    /// the readers allow it. If the key stands there more than once, the last one changes, since that is the one that
    /// counts. A key that is missing comes at the end, in the file's own kind of line ends.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: Its value, as a program is to see it.
    ///   - readers: Who is going to read the file, beside this document's dialect. Each of them reads the result back
    ///     before the document changes.
    ///   - comment: A line to put above the key when it is new.
    /// - Throws: When the readers have no form in common, when a reader would take the key for something else, or when
    ///   another line would be read in another way than before. Nothing has changed then.
    public mutating func set(
        _ key: String,
        to value: String,
        readableBy readers: [Dialect] = [],
        comment: String? = nil
    ) throws(DotEnvError) {
        let readers = [dialect] + readers.filter { $0 != dialect }
        let edit = Edit(document: self, key: Array(key.utf8), value: Array(value.utf8), readers: readers)
        let changed =
            if let binding = bindings.last(where: { bytes[$0.keyRange] == Array(key.utf8)[...] }) {
                try edit.replacing(binding)
            } else {
                try edit.appending(comment: comment)
            }
        try replaceBytes(with: changed)
    }

    /// Takes a key out, with each line that has it and the comment on that line.
    ///
    /// - Parameter key: The key.
    /// - Returns: Whether anything changed. It does not when the key is not there, nor when the dialect would read the
    ///   remaining lines in another way without it.
    @discardableResult
    public mutating func remove(_ key: String) -> Bool {
        let name = Array(key.utf8)
        let doomed = bindings.indices.filter { bytes[bindings[$0].keyRange] == name[...] }
        guard !doomed.isEmpty else { return false }
        var remaining: [UInt8] = []
        remaining.reserveCapacity(bytes.count)
        var copied = 0
        for index in doomed {
            let range = removalRange(of: index)
            guard range.lowerBound >= copied else { continue }
            remaining.append(contentsOf: bytes[copied..<range.lowerBound])
            copied = range.upperBound
        }
        remaining.append(contentsOf: bytes[copied...])
        let before = Reading(bytes, dialect: dialect)
        guard before.isKept(in: Reading(remaining, dialect: dialect), butFor: name),
            let changed = try? DotEnvDocument(parsing: remaining, dialect: dialect)
        else { return false }
        self = changed
        return true
    }

    /// What goes when a binding goes: its lines, or only itself where it shares them with other keys.
    private func removalRange(of index: Int) -> Range<Int> {
        let binding = bindings[index]
        let lines = lineRange(of: binding)
        let key = bytes[binding.keyRange]
        var isAlone = true
        for step in [-1, 1] {
            var other = index + step
            while bindings.indices.contains(other), overlaps(bindings[other], lines) {
                if bytes[bindings[other].keyRange] != key { isAlone = false }
                other += step
            }
        }
        guard !isAlone else { return lines }
        var end = Int(binding.valueEnd)
        while end < lines.upperBound && (bytes[end] == Byte.space || bytes[end] == Byte.tab) { end += 1 }
        return Int(binding.keyStart)..<end
    }

    private func overlaps(_ binding: Binding, _ lines: Range<Int>) -> Bool {
        Int(binding.start) < lines.upperBound && Int(binding.valueEnd) > lines.lowerBound
    }

    /// The lines that a binding stands on, with the end of the last.
    func lineRange(of binding: Binding) -> Range<Int> {
        let lexer = Lexer(bytes, options: dialect.options)
        var start = Int(binding.start)
        while start > 0 && !endsLine(before: start, lexer) { start -= 1 }
        let end = lexer.endOfLine(from: Int(binding.valueEnd))
        return start..<(end < bytes.count ? end + lexer.lineEnd(at: end) : end)
    }

    private func endsLine(before index: Int, _ lexer: Lexer) -> Bool {
        if lexer.lineEnd(at: index - 1) > 0 { return true }
        return index >= 3 && bytes[index - 3] == 0xE2 && lexer.lineEnd(at: index - 3) == 3
    }
}

/// A change of one value, tried out before it is made.
private struct Edit {
    let document: DotEnvDocument
    let key: [UInt8]
    let value: [UInt8]
    let readers: [Dialect]

    private var bytes: [UInt8] { document.bytes }

    // MARK: - A key that is there

    func replacing(_ binding: Binding) throws(DotEnvError) -> [UInt8] {
        let lines = document.lineRange(of: binding)
        let end = contentEnd(of: lines)
        let head = lines.lowerBound..<(binding.hasValue ? Int(binding.valueStart) : Int(binding.valueEnd))
        let tail = min(Int(binding.valueEnd), end)..<end
        let before = Array(bytes[head]) + (binding.hasValue ? [] : [Byte.equals])
        let comment = Array(bytes[tail])
        let plain = (binding.isExported ? Array("export ".utf8) : []) + key + [Byte.equals]
        let plainComment = spaced(comment)
        let lineEnd = Array(bytes[end..<lines.upperBound])
        let forms = Forms(for: value).ordered(first: binding.quoting)
        let isShared = document.bindings.filter { lines.contains(Int($0.keyStart)) }.count > 1

        let ownLine = [(before, comment), (before, plainComment), (plain, plainComment)]
        let layouts = isShared ? [(before, comment)] : ownLine
        var found = false
        for (prefix, suffix) in layouts {
            for form in forms {
                let line = prefix + form + suffix
                guard isShared || readers.allSatisfy({ reads(line + lineEnd, by: $0) }) else { continue }
                found = true
                let changed = Array(bytes[..<lines.lowerBound]) + line + Array(bytes[end...])
                if isSafe(changed) { return changed }
                if !isShared { break }
            }
        }
        guard found else { throw try refusal() }
        throw DotEnvError(.editChangesMore, line: Int(binding.line), column: Int(binding.column))
    }

    private func contentEnd(of lines: Range<Int>) -> Int {
        let lexer = Lexer(bytes, options: document.dialect.options)
        var end = lines.upperBound
        for length in [2, 1, 3] where end - length >= lines.lowerBound && lexer.lineEnd(at: end - length) == length {
            end -= length
            // compose and the shell take CR for a character; it ends the line all the same.
            if length == 1 && end > lines.lowerBound && bytes[end - 1] == Byte.carriageReturn { end -= 1 }
            break
        }
        return end
    }

    /// A comment with one space before it, or nothing.
    private func spaced(_ comment: [UInt8]) -> [UInt8] {
        guard let hash = comment.firstIndex(of: Byte.hash) else { return [] }
        return [Byte.space] + comment[hash...]
    }

    // MARK: - A key that is new

    func appending(comment: String?) throws(DotEnvError) -> [UInt8] {
        let lineEnd = self.lineEnd
        var changed = bytes
        if let last = changed.last, last != Byte.lineFeed && last != Byte.carriageReturn { changed += lineEnd }
        if let comment {
            guard isOneLine(comment) else { throw DotEnvError(.commentNotWritable) }
            changed += Array("# \(comment)".utf8) + lineEnd
        }
        for form in Forms(for: value).all {
            let line = key + [Byte.equals] + form + lineEnd
            guard readers.allSatisfy({ reads(line, by: $0) }) else { continue }
            let candidate = changed + line
            guard isSafe(candidate) else { throw DotEnvError(.editChangesMore) }
            return candidate
        }
        throw try refusal()
    }

    /// The line end that the file uses: that of its first line, LF when it has none.
    private var lineEnd: [UInt8] {
        guard let first = bytes.firstIndex(where: { $0 == Byte.lineFeed || $0 == Byte.carriageReturn }) else {
            return [Byte.lineFeed]
        }
        if bytes[first] == Byte.lineFeed { return [Byte.lineFeed] }
        let isPair = first + 1 < bytes.count && bytes[first + 1] == Byte.lineFeed
        return isPair ? [Byte.carriageReturn, Byte.lineFeed] : [Byte.carriageReturn]
    }

    private func isOneLine(_ comment: String) -> Bool {
        comment.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar == "\t"
            case .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }

    // MARK: - Trying out

    private func reads(_ line: [UInt8], by reader: Dialect) -> Bool {
        Reading.reads(line, as: reader, key: key, value: value)
    }

    /// Whether every reader takes the value from the changed file, and from its other lines what it took before.
    private func isSafe(_ changed: [UInt8]) -> Bool {
        readers.allSatisfy { reader in
            let before = Reading(bytes, dialect: reader)
            let after = Reading(changed, dialect: reader)
            guard before.isKept(in: after, butFor: key) else { return false }
            guard after.problems.allSatisfy({ !$0.isFatal }) else { return reader != document.dialect }
            guard let index = after.bindings.indices.last(where: { after.key($0) == key[...] }) else { return false }
            guard case .success(let read?) = after.values(interpolates: true).values[index] else { return false }
            return read == value
        }
    }

    private func refusal() throws(DotEnvError) -> DotEnvError {
        let one = [UInt8(ascii: "1")]
        let strangers = readers.filter { !Reading.reads(key + [Byte.equals] + one, as: $0, key: key, value: one) }
        guard strangers.isEmpty else {
            return DotEnvError(.keyNotWritable, detail: ": \(strangers.map(\.id).joined(separator: ", "))")
        }
        return DotEnvWriter.refusal(of: value, for: readers)
    }
}
