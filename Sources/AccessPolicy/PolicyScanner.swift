internal import Findings

/// Reads words, texts, numbers and comments of a policy text, byte by byte.
struct PolicyScanner {
    typealias Fault = PolicySyntax.Fault

    let bytes: [UInt8]
    var position: Int
    let isJSON: Bool

    var isAtEnd: Bool { position >= bytes.count }
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    func fault(_ kind: PolicyError.Kind, back: Int = 0) -> Fault {
        Fault(kind: isAtEnd && kind == .unexpected ? .unfinished : kind, offset: max(0, position - back))
    }

    /// Takes a character if it stands here.
    mutating func take(_ scalar: Unicode.Scalar) throws(Fault) -> Bool {
        guard let current else { throw fault(.unfinished) }
        if current != UInt8(ascii: scalar) { return false }
        position += 1
        return true
    }

    /// Skips spaces, line breaks and, in HCL, comments.
    mutating func skipSpace() throws(Fault) {
        while let byte = current {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "#") where !isJSON: skipLine()
            case UInt8(ascii: "/") where !isJSON: try skipSlashComment()
            default: return
            }
        }
    }

    private mutating func skipLine() {
        while let byte = current, byte != 0x0A { _ = byte; position += 1 }
    }

    private mutating func skipSlashComment() throws(Fault) {
        let begin = position
        position += 1
        guard let second = current else { throw fault(.unfinished) }
        if second == UInt8(ascii: "/") { return skipLine() }
        guard second == UInt8(ascii: "*") else { throw fault(.unexpected, back: 1) }
        position += 1
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "*") && bytes[position + 1] == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
        }
        throw Fault(kind: .unfinishedComment, offset: begin)
    }

    /// A key: a bare word, or a text in quotes.
    mutating func key() throws(Fault) -> String {
        if current == UInt8(ascii: "\"") { return try text() }
        guard !isJSON, let word = word() else { throw fault(.unexpected) }
        return word
    }

    /// A text, a number, a truth value; in JSON also null.
    mutating func scalar() throws(Fault) -> JSONValue {
        guard let byte = current else { throw fault(.unfinished) }
        switch byte {
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "<") where !isJSON: return .string(try heredoc())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: break
        }
        let begin = position
        switch word() {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null" where isJSON: return .null
        default:
            position = begin
            throw fault(.unexpected)
        }
    }

    /// A letter or `_`, then also digits, `-` and `.`.
    private mutating func word() -> String? {
        let begin = position
        while let byte = current {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                if position == begin { return nil }
            default: return position == begin ? nil : String(decoding: bytes[begin..<position], as: UTF8.self)
            }
            position += 1
        }
        return position == begin ? nil : String(decoding: bytes[begin..<position], as: UTF8.self)
    }

    /// HCL's numbers are JSON's, and hexadecimal and octal ones.
    private mutating func number() throws(Fault) -> JSONValue {
        let begin = position
        while let byte = current {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"):
                position += 1
                continue
            default: break
            }
            break
        }
        let spelling = Array(bytes[begin..<position])
        if let value = try? JSONValue(parsing: spelling) { return value }
        if let value = Self.otherBase(spelling) { return .integer(value) }
        throw Fault(kind: .badNumber, offset: begin)
    }

    private static func otherBase(_ spelling: [UInt8]) -> Int? {
        var digits = spelling[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        guard digits.first == UInt8(ascii: "0") else { return nil }
        digits = digits.dropFirst()
        let isHexadecimal = digits.first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
        if isHexadecimal { digits = digits.dropFirst() }
        // Int would take a sign here.
        guard let first = digits.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+"),
            let value = Int(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 8)
        else { return nil }
        return isNegative ? -value : value
    }

    // MARK: Texts

    private mutating func text() throws(Fault) -> String {
        let begin = position
        position += 1
        var result: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &result)
            case 0..<0x09, 0x0A..<0x20: throw fault(.lineBreakInText)
            default:
                result.append(byte)
                position += 1
            }
        }
        throw Fault(kind: .unfinished, offset: begin)
    }

    private mutating func escape(into result: inout [UInt8]) throws(Fault) {
        let begin = position
        position += 1
        guard let letter = current else { throw fault(.unfinished) }
        position += 1
        var scalar: UInt32?
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): scalar = UInt32(letter)
        case UInt8(ascii: "/") where isJSON: scalar = 0x2F
        case UInt8(ascii: "n"): scalar = 0x0A
        case UInt8(ascii: "r"): scalar = 0x0D
        case UInt8(ascii: "t"): scalar = 0x09
        case UInt8(ascii: "b"): scalar = 0x08
        case UInt8(ascii: "f"): scalar = 0x0C
        case UInt8(ascii: "a") where !isJSON: scalar = 0x07
        case UInt8(ascii: "v") where !isJSON: scalar = 0x0B
        case UInt8(ascii: "x") where !isJSON: scalar = digits(2, radix: 16)
        case UInt8(ascii: "0")...UInt8(ascii: "7") where !isJSON:
            position -= 1
            scalar = digits(3, radix: 8)
        case UInt8(ascii: "U") where !isJSON: scalar = digits(8, radix: 16)
        case UInt8(ascii: "u"):
            scalar = digits(4, radix: 16)
            // JSON spells what lies beyond the first plane as two halves.
            if isJSON, let high = scalar, (0xD800..<0xDC00).contains(high) {
                position += 2
                guard let low = digits(4, radix: 16), (0xDC00..<0xE000).contains(low) else { break }
                scalar = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
            }
        default: break
        }
        guard let value = scalar.flatMap(Unicode.Scalar.init) else { throw Fault(kind: .badEscape, offset: begin) }
        result.append(contentsOf: UTF8.encode(value) ?? .init())
    }

    private mutating func digits(_ count: Int, radix: UInt32) -> UInt32? {
        guard position <= bytes.count - count else { return nil }
        var number: UInt32 = 0
        for _ in 0..<count {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue, digit < radix else {
                return nil
            }
            // Eight hexadecimal digits fill the 32 bits and no more.
            number = number &* radix &+ UInt32(digit)
            position += 1
        }
        return number
    }

    /// `<<WORD`, lines, `WORD`; with `<<-` the indentation of the closing word is cut from each line.
    private mutating func heredoc() throws(Fault) -> String {
        let begin = position
        position += 1
        guard try take("<") else { throw fault(.unexpected) }
        let isIndented = try take("-")
        let wordStart = position
        while let byte = current, byte != 0x0A { _ = byte; position += 1 }
        let word = Self.trimmed(bytes[wordStart..<position])
        guard !word.isEmpty, !isAtEnd else { throw Fault(kind: .unfinished, offset: begin) }
        position += 1
        var lines: [ArraySlice<UInt8>] = []
        while !isAtEnd {
            let lineStart = position
            while let byte = current, byte != 0x0A { _ = byte; position += 1 }
            let line = bytes[lineStart..<position]
            if isIndented ? Self.trimmed(line) == word : line.last == 0x0D ? line.dropLast() == word : line == word {
                return Self.joined(lines, cutting: isIndented ? line.prefix { $0 == 0x20 || $0 == 0x09 } : [])
            }
            lines.append(line)
            if !isAtEnd { position += 1 }
        }
        throw Fault(kind: .unfinished, offset: begin)
    }

    private static func joined(_ lines: [ArraySlice<UInt8>], cutting indentation: ArraySlice<UInt8>) -> String {
        let isCommon = lines.allSatisfy { $0.starts(with: indentation) }
        var text: [UInt8] = []
        for line in lines {
            text.append(contentsOf: isCommon ? line.dropFirst(indentation.count) : line)
            text.append(0x0A)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        let start = line.drop(while: isSpace)
        return start.prefix((start.lastIndex { !isSpace($0) } ?? start.startIndex - 1) - start.startIndex + 1)
    }
}
