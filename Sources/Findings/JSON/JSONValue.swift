/// One JSON value (RFC 8259), with the order of an object's keys kept.
///
/// The house has its own because every `--json` answer, every report and `import` need JSON, and Foundation's costs
/// more time at start-up than the whole command may take.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent that fits 64 bits. Every integer is kept exactly.
    case integer(Int)
    /// Any other number: with a fraction or an exponent, beyond 64 bits, or minus zero. As it is spelled.
    case number(JSONNumber)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)

    /// The string, when it is one.
    public var asString: String? { if case .string(let text) = self { text } else { nil } }
    /// The integer, when it is one.
    public var asInteger: Int? { if case .integer(let number) = self { number } else { nil } }
    /// The elements, when it is an array.
    public var asArray: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    /// The members, when it is an object.
    public var asObject: JSONObject? { if case .object(let members) = self { members } else { nil } }

    /// The value of a key, when this is an object that has it.
    public subscript(key: String) -> JSONValue? { asObject?[key] }

    /// The shortest spelling that reads back as the same double. What is not finite is `null`: JSON has no other word
    /// for it.
    public static func double(_ number: Double) -> JSONValue { JSONNumber(number).map(JSONValue.number) ?? .null }

    /// A string, or `null` for nil.
    public static func string(orNull text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    /// An integer, or `null` for nil.
    public static func integer(orNull number: Int?) -> JSONValue { number.map(JSONValue.integer) ?? .null }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string from a literal.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer from a literal.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A double from a literal.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A truth value from a literal.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array from a literal.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object from a literal, in the literal's order; a key that comes again replaces the earlier value.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}
