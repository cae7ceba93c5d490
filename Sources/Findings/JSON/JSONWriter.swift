extension JSONValue {
    /// How a JSON text is laid out.
    public enum Layout: Sendable, Hashable {
        /// In one line, without spaces.
        case compact
        /// One member or element a line, indented by two spaces.
        case pretty
    }

    /// The JSON text (RFC 8259), without a line break at its end.
    ///
    /// Beside what must be escaped (quote, backslash, U+0000 to U+001F) it escapes U+2028 and U+2029, which end a line
    /// in JavaScript, and the control and formatting characters that could drive or mislead a terminal. A reader gets
    /// the same string back.
    public func text(_ layout: Layout = .compact) -> String { String(decoding: bytes(layout), as: UTF8.self) }

    /// The bytes of ``text(_:)``, without a text made of them.
    public func bytes(_ layout: Layout = .compact) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        writer.write(self, indent: 0)
        return writer.bytes
    }
}

private struct JSONWriter {
    let layout: JSONValue.Layout
    var bytes: [UInt8] = []

    mutating func write(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        case .number(let number): bytes.append(contentsOf: number.spelling.utf8)
        case .string(let string): JSONText.appendShown(string, to: &bytes)
        case .array(let elements):
            write(elements, in: (UInt8(ascii: "["), UInt8(ascii: "]")), indent: indent) { writer, element in
                writer.write(element, indent: indent + 1)
            }
        case .object(let object):
            write(object.members, in: (UInt8(ascii: "{"), UInt8(ascii: "}")), indent: indent) { writer, member in
                JSONText.appendShown(member.key, to: &writer.bytes)
                writer.bytes.append(UInt8(ascii: ":"))
                if writer.layout == .pretty { writer.bytes.append(UInt8(ascii: " ")) }
                writer.write(member.value, indent: indent + 1)
            }
        }
    }

    private mutating func write<Item>(
        _ items: [Item],
        in brackets: (UInt8, UInt8),
        indent: Int,
        each: (inout JSONWriter, Item) -> Void
    ) {
        bytes.append(brackets.0)
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(indent: indent + 1)
            each(&self, item)
        }
        if !items.isEmpty { breakLine(indent: indent) }
        bytes.append(brackets.1)
    }

    private mutating func breakLine(indent: Int) {
        guard layout == .pretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
    }
}
