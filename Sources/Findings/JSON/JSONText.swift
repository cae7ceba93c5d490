/// Strings of JSON as bytes: for answers and records that are written in one piece, without a tree of ``JSONValue``.
package enum JSONText {
    /// Appends a string in quotes, with exactly the escapes of RFC 8785, section 3.2.2.2.
    ///
    /// - Parameters:
    ///   - text: UTF-8. Its bytes are copied to `bytes` and nowhere else: it may be a secret.
    ///   - bytes: The JSON so far.
    package static func append(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        // Nearly every text has nothing to escape, and goes in one piece.
        if unsafe text.allSatisfy(isPlain) { return unsafe bytes.append(contentsOf: text) }
        for position in text.indices {
            let byte = unsafe text[position]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x08: bytes.append(contentsOf: #"\b"#.utf8)
            case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
            case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
            case 0x0C: bytes.append(contentsOf: #"\f"#.utf8)
            case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
            case 0..<0x20:
                let low = byte & 15
                bytes.append(contentsOf: #"\u00"#.utf8)
                bytes.append(UInt8(ascii: "0") + byte >> 4)
                bytes.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
            default: bytes.append(byte)
            }
        }
    }

    /// Appends a string in quotes.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0), to: &bytes) }
    }

    /// Appends a string in quotes, with what ``JSONValue/text(_:)`` escapes beside: what ends a line in JavaScript, or could
    /// drive or mislead a terminal.
    package static func appendShown(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { unsafe appendShown(UnsafeRawBufferPointer($0), to: &bytes) }
    }

    /// Appends a string in quotes, as the other one.
    ///
    /// - Parameters:
    ///   - text: UTF-8, as for ``append(_:to:)-(UnsafeRawBufferPointer,_)``.
    ///   - bytes: The JSON so far.
    package static func appendShown(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        // Nearly every string is ASCII without anything to escape, and goes in one piece.
        guard unsafe !text.allSatisfy({ isPlain($0) && $0 < 0x7F }) else {
            bytes.append(UInt8(ascii: "\""))
            unsafe bytes.append(contentsOf: text)
            return bytes.append(UInt8(ascii: "\""))
        }
        var rest = unsafe text.makeIterator()
        var decoder = UTF8()
        bytes.append(UInt8(ascii: "\""))
        decoding: while true {
            switch unsafe decoder.decode(&rest) {
            case .emptyInput: break decoding
            case .error: appendShown("\u{FFFD}" as Unicode.Scalar, to: &bytes)
            case .scalarValue(let scalar): appendShown(scalar, to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendShown(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        switch scalar {
        case "\"": bytes.append(contentsOf: #"\""#.utf8)
        case "\\": bytes.append(contentsOf: #"\\"#.utf8)
        case "\u{8}": bytes.append(contentsOf: #"\b"#.utf8)
        case "\u{C}": bytes.append(contentsOf: #"\f"#.utf8)
        case "\n": bytes.append(contentsOf: #"\n"#.utf8)
        case "\r": bytes.append(contentsOf: #"\r"#.utf8)
        case "\t": bytes.append(contentsOf: #"\t"#.utf8)
        case _ where scalar.drivesTerminal:
            for unit in UTF16.encode(scalar) ?? .init() {
                let digits = String(unit, radix: 16)
                bytes.append(contentsOf: (#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            }
        default: bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
