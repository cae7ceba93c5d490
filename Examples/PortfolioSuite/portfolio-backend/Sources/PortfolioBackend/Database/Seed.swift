/// Creates the tables and one user to show the suite with. May run again: what is there is brought up to date.
public struct Seed: Sendable {
    /// The user's name.
    public static let username = "demo"

    private let database: Database
    private let cost: PasswordHash.Cost

    /// - Parameter database: Where to create it.
    public init(database: Database) {
        self.init(database: database, cost: .standard)
    }

    /// As the public one; tests take a lower cost.
    init(database: Database, cost: PasswordHash.Cost) {
        self.database = database
        self.cost = cost
    }

    /// Creates tables, user and holdings in one transaction.
    ///
    /// - Parameter password: The demo user's password, from `DEMO_PASSWORD`.
    /// - Throws: ``BackendError``; nothing is changed then.
    public func run(password: Sensitive) async throws(BackendError) {
        guard password.reveal().count >= 8 else {
            throw .settings(["DEMO_PASSWORD has fewer than 8 characters: openssl rand -base64 18"])
        }
        let hash = try PasswordHash(password: password.reveal(), cost: cost)
        var statements = Self.tables.map { (sql: $0, parameters: [String?]()) }
        statements.append((Self.user, [Self.username, "Demo Investor", hash.description]))
        statements += Self.holdings.map { (Self.holding, [Self.username] + $0) }
        try await database.transaction(statements)
    }

    private static let tables = [
        """
        CREATE TABLE IF NOT EXISTS users (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            username text NOT NULL UNIQUE CHECK (length(username) BETWEEN 1 AND 64),
            display_name text NOT NULL,
            password_hash text NOT NULL CHECK (password_hash LIKE '$scrypt$%')
        )
        """,
        """
        CREATE TABLE IF NOT EXISTS holdings (
            user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
            symbol text NOT NULL,
            name text NOT NULL,
            quantity numeric(18, 4) NOT NULL CHECK (quantity >= 0),
            price numeric(18, 2) NOT NULL CHECK (price >= 0),
            PRIMARY KEY (user_id, symbol)
        )
        """,
    ]

    private static let user = """
        INSERT INTO users (username, display_name, password_hash) VALUES ($1, $2, $3)
        ON CONFLICT (username) DO UPDATE
        SET display_name = excluded.display_name, password_hash = excluded.password_hash
        """

    private static let holding = """
        INSERT INTO holdings (user_id, symbol, name, quantity, price)
        SELECT id, $2, $3, $4::numeric, $5::numeric FROM users WHERE username = $1
        ON CONFLICT (user_id, symbol) DO UPDATE
        SET name = excluded.name, quantity = excluded.quantity, price = excluded.price
        """

    /// Invented, as are their prices.
    private static let holdings: [[String?]] = [
        ["NRTH", "Northwind Energy", "120.0000", "48.20"],
        ["ALPN", "Alpine Rail", "75.5000", "112.40"],
        ["GLSS", "Glasshouse Foods", "300.0000", "9.85"],
        ["CASH", "Cash", "1250.0000", "1.00"],
    ]
}
