import HTTPTypes
import Hummingbird

/// The headers that every answer carries, errors included.
struct SecurityHeaders: RouterMiddleware {
    private let fields: HTTPFields

    /// - Parameter strictTransportSeconds: How long browsers shall insist on HTTPS; nil leaves the header out.
    init(strictTransportSeconds: Int?) {
        var headers = [
            // This server sends JSON: a browser that is made to show an answer as a page may load nothing and be
            // framed nowhere.
            "Content-Security-Policy":
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        ]
        if let strictTransportSeconds {
            headers["Strict-Transport-Security"] = "max-age=\(strictTransportSeconds); includeSubDomains"
        }
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        self.fields = fields
    }

    func handle(
        _ request: Request,
        context: BackendRequestContext,
        next: (Request, BackendRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for field in fields {
            response.headers[field.name] = field.value
        }
        return response
    }
}
