import HTTPTypes
import Hummingbird
import Logging

/// One line per request: method, route, status, duration. Neither the path, which a client chooses, nor a header, nor a
/// body: what is not written down cannot leak.
struct RequestLog: RouterMiddleware {
    func handle(
        _ request: Request,
        context: BackendRequestContext,
        next: (Request, BackendRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let milliseconds = start.duration(to: .now) / .milliseconds(1)
        context.logger.info(
            "request",
            metadata: [
                "method": "\(Self.known.contains(request.method) ? request.method.rawValue : "OTHER")",
                "route": "\(context.endpointPath ?? "-")",
                "status": "\(response.status.code)",
                "ms": "\((milliseconds * 10).rounded() / 10)",
            ]
        )
        return response
    }

    private static let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .options, .patch]
}
