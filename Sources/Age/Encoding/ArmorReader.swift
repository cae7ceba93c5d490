/// Reads a file out of its text form, as the text comes. It keeps one line.
///
/// Whatever has one meaning has one form here: full lines of 64 columns, canonical base64, exact first and last line.
/// Only the two freedoms of the specification are left: white space around the whole, and CRLF for LF.
struct ArmorReader {
    private enum Expected {
        case begin, line, end, nothing
    }

    private var expected = Expected.begin
    private var line: [UInt8] = []
    private var lineNumber = 1
    private var whitespace = 0
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Whether a file that begins with this byte can be armored: a binary file begins with a letter.
    static func canBegin(with byte: UInt8) -> Bool {
        byte == Armor.begin[0] || isWhitespace(byte)
    }

    /// Reads on.
    ///
    /// - Parameters:
    ///   - text: The next bytes of the text.
    ///   - bytes: Where to append what the whole lines among them stand for; also when this throws.
    mutating func read(_ text: ArraySlice<UInt8>, into bytes: inout [UInt8]) throws(AgeError) {
        var rest = text
        while !rest.isEmpty {
            if expected == .nothing || (expected == .begin && line.isEmpty) {
                rest = try skipWhitespace(rest)
                if rest.isEmpty { return }
                if expected == .nothing { throw malformed(.trailing) }
            }
            let end = rest.firstIndex(of: newline)
            let piece = rest[..<(end ?? rest.endIndex)]
            // One more for the carriage return that may follow.
            guard line.count + piece.count <= Armor.columns + 1 else { throw tooLong() }
            line.append(contentsOf: piece)
            rest = rest[piece.endIndex...]
            guard end != nil else { return }
            rest = rest.dropFirst()
            try takeLine(into: &bytes)
            lineNumber += 1
        }
    }

    /// Says that the text ends here. The last line need not end with a line feed.
    mutating func finish() throws(AgeError) {
        if expected == .begin && line.isEmpty { throw malformed(.begin) }
        if !line.isEmpty {
            // A line of content that is cut off is no line: what is missing is the end.
            guard expected == .begin || strippedLine().elementsEqual(Armor.end) else { throw malformed(.noEnd) }
            var nothing: [UInt8] = []
            try takeLine(into: &nothing)
        }
        guard expected == .nothing else { throw malformed(.noEnd) }
    }

    private mutating func takeLine(into bytes: inout [UInt8]) throws(AgeError) {
        defer { line.removeAll(keepingCapacity: true) }
        let content = strippedLine()
        switch expected {
        case .begin:
            guard content.elementsEqual(Armor.begin) else { throw malformed(.begin) }
            expected = .line
        case .line where content.elementsEqual(Armor.end), .end where content.elementsEqual(Armor.end):
            expected = .nothing
        case .line:
            guard !content.isEmpty else { throw malformed(.emptyLine) }
            guard content.count <= Armor.columns else { throw malformed(.length) }
            let before = bytes.count
            guard Base64.decode(content, padded: true, into: &bytes) else {
                bytes.removeLast(bytes.count - before)
                throw malformed(.base64)
            }
            // A line that is short, or that is padded, is the last.
            if bytes.count - before < Armor.lineBytes { expected = .end }
        case .end:
            throw malformed(.length)
        case .nothing:
            throw malformed(.trailing)
        }
    }

    private func strippedLine() -> ArraySlice<UInt8> {
        line.last == Self.carriageReturn ? line.dropLast() : line[...]
    }

    private mutating func skipWhitespace(_ text: ArraySlice<UInt8>) throws(AgeError) -> ArraySlice<UInt8> {
        let end = text.firstIndex { !Self.isWhitespace($0) } ?? text.endIndex
        whitespace += end - text.startIndex
        lineNumber += text[..<end].count { $0 == newline }
        guard whitespace <= AgeLimits.armorWhitespaceBytes else { throw malformed(.whitespace) }
        return text[end...]
    }

    private static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == newline || byte == carriageReturn
    }

    private func tooLong() -> AgeError {
        malformed(expected == .begin ? .begin : .length)
    }

    private func malformed(_ fault: AgeError.ArmorFault) -> AgeError {
        AgeError(.armor(fault), line: lineNumber)
    }
}
