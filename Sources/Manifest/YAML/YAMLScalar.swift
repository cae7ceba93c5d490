/// What a plain scalar means, by the core schema (YAML 1.2.2, 10.3.2).
///
/// Everything in quotes is text. So are `yes`, `no`, `on`, `off`, dates and sexagesimals, which only YAML 1.1 took
/// for something else.
enum YAMLScalar: Sendable, Equatable {
    /// `null`, `~` or nothing at all.
    case null
    /// `true` or `false`, also capitalised or in capitals.
    case boolean(Bool)
    /// A whole number; nil when it does not fit.
    case integer(Int?)
    /// A number with a fraction or an exponent, infinite or none at all.
    case float(Double)
    /// Anything else.
    case text

    /// Reads a scalar that was written without quotes.
    ///
    /// - Parameter plain: As it was written.
    init(_ plain: String) {
        // Most scalars are words: one look at the first byte decides.
        switch plain.utf8.first {
        case nil,
            UInt8(ascii: "~") where plain.utf8.count < 2:
            self = .null
        case UInt8(ascii: "N"), UInt8(ascii: "n"):
            self = plain == "null" || plain == "Null" || plain == "NULL" ? .null : .text
        case UInt8(ascii: "T"), UInt8(ascii: "t"):
            self = plain == "true" || plain == "True" || plain == "TRUE" ? .boolean(true) : .text
        case UInt8(ascii: "F"), UInt8(ascii: "f"):
            self = plain == "false" || plain == "False" || plain == "FALSE" ? .boolean(false) : .text
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), .some(0x30...0x39):
            self = Self.number(plain) ?? .text
        default: self = .text
        }
    }

    private static func number(_ text: String) -> YAMLScalar? {
        guard let first = text.utf8.first else { return nil }
        if text.utf8.allSatisfy(isDigit) { return .integer(Int(text)) }
        if text.hasPrefix("0x"), text.utf8.count > 2, text.utf8.dropFirst(2).allSatisfy(isHexDigit) {
            return .integer(Int(text.dropFirst(2), radix: 16))
        }
        if text.hasPrefix("0o"), text.utf8.count > 2, text.utf8.dropFirst(2).allSatisfy({ (0x30...0x37).contains($0) })
        {
            return .integer(Int(text.dropFirst(2), radix: 8))
        }
        let unsigned = first == UInt8(ascii: "+") || first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
        guard let head = unsigned.utf8.first else { return nil }
        if unsigned.utf8.allSatisfy(isDigit) { return .integer(Int(text)) }
        if [".nan", ".NaN", ".NAN"].contains(text) { return .float(.nan) }
        switch unsigned {
        case ".inf", ".Inf", ".INF":
            return .float(first == UInt8(ascii: "-") ? -.infinity : .infinity)
        default: break
        }
        guard isDigit(head) || head == UInt8(ascii: "."), isDecimal(unsigned) else { return nil }
        // `1.` is a number in YAML; Swift wants a digit after the point.
        return Double(text).map(YAMLScalar.float) ?? Double("\(text)0").map(YAMLScalar.float)
    }

    /// Digits, at most one point, at least one digit, and an exponent if there is an `e`.
    private static func isDecimal(_ text: Substring) -> Bool {
        var rest = text.utf8[...]
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var digits = whole.count
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            digits += fraction.count
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard digits > 0 else { return false }
        guard let mark = rest.first else { return true }
        guard mark | 0x20 == UInt8(ascii: "e") else { return false }
        rest = rest.dropFirst()
        if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
}

extension YAMLNode {
    /// What the node means when it is a scalar; nil for collections.
    var scalar: YAMLScalar? {
        guard case .scalar(_, let meaning) = content else { return nil }
        return meaning
    }

    /// The text of a scalar that means text, or nil.
    var text: String? {
        guard case .scalar(let text, .text) = content else { return nil }
        return text
    }

    /// The whole number that a scalar means, or nil. `32.0` is one, as JSON Schema has it.
    var integer: Int? {
        switch scalar {
        case .integer(let value): value
        case .float(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The finite number that a scalar means, or nil.
    var number: Double? {
        switch scalar {
        case .integer(let value): value.map(Double.init)
        case .float(let value): value.isFinite ? value : nil
        default: nil
        }
    }

    /// The switch that a scalar means, or nil.
    var boolean: Bool? {
        guard case .boolean(let value) = scalar else { return nil }
        return value
    }

    /// Whether it stands for nothing.
    var isNull: Bool {
        guard case .scalar(_, .null) = content else { return false }
        return true
    }
}
