/// A part of a value in which expansions may stand.
indirect enum Piece: Sendable {
    /// Text that stays as it is.
    case text([UInt8])
    /// A name whose value is put there, with the operator after it and the operator's word.
    case expansion(Expansion)
    /// Text in which expansions are sought only if it is used, as compose-go does.
    case unparsed([UInt8])
}

/// `${NAME}` with what may follow the name.
struct Expansion: Sendable {
    /// What the word after the name is for. The first of each pair takes an empty value for none.
    enum Operator: Sendable {
        case none
        case defaultIfEmpty, defaultIfUnset
        case errorIfEmpty, errorIfUnset
        case alternativeIfFull, alternativeIfSet
    }

    var name: [UInt8]
    var operation = Operator.none
    var word: [Piece] = []
    /// Where all of it stands in the bytes that were parsed.
    var range: Range<Int>

    /// The operator that text after a name begins with.
    ///
    /// - Returns: The operator and the number of its bytes, or nil when there is none.
    static func operation(in bytes: [UInt8], at index: Int, before end: Int) -> (Operator, Int)? {
        guard index < end else { return nil }
        let colon = bytes[index] == Byte.colon
        let sign = colon ? index + 1 : index
        guard sign < end else { return nil }
        return switch bytes[sign] {
        case Byte.dash: (colon ? .defaultIfEmpty : .defaultIfUnset, sign + 1 - index)
        case Byte.question: (colon ? .errorIfEmpty : .errorIfUnset, sign + 1 - index)
        case Byte.plus: (colon ? .alternativeIfFull : .alternativeIfSet, sign + 1 - index)
        default: nil
        }
    }
}

/// What stops the parsing of a value: the kind of error and its offset in the bytes.
struct Stumble: Error {
    let kind: DotEnvError.Code.Kind
    let offset: Int

    init(_ kind: DotEnvError.Code.Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}

/// Reads one word of the shell: quoted and unquoted parts up to a blank, with its expansions.
///
/// It knows what bash and dash read the same (POSIX.1-2017, Shell Command Language, 2.2 and 2.6) and refuses the rest:
/// commands, operators, arithmetic, special parameters, and bash's own quoting.
struct ShellWord {
    private enum Context {
        case assignment
        case bracedWord
        case quotedBracedWord
    }

    let bytes: [UInt8]
    let end: Int
    private(set) var offset: Int
    private var depth = 0

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Reads from the offset up to the first unquoted blank, line feed or the end, and goes there.
    ///
    /// - Returns: The parts of the word.
    /// - Throws: What the shell would run or refuse, or what shells disagree about.
    mutating func read() throws(Stumble) -> [Piece] {
        try read(.assignment)
    }

    private mutating func read(_ context: Context) throws(Stumble) -> [Piece] {
        var pieces = Pieces()
        if context != .quotedBracedWord { try readTilde(context, into: &pieces) }
        while offset < end {
            let byte = bytes[offset]
            switch (byte, context) {
            case (Byte.space, .assignment), (Byte.tab, .assignment), (Byte.lineFeed, .assignment):
                return pieces.finished
            case (Byte.closeBrace, .bracedWord), (Byte.closeBrace, .quotedBracedWord):
                return pieces.finished
            case (Byte.singleQuote, .assignment), (Byte.singleQuote, .bracedWord):
                try readSingleQuotes(into: &pieces)
            case (Byte.doubleQuote, .assignment), (Byte.doubleQuote, .bracedWord):
                try readDoubleQuotes(into: &pieces)
            case (Byte.doubleQuote, .quotedBracedWord):
                throw Stumble(.unsupportedExpansion, at: offset)
            case (Byte.backslash, _):
                try readBackslash(context, into: &pieces)
            case (Byte.dollar, _):
                try readDollar(quoted: context == .quotedBracedWord, into: &pieces)
            case (Byte.backquote, _):
                throw Stumble(.commandSubstitution, at: offset)
            case (_, .assignment) where Self.isOperator(byte):
                throw Stumble(.shellOperator, at: offset)
            case (Byte.colon, .assignment):
                pieces.append(byte)
                offset += 1
                try readTilde(context, into: &pieces)
            case (0, _):
                // bash drops it.
                offset += 1
            default:
                pieces.append(byte)
                offset += 1
            }
        }
        return pieces.finished
    }

    static func isOperator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            Byte.openParenthesis, Byte.closeParenthesis:
            true
        default: false
        }
    }

    /// An unquoted `~` at the beginning, or after an unquoted colon, is the home folder.
    private mutating func readTilde(_ context: Context, into pieces: inout Pieces) throws(Stumble) {
        guard offset < end && bytes[offset] == Byte.tilde else { return }
        let next = offset + 1 < end ? bytes[offset + 1] : Byte.space
        switch next {
        case Byte.closeBrace where context == .assignment: throw Stumble(.unsupportedExpansion, at: offset)
        case Byte.slash, Byte.colon, Byte.space, Byte.tab, Byte.lineFeed, Byte.closeBrace:
            pieces.append(Expansion(name: Array("HOME".utf8), range: offset..<offset + 1))
            offset += 1
        default: throw Stumble(.unsupportedExpansion, at: offset)
        }
    }

    private mutating func readSingleQuotes(into pieces: inout Pieces) throws(Stumble) {
        let opening = offset
        offset += 1
        while offset < end && bytes[offset] != Byte.singleQuote {
            if bytes[offset] != 0 { pieces.append(bytes[offset]) }
            offset += 1
        }
        guard offset < end else { throw Stumble(.unterminatedQuote, at: opening) }
        offset += 1
    }

    private mutating func readDoubleQuotes(into pieces: inout Pieces) throws(Stumble) {
        let opening = offset
        offset += 1
        while offset < end {
            switch bytes[offset] {
            case Byte.doubleQuote:
                offset += 1
                return
            case Byte.backquote: throw Stumble(.commandSubstitution, at: offset)
            case Byte.dollar: try readDollar(quoted: true, into: &pieces)
            case Byte.backslash: try readBackslash(.quotedBracedWord, inBraces: false, into: &pieces)
            case 0: offset += 1
            default:
                pieces.append(bytes[offset])
                offset += 1
            }
        }
        throw Stumble(.unterminatedQuote, at: opening)
    }

    private mutating func readBackslash(
        _ context: Context,
        inBraces: Bool = true,
        into pieces: inout Pieces
    ) throws(Stumble) {
        guard offset + 1 < end else {
            // bash drops some backslashes at the end of a file, and keeps others.
            throw Stumble(.ambiguousEscape, at: offset)
        }
        let next = bytes[offset + 1]
        // bash reads on as if the NUL were not there.
        guard next != 0 else { throw Stumble(.ambiguousEscape, at: offset) }
        offset += 2
        if next == Byte.lineFeed { return }
        if context == .quotedBracedWord {
            switch next {
            case Byte.dollar, Byte.backquote, Byte.doubleQuote, Byte.backslash: break
            case Byte.closeBrace where inBraces: break
            default: pieces.append(Byte.backslash)
            }
        }
        pieces.append(next)
    }

    private mutating func readDollar(quoted: Bool, into pieces: inout Pieces) throws(Stumble) {
        let sign = offset
        let next = offset + 1 < end ? bytes[offset + 1] : Byte.space
        switch next {
        case 0,
            Byte.backslash where isContinuation(at: offset + 1):
            throw Stumble(.unsupportedExpansion, at: sign)
        case Byte.openParenthesis: throw Stumble(.commandSubstitution, at: sign)
        case Byte.openBrace: try readBraces(quoted: quoted, into: &pieces)
        case Byte.openBracket: throw Stumble(.unsupportedExpansion, at: sign)
        case Byte.singleQuote where !quoted, Byte.doubleQuote where !quoted:
            throw Stumble(.unsupportedExpansion, at: sign)
        case Byte.question, Byte.dollar, Byte.exclamation, Byte.hash, Byte.dash, UInt8(ascii: "@"), UInt8(ascii: "*"):
            throw Stumble(.specialParameter, at: sign)
        case _ where next.isDigit: throw Stumble(.specialParameter, at: sign)
        case _ where next.startsName:
            offset += 1
            let name = readName()
            // The name goes on after a line that ends with a backslash, and after a NUL that bash drops.
            guard offset == end || bytes[offset] != 0 && !isContinuation(at: offset) else {
                throw Stumble(.unsupportedExpansion, at: sign)
            }
            pieces.append(Expansion(name: name, range: sign..<offset))
        default:
            pieces.append(Byte.dollar)
            offset += 1
        }
    }

    private func isContinuation(at index: Int) -> Bool {
        index + 1 < end && bytes[index] == Byte.backslash && bytes[index + 1] == Byte.lineFeed
    }

    private mutating func readName() -> [UInt8] {
        let start = offset
        while offset < end && bytes[offset].continuesName { offset += 1 }
        return Array(bytes[start..<offset])
    }

    private mutating func readBraces(quoted: Bool, into pieces: inout Pieces) throws(Stumble) {
        let sign = offset
        guard depth < ExpansionLimits.depth else { throw Stumble(.nestingTooDeep, at: sign) }
        offset += 2
        guard offset < end, bytes[offset].startsName else { throw Stumble(.unsupportedExpansion, at: sign) }
        var expansion = Expansion(name: readName(), range: sign..<sign)
        if let (operation, length) = Expansion.operation(in: bytes, at: offset, before: end) {
            offset += length
            depth += 1
            expansion.operation = operation
            expansion.word = try read(quoted ? .quotedBracedWord : .bracedWord)
            depth -= 1
        }
        guard offset < end else { throw Stumble(.unterminatedQuote, at: sign) }
        guard bytes[offset] == Byte.closeBrace else { throw Stumble(.unsupportedExpansion, at: sign) }
        offset += 1
        expansion.range = sign..<offset
        pieces.append(expansion)
    }
}

/// Gathers text and expansions.
struct Pieces {
    private var pieces: [Piece] = []
    private var text: [UInt8] = []

    mutating func append(_ byte: UInt8) { text.append(byte) }

    mutating func append(contentsOf bytes: some Sequence<UInt8>) { text.append(contentsOf: bytes) }

    mutating func append(_ expansion: Expansion) {
        flush()
        pieces.append(.expansion(expansion))
    }

    private mutating func flush() {
        guard !text.isEmpty else { return }
        pieces.append(.text(text))
        text = []
    }

    /// Everything so far, in order.
    var finished: [Piece] {
        text.isEmpty ? pieces : pieces + [.text(text)]
    }
}
