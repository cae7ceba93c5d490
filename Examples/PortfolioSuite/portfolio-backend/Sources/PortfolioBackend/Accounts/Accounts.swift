/// A person who may log in.
struct User: Sendable, Equatable {
    let id: Int
    let username: String
    let displayName: String
}

/// The users in the database.
struct Accounts: Sendable {
    let database: Database

    /// - Returns: The user and the stored hash; nil when nobody has this name.
    func find(username: String) async throws(BackendError) -> (user: User, passwordHash: String)? {
        let rows = try await database.read(
            "SELECT id, username, display_name, password_hash FROM users WHERE username = $1",
            [username]
        )
        guard let row = rows.first, let user = User(row: row), let hash = row[3] else { return nil }
        return (user, hash)
    }

    /// - Returns: The user; nil when there is none (any more).
    func find(id: Int) async throws(BackendError) -> User? {
        let rows = try await database.read("SELECT id, username, display_name FROM users WHERE id = $1", [String(id)])
        return rows.first.flatMap { User(row: $0) }
    }
}

extension User {
    /// From the columns id, username, display_name, in this order.
    fileprivate init?(row: [String?]) {
        guard let id = row[0].flatMap({ Int($0) }), let username = row[1], let displayName = row[2] else { return nil }
        self.init(id: id, username: username, displayName: displayName)
    }
}
