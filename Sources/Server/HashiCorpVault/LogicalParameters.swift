internal import Findings
internal import Secrets

/// What a request says beside its path: the members of its body, or the parameters of its query.
///
/// Vault's own clients are loose about types (`vault write` sends every value as a text), so each reading here takes
/// what Vault takes: numbers and truth values as texts, lists as one text with commas. `null` is the same as nothing,
/// but for a merge patch. A mistake names the parameter, and never what was sent.
struct LogicalParameters: Sendable {
    /// The members as they were sent.
    let object: JSONObject

    init(_ object: JSONObject = JSONObject()) { self.object = object }

    /// The value of a parameter; nil when it is not there or `null`.
    subscript(name: String) -> JSONValue? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    /// The first of several names of one parameter that is there.
    func first(_ names: [String]) -> (name: String, value: JSONValue)? {
        for name in names {
            if let value = self[name] { return (name, value) }
        }
        return nil
    }

    /// A text. Numbers and truth values are taken as they are spelled.
    func text(_ name: String) throws(LogicalFault) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = Self.text(value) else { throw Self.mistyped(name, "a string") }
        return text
    }

    /// A text that is a secret.
    func secret(_ name: String) throws(LogicalFault) -> Secret<String>? { try text(name).map { Secret($0) } }

    /// A truth value: JSON's, or one of the spellings of Go's `strconv.ParseBool`.
    func flag(_ name: String) throws(LogicalFault) -> Bool? {
        switch self[name] {
        case nil: return nil
        case .bool(let flag): return flag
        case .integer(let number): return number != 0
        case .string(let text):
            if text.isEmpty { return false }
            guard let flag = Self.parseBool(text) else { break }
            return flag
        default: break
        }
        throw Self.mistyped(name, "a boolean")
    }

    /// A whole number.
    func integer(_ name: String) throws(LogicalFault) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = Self.integer(value) else { throw Self.mistyped(name, "an integer") }
        return number
    }

    /// A length of time, in seconds.
    func duration(_ name: String) throws(LogicalFault) -> Int? {
        guard let value = self[name] else { return nil }
        guard let seconds = GoDuration.seconds(value) else { throw Self.mistyped(name, "a duration") }
        return seconds
    }

    /// A list of texts: an array, or one text with commas between the items. Spaces around items and empty items go.
    func list(_ name: String) throws(LogicalFault) -> [String]? {
        guard let value = self[name] else { return nil }
        guard let items = Self.list(value) else { throw Self.mistyped(name, "a list of strings") }
        return items
    }

    /// Names with texts: an object, a text that is a JSON object (as hvac sends the metadata of a secret id), or
    /// `name=value` pairs, as `vault write` sends them.
    func map(_ name: String) throws(LogicalFault) -> [String: String]? {
        guard let value = self[name] else { return nil }
        guard let map = Self.map(value) else { throw Self.mistyped(name, "a map of strings") }
        return map
    }

    /// An object.
    func object(_ name: String) throws(LogicalFault) -> JSONObject? {
        guard let value = self[name] else { return nil }
        guard let object = value.asObject else { throw Self.mistyped(name, "a map") }
        return object
    }

    /// The error of a parameter that is not of its type.
    static func mistyped(_ name: String, _ expected: String) -> LogicalFault {
        .invalid("error converting input for field \"\(name)\": expected \(expected)")
    }
}

extension LogicalParameters {
    /// Go's `strconv.ParseBool`.
    static func parseBool(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }

    static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): number.spelling
        case .bool(let flag): flag ? "1" : "0"
        default: nil
        }
    }

    static func integer(_ value: JSONValue) -> Int? {
        switch value {
        case .integer(let number): number
        case .string(let text): text.isEmpty ? 0 : Int(text)
        case .number(let number): Double(number.spelling).flatMap { Int(exactly: $0) }
        case .bool(let flag): flag ? 1 : 0
        default: nil
        }
    }

    static func list(_ value: JSONValue) -> [String]? {
        let items: [String]
        switch value {
        case .string(let text): items = text.split(separator: ",").map(String.init)
        case .array(let elements):
            let texts = elements.map(text)
            guard !texts.contains(nil) else { return nil }
            items = texts.compactMap { $0 }
        case .integer, .number: items = [text(value)].compactMap { $0 }
        default: return nil
        }
        return items.map(trimmed).filter { !$0.isEmpty }
    }

    static func map(_ value: JSONValue) -> [String: String]? {
        switch value {
        case .object(let object):
            var map: [String: String] = [:]
            for member in object {
                guard let text = text(member.value) else { return nil }
                map[member.key] = text
            }
            return map
        case .string(let text):
            if text.isEmpty { return [:] }
            if text.utf8.first == UInt8(ascii: "{") {
                let limits = JSONLimits(bytes: LogicalLimits.nestedText, depth: 4, values: 4096)
                guard let inner = try? JSONValue(parsing: Array(text.utf8), limits: limits) else { return nil }
                return map(inner)
            }
            return pairs(text.split(separator: ",").map(String.init))
        case .array(let elements):
            let items = elements.compactMap(\.asString)
            return items.count == elements.count ? pairs(items) : nil
        default: return nil
        }
    }

    private static func pairs(_ items: [String]) -> [String: String]? {
        var map: [String: String] = [:]
        for item in items {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[0].isEmpty else { return nil }
            map[trimmed(String(pair[0]))] = String(pair[1])
        }
        return map
    }

    static func trimmed(_ text: String) -> String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        if let first = text.utf8.first, let last = text.utf8.last, !isSpace(first), !isSpace(last) { return text }
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}

extension LogicalParameters: CustomStringConvertible, CustomReflectable {
    /// How many there are: values may be secrets, and a name may be one that was put in the wrong place.
    var description: String { "\(object.count) parameters" }

    /// A mirror without children, so that `dump` and debuggers show no more.
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}
