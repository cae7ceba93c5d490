/// How a value is shown when it must not be shown.
public enum Mask {
    /// What stands for any secret.
    public static let dots = "••••"

    /// Whether a text that stands where a name belongs may be shown. A line of a key in base64 without quotes around it
    /// reads like a name with an empty value (`MIIEvQ…=`), so what is long, or as mixed as random text, may be a piece of
    /// a secret.
    ///
    /// - Parameter name: What stands before a `=`.
    public static func isName(_ name: String) -> Bool {
        guard name.utf8.count <= 64 else { return false }
        let isOneCase = name == name.uppercased() || name == name.lowercased()
        return name.split(separator: "_").allSatisfy { word in
            word.utf8.count <= (isOneCase ? 24 : 16) && !isMixed(word)
        }
    }

    /// Whether a word goes from small letters to capitals to digits as often as no word does.
    private static func isMixed(_ word: Substring) -> Bool {
        var kinds: [Int] = []
        for byte in word.utf8 {
            let kind = (0x61...0x7A).contains(byte) ? 0 : (0x41...0x5A).contains(byte) ? 1 : 2
            if kinds.last != kind { kinds.append(kind) }
        }
        return word.utf8.count >= 8 && kinds.count * 2 >= word.utf8.count && Swift.Set(kinds).count == 3
    }

    /// The dots and the value's length, as findings and listings show it: `•••• (64 characters)`.
    ///
    /// - Parameter secret: The value to stand for.
    /// - Returns: The masked form. It tells the length and nothing else.
    public static func describe(_ secret: Secret<String>) -> String {
        let count = unsafe secret.withUnsafeBytes { bytes in
            // Characters of UTF-8 text: bytes that do not continue one. Close enough to what a person counts.
            unsafe bytes.reduce(into: 0) { total, byte in total += byte & 0xC0 == 0x80 ? 0 : 1 }
        }
        switch count {
        case 0: return "(empty)"
        case 1: return "\(dots) (1 character)"
        default: return "\(dots) (\(count) characters)"
        }
    }
}
