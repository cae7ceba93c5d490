/// What the words of a variable's name tell.
struct NameWords {
    /// The words, in capitals: `SMTP_PASSWORD` has two. Prefixes that make a name public are no words of it.
    let words: [String]
    /// The name that the words came from, without such a prefix, in capitals.
    let name: String
    /// Whether build tools ship variables of this name to browsers.
    let isPublic: Bool

    /// Takes a name apart.
    init(_ full: String) {
        let prefix = PublicNames.prefix(of: full)
        isPublic = prefix != nil
        name = String(full.dropFirst(prefix?.count ?? 0)).uppercased()
        words = name.split(separator: "_").map(String.init)
    }

    /// Whether a word is among the words.
    func has(_ candidates: String...) -> Bool { words.contains { candidates.contains($0) } }

    /// Whether the last words are these: `LOG_LEVEL` ends with `LOG_LEVEL` and with `LEVEL`.
    func ends(with endings: String...) -> Bool {
        endings.contains { ending in
            let tail = ending.split(separator: "_").map(String.init)
            return words.suffix(tail.count) == tail[...]
        }
    }

    /// Whether the name says that its value is nobody else's business.
    var soundsSecret: Bool {
        guard !ends(with: "ID", "KEY_ID", "PUBLIC_KEY", "PUBLISHABLE_KEY", "SITE_KEY", "CACHE_KEY", "PRIMARY_KEY")
        else {
            return name == "AWS_ACCESS_KEY_ID"
        }
        guard let last = words.last, !Self.tailsOfSettings.contains(last) else { return false }
        return words.contains(where: Self.secretWords.contains)
            || ["APIKEY", "SECRETKEY", "AUTHTOKEN", "ACCESSTOKEN"].contains { last.hasSuffix($0) }
    }

    /// Whether the name leaves no doubt: tools that find such a value in a browser's bundle raise an alarm.
    var soundsVerySecret: Bool { soundsSecret && (has("SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "PRIVATE")) }

    /// Whether the application alone made the value up, so that a new one can be made for it.
    var isOwnSecret: Bool {
        guard soundsSecret, !has("STRIPE", "GITHUB", "GOOGLE", "AWS", "AZURE", "SLACK", "TWILIO", "CLIENT", "WEBHOOK")
        else { return false }
        if ends(with: "ENCRYPTION_KEY", "KMS_KEY", "SIGNING_KEY", "SALT", "PEPPER", "SECRET_KEY_BASE") { return true }
        if ["SECRET_KEY", "SECRET", "APP_KEY", "APP_SECRET", "MASTER_KEY"].contains(name) { return true }
        return has("JWT", "SESSION", "COOKIE", "CSRF", "AUTH", "NEXTAUTH", "DJANGO", "FLASK", "APP")
            && ends(with: "SECRET", "KEY", "SECRET_KEY")
    }

    /// Whether it is a key that data at rest is encrypted with.
    var isEncryptionKey: Bool { ends(with: "ENCRYPTION_KEY", "KMS_KEY", "MASTER_KEY") }

    /// Whether it is the password of a database that the team runs itself.
    var isDatabasePassword: Bool {
        ends(with: "PASSWORD", "PASS", "PASSWD")
            && has("DB", "DATABASE", "POSTGRES", "POSTGRESQL", "PG", "MYSQL", "MARIADB", "REDIS", "MONGO", "RABBITMQ")
    }

    private static let secretWords: Set = [
        "KEY", "SECRET", "TOKEN", "PASSWORD", "PASSWD", "PASSPHRASE", "PASS", "PWD", "CREDENTIAL", "CREDENTIALS", "DSN",
        "PRIVATE", "SALT", "PEPPER", "APIKEY",
    ]

    /// Last words of names that speak about a secret and hold none: `TOKEN_LIFETIME`, `KEY_ALGORITHM`.
    private static let tailsOfSettings: Set = [
        "ENABLED", "DISABLED", "LIFETIME", "EXPIRY", "EXPIRE", "EXPIRES", "EXPIRATION", "TTL", "AGE", "MINUTES",
        "HOURS",
        "DAYS", "SECONDS", "MS", "TIMEOUT", "ALGORITHM", "ALG", "ISSUER", "AUDIENCE", "URL", "URI", "HEADER", "NAME",
        "LENGTH", "SIZE", "COUNT", "LIMIT", "PREFIX", "SUFFIX", "TYPE", "FORMAT", "VERSION", "PATH", "FILE", "DIR",
        "REGION", "HOST", "PORT", "PUBLIC", "ROUNDS", "ITERATIONS", "POLICY", "REQUIRED", "ENDPOINT", "INTERVAL",
        "USER", "USERNAME", "EMAIL",
    ]
}
