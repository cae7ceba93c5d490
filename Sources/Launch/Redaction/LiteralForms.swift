/// A value inside a string literal of a programming language, or in a shell's quotes.
enum LiteralForms {
    /// How a literal writes bytes that are not printable ASCII.
    private enum Digits {
        case raw, hexadecimal, octal
    }

    /// The escape of a language: `repr` and its like leave one quote as it is, bash's `$'…'` counts in octal.
    private struct Style {
        let quote: UInt8?
        let control: Digits
        let nonASCII: Digits
    }

    private static let apostrophe = UInt8(ascii: "'")
    private static let styles = [
        Style(quote: nil, control: .hexadecimal, nonASCII: .raw),
        Style(quote: apostrophe, control: .hexadecimal, nonASCII: .raw),
        Style(quote: nil, control: .hexadecimal, nonASCII: .hexadecimal),
        Style(quote: apostrophe, control: .hexadecimal, nonASCII: .hexadecimal),
        Style(quote: apostrophe, control: .octal, nonASCII: .raw),
        Style(quote: apostrophe, control: .octal, nonASCII: .octal),
    ]

    /// Adds the forms of a value.
    static func add(_ value: [UInt8], to patterns: inout PatternSet) {
        // A value of letters, digits and harmless signs looks the same in all of them.
        guard !value.allSatisfy({ isHarmless($0) && $0 < 0x80 }) else { return }
        for style in styles {
            write(value, to: &patterns) { byte, _ in literal(byte, style) }
        }
        // Single quotes: the POSIX way out of them, and the other one.
        write(value, to: &patterns) { byte, _ in byte == apostrophe ? "'\\''" : nil }
        write(value, to: &patterns) { byte, _ in byte == apostrophe ? "'\"'\"'" : nil }
        // Double quotes in a shell.
        write(value, to: &patterns) { byte, _ in "\"\\$`".utf8.contains(byte) ? escaped(byte) : nil }
        // No quotes: a backslash before each sign that a shell minds. Shells differ about the comma, and bash minds the
        // hash sign at the beginning only and the tilde there and after a colon and an equals sign.
        for comma in [true, false] {
            write(value, to: &patterns) { byte, _ in
                isHarmless(byte) && !(comma && byte == UInt8(ascii: ",")) ? nil : escaped(byte)
            }
            write(value, to: &patterns) { byte, previous in
                if byte == UInt8(ascii: "#") { return previous == nil ? escaped(byte) : nil }
                if byte == UInt8(ascii: "~") {
                    return previous.map { ":=".utf8.contains($0) } ?? true ? escaped(byte) : nil
                }
                return isHarmless(byte) && !(comma && byte == UInt8(ascii: ",")) ? nil : escaped(byte)
            }
        }
    }

    /// Adds a pattern in which some bytes are replaced; the closure sees each byte and the one before it.
    private static func write(
        _ value: [UInt8],
        to patterns: inout PatternSet,
        _ replacement: (UInt8, UInt8?) -> String?
    ) {
        patterns.add { output in
            var previous: UInt8?
            for byte in value {
                if let text = replacement(byte, previous) { output += text.utf8 } else { output.append(byte) }
                previous = byte
            }
        }
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: "-_./:=@%+,".utf8.contains(byte)
        }
    }

    private static func escaped(_ byte: UInt8) -> String { "\\" + String(UnicodeScalar(byte)) }

    private static func literal(_ byte: UInt8, _ style: Style) -> String? {
        switch byte {
        case UInt8(ascii: "\\"): "\\\\"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0x09: "\\t"
        case 0x00..<0x20, 0x7F: numeric(byte, style.control)
        case 0x80...: numeric(byte, style.nonASCII)
        default: byte == style.quote ? escaped(byte) : nil
        }
    }

    private static func numeric(_ byte: UInt8, _ digits: Digits) -> String? {
        switch digits {
        case .raw: nil
        case .hexadecimal: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        case .octal: "\\" + String(repeating: "0", count: byte < 8 ? 2 : byte < 64 ? 1 : 0) + String(byte, radix: 8)
        }
    }
}
