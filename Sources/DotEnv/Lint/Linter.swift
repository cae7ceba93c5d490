/// Goes over a file once for its lines and once for its bindings, and says what is wrong with them.
struct Linter {
    let bytes: [UInt8]
    let dialect: Dialect
    let reading: Reading
    var lints: [DotEnvLint] = []
    var locator: Locator
    /// The edit that was made last, since a value can break more than one rule, and how many were made.
    var lastRequoting: (start: UInt32, edit: DotEnvLint.Edit?)?
    var requotings = 0
    /// Whether a quote somewhere is not closed, or a line is not read: then a change of one line can change what is read
    /// from another, and there are no edits before that is mended.
    private let isEntangled: Bool

    init(_ bytes: [UInt8], dialect: Dialect) {
        self.bytes = bytes
        self.dialect = dialect
        let reading = Reading(bytes, dialect: dialect)
        self.reading = reading
        isEntangled =
            !reading.problems.isEmpty
            || reading.bindings.contains { binding in
                guard binding.quoting == .unquoted, let first = bytes[binding.valueRange].first else { return false }
                return first == Byte.singleQuote || first == Byte.doubleQuote || first == Byte.backquote
            }
        locator = Locator(bytes)
    }

    mutating func run() -> [DotEnvLint] {
        lintText()
        lintLineEnds()
        lintProblems()
        lintDuplicates()
        for binding in reading.bindings { lintBinding(binding) }
        if !keepsValues() { lints = lints.map { $0.withoutEdit() } }
        return lints.enumerated()
            .sorted {
                ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
            }
            .map(\.element)
    }

    /// Whether the file with all edits made is read as it is now. Each edit sees to that by itself; this sees what it
    /// overlooked.
    private func keepsValues() -> Bool {
        guard lints.contains(where: { $0.edit != nil }) else { return true }
        let mended = Reading(DotEnvLint.applying(lints, to: bytes), dialect: dialect)
        return mended.problems.isEmpty && texts(of: mended) == texts(of: reading)
    }

    private func texts(of reading: Reading) -> [ArraySlice<UInt8>: [UInt8]] {
        let values = reading.values(interpolates: true) { _ in "value" }.values
        var texts: [ArraySlice<UInt8>: [UInt8]] = [:]
        for (index, value) in values.enumerated() {
            if case .success(let text?) = value { texts[reading.key(index)] = text }
        }
        return texts
    }

    /// Leaves a finding.
    ///
    /// - Parameters:
    ///   - rule: Which rule speaks.
    ///   - offset: Where in the file.
    ///   - otherLine: The line that it refers to.
    ///   - edit: What mends it.
    mutating func report(
        _ rule: DotEnvLint.Rule,
        at offset: Int,
        otherLine: Int? = nil,
        edit: DotEnvLint.Edit? = nil
    ) {
        let (line, column) = locator.place(of: offset)
        lints.append(
            DotEnvLint(rule: rule, line: line, column: column, otherLine: otherLine, edit: isEntangled ? nil : edit)
        )
    }

    // MARK: - The dialect's own problems

    private mutating func lintProblems() {
        for problem in reading.problems {
            let error = problem.error
            let rule: DotEnvLint.Rule =
                switch error.kind {
                case .unterminatedQuote: .unterminatedQuote
                case .textAfterQuote: .looseQuotes
                case .ambiguousEscape: .backslash
                case .ambiguousSingleQuoteEscape: .singleQuoteEscape
                case .backquote: .backquote
                case .colon: .colon
                case .invalidText: .invalidText
                case .lineSeparator: .invisibleCharacter
                case .commandSubstitution: .command
                case .specialParameter, .unsupportedExpansion: .dollar
                case .unsetExport, .missingEquals: .missingValue
                default: .unreadable
                }
            // Text that is not UTF-8 has been reported already, at each place.
            guard rule != .invalidText else { continue }
            lints.append(
                DotEnvLint(
                    rule: rule,
                    line: max(1, error.line),
                    column: max(1, error.column),
                    otherLine: nil,
                    edit: nil
                )
            )
        }
    }

    // MARK: - Keys that stand there twice

    private mutating func lintDuplicates() {
        var last: [ArraySlice<UInt8>: Int] = [:]
        for (index, binding) in reading.bindings.enumerated() where binding.hasValue {
            last[bytes[binding.keyRange]] = index
        }
        for (index, binding) in reading.bindings.enumerated() where binding.hasValue {
            guard let final = last[bytes[binding.keyRange]], final != index else { continue }
            let isAlone = [index - 1, index + 1].allSatisfy { neighbour in
                !reading.bindings.indices.contains(neighbour)
                    || reading.bindings[neighbour].line != binding.line
            }
            report(
                .duplicateKey,
                at: Int(binding.keyStart),
                otherLine: Int(reading.bindings[final].line),
                edit: isAlone ? DotEnvLint.Edit(range: lineRange(of: binding), replacement: []) : nil
            )
        }
    }

    func lineRange(of binding: Binding) -> Range<Int> {
        let start = lineStart(before: Int(binding.start))
        var end = Int(binding.valueEnd)
        while end < bytes.count && bytes[end] != Byte.lineFeed && bytes[end] != Byte.carriageReturn { end += 1 }
        if end < bytes.count { end += bytes[end] == Byte.carriageReturn && nextIsLineFeed(end) ? 2 : 1 }
        return start..<end
    }

    func lineStart(before index: Int) -> Int {
        var start = index
        while start > 0 && bytes[start - 1] != Byte.lineFeed && bytes[start - 1] != Byte.carriageReturn { start -= 1 }
        return start
    }

    func nextIsLineFeed(_ index: Int) -> Bool {
        index + 1 < bytes.count && bytes[index + 1] == Byte.lineFeed
    }
}
