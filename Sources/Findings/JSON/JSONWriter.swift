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
    public func text(_ layout: Layout = .compact) -> String {
        var writer = JSONWriter(layout: layout)
        writer.write(self, indent: 0)
        return writer.text
    }
}

private struct JSONWriter {
    let layout: JSONValue.Layout
    var text = ""

    mutating func write(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .integer(let number): text += String(number)
        case .number(let number): text += number.spelling
        case .string(let string): write(string)
        case .array(let elements):
            write(elements, in: ("[", "]"), indent: indent) { writer, element in
                writer.write(element, indent: indent + 1)
            }
        case .object(let object):
            write(object.members, in: ("{", "}"), indent: indent) { writer, member in
                writer.write(member.key)
                writer.text += writer.layout == .pretty ? ": " : ":"
                writer.write(member.value, indent: indent + 1)
            }
        }
    }

    private mutating func write<Item>(
        _ items: [Item],
        in brackets: (String, String),
        indent: Int,
        each: (inout JSONWriter, Item) -> Void
    ) {
        text += brackets.0
        for (index, item) in items.enumerated() {
            if index > 0 { text += "," }
            breakLine(indent: indent + 1)
            each(&self, item)
        }
        if !items.isEmpty { breakLine(indent: indent) }
        text += brackets.1
    }

    private mutating func breakLine(indent: Int) {
        guard layout == .pretty else { return }
        text += "\n"
        for _ in 0..<indent { text += "  " }
    }

    private mutating func write(_ string: String) {
        text += "\""
        defer { text += "\"" }
        // Nearly every string is ASCII without anything to escape, and goes in one piece.
        if string.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
            text += string
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.drivesTerminal:
                for unit in UTF16.encode(scalar) ?? .init() { text += Self.escape(unit) }
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
