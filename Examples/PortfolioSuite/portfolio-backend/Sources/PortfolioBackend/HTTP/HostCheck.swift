import Hummingbird
import Logging

/// Turns away requests that call this server by a name it does not have (421, RFC 9110 section 15.5.20).
struct HostCheck: RouterMiddleware {
    let hosts: HostList

    func handle(
        _ request: Request,
        context: BackendRequestContext,
        next: (Request, BackendRequestContext) async throws -> Response
    ) async throws -> Response {
        guard hosts.accepts(request.head.authority) else {
            context.logger.info("request for a host that is not in ALLOWED_HOSTS")
            return try APIError.wrongHost.response(from: request, context: context)
        }
        return try await next(request, context)
    }
}
