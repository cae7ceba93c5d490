/// Finds the bindings of a file, as one dialect sees them.
///
/// Four families of readers need four loops over a statement (`Lexer+…`); what they share is here. Each goes over the
/// bytes once, and what it looks ahead it remembers, so that no input takes more than linear time.
struct Lexer {
    let bytes: [UInt8]
    let options: DialectOptions
    var offset = 0
    private(set) var bindings: [Binding] = []
    private(set) var problems: [Problem] = []
    /// The keys so far; filled only where the dialect asks whether a key has been defined.
    var keysSoFar: Set<[UInt8]>?
    private var locator: Locator

    /// How large a file may be: offsets take 32 bits.
    static let maximumCount = 1 << 30

    init(_ bytes: [UInt8], options: DialectOptions) {
        self.bytes = bytes
        self.options = options
        locator = Locator(bytes)
    }

    /// Goes over all of the file. A line that cannot be read is left in ``problems``, and the next one is read.
    mutating func run() {
        guard bytes.count <= Self.maximumCount else {
            problems.append(Problem(error: DotEnvError(.tooLarge), isFatal: true))
            return
        }
        if options.invalidText == .refused, let invalid = bytes.firstInvalidUTF8() {
            fail(.invalidText, at: invalid, isFatal: true)
            return
        }
        if options.skipsByteOrderMark && bytes.starts(with: [UInt8].byteOrderMark) {
            offset = [UInt8].byteOrderMark.count
        }
        while true {
            offset = skippingWhitespace(from: offset, lineEnds: true)
            guard offset < bytes.count else { return }
            if bytes[offset] == Byte.hash {
                skipComment()
                continue
            }
            switch options.grammar {
            case .search: readLooseStatement()
            case .lines: readStrictStatement()
            case .statements: readOpenStatement()
            case .shell: readShellStatement()
            }
        }
    }

    /// How many bytes the end of a line at an index takes; 0 when no line ends there.
    @inline(__always)
    func lineEnd(at index: Int) -> Int {
        let byte = bytes[index]
        if byte == Byte.lineFeed { return 1 }
        if byte == Byte.carriageReturn && options.carriageReturnEndsLine {
            return index + 1 < bytes.count && bytes[index + 1] == Byte.lineFeed ? 2 : 1
        }
        if byte == 0xE2 && options.lineSeparatorEndsLine, let (length, kind) = bytes.whitespace(at: index),
            kind == .lineSeparators
        {
            return length
        }
        return 0
    }

    /// The first index that is not white space.
    ///
    /// - Parameters:
    ///   - start: Where to begin.
    ///   - lineEnds: Whether to go on over the ends of lines.
    ///   - set: What is white space; the dialect's own set if nil.
    func skippingWhitespace(from start: Int, lineEnds: Bool, set: Whitespace? = nil) -> Int {
        let set = set ?? options.whitespace
        var index = start
        while index < bytes.count {
            let end = lineEnd(at: index)
            if end > 0 {
                guard lineEnds else { break }
                index += end
            } else if let (length, kind) = bytes.whitespace(at: index), set.contains(kind) {
                index += length
            } else {
                break
            }
        }
        return index
    }

    /// The index after the last character of a range that is not white space.
    func trimmingEnd(of range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound {
            let start = bytes.startOfCharacter(before: end, downTo: range.lowerBound)
            guard let (length, kind) = bytes.whitespace(at: start), start + length == end,
                options.trimmed.contains(kind) || lineEnd(at: start) > 0
            else { break }
            end = start
        }
        return end
    }

    /// The index of the first character of a range that is not white space, on whatever line.
    func trimmingStart(of range: Range<Int>) -> Int {
        var start = range.lowerBound
        while start < range.upperBound, let (length, kind) = bytes.whitespace(at: start),
            options.trimmed.contains(kind)
        {
            start += length
        }
        return start
    }

    /// The first index from `start` on where a line ends, or the count of the bytes.
    func endOfLine(from start: Int) -> Int {
        var index = start
        while index < bytes.count && lineEnd(at: index) == 0 { index += 1 }
        return index
    }

    /// Whether a line ends at an index, perhaps after white space and a comment.
    func lineEndsOrComments(at index: Int) -> Bool {
        let next = skippingWhitespace(from: index, lineEnds: false)
        return next == bytes.count || bytes[next] == Byte.hash || lineEnd(at: next) > 0
    }

    mutating func skipLine() { offset = endOfLine(from: offset) }

    /// Whether a word stands at an index.
    func has(_ word: StaticString, at index: Int) -> Bool {
        guard index + word.utf8CodeUnitCount <= bytes.count else { return false }
        return word.withUTF8Buffer { text in
            for position in 0..<text.count {
                guard unsafe bytes[index + position] == text[position] else { return false }
            }
            return true
        }
    }

    /// Leaves a problem, for ``problems``.
    ///
    /// - Parameters:
    ///   - kind: What is wrong.
    ///   - index: Where.
    ///   - isFatal: Whether the reader gives up; when nil, the dialect's rule for lines that cannot be read.
    mutating func fail(_ kind: DotEnvError.Code.Kind, at index: Int, isFatal: Bool? = nil) {
        let (line, column) = locator.place(of: index)
        problems.append(
            Problem(
                error: DotEnvError(kind, line: line, column: column),
                isFatal: isFatal ?? (options.badLine == .refused)
            )
        )
    }

    /// Leaves a binding, for ``bindings``.
    mutating func bind(
        start: Int,
        key: Range<Int>,
        value: Range<Int>,
        quoting: DotEnvQuoting = .unquoted,
        isExported: Bool,
        hasValue: Bool = true
    ) {
        let (line, column) = locator.place(of: key.lowerBound)
        keysSoFar?.insert(Array(bytes[key]))
        bindings.append(
            Binding(
                start: UInt32(start),
                keyStart: UInt32(key.lowerBound),
                keyEnd: UInt32(key.upperBound),
                valueStart: UInt32(value.lowerBound),
                valueEnd: UInt32(value.upperBound),
                line: UInt32(line),
                column: UInt32(column),
                quoting: quoting,
                isExported: isExported,
                hasValue: hasValue
            )
        )
    }

    /// Takes back the bindings after a number of them: those of a line that turned out to be none.
    mutating func unbind(downTo count: Int) { bindings.removeSubrange(count...) }

    /// How many bytes of a key the character at an index makes; 0 when no key has it there.
    func keyLength(at index: Int, isFirst: Bool) -> Int {
        let byte = bytes[index]
        switch options.keys {
        case .wordDotDash: return byte.continuesName || byte == Byte.dot || byte == Byte.dash ? 1 : 0
        case .wordDot: return byte.continuesName || byte == Byte.dot ? 1 : 0
        case .shellName: return byte.startsName || byte.isDigit && !isFirst ? 1 : 0
        case .anyText:
            guard byte != Byte.equals && byte != Byte.hash && lineEnd(at: index) == 0 else { return 0 }
            guard let (_, kind) = bytes.whitespace(at: index) else { return 1 }
            return options.whitespace.contains(kind) ? 0 : 1
        case .anyScript:
            let isMark =
                byte == Byte.dot || byte == Byte.dash || byte == Byte.openBracket || byte == Byte.closeBracket
            return byte < 0x80 ? (byte.continuesName || isMark ? 1 : 0) : bytes.letterLength(at: index)
        }
    }

    /// The index after the characters of a key.
    func endOfKey(from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            let length = keyLength(at: index, isFirst: index == start)
            guard length > 0 else { break }
            index += length
        }
        return index
    }

    /// Where a comment begins in an unquoted value, by the dialect's rule; the end of the range when there is none.
    func commentStart(in range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound {
            switch options.inlineComment {
            case .anywhere:
                if bytes[index] == Byte.hash { return index }
                index += 1
            case .afterSpace:
                if bytes[index] == Byte.space && index + 1 < range.upperBound && bytes[index + 1] == Byte.hash {
                    return index
                }
                index += 1
            case .afterWhitespace:
                guard let (length, kind) = bytes.whitespace(at: index), options.whitespace.contains(kind) else {
                    index += 1
                    continue
                }
                let next = skippingWhitespace(from: index + length, lineEnds: false)
                if next < range.upperBound && bytes[next] == Byte.hash { return index }
                index = next
            }
        }
        return range.upperBound
    }

    /// Goes to the end of a comment.
    mutating func skipComment() {
        let start = offset
        skipLine()
        guard options.refusesAmbiguity else { return }
        // node would begin a line after such a character, and find keys in what looks like a comment.
        for index in start..<offset where bytes[index] == 0xE2 {
            if bytes.whitespace(at: index)?.kind == .lineSeparators {
                fail(.lineSeparator, at: index)
                return
            }
        }
    }
}
