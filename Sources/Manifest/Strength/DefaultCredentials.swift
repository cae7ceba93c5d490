public import Secrets

/// Names and passwords that products ship with, and that people leave.
public enum DefaultCredentials {
    /// Whether a user and password are ones that everybody tries: a shipped pair, or a password that is the user's name.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - password: The password.
    /// - Returns: Whether they are. Without a password there is nothing to tell.
    public static func areDefault(user: String?, password: Secret<String>?) -> Bool {
        guard let password, !password.isEmpty else { return false }
        let plain = password.reveal().lowercased()
        if let user = user?.lowercased(), !user.isEmpty, isDerived(plain, from: user) { return true }
        guard shippedPasswords.contains(plain) else { return false }
        return user.map { shippedUsers.contains($0.lowercased()) } ?? true
    }

    /// The user's name itself, backwards, twice, or with a few digits or a sign behind it.
    private static func isDerived(_ password: String, from user: String) -> Bool {
        if password == user || password == user + user || password == String(user.reversed()) { return true }
        guard password.hasPrefix(user) else { return false }
        let rest = password.utf8.dropFirst(user.utf8.count)
        return rest.count <= 4 && rest.allSatisfy { !$0.isLetter }
    }

    private static let shippedUsers: Set<String> = [
        "postgres", "postgresql", "pgsql", "admin", "administrator", "root", "user", "dbuser", "db_user",
        "guest", "test", "tester", "demo", "default", "sa", "system", "superuser", "app", "appuser", "app_user", "dev",
        "developer", "dba", "owner", "service", "web", "django", "rails", "supabase_admin",
    ]

    private static let shippedPasswords: Set<String> = [
        "postgres", "postgresql", "pgsql", "admin", "administrator", "root", "toor", "password", "passwd", "pass",
        "guest",
        "test", "demo", "default", "secret", "changeme", "changeit", "welcome", "letmein", "master", "system",
        "superuser",
        "sa", "user", "dev", "developer", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890",
        "0000", "1111", "123", "abc123", "qwerty", "password1", "password123", "admin123", "root123", "test123",
        "p@ssw0rd",
        "passw0rd", "docker", "db", "database", "app", "mysecretpassword", "example", "manager", "oracle", "mysql",
        "dba",
    ]
}
