/// Which quotes a value stands in.
public enum DotEnvQuoting: Sendable, Hashable {
    /// None.
    case unquoted
    /// `'…'`.
    case single
    /// `"…"`.
    case double
    /// Back quotes.
    case backquote
    /// More than one part, as the shell joins them: `'it'\''s'`.
    case mixed
}

/// Where the parts of one `KEY=value` stand in the bytes of a file. Offsets are in bytes; a file has less than 1 GiB.
struct Binding: Sendable {
    /// Where the statement begins: at `export`, or at the key.
    var start: UInt32
    var keyStart: UInt32
    var keyEnd: UInt32
    /// Where the value begins, at its quote if it has one; without a value, where `=` would be put.
    var valueStart: UInt32
    /// After the value and its quote.
    var valueEnd: UInt32
    var line: UInt32
    var column: UInt32
    var quoting: DotEnvQuoting
    var isExported: Bool
    var hasValue: Bool

    var keyRange: Range<Int> { Int(keyStart)..<Int(keyEnd) }
    var valueRange: Range<Int> { Int(valueStart)..<Int(valueEnd) }

    /// The text between the quotes, or all of the value when it has none.
    var innerRange: Range<Int> {
        switch quoting {
        case .single, .double, .backquote: Int(valueStart) + 1..<max(Int(valueStart) + 1, Int(valueEnd) - 1)
        case .unquoted, .mixed: valueRange
        }
    }
}

extension DialectOptions {
    /// Whether a reader gives the value of a binding to a program. compose-go uses a key that begins with a digit in
    /// expansions and gives it to nobody, and nobody can ask for a value without a key.
    func gives(_ binding: Binding, in bytes: [UInt8]) -> Bool {
        guard keys == .anyScript else { return true }
        return !binding.keyRange.isEmpty && !bytes[Int(binding.keyStart)].isDigit
    }
}

/// A place where a reader stumbles.
struct Problem: Sendable {
    var error: DotEnvError
    /// Whether the reader gives up there, or passes over the line without a word.
    var isFatal: Bool
}

/// Turns offsets into lines and columns, in one pass as long as the offsets ascend.
struct Locator {
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1
    private var column = 1
    /// Where the line began: places are asked for line by line, within a line in any order.
    private var lineStart = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The place of a byte.
    ///
    /// - Parameter target: An offset into the bytes, or their count.
    /// - Returns: Line and column from 1, the column in Unicode scalars. LF, CRLF and CR end a line, for every dialect,
    ///   so that places in one file can be compared.
    mutating func place(of target: Int) -> (line: Int, column: Int) {
        if target < lineStart {
            (offset, lineStart, line, column) = (0, 0, 1, 1)
        } else if target < offset {
            (offset, column) = (lineStart, 1)
        }
        while offset < target {
            let byte = bytes[offset]
            offset += 1
            if byte == Byte.lineFeed
                || byte == Byte.carriageReturn && !(offset < bytes.count && bytes[offset] == Byte.lineFeed)
            {
                line += 1
                column = 1
                lineStart = offset
            } else if !byte.continuesScalar {
                column += 1
            }
        }
        return (line, column)
    }
}
