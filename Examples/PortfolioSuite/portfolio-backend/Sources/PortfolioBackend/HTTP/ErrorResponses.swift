import HTTPTypes
import Hummingbird
import Logging

/// Turns whatever a route throws into an answer, and logs what the client is not told.
struct ErrorResponses: RouterMiddleware {
    /// Whether answers tell the cause.
    let debug: Bool

    func handle(
        _ request: Request,
        context: BackendRequestContext,
        next: (Request, BackendRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return try answer(for: error, context).response(from: request, context: context)
        }
    }

    private func answer(for error: any Error, _ context: BackendRequestContext) -> APIError {
        switch error {
        case let error as APIError:
            return error
        case let error as BackendError:
            context.logger.error("\(error.message)", metadata: ["code": "\(error.code)", "fix": "\(error.fix)"])
            var answer = APIError.unavailable
            answer.detail = debug ? error.description : nil
            return answer
        case let error as any HTTPResponseError:
            return APIError(
                status: error.status,
                code: "http_\(error.status.code)",
                message: error.status.reasonPhrase
            )
        default:
            // The type and no more: a description may quote the request.
            context.logger.error("unexpected error", metadata: ["type": "\(type(of: error))"])
            return APIError(
                status: .internalServerError,
                code: "internal_error",
                message: "Something went wrong."
            )
        }
    }
}
