import HTTPTypes
import Hummingbird

/// Lets the frontend's pages read the answers (CORS): pages from the hosts in ALLOWED_HOSTS, and no cookies.
struct CrossOrigin: RouterMiddleware {
    let hosts: HostList
    let requireTLS: Bool

    func handle(
        _ request: Request,
        context: BackendRequestContext,
        next: (Request, BackendRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        let isAllowed = hosts.acceptsOrigin(origin, requireTLS: requireTLS)
        let isPreflight = request.method == .options && request.headers[.accessControlRequestMethod] != nil
        var response = isPreflight ? Response(status: .noContent) : try await next(request, context)
        response.headers[.vary] = "Origin"
        if isAllowed {
            response.headers[.accessControlAllowOrigin] = origin
            if isPreflight {
                response.headers[.accessControlAllowMethods] = "GET, POST"
                response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type"
                response.headers[.accessControlMaxAge] = "600"
            }
        }
        return response
    }
}
