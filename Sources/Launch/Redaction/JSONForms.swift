/// A value inside a JSON string (RFC 8259, section 7), as the common writers escape it.
enum JSONForms {
    private struct Writer {
        var digits = HexDigits.lower
        /// PHP writes `\/`.
        var escapesSlash = false
        /// Python and PHP write ASCII only.
        var escapesNonASCII = false
        /// Written as `\u` and digits, beside what must be escaped. Go and .NET keep JSON safe inside HTML.
        var asDigits: [UInt8] = []
        /// U+2028 and U+2029 end a line in JavaScript.
        var escapesLineSeparators = false
        var escapesAll = false
    }

    private static let writers: [Writer] = [
        Writer(),
        Writer(escapesSlash: true),
        Writer(escapesNonASCII: true),
        Writer(digits: .upper, escapesNonASCII: true),
        Writer(escapesSlash: true, escapesNonASCII: true),
        Writer(asDigits: Array("<>&".utf8), escapesLineSeparators: true),
        Writer(escapesNonASCII: true, asDigits: Array("<>&".utf8)),
        Writer(asDigits: Array("<>&='".utf8), escapesLineSeparators: true),
        Writer(digits: .upper, escapesNonASCII: true, asDigits: Array("<>&'\"+`".utf8)),
        Writer(digits: .upper, escapesNonASCII: true, asDigits: Array("<>&'".utf8)),
    ]
    private static let full = [Writer(escapesAll: true), Writer(digits: .upper, escapesAll: true)]

    /// Adds the forms of a value.
    ///
    /// - Parameter full: Whether also the forms with every character escaped are wanted.
    static func add(_ value: [UInt8], full wantsFull: Bool, to patterns: inout PatternSet) {
        let text = Array(String(decoding: value, as: UTF8.self).unicodeScalars)
        if wantsFull {
            for writer in full { patterns.add { append(text, as: writer, to: &$0) } }
        }
        let isPlain = value.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && !"\"\\/<>&='+`".utf8.contains(byte)
        }
        guard !isPlain else { return }
        for writer in writers {
            patterns.add { append(text, as: writer, to: &$0) }
        }
        // JSON that a log carries inside JSON.
        for writer in [writers[0], writers[2]] {
            var once: [UInt8] = []
            append(text, as: writer, to: &once)
            let inner = Array(String(decoding: once, as: UTF8.self).unicodeScalars)
            patterns.add { append(inner, as: writer, to: &$0) }
        }
    }

    private static func append(_ text: [Unicode.Scalar], as writer: Writer, to output: inout [UInt8]) {
        for scalar in text {
            let isASCII = scalar.value < 0x80
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            if writer.escapesAll || (isASCII && writer.asDigits.contains(byte))
                || ((!isASCII || byte == 0x7F) && writer.escapesNonASCII)
                || (writer.escapesLineSeparators && (scalar.value == 0x2028 || scalar.value == 0x2029))
            {
                appendDigits(scalar, writer.digits, to: &output)
            } else if isASCII, let short = shortEscape(byte, slash: writer.escapesSlash) {
                output += [UInt8(ascii: "\\"), short]
            } else if scalar.value < 0x20 {
                appendDigits(scalar, writer.digits, to: &output)
            } else {
                output += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
    }

    private static func appendDigits(_ scalar: Unicode.Scalar, _ digits: HexDigits, to output: inout [UInt8]) {
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
            output += [UInt8(ascii: "\\"), UInt8(ascii: "u")]
            digits.append(UInt8(unit >> 8), to: &output)
            digits.append(UInt8(unit & 0xFF), to: &output)
        }
    }

    private static func shortEscape(_ byte: UInt8, slash: Bool) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case UInt8(ascii: "/"): slash ? byte : nil
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }
}
