internal import Findings
internal import Secrets

/// Guesses what a variable's values are, from its name and from those that were found.
enum TypeGuess {
    /// The type of a variable.
    ///
    /// - Parameters:
    ///   - words: Its name.
    ///   - values: What was found for it, without placeholders and empty values.
    /// - Returns: A type that all of the values have.
    static func type(of words: NameWords, values: [Secret<String>]) -> ValueType {
        let given = values.map { $0.reveal() }
        // A key in PEM has line breaks, and nobody but its owner can make another.
        if given.contains(where: { $0.hasPrefix("-----BEGIN") }) { return .text }
        // A template's URL tells the type by its scheme, and its parts are yet to come.
        let texts = given.filter { !isTemplate($0) }
        if texts.isEmpty, !given.isEmpty { return .postgresURL }
        for candidate in candidates(words, texts) where texts.allSatisfy({ fits($0, candidate) }) { return candidate }
        let isSecret = words.soundsSecret && !words.isPublic
        if texts.contains(where: { $0.contains { $0.isNewline } }) { return isSecret ? .secret : .text }
        return isSecret ? .secret : .string
    }

    /// Whether a text is a PostgreSQL URL with parts that stand for something: `postgresql://<USER>:<PASSWORD>@…`.
    private static func isTemplate(_ text: String) -> Bool {
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else { return false }
        let bytes = Array(text.utf8)
        return !Placeholder.parts(of: bytes[...], type: .postgresURL, isSecret: true).isEmpty
    }

    private static func fits(_ text: String, _ type: ValueType) -> Bool {
        !type.faults(in: Secret(text)).contains { $0.code.severity == .error }
    }

    /// Types in the order in which they are tried.
    private static func candidates(_ words: NameWords, _ texts: [String]) -> [ValueType] {
        byName(words, texts) + (words.soundsSecret ? [] : byValue(words, texts))
    }

    private static func byName(_ words: NameWords, _ texts: [String]) -> [ValueType] {
        if words.ends(with: "DATABASE_URL", "DB_URL", "POSTGRES_URL", "POSTGRESQL_URL", "PG_URL", "DATABASE_URI") {
            return [.postgresURL, .url]
        }
        if texts.contains(where: { $0.hasPrefix("postgres://") || $0.hasPrefix("postgresql://") }) {
            return [.postgresURL]
        }
        if words.ends(with: "SENTRY_DSN") { return [.sentryDSN] }
        if words.ends(with: "AWS_ACCESS_KEY_ID") { return [.awsAccessKeyID] }
        if words.ends(with: "AWS_SECRET_ACCESS_KEY") { return [.awsSecretKey] }
        if words.soundsSecret { return [] }
        if words.ends(with: "AWS_REGION", "AWS_DEFAULT_REGION", "S3_REGION", "SES_REGION") { return [.awsRegion] }
        if words.has("S3", "AWS"), words.has("BUCKET") { return [.s3Bucket] }
        if words.ends(with: "PORT") { return [.port, .integer] }
        if words.ends(with: "ORIGINS") { return [.httpOriginList] }
        if words.ends(with: "ORIGIN") { return [.httpOrigin, .httpOriginList, .url] }
        if words.ends(with: "ALLOWED_HOSTS", "TRUSTED_HOSTS", "HOSTS", "ALLOWED_DOMAINS") { return [.hostList] }
        if words.ends(with: "RECIPIENTS", "EMAIL", "EMAILS", "EMAIL_TO", "EMAIL_FROM", "MAIL_FROM", "FROM_ADDRESS") {
            return [.emailList]
        }
        if words.ends(with: "URL", "URI", "ENDPOINT") { return [.url] }
        if words.ends(with: "LOG_LEVEL", "LOGLEVEL") { return level(texts) }
        if words.ends(with: "LOG_FORMAT") {
            return texts.allSatisfy(["json", "text"].contains) ? [.enumeration(["text", "json"])] : []
        }
        if isSwitch(words) { return [.boolean] }
        return []
    }

    private static func isSwitch(_ words: NameWords) -> Bool {
        words.name == "DEBUG" || words.ends(with: "ENABLED", "DISABLED", "DEBUG", "VERIFY", "REQUIRED")
            || ["ENABLE", "DISABLE", "USE", "IS", "HAS", "ALLOW", "FORCE"].contains(words.words.first ?? "")
    }

    /// The levels of Python's logging, or of most others, as the values have it.
    private static func level(_ texts: [String]) -> [ValueType] {
        let python = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
        let others = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
        let node = ["error", "warn", "info", "http", "verbose", "debug", "silly"]
        return [python, others, node].filter { levels in texts.allSatisfy(levels.contains) }.map(ValueType.enumeration)
    }

    private static func byValue(_ words: NameWords, _ texts: [String]) -> [ValueType] {
        guard let first = texts.first else { return [] }
        if texts.allSatisfy({ ["true", "false", "yes", "no", "on", "off"].contains($0.lowercased()) }) {
            return [.boolean]
        }
        if texts.allSatisfy(isWhole) { return [.integer] }
        if texts.allSatisfy(isNumber) { return [.number] }
        if first.hasPrefix("http://") || first.hasPrefix("https://") { return [.url] }
        if texts.allSatisfy({ $0.utf8.last.map { "smhd".utf8.contains($0) } == true && isWhole(String($0.dropLast())) })
        {
            return [.duration]
        }
        if first.hasPrefix("{") || first.hasPrefix("[{") { return [.json] }
        return []
    }

    /// Whether a text is a number as people write it: digits, one point, no exponent.
    private static func isNumber(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, isWhole(String(parts[0])) else { return false }
        return parts.count == 1 || (!parts[1].isEmpty && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) })
    }

    /// Whether a text is a whole number without leading zeros: `007` is a name.
    private static func isWhole(_ text: String) -> Bool {
        guard Int(text) != nil, text.utf8.first != UInt8(ascii: "+") else { return false }
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        return digits.count == 1 || digits.first != UInt8(ascii: "0")
    }
}
