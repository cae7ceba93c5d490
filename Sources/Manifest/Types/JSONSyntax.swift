/// Whether a text is JSON (RFC 8259). Nothing is built: only the syntax, the depth and the objects' keys are looked at.
struct JSONSyntax {
    /// Deeper texts are refused: parsers that recurse run out of stack on them.
    static let deepest = 128

    private enum Stop: Error {
        case syntax
        case depth
    }

    private let bytes: Bytes
    private var index: Int
    private var hasDuplicateKey = false

    private init(_ bytes: Bytes) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    static func faults(_ bytes: Bytes) -> [Fault] {
        var reader = JSONSyntax(bytes)
        do {
            try reader.readText()
        } catch Stop.depth {
            return [Fault(TypeCodes.jsonDepth, "is JSON nested deeper than \(deepest) levels")]
        } catch {
            return [Fault(TypeCodes.jsonSyntax, "is not JSON from \(reader.place) on")]
        }
        return reader.hasDuplicateKey ? [Fault(TypeCodes.jsonDuplicateKey, "has a JSON object with a key twice")] : []
    }

    /// Where reading stopped: lines and columns from 1, columns in bytes.
    private var place: String {
        let read = bytes[..<index]
        let line = read.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        let start = read.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.startIndex
        return "line \(line), column \(index - start + 1)"
    }

    private mutating func readText() throws(Stop) {
        try readValue(depth: 0)
        skipBlanks()
        if index < bytes.endIndex { throw .syntax }
    }

    private mutating func readValue(depth: Int) throws(Stop) {
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): try readObject(depth: depth + 1)
        case UInt8(ascii: "["): try readArray(depth: depth + 1)
        case UInt8(ascii: "\""): _ = try readString()
        case UInt8(ascii: "t"): try expect("true")
        case UInt8(ascii: "f"): try expect("false")
        case UInt8(ascii: "n"): try expect("null")
        default: try readNumber()
        }
    }

    private mutating func readObject(depth: Int) throws(Stop) {
        if depth > Self.deepest { throw .depth }
        var keys: Set<Bytes> = []
        index += 1
        skipBlanks()
        if take("}") { return }
        repeat {
            skipBlanks()
            if !keys.insert(try readString()).inserted { hasDuplicateKey = true }
            skipBlanks()
            if !take(":") { throw .syntax }
            try readValue(depth: depth)
            skipBlanks()
        } while take(",")
        if !take("}") { throw .syntax }
    }

    private mutating func readArray(depth: Int) throws(Stop) {
        if depth > Self.deepest { throw .depth }
        index += 1
        skipBlanks()
        if take("]") { return }
        repeat {
            try readValue(depth: depth)
            skipBlanks()
        } while take(",")
        if !take("]") { throw .syntax }
    }

    /// Reads a string and gives what stands between its quotes, escapes as they are.
    private mutating func readString() throws(Stop) -> Bytes {
        if !take("\"") { throw .syntax }
        let start = index
        while let byte = peek {
            if byte < 0x20 { throw .syntax }
            index += 1
            if byte == UInt8(ascii: "\"") { return bytes[start..<(index - 1)] }
            if byte == UInt8(ascii: "\\") { try readEscape() }
        }
        throw .syntax
    }

    private mutating func readEscape() throws(Stop) {
        guard let byte = peek else { throw .syntax }
        index += 1
        if byte == UInt8(ascii: "u") {
            for _ in 0..<4 {
                guard peek?.hexValue != nil else { throw .syntax }
                index += 1
            }
        } else if !"\"\\/bfnrt".utf8.contains(byte) {
            index -= 1
            throw .syntax
        }
    }

    /// `-`, digits without a leading zero, a fraction, an exponent.
    private mutating func readNumber() throws(Stop) {
        _ = take("-")
        if !take("0") { try readDigits() }
        if take(".") { try readDigits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try readDigits()
        }
    }

    private mutating func readDigits() throws(Stop) {
        guard peek?.isDigit == true else { throw .syntax }
        while peek?.isDigit == true { index += 1 }
    }

    private mutating func expect(_ word: StaticString) throws(Stop) {
        let text = word.description.utf8
        guard bytes[index...].starts(with: text) else { throw .syntax }
        index += text.count
    }

    private var peek: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }
}
