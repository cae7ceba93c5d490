/// Values that are no secrets, or such that masking them would shred every text.
enum CommonValues {
    private static let words: Set<String> = [
        "true", "false", "yes", "none", "null", "undefined", "enabled", "disabled", "enable", "disable", "always",
        "never", "auto", "default", "production", "prod", "staging", "stage", "development", "devel", "test", "tests",
        "testing", "local", "localhost", "debug", "info", "notice", "warn", "warning", "error", "critical", "fatal",
        "trace", "json", "text", "plain", "http", "https", "http://", "https://", "postgres", "postgresql", "mysql",
        "redis", "admin", "administrator", "root", "user", "username", "guest", "public", "private", "secret",
        "password", "passwd", "changeme", "example", "sample", "token", "value", "string", "name", "host", "port",
        "utf-8", "utf8", "127.0.0.1", "0.0.0.0", "example.com", "example.org", "http://localhost",
        "https://localhost", "require", "verify-full", "verify-ca", "prefer", "allow", "standalone", "main", "master",
        "server", "client", "browser", "backend", "frontend", "database", "data", "file", "path", "home", "/tmp",
        "/dev/null", "/bin/sh", "/bin/bash",
    ]

    /// Whether a value is too common to be looked for.
    ///
    /// - Parameter value: Four bytes or more.
    static func contains(_ value: [UInt8]) -> Bool {
        // Ports, sizes, seconds: numbers of fewer than six digits are everywhere.
        if value.count < 6, value.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) { return true }
        // A ruler of dashes is no secret, however long.
        if let first = value.first, value.allSatisfy({ $0 == first }) { return true }
        guard value.count <= 20 else { return false }
        let lower = value.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
        return words.contains(String(decoding: lower, as: UTF8.self))
    }
}
