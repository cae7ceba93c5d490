/// Writes scalars of YAML so that every reader takes them for the same text.
package enum YAMLText {
    /// A text as a scalar: without quotes where nobody can take it for something else, in single quotes where they
    /// suffice, in double quotes otherwise.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - isWritten: Whether the place takes numbers and switches as they are written, so that `8000` and `False` need
    ///     no quotes.
    package static func scalar(_ text: String, isWritten: Bool = false) -> String {
        if isPlain(text), isWord(text) || (isWritten && isNumberOrSwitch(text)) { return text }
        if text.unicodeScalars.allSatisfy(isPrintable) { return singleQuoted(text) }
        return doubleQuoted(text)
    }

    /// Scalars, not characters: a quote and the combining accent after it are one character and still a quote.
    private static func singleQuoted(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(scalar)
            if scalar == "'" { result += "'" }
        }
        return result + "'"
    }

    /// Whether the bytes of a text and their places mean nothing to YAML.
    private static func isPlain(_ text: String) -> Bool {
        guard let last = text.utf8.last, last != 0x20, last != 0x3A else { return false }
        var previous: UInt8 = 0
        for byte in text.utf8 {
            guard isLetter(byte) || isDigit(byte) || " _-./+@%=:".utf8.contains(byte) else { return false }
            if byte == 0x20, previous == 0x3A { return false }
            previous = byte
        }
        return true
    }

    /// Whether a plain scalar is text to every reader: no number, date, switch or null of YAML 1.1 either.
    private static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) || first == 0x2F || first == 0x5F else { return false }
        return !reserved.contains(text.lowercased())
    }

    /// Whether a plain scalar is a number or a switch that readers of YAML 1.1 and 1.2 take for the same.
    private static func isNumberOrSwitch(_ text: String) -> Bool {
        switch YAMLScalar(text) {
        case .boolean: true
        case .integer(.some), .float: text.utf8.first.map(isDigit) == true && !(text.hasPrefix("0") && text != "0")
        default: false
        }
    }

    private static let reserved: Set = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"]

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
        case 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// A text in double quotes, whatever it is.
    package static func doubleQuoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
            default: result += scalar.value > 0xFFFF ? escape("U", scalar, 8) : escape("u", scalar, 4)
            }
        }
        return result + "\""
    }

    private static func escape(_ letter: String, _ scalar: Unicode.Scalar, _ digits: Int) -> String {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        return "\\\(letter)\(String(repeating: "0", count: digits - hex.utf8.count))\(hex)"
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

/// YAML in blocks of two spaces' indentation, built line by line.
struct YAMLBlock {
    /// The text so far.
    private(set) var text = ""
    private var depth = 0

    /// Adds an empty line.
    mutating func blank() { text += "\n" }

    /// Adds a comment, one line of it for each line of text.
    mutating func comment(_ comment: String) {
        // `\r\n` is one character, and other readers end a line at a carriage return alone.
        for line in comment.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            line.isEmpty ? add("#") : add("# \(line)")
        }
    }

    /// Adds a key with a value that stands on its line.
    mutating func pair(_ key: String, _ value: String) { add("\(YAMLText.scalar(key)): \(value)") }

    /// Adds a key with the lines below it.
    mutating func block(_ key: String, _ body: (inout YAMLBlock) -> Void) {
        add("\(YAMLText.scalar(key)):")
        depth += 1
        body(&self)
        depth -= 1
    }

    private mutating func add(_ line: String) {
        text += String(repeating: " ", count: 2 * depth)
        text += line
        text += "\n"
    }
}
