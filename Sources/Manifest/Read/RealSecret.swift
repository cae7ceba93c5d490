/// Whether a text that stands in a committed file looks like a secret in use.
///
/// A guess, so it only ever warns. It errs towards silence: what it says should be worth a look.
enum RealSecret {
    /// How the secrets of well-known services begin (GitHub, GitLab, Slack, Stripe, AWS, Google, SendGrid, npm, age,
    /// PEM), by their own documentation.
    private static let beginnings = [
        "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xapp-", "sk_live_", "rk_live_",
        "whsec_", "AKIA", "ASIA", "AIza", "SG.", "npm_", "AGE-SECRET-KEY-1", "-----BEGIN", "hvs.", "dop_v1_",
    ]

    /// Words that people put where a value belongs.
    private static let placeholderWords = [
        "your", "change", "example", "placeholder", "replace", "todo", "dummy", "sample", "xxx", "insert", "secret",
        "password", "...", "…", "here", "test", "fake", "none",
    ]

    /// Whether a text stands for a value that somebody has yet to fill in.
    static func isPlaceholder(_ text: String) -> Bool {
        if text.isEmpty || (text.hasPrefix("<") && text.hasSuffix(">")) { return true }
        return text.hasPrefix("${") || text.hasPrefix("{{")
    }

    /// Whether a text looks like a secret in use.
    ///
    /// - Parameters:
    ///   - text: An example or a default.
    ///   - isSecret: Whether it is given for a secret: then random-looking text is enough.
    static func isLikely(_ text: String, isSecret: Bool) -> Bool {
        // Shorter than any secret in use, and than a URL with a password: most defaults end here.
        guard text.utf8.count >= 12, !isPlaceholder(text) else { return false }
        if text.hasSuffix("EXAMPLE") || text.hasSuffix("EXAMPLEKEY") { return false }
        if beginnings.contains(where: { text.hasPrefix($0) && text.utf8.count >= $0.utf8.count + 12 }) { return true }
        let bytes = Array(text.utf8)
        if let password = urlPassword(bytes) { return isRandom(password) || (isSecret && !isTelling(password)) }
        return isSecret && isRandom(bytes[...])
    }

    /// Whether a text must not be shipped to browsers: a URL with a password, or the key of a service.
    static func isNothingForBrowsers(_ text: String) -> Bool {
        // Google's keys for maps and Firebase are made to be seen, and restricted by the page that uses them.
        if text.hasPrefix("AIza") { return false }
        return hasPassword(url: text) || isLikely(text, isSecret: false)
    }

    /// Whether a text is a URL with a password in it.
    static func hasPassword(url text: String) -> Bool { urlPassword(Array(text.utf8)) != nil }

    /// The password in a URL, or nil.
    private static func urlPassword(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        let slash = UInt8(ascii: "/")
        let colons = bytes.indices.dropLast(2).lazy.filter { bytes[$0] == UInt8(ascii: ":") }
        guard let scheme = colons.first(where: { bytes[$0 + 1] == slash && bytes[$0 + 2] == slash }) else { return nil }
        let authority = bytes[(scheme + 3)...].prefix {
            $0 != slash && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        guard let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let password = authority[(colon + 1)..<at]
        return isPlaceholder(String(decoding: password, as: UTF8.self)) ? nil : password
    }

    /// Whether a text says itself that it is none.
    private static func isTelling(_ bytes: ArraySlice<UInt8>) -> Bool {
        let lower = String(decoding: bytes, as: UTF8.self).lowercased()
        return placeholderWords.contains { lower.contains($0) }
    }

    /// Whether a text has a piece that is long and as mixed as random text is. Host names, paths and lists fall into
    /// pieces that are not.
    private static func isRandom(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.split { isSeparator($0) }.contains(where: isRandomPiece) && !isTelling(bytes)
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x2E, 0x2C, 0x3A, 0x3B, 0x2F, 0x40, 0x3F, 0x26: true
        default: false
        }
    }

    private static func isRandomPiece(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= 16 else { return false }
        let hasLetter = bytes.contains { (0x61...0x7A).contains($0 | 0x20) }
        let hasDigit = bytes.contains { (0x30...0x39).contains($0) }
        // Random text of 16 characters and more repeats few of them: hexadecimal has 16 to repeat.
        return hasLetter && hasDigit && Set(bytes).count >= min(10, bytes.count / 2)
    }
}
