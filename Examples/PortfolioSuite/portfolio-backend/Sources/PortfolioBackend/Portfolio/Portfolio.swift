/// What a user owns. Amounts are decimal text: a JSON number would pass through binary floating point on the way.
struct Portfolio: Sendable, Equatable {
    struct Holding: Sendable, Equatable {
        let symbol: String
        let name: String
        let quantity: String
        let price: String
        let value: String
    }

    let currency: String
    let total: String
    let holdings: [Holding]
}

extension Portfolio {
    /// Reads a user's portfolio; PostgreSQL does the arithmetic, on decimals.
    ///
    /// - Parameters:
    ///   - userID: Whose.
    ///   - database: Where from.
    /// - Throws: ``BackendError``.
    init(of userID: Int, in database: Database) async throws(BackendError) {
        let rows = try await database.read(
            """
            SELECT symbol, name, quantity::text, price::text, round(quantity * price, 2)::text,
                   sum(round(quantity * price, 2)) OVER ()
            FROM holdings WHERE user_id = $1 ORDER BY quantity * price DESC, symbol
            """,
            [String(userID)]
        )
        currency = "EUR"
        total = rows.first?[5] ?? "0.00"
        holdings = rows.map { row in
            Holding(
                symbol: row[0] ?? "",
                name: row[1] ?? "",
                quantity: row[2] ?? "",
                price: row[3] ?? "",
                value: row[4] ?? ""
            )
        }
    }
}
