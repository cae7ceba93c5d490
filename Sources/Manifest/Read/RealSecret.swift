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
        guard !isPlaceholder(text) else { return false }
        if text.hasSuffix("EXAMPLE") || text.hasSuffix("EXAMPLEKEY") { return false }
        if beginnings.contains(where: { text.hasPrefix($0) && text.utf8.count >= $0.utf8.count + 12 }) { return true }
        if let password = urlPassword(text) { return isRandom(password) || (isSecret && !isTelling(password)) }
        return isSecret && isRandom(text)
    }

    /// The password in a URL, or nil.
    private static func urlPassword(_ text: String) -> Substring? {
        guard let slashes = firstRange(of: "://", in: text) else { return nil }
        let authority = text[slashes...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return nil }
        let user = authority[..<at]
        guard let colon = user.firstIndex(of: ":") else { return nil }
        let password = user[user.index(after: colon)...]
        return password.isEmpty || isPlaceholder(String(password)) ? nil : password
    }

    private static func firstRange(of mark: String, in text: String) -> String.Index? {
        var rest = Substring(text)
        while let index = rest.firstIndex(of: ":") {
            rest = rest[index...]
            if rest.hasPrefix(mark) { return rest.index(index, offsetBy: 3) }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// Whether a text says itself that it is none.
    private static func isTelling(_ text: some StringProtocol) -> Bool {
        let lower = text.lowercased()
        return placeholderWords.contains { lower.contains($0) }
    }

    /// Whether a text is long, without blanks, and as mixed as random text is.
    private static func isRandom(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 16, !bytes.contains(0x20), !isTelling(text) else { return false }
        let hasLetter = bytes.contains { (0x61...0x7A).contains($0 | 0x20) }
        let hasDigit = bytes.contains { (0x30...0x39).contains($0) }
        // Random text of 16 characters and more repeats few of them: hexadecimal has 16 to repeat.
        return hasLetter && hasDigit && Set(bytes).count >= min(10, bytes.count / 2)
    }
}
