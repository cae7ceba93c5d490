internal import Findings
internal import Secrets
internal import Vaulting

/// Reads the members of a request, and collects what breaks a rule as AWS does: all faults in one answer.
///
/// A wrong type is a `SerializationException` at once. A member that is not known is passed over: newer clients send
/// members that this service has not heard of. The value of a text never stands in a fault; AWS leaves it out where it is
/// sensitive, and here everything that a person types may be.
struct Members {
    private let object: JSONObject
    private var faults: [String] = []

    init(_ object: JSONObject) { self.object = object }

    /// What a text must be.
    struct TextRule: Sendable {
        /// How many Unicode scalars it has; for ``isCountedInBytes`` how many bytes.
        var length: ClosedRange<Int>
        var isCountedInBytes = false
        /// The pattern as the service model writes it, and the check that stands for it.
        var pattern: (text: String, matches: @Sendable (String) -> Bool)?

        static func length(_ length: ClosedRange<Int>) -> TextRule { TextRule(length: length) }
    }

    /// A text; nil when it is not there.
    mutating func text(_ name: String, _ rule: TextRule) throws(AWSError) -> String? {
        guard let text = try plainText(name) else { return nil }
        check(text, name, rule)
        return text
    }

    /// A text that must be there.
    mutating func requiredText(_ name: String, _ rule: TextRule) throws(AWSError) -> String {
        guard let text = try text(name, rule) else {
            require(name)
            return ""
        }
        return text
    }

    /// One of a list of words; nil when it is not there.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        _ type: Word.Type
    ) throws(AWSError) -> Word? where Word.RawValue == String {
        guard let text = try plainText(name) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        fault(name, "Member must satisfy enum value set: [\(words)]")
        return nil
    }

    /// A whole number; nil when it is not there.
    mutating func integer(_ name: String, _ range: ClosedRange<Int>?) throws(AWSError) -> Int? {
        let number: Int
        switch object[name] {
        case nil, .null: return nil
        case .integer(let value): number = value
        // Some clients write 7 as 7.0.
        case .number(let value) where value.spelling.hasSuffix(".0") && Int(value.spelling.dropLast(2)) != nil:
            number = Int(value.spelling.dropLast(2)) ?? 0
        case .some(let other): throw .cannotBe(other, "an Integer")
        }
        guard let range, !range.contains(number) else { return number }
        let rule =
            number < range.lowerBound
            ? "greater than or equal to \(range.lowerBound)" : "less than or equal to \(range.upperBound)"
        faults.append(
            "Value '\(number)' at '\(name.asMember)' failed to satisfy constraint: Member must have value \(rule)"
        )
        return number
    }

    /// A moment, which JSON 1.1 writes in seconds since 1970 with a fraction; in microseconds; nil when it is not there.
    mutating func microseconds(_ name: String) throws(AWSError) -> Int64? {
        let seconds: Double
        switch object[name] {
        case nil, .null: return nil
        case .integer(let value): seconds = Double(value)
        case .number(let value):
            guard let number = Double(value.spelling) else { throw .cannotBe(.null, "a Timestamp") }
            seconds = number
        case .some(let other): throw .cannotBe(other, "a Timestamp")
        }
        guard abs(seconds) < 1e12 else { throw .cannotBe(.null, "a Timestamp") }
        return Int64((seconds * 1_000_000).rounded())
    }

    /// A truth value; nil when it is not there.
    mutating func flag(_ name: String) throws(AWSError) -> Bool? {
        switch object[name] {
        case nil, .null: return nil
        case .bool(let flag): return flag
        case .some(let other): throw .cannotBe(other, "a Boolean")
        }
    }

    /// Bytes in base64; nil when they are not there.
    mutating func bytes(_ name: String, _ length: ClosedRange<Int>) throws(AWSError) -> Secret<[UInt8]>? {
        guard let text = try plainText(name) else { return nil }
        guard let bytes = Base64.decode(text) else {
            throw AWSError(.serialization, "\(name) is not base64")
        }
        checkLength(bytes.count, name, length)
        return Secret(bytes)
    }

    /// A list; nil when it is not there.
    mutating func list(_ name: String, _ count: ClosedRange<Int>) throws(AWSError) -> [JSONValue]? {
        switch object[name] {
        case nil, .null: return nil
        case .array(let elements):
            checkLength(elements.count, name, count)
            return elements
        case .some(let other): throw .cannotBe(other, "a List")
        }
    }

    /// A list of texts; nil when it is not there.
    mutating func texts(_ name: String, _ count: ClosedRange<Int>, _ rule: TextRule) throws(AWSError) -> [String]? {
        guard let elements = try list(name, count) else { return nil }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else { throw .cannotBe(element, "a String") }
            check(text, name, rule)
            texts.append(text)
        }
        return texts
    }

    /// A structure; nil when it is not there. Its faults are collected with ``merge(_:)``.
    mutating func structure(_ name: String) throws(AWSError) -> Members? {
        switch object[name] {
        case nil, .null: return nil
        case .object(let members): return Members(members)
        case .some(let other): throw .cannotBe(other, "a Structure")
        }
    }

    /// Whether a member is there and not null.
    func has(_ name: String) -> Bool {
        switch object[name] {
        case nil, .null: false
        default: true
        }
    }

    /// Takes over the faults of a structure within this one.
    mutating func merge(_ other: Members) { faults.append(contentsOf: other.faults) }

    /// Says that a member must be there.
    mutating func require(_ name: String) {
        faults.append("Value null at '\(name.asMember)' failed to satisfy constraint: Member must not be null")
    }

    /// Says that a member breaks a rule.
    mutating func fault(_ name: String, _ rule: String) {
        faults.append("Value at '\(name.asMember)' failed to satisfy constraint: \(rule)")
    }

    /// Throws what was collected, if anything.
    func finish() throws(AWSError) {
        guard !faults.isEmpty else { return }
        // A list of a hundred tags may break a rule a hundred times.
        let shown = faults.prefix(10).joined(separator: "; ")
        let errors = faults.count == 1 ? "error" : "errors"
        throw AWSError(.validation, "\(faults.count) validation \(errors) detected: \(shown)")
    }

    private func plainText(_ name: String) throws(AWSError) -> String? {
        switch object[name] {
        case nil, .null: return nil
        case .string(let text): return text
        case .some(let other): throw .cannotBe(other, "a String")
        }
    }

    private mutating func check(_ text: String, _ name: String, _ rule: TextRule) {
        checkLength(rule.isCountedInBytes ? text.utf8.count : text.unicodeScalars.count, name, rule.length)
        if let pattern = rule.pattern, !text.isEmpty, !pattern.matches(text) {
            fault(name, "Member must satisfy regular expression pattern: \(pattern.text)")
        }
    }

    private mutating func checkLength(_ count: Int, _ name: String, _ range: ClosedRange<Int>) {
        if count < range.lowerBound {
            fault(name, "Member must have length greater than or equal to \(range.lowerBound)")
        } else if count > range.upperBound {
            fault(name, "Member must have length less than or equal to \(range.upperBound)")
        }
    }
}

extension AWSError {
    /// For a value of another type than the member has; it tells the types and not the value.
    fileprivate static func cannotBe(_ value: JSONValue, _ type: String) -> AWSError {
        let found: String
        switch value {
        case .null: found = "NULL_VALUE"
        case .bool(let flag): found = flag ? "TRUE_VALUE" : "FALSE_VALUE"
        case .integer, .number: found = "NUMBER_VALUE"
        case .string: found = "STRING_VALUE"
        case .array, .object:
            return AWSError(.serialization, "Start of structure or map found where not expected.")
        }
        return AWSError(.serialization, "\(found) can not be converted to \(type)")
    }
}

extension String {
    /// The member's name as AWS's validation writes it: with a small first letter.
    fileprivate var asMember: String { prefix(1).lowercased() + dropFirst() }
}
