import HTTPTypes
import Hummingbird
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `POST /api/login`: `{"username": …, "password": …}` for a token.
struct LoginRoute: Sendable {
    private static let maximumBody = 4096
    private static let usernameLength = 1...64

    let accounts: Accounts
    let passwords: PasswordChecker
    let tokens: Tokens
    /// Nil when RATE_LIMIT_ENABLED is off.
    let limit: LoginRateLimit?

    func handle(_ request: Request, _ context: BackendRequestContext) async throws -> LoginAnswer {
        if let wait = limit?.take(context.clientAddress) {
            context.logger.info("login refused: too many attempts", metadata: ["client": "\(context.clientAddress)"])
            throw APIError.tooMany(retryAfter: wait)
        }
        let credentials = try await read(request)
        let account = try await accounts.find(username: credentials.username)
        let matches = try await passwords.check(credentials.password, against: account?.passwordHash)
        guard let matches else {
            context.logger.info("login refused: too many are waiting")
            throw APIError.unavailable
        }
        guard matches, let user = account?.user else {
            // Neither the name nor whether it exists: people type their password there by mistake.
            context.logger.warning("login failed", metadata: ["client": "\(context.clientAddress)"])
            throw APIError.invalidCredentials
        }
        context.logger.info("login", metadata: ["user": "\(user.id)"])
        return LoginAnswer(
            token: try await tokens.issue(for: user),
            tokenType: "Bearer",
            expiresIn: Int(Tokens.lifetime.components.seconds)
        )
    }

    private func read(_ request: Request) async throws -> Credentials {
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true else {
            throw APIError(
                status: .unsupportedMediaType,
                code: "json_required",
                message: "Send JSON: application/json."
            )
        }
        let body = try await request.body.collect(upTo: Self.maximumBody)
        guard let credentials = try? JSONDecoder().decode(Credentials.self, from: Data(body.readableBytesView)) else {
            throw APIError.badRequest("Send an object with the texts `username` and `password`.")
        }
        guard Self.usernameLength.contains(credentials.username.count), !credentials.username.contains("\0") else {
            throw APIError.badRequest("A username has 1 to 64 characters.")
        }
        return credentials
    }
}

private struct Credentials: Decodable {
    let username: String
    let password: String
}

/// The answer to a login.
struct LoginAnswer: ResponseEncodable {
    let token: String
    let tokenType: String
    /// Seconds.
    let expiresIn: Int

    private enum CodingKeys: String, CodingKey {
        case token
        case tokenType = "token_type"
        case expiresIn = "expires_in"
    }
}
