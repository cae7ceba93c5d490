internal import Findings
internal import Secrets

/// A JSON object that is written member by member, as bytes.
///
/// An answer is written once and never looked into, so it needs no tree of values: this is the path of every read.
struct AzureObject {
    /// The object without its end.
    private var text: [UInt8] = []

    /// - Parameter count: How many bytes it most likely has.
    init(reserving count: Int = 64) {
        text.reserveCapacity(count)
        text.append(UInt8(ascii: "{"))
    }

    /// Adds a string.
    mutating func add(_ key: StaticString, _ value: String) {
        begin(key)
        JSONText.appendShown(value, to: &text)
    }

    /// Adds a string that is a secret: its bytes go into the answer and nowhere else.
    mutating func add(_ key: StaticString, secret value: Secret<String>) {
        begin(key)
        unsafe value.withUnsafeBytes { unsafe JSONText.appendShown($0, to: &text) }
    }

    /// Adds a string if there is one.
    mutating func add(_ key: StaticString, ifThere value: String?) { if let value { add(key, value) } }

    /// Adds a string that has nothing to escape: a link of checked parts, or a word of ours.
    ///
    /// - Parameter parts: The parts of the string, which follow each other.
    mutating func add(_ key: StaticString, plain parts: String...) {
        begin(key)
        text.append(UInt8(ascii: "\""))
        for part in parts { text.append(contentsOf: part.utf8) }
        text.append(UInt8(ascii: "\""))
    }

    /// Adds a number.
    mutating func add(_ key: StaticString, _ value: Int64) { add(key, raw: String(value)) }

    /// Adds a truth value.
    mutating func add(_ key: StaticString, _ value: Bool) { add(key, raw: value ? "true" : "false") }

    /// Adds an object.
    mutating func add(_ key: StaticString, _ value: AzureObject) {
        begin(key)
        text.append(contentsOf: value.bytes)
    }

    /// Adds an object that is written in place.
    mutating func add(_ key: StaticString, members: (inout AzureObject) -> Void) {
        begin(key)
        text.append(UInt8(ascii: "{"))
        members(&self)
        text.append(UInt8(ascii: "}"))
    }

    /// Adds an array of objects.
    mutating func add(_ key: StaticString, _ values: [AzureObject]) {
        begin(key)
        text.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: value.bytes)
        }
        text.append(UInt8(ascii: "]"))
    }

    /// Adds an array of strings.
    mutating func add(_ key: StaticString, strings: [String]) {
        begin(key)
        text.append(contentsOf: JSONValue.array(strings.map { .string($0) }).bytes())
    }

    /// Adds an array of numbers.
    mutating func add(_ key: StaticString, numbers: [Int]) {
        begin(key)
        text.append(contentsOf: JSONValue.array(numbers.map { .integer($0) }).bytes())
    }

    /// Adds an object of strings, ordered by their keys.
    mutating func add(_ key: StaticString, map: [String: String]) {
        begin(key)
        text.append(UInt8(ascii: "{"))
        for (index, member) in map.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            JSONText.appendShown(member.key, to: &text)
            text.append(UInt8(ascii: ":"))
            JSONText.appendShown(member.value, to: &text)
        }
        text.append(UInt8(ascii: "}"))
    }

    /// Adds `null`.
    mutating func addNull(_ key: StaticString) { add(key, raw: "null") }

    /// Ends the object.
    ///
    /// - Returns: The object, as it is sent.
    mutating func close() -> [UInt8] {
        text.append(UInt8(ascii: "}"))
        return text
    }

    /// The object, as it is sent.
    var bytes: [UInt8] {
        var whole = self
        return whole.close()
    }

    private mutating func add(_ key: StaticString, raw: String) {
        begin(key)
        text.append(contentsOf: raw.utf8)
    }

    private mutating func begin(_ key: StaticString) {
        // Behind a member, whatever it is, stands another byte.
        if text.last != UInt8(ascii: "{") { text.append(UInt8(ascii: ",")) }
        text.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { unsafe text.append(contentsOf: $0) }
        text.append(contentsOf: "\":".utf8)
    }
}
