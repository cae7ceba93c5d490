import HTTPTypes
import Hummingbird

/// `GET /api/me` and `GET /api/portfolio`, for whoever presents a token.
struct UserRoutes: Sendable {
    let accounts: Accounts
    let tokens: Tokens

    func me(_ request: Request, _ context: BackendRequestContext) async throws -> Me {
        let user = try await authenticate(request)
        return Me(id: user.id, username: user.username, displayName: user.displayName)
    }

    func portfolio(_ request: Request, _ context: BackendRequestContext) async throws -> PortfolioAnswer {
        let user = try await authenticate(request)
        let portfolio = try await Portfolio(of: user.id, in: accounts.database)
        return PortfolioAnswer(owner: user.displayName, portfolio)
    }

    /// The user whose token came with the request. A user who is gone is no longer let in.
    ///
    /// One `await` per statement: the optimizer of Swift 6.3.1 crashes on a guard that holds both.
    private func authenticate(_ request: Request) async throws -> User {
        guard let header = request.headers[.authorization] else {
            throw APIError.unauthorized(tokenWasPresented: false)
        }
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer" else {
            throw APIError.unauthorized(tokenWasPresented: true)
        }
        guard let id = await tokens.userID(from: String(words[1])) else {
            throw APIError.unauthorized(tokenWasPresented: true)
        }
        let user = try await accounts.find(id: id)
        guard let user else { throw APIError.unauthorized(tokenWasPresented: true) }
        return user
    }
}

/// The answer of `/api/me`.
struct Me: ResponseEncodable {
    let id: Int
    let username: String
    let displayName: String

    private enum CodingKeys: String, CodingKey {
        case id, username
        case displayName = "display_name"
    }
}

/// The answer of `/api/portfolio`. Amounts are decimal text.
struct PortfolioAnswer: ResponseEncodable {
    struct Holding: Encodable {
        let symbol: String
        let name: String
        let quantity: String
        let price: String
        let value: String
    }

    let owner: String
    let currency: String
    let total: String
    let holdings: [Holding]

    init(owner: String, _ portfolio: Portfolio) {
        self.owner = owner
        currency = portfolio.currency
        total = portfolio.total
        holdings = portfolio.holdings.map {
            Holding(symbol: $0.symbol, name: $0.name, quantity: $0.quantity, price: $0.price, value: $0.value)
        }
    }
}
