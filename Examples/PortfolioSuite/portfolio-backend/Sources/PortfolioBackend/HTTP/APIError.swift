import HTTPTypes
import Hummingbird

/// What a client is told when a request fails: `{"error": {"code": "…", "message": "…"}}`.
///
/// The text is written here, never taken from the request or from a library, so that nothing is echoed.
struct APIError: HTTPResponseError {
    let status: HTTPResponse.Status
    let code: String
    let message: String
    var headers: HTTPFields = [:]
    /// The cause, for developers: only told when DEBUG is on.
    var detail: String?

    /// One text for a wrong password and for an unknown name: the answer must not tell which names exist.
    static let invalidCredentials = APIError(
        status: .unauthorized,
        code: "invalid_credentials",
        message: "The username or the password is wrong."
    )

    static func badRequest(_ message: String) -> APIError {
        APIError(status: .badRequest, code: "bad_request", message: message)
    }

    /// RFC 6750, section 3: `error` only when a token was presented.
    static func unauthorized(tokenWasPresented: Bool) -> APIError {
        let challenge = "Bearer realm=\"\(Tokens.audience)\"" + (tokenWasPresented ? ", error=\"invalid_token\"" : "")
        return APIError(
            status: .unauthorized,
            code: tokenWasPresented ? "invalid_token" : "token_required",
            message: tokenWasPresented ? "Please log in again." : "Please log in.",
            headers: [.wwwAuthenticate: challenge]
        )
    }

    static func tooMany(retryAfter: Duration) -> APIError {
        let (whole, rest) = retryAfter.components
        let seconds = whole + (rest > 0 ? 1 : 0)
        return APIError(
            status: .tooManyRequests,
            code: "too_many_attempts",
            message: "Too many attempts. Please wait.",
            headers: [.retryAfter: String(seconds)]
        )
    }

    static let unavailable = APIError(
        status: .serviceUnavailable,
        code: "unavailable",
        message: "The service is not available at the moment.",
        headers: [.retryAfter: "5"]
    )

    static let wrongHost = APIError(
        status: .misdirectedRequest,
        code: "wrong_host",
        message: "This server does not answer for this host."
    )

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let body = Body(error: Body.Content(code: code, message: message, detail: detail))
        var response = try context.responseEncoder.encode(body, from: request, context: context)
        response.status = status
        response.headers.append(contentsOf: headers)
        return response
    }

    private struct Body: Encodable {
        struct Content: Encodable {
            let code: String
            let message: String
            let detail: String?
        }
        let error: Content
    }
}
