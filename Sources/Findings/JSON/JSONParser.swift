/// How much JSON is read at most.
public struct JSONLimits: Sendable, Hashable {
    /// The longest text, in bytes.
    public var bytes: Int
    /// How deep arrays and objects may be nested. The parser recurses once per level, so it is never more than 512.
    public var depth: Int
    /// How many values, counting each element and each member's value.
    public var values: Int

    /// 64 MiB, 128 levels, four million values.
    public static let standard = JSONLimits(bytes: 64 << 20, depth: 128, values: 4_000_000)

    /// Sets the bounds.
    public init(bytes: Int, depth: Int, values: Int) {
        self.bytes = bytes
        self.depth = min(depth, 512)
        self.values = values
    }
}

extension JSONValue {
    /// Reads one JSON text as RFC 8259 has it, and nothing looser: no comments, no trailing commas, no key twice in an
    /// object, no half of a surrogate pair. Numbers keep their spelling. A byte order mark at the beginning is skipped
    /// (section 8.1 allows that), because editors on Windows write one.
    ///
    /// Time and memory are linear in the length of the input.
    ///
    /// - Parameters:
    ///   - bytes: The text in UTF-8.
    ///   - limits: The bounds on length, depth and number of values.
    /// - Throws: ``JSONError`` with line and column and nothing of the content.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        var parser = JSONParser(bytes: bytes, limits: limits)
        self = try parser.parse()
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let limits: JSONLimits
    let start: Int
    var position: Int
    var values = 0

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
        start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        position = start
    }

    mutating func parse() throws(JSONError) -> JSONValue {
        if bytes.count > limits.bytes { throw JSONError(kind: .tooLong(limit: limits.bytes), line: 1, column: 1) }
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        if position < bytes.count { throw error(.afterTheEnd) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        values += 1
        if values > limits.values { throw error(.tooManyValues(limit: limits.values)) }
        switch try current() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw error(.notAValue)
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        if depth > limits.depth { throw error(.tooDeep(limit: limits.depth)) }
        position += 1
        skipSpace()
        var object = JSONObject()
        if try take("}") { return object }
        while true {
            let keyPosition = position
            guard try current() == UInt8(ascii: "\"") else { throw error(.expectedKey) }
            let key = try string()
            skipSpace()
            guard try take(":") else { throw error(.expectedColon) }
            skipSpace()
            let value = try value(depth: depth)
            guard object.append(value, for: key) else { throw error(.duplicateKey, at: keyPosition) }
            if try endsOrGoesOn("}") { return object }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        if depth > limits.depth { throw error(.tooDeep(limit: limits.depth)) }
        position += 1
        skipSpace()
        var elements: [JSONValue] = []
        if try take("]") { return elements }
        while true {
            elements.append(try value(depth: depth))
            if try endsOrGoesOn("]") { return elements }
        }
    }

    /// After an element: true at the closing bracket, false when a comma and another element follow.
    private mutating func endsOrGoesOn(_ end: Unicode.Scalar) throws(JSONError) -> Bool {
        skipSpace()
        if try take(end) { return true }
        let comma = position
        guard try take(",") else { throw error(.expectedCommaOrEnd) }
        skipSpace()
        if try current() == UInt8(ascii: end) { throw error(.trailingComma, at: comma) }
        return false
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let begin = position
        for expected in "\(word)".utf8 {
            if position == bytes.count { throw error(.unfinished) }
            if bytes[position] != expected { throw error(.notAValue, at: begin) }
            position += 1
        }
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let begin = position
        _ = try take("-")
        let whole = position
        try digits(begin)
        if bytes[whole] == UInt8(ascii: "0"), position > whole + 1 { throw error(.badNumber, at: begin) }
        var isInteger = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits(begin)
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digits(begin)
        }
        let text = String(decoding: bytes[begin..<position], as: UTF8.self)
        // Minus zero is no integer: it would come back without its sign.
        if isInteger, text != "-0", let integer = Int(text) { return .integer(integer) }
        return .number(JSONNumber(spelling: text))
    }

    private mutating func digits(_ begin: Int) throws(JSONError) {
        let first = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        if position > first { return }
        throw position == bytes.count ? error(.unfinished) : error(.badNumber, at: begin)
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let begin = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let text = try text(of: bytes[begin..<position], at: begin)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                return try stringWithEscapes(from: begin)
            case 0..<0x20:
                throw error(.rawControlCharacter)
            default:
                position += 1
            }
        }
        throw error(.unfinished)
    }

    private mutating func stringWithEscapes(from begin: Int) throws(JSONError) -> String {
        var decoded = Array(bytes[begin..<position])
        while true {
            switch try current() {
            case UInt8(ascii: "\""):
                position += 1
                return try text(of: decoded[...], at: begin)
            case UInt8(ascii: "\\"):
                decoded.append(contentsOf: UTF8.encode(try escape()) ?? .init())
            case 0..<0x20:
                throw error(.rawControlCharacter)
            case let byte:
                decoded.append(byte)
                position += 1
            }
        }
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let begin = position
        position += 1
        let letter = try current()
        position += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw error(.badEscape, at: begin)
        }
        let first = try fourHexDigits(begin)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw error(.loneSurrogate, at: begin) }
        position += 2
        let second = try fourHexDigits(begin)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw error(.loneSurrogate, at: begin) }
        return scalar
    }

    private mutating func fourHexDigits(_ begin: Int) throws(JSONError) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try current())).hexDigitValue else {
                throw error(.badEscape, at: begin)
            }
            number = number << 4 | UInt32(digit)
            position += 1
        }
        return number
    }

    private func text(of slice: ArraySlice<UInt8>, at begin: Int) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw error(.notUTF8, at: begin) }
        return text
    }

    // MARK: Moving

    private func current() throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw error(.unfinished) }
        return bytes[position]
    }

    private mutating func take(_ scalar: Unicode.Scalar) throws(JSONError) -> Bool {
        guard try current() == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    /// The error with the line and column of a position, found by walking there once.
    private func error(_ kind: JSONError.Kind, at place: Int? = nil) -> JSONError {
        let before = bytes[start..<(place ?? position)]
        let lineStart = (before.lastIndex(of: 0x0A) ?? start - 1) + 1
        let line = before.lazy.filter { $0 == 0x0A }.count + 1
        let column = bytes[lineStart..<before.endIndex].lazy.filter { $0 & 0xC0 != 0x80 }.count + 1
        return JSONError(kind: kind, line: line, column: column)
    }
}
