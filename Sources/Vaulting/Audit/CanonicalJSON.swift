internal import Findings
internal import Secrets

/// Writes JSON as RFC 8785 has it; the caller gives the members in the order of their names.
struct CanonicalJSON {
    private(set) var bytes: [UInt8]
    private var isFirst = true

    init(bytes: [UInt8] = []) { self.bytes = bytes }

    mutating func begin() {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
    }

    mutating func end() {
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    mutating func key(_ name: StaticString) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        append(text)
    }

    mutating func member(_ name: StaticString, _ number: Int64) {
        key(name)
        append(number)
    }

    mutating func member(_ name: StaticString, _ flag: Bool) {
        key(name)
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    mutating func member(_ name: StaticString, _ texts: [String]) {
        key(name)
        bytes.append(UInt8(ascii: "["))
        for (position, text) in texts.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            append(text)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func member(_ name: StaticString, _ secret: Secret<String>) {
        key(name)
        unsafe secret.withUnsafeBytes { unsafe JSONText.append($0, to: &bytes) }
    }

    mutating func member(_ name: StaticString, base64 secret: Secret<[UInt8]>) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        unsafe secret.withUnsafeBytes { unsafe Base64.append($0, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A member that is JSON already.
    mutating func member(_ name: StaticString, _ value: JSONValue) {
        key(name)
        bytes.append(contentsOf: value.bytes())
    }

    /// A member that is the text of JSON already.
    mutating func member(_ name: StaticString, json text: String) {
        key(name)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func list<Element>(
        _ name: StaticString,
        _ elements: [Element],
        _ body: (inout CanonicalJSON, Element) -> Void
    ) {
        key(name)
        bytes.append(UInt8(ascii: "["))
        for (position, element) in elements.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            body(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
        isFirst = false
    }

    mutating func append(_ number: Int64) {
        // The interpolation of an integer makes a string first; most numbers here are small.
        if (0..<10).contains(number) {
            bytes.append(UInt8(ascii: "0") + UInt8(number))
        } else {
            bytes.append(contentsOf: String(number).utf8)
        }
    }

    /// A string with exactly the escapes of RFC 8785.
    mutating func append(_ text: String) { JSONText.append(text, to: &bytes) }
}
