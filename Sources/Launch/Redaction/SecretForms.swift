/// The forms in which one secret may stand in a text: what ``Redactor`` promises, as patterns.
enum SecretForms {
    /// Shorter lines of a secret are not masked by themselves: they are closing brackets and the like.
    static let shortestLine = 8
    /// Forms that take many bytes for each (every byte as `%41`, as `\u0041`) are left out above this length.
    static let longestForFullForms = 4096

    /// A value without the white space at its ends: files end in a line feed that output does not show.
    static func trimmed(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
        guard let start = unsafe bytes.firstIndex(where: { !isSpace($0) }),
            let end = unsafe bytes.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return unsafe Array(bytes[start...end])
    }

    /// Adds all forms of a value.
    static func add(_ value: [UInt8], to patterns: inout PatternSet) {
        patterns.add { $0 += value }
        addLines(of: value, to: &patterns)
        Base64Forms.add(value, to: &patterns)
        for digits in HexDigits.allCases {
            patterns.add { output in
                for byte in value { digits.append(byte, to: &output) }
            }
        }
        addEscaped(value, full: value.count <= longestForFullForms, to: &patterns)
    }

    private static func addEscaped(_ value: [UInt8], full: Bool, to patterns: inout PatternSet) {
        PercentForms.add(value, full: full, to: &patterns)
        JSONForms.add(value, full: full, to: &patterns)
        LiteralForms.add(value, to: &patterns)
    }

    private static func addLines(of value: [UInt8], to patterns: inout PatternSet) {
        let newline = UInt8(ascii: "\n")
        let carriageReturn = UInt8(ascii: "\r")
        guard value.contains(newline) else { return }
        // A terminal turns LF into CR LF, a reader of lines does the reverse.
        let unix = value.filter { $0 != carriageReturn }
        patterns.add { $0 += unix }
        patterns.add { output in
            for byte in unix {
                if byte == newline { output.append(carriageReturn) }
                output.append(byte)
            }
        }
        for line in unix.split(separator: newline) {
            let bare = unsafe line.withUnsafeBytes { unsafe trimmed($0) }
            guard bare.count >= shortestLine, !isArmour(bare), !CommonValues.contains(bare) else { continue }
            patterns.add { $0 += bare }
            addEscaped(bare, full: false, to: &patterns)
        }
    }

    /// `-----BEGIN PRIVATE KEY-----` says what it is and is no secret.
    private static func isArmour(_ line: [UInt8]) -> Bool {
        line.starts(with: "-----".utf8) && line.suffix(5).elementsEqual("-----".utf8)
    }
}

/// Hexadecimal digits in one of the two cases.
enum HexDigits: CaseIterable {
    case lower, upper

    private static let lowerDigits = Array("0123456789abcdef".utf8)
    private static let upperDigits = Array("0123456789ABCDEF".utf8)

    func append(_ byte: UInt8, to output: inout [UInt8]) {
        let digits = self == .lower ? Self.lowerDigits : Self.upperDigits
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 15)])
    }
}
