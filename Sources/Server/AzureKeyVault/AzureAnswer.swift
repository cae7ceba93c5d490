internal import HTTPModel
internal import SecretStore

/// Puts answers together: the body, and the headers that the service's clients look at.
struct AzureAnswer {
    /// The request's identity, new for each.
    let requestID: String
    /// What the client called its request; sent back when it is short and visible.
    let clientRequestID: String?
    private let region: String

    /// Reads what the client called its request.
    init(_ request: HTTPRequest, settings: AzureSettings) {
        requestID = RequestUUID.next()
        region = settings.region
        let given = request.headers["x-ms-client-request-id"] ?? request.headers["client-request-id"]
        clientRequestID = given.flatMap { text in
            (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? text : nil
        }
    }

    /// An answer with a body, or without when it is empty.
    func callAsFunction(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
        var headers: HTTPHeaders = ["Cache-Control": "no-store", "Pragma": "no-cache"]
        if !body.isEmpty { headers.add("Content-Type", "application/json; charset=utf-8") }
        headers.add("x-ms-keyvault-region", region)
        headers.add("x-ms-request-id", requestID)
        if let clientRequestID { headers.add("x-ms-client-request-id", clientRequestID) }
        return HTTPResponse(status: status, headers: headers, body: body)
    }

    /// An error.
    func callAsFunction(_ error: AzureError) -> HTTPResponse { self(error.status, error.body) }

    /// An error of the token endpoint.
    func callAsFunction(_ error: EntraError, now: Timestamp) -> HTTPResponse {
        self(error.status, error.body(trace: requestID, correlation: clientRequestID ?? requestID, now: now))
    }

    /// A refusal with the challenge beside it.
    func challenge(_ error: AzureError, _ header: String) -> HTTPResponse {
        var response = self(error)
        response.headers.add("WWW-Authenticate", header)
        return response
    }
}
