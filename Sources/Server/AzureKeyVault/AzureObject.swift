internal import Findings

/// A JSON object that is written member by member, as text.
///
/// An answer is written once and never looked into, so it needs no tree of values: this is the path of every read.
struct AzureObject {
    private var members = ""

    /// Adds a string.
    mutating func add(_ key: StaticString, _ value: String) { add(key, raw: JSONValue.string(value).text()) }

    /// Adds a string if there is one.
    mutating func add(_ key: StaticString, ifThere value: String?) { if let value { add(key, value) } }

    /// Adds a string that has nothing to escape: a link of checked parts, or a word of ours.
    mutating func add(_ key: StaticString, plain value: String) { add(key, raw: "\"" + value + "\"") }

    /// Adds a number.
    mutating func add(_ key: StaticString, _ value: Int64) { add(key, raw: String(value)) }

    /// Adds a truth value.
    mutating func add(_ key: StaticString, _ value: Bool) { add(key, raw: value ? "true" : "false") }

    /// Adds an object.
    mutating func add(_ key: StaticString, _ value: AzureObject) { add(key, raw: value.text) }

    /// Adds an array of objects.
    mutating func add(_ key: StaticString, _ values: [AzureObject]) {
        add(key, raw: "[" + values.map(\.text).joined(separator: ",") + "]")
    }

    /// Adds an array of strings.
    mutating func add(_ key: StaticString, strings: [String]) {
        add(key, raw: JSONValue.array(strings.map { .string($0) }).text())
    }

    /// Adds an array of numbers.
    mutating func add(_ key: StaticString, numbers: [Int]) {
        add(key, raw: "[" + numbers.map(String.init).joined(separator: ",") + "]")
    }

    /// Adds an object of strings, ordered by their keys.
    mutating func add(_ key: StaticString, map: [String: String]) {
        let parts = map.sorted { $0.key < $1.key }.map {
            JSONValue.string($0.key).text() + ":" + JSONValue.string($0.value).text()
        }
        add(key, raw: "{" + parts.joined(separator: ",") + "}")
    }

    /// Adds `null`.
    mutating func addNull(_ key: StaticString) { add(key, raw: "null") }

    /// The object's text.
    var text: String { "{" + members + "}" }

    private mutating func add(_ key: StaticString, raw: String) {
        if !members.isEmpty { members += "," }
        members += "\"\(key)\":" + raw
    }
}
