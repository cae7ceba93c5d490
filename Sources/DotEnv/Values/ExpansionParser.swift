/// Finds the expansions in a value whose quotes and escapes are off, as node's neighbours do; the shell has
/// ``ShellWord``.
struct ExpansionParser {
    let text: [UInt8]
    let rules: DialectOptions.Interpolation
    private var depth = 0

    init(_ text: [UInt8], rules: DialectOptions.Interpolation) {
        self.text = text
        self.rules = rules
    }

    /// The parts of the value.
    ///
    /// - Throws: What the reader refuses.
    mutating func parse() throws(Stumble) -> [Piece] {
        switch rules {
        case .none, .shell: [.text(text)]
        case .python: parsePython()
        case .ruby: try parseRuby()
        case .compose: try parseNested(0..<text.count)
        case .keyfolio: try parseNested(0..<text.count)
        }
    }

    // MARK: - python-dotenv

    /// `${`, a name without `}` and `:`, perhaps `:-` and text without `}`, and `}`. Whatever else stays as it is.
    private func parsePython() -> [Piece] {
        var pieces = Pieces()
        var index = 0
        // The next of the signs that end a name or a default, from the last place that was asked about on.
        var nextStop = 0
        var nextBrace = 0
        while index < text.count {
            guard starts("${", at: index) else {
                pieces.append(text[index])
                index += 1
                continue
            }
            nextStop = max(nextStop, index + 2)
            while nextStop < text.count && text[nextStop] != Byte.closeBrace && text[nextStop] != Byte.colon {
                nextStop += 1
            }
            var end = nextStop
            let hasDefault = starts(":-", at: nextStop)
            if hasDefault {
                nextBrace = max(nextBrace, nextStop + 2)
                while nextBrace < text.count && text[nextBrace] != Byte.closeBrace { nextBrace += 1 }
                end = nextBrace
            }
            guard end < text.count && text[end] == Byte.closeBrace else {
                pieces.append(text[index])
                index += 1
                continue
            }
            pieces.append(
                Expansion(
                    name: Array(text[index + 2..<nextStop]),
                    operation: hasDefault ? .defaultIfUnset : .none,
                    word: hasDefault ? [.text(Array(text[nextStop + 2..<nextBrace]))] : [],
                    range: index..<end + 1
                )
            )
            index = end + 1
        }
        return pieces.finished
    }

    // MARK: - Ruby dotenv

    /// `$` or `\$`, perhaps `{`, perhaps a name, perhaps `}`; but commands come first, and here they are refused.
    private func parseRuby() throws(Stumble) -> [Piece] {
        let closing = starts(anywhere: "$(") ? Parentheses(text) : nil
        var pieces = Pieces()
        var index = 0
        while index < text.count {
            let escaped = text[index] == Byte.backslash && index + 1 < text.count && text[index + 1] == Byte.dollar
            let sign = escaped ? index + 1 : index
            guard text[sign] == Byte.dollar else {
                pieces.append(text[index])
                index += 1
                continue
            }
            if starts("$(", at: sign) {
                let isCommand = closing?.closes(sign + 1) == true
                if isCommand && !escaped { throw Stumble(.commandSubstitution, at: sign) }
                if escaped && !isCommand { pieces.append(Byte.backslash) }
                pieces.append(Byte.dollar)
                index = sign + 1
                continue
            }
            var end = sign + 1
            if end < text.count && text[end] == Byte.openBrace { end += 1 }
            let nameStart = end
            while end < text.count && text[end].continuesName { end += 1 }
            let name = Array(text[nameStart..<end])
            if end < text.count && text[end] == Byte.closeBrace { end += 1 }
            if escaped || name.isEmpty {
                pieces.append(contentsOf: text[sign..<end])
            } else {
                pieces.append(Expansion(name: name, range: sign..<end))
            }
            index = end
        }
        return pieces.finished
    }

    // MARK: - compose-go and our own

    private mutating func parseNested(_ range: Range<Int>) throws(Stumble) -> [Piece] {
        var pieces = Pieces()
        var index = range.lowerBound
        var closing = ClosingBrace(text, before: range.upperBound, onOneLine: rules == .compose)
        while index < range.upperBound {
            let next = index + 1 < range.upperBound ? text[index + 1] : 0
            guard text[index] == Byte.dollar else {
                pieces.append(text[index])
                index += 1
                continue
            }
            if rules == .compose && next == Byte.dollar {
                pieces.append(Byte.dollar)
                index += 2
            } else if rules == .compose && next.startsName {
                var end = index + 1
                while end < range.upperBound && text[end].continuesName { end += 1 }
                pieces.append(Expansion(name: Array(text[index + 1..<end]), range: index..<end))
                index = end
            } else if next == Byte.openBrace && (rules == .compose || closing.exists(after: index)) {
                let expansion = try parseBraces(at: index, before: range.upperBound, &closing)
                pieces.append(expansion)
                index = expansion.range.upperBound
            } else {
                pieces.append(Byte.dollar)
                index += 1
            }
        }
        return pieces.finished
    }

    private mutating func parseBraces(
        at sign: Int,
        before end: Int,
        _ closing: inout ClosingBrace
    ) throws(Stumble) -> Expansion {
        guard depth < ExpansionLimits.depth else { throw Stumble(.nestingTooDeep, at: sign) }
        var nameEnd = sign + 2
        if nameEnd < end && text[nameEnd].startsName || rules == .keyfolio {
            while nameEnd < end && isName(text[nameEnd]) { nameEnd += 1 }
        }
        guard nameEnd > sign + 2, nameEnd < end else { throw Stumble(.malformedExpansion, at: sign) }
        var expansion = Expansion(name: Array(text[sign + 2..<nameEnd]), range: sign..<nameEnd + 1)
        if text[nameEnd] == Byte.closeBrace { return expansion }

        guard let (operation, length) = Expansion.operation(in: text, at: nameEnd, before: end),
            let close = try closing.find(for: sign, from: nameEnd + length)
        else { throw Stumble(.malformedExpansion, at: sign) }
        expansion.operation = operation
        expansion.range = sign..<close + 1
        let word = nameEnd + length..<close
        if rules == .compose {
            expansion.word = [.unparsed(Array(text[word]))]
        } else {
            depth += 1
            expansion.word = try parseNested(word)
            depth -= 1
        }
        return expansion
    }

    /// A key of our own dialect may have dots and dashes, but then the first dash would be an operator: so only dots.
    private func isName(_ byte: UInt8) -> Bool {
        byte.continuesName || byte == Byte.dot && rules == .keyfolio
    }

    private func starts(_ pair: StaticString, at index: Int) -> Bool {
        guard index + 1 < text.count else { return false }
        return unsafe text[index] == pair.utf8Start[0] && text[index + 1] == pair.utf8Start[1]
    }

    private func starts(anywhere pair: StaticString) -> Bool {
        text.indices.contains { starts(pair, at: $0) }
    }
}

/// Which parentheses of a text form what Ruby dotenv would run: balanced, and none of them empty.
private struct Parentheses {
    private var commands: Set<Int> = []

    init(_ text: [UInt8]) {
        var open: [(index: Int, isEmpty: Bool, isSound: Bool)] = []
        for (index, byte) in text.enumerated() {
            switch byte {
            case Byte.openParenthesis: open.append((index, true, true))
            case Byte.closeParenthesis:
                guard let pair = open.popLast() else { continue }
                let isCommand = !pair.isEmpty && pair.isSound
                if isCommand { commands.insert(pair.index) }
                if let outer = open.indices.last {
                    open[outer].isEmpty = false
                    if !isCommand { open[outer].isSound = false }
                }
            default:
                if let outer = open.indices.last { open[outer].isEmpty = false }
            }
        }
    }

    func closes(_ index: Int) -> Bool { commands.contains(index) }
}

/// Finds the brace that closes an expansion.
private struct ClosingBrace {
    private let text: [UInt8]
    private let end: Int
    /// compose-go: only braces of the same line count, and every `{` opens, not only that of `${`.
    private let onOneLine: Bool
    private var last: Int?
    private var lineChecked = -1

    init(_ text: [UInt8], before end: Int, onOneLine: Bool) {
        self.text = text
        self.end = end
        self.onOneLine = onOneLine
    }

    /// Whether a `}` stands anywhere after an index.
    mutating func exists(after index: Int) -> Bool {
        if last == nil {
            last = text[..<end].lastIndex(of: Byte.closeBrace) ?? -1
        }
        return (last ?? -1) > index
    }

    /// The closing brace of the expansion at `sign`.
    ///
    /// - Throws: When braces are nested too deep, which is better found before each level looks for its own.
    mutating func find(for sign: Int, from word: Int) throws(Stumble) -> Int? {
        var depth = 1
        var index = word
        if !onOneLine {
            while index < end {
                if text[index] == Byte.closeBrace {
                    depth -= 1
                    if depth == 0 { return index }
                } else if text[index] == Byte.dollar && index + 1 < end && text[index + 1] == Byte.openBrace {
                    depth += 1
                    index += 1
                    guard depth <= ExpansionLimits.depth else { throw Stumble(.nestingTooDeep, at: sign) }
                }
                index += 1
            }
            return nil
        }
        // compose-go's regular expression takes all up to the line's last brace; then it counts braces, and passes over
        // the character after each one that opens, even if that one closes.
        if word > lineChecked || last == nil {
            lineChecked = text[word..<end].firstIndex(of: Byte.lineFeed) ?? end
            last = text[word..<lineChecked].lastIndex(of: Byte.closeBrace) ?? -1
        }
        guard let last, last >= word else { return nil }
        while index <= last {
            if text[index] == Byte.closeBrace {
                depth -= 1
                if depth == 0 { return index }
            } else if text[index] == Byte.openBrace {
                depth += 1
                index += 1
            }
            index += 1
        }
        return last
    }
}
