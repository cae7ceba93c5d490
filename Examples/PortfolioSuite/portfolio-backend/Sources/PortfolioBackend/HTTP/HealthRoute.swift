import HTTPTypes
import Hummingbird
import Logging

/// `GET /health`: whether this process can serve, and 503 when it cannot reach the database.
struct HealthRoute: Sendable {
    let database: Database
    let environment: Settings.Environment
    let debug: Bool

    func handle(_ request: Request, _ context: BackendRequestContext) async throws -> EditedResponse<Health> {
        do {
            try await database.ping()
            return EditedResponse(status: .ok, response: health("ok", database: "reachable"))
        } catch {
            context.logger.error("\(error.message)", metadata: ["code": "\(error.code)", "fix": "\(error.fix)"])
            return EditedResponse(
                status: .serviceUnavailable,
                response: health("unavailable", database: "unreachable", detail: debug ? error.description : nil)
            )
        }
    }

    private func health(_ status: String, database: String, detail: String? = nil) -> Health {
        Health(
            status: status,
            database: database,
            environment: environment.rawValue,
            version: Product.version,
            detail: detail
        )
    }
}

/// The answer of `/health`.
struct Health: ResponseEncodable {
    let status: String
    let database: String
    let environment: String
    let version: String
    /// The cause, for developers: only told when DEBUG is on.
    let detail: String?
}
