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
        requestID = Self.randomID()
        region = settings.region
        let given = request.headers["x-ms-client-request-id"] ?? request.headers["client-request-id"]
        clientRequestID = given.flatMap { text in
            (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? text : nil
        }
    }

    /// An answer with a body, or without when it is empty.
    func callAsFunction(_ status: Int, _ body: String) -> HTTPResponse {
        var headers: HTTPHeaders = ["Cache-Control": "no-store", "Pragma": "no-cache"]
        if !body.isEmpty { headers.add("Content-Type", "application/json; charset=utf-8") }
        headers.add("x-ms-keyvault-region", region)
        headers.add("x-ms-request-id", requestID)
        if let clientRequestID { headers.add("x-ms-client-request-id", clientRequestID) }
        return HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
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

    /// A random UUID (RFC 9562, version 4).
    private static func randomID() -> String {
        var random = SystemRandomNumberGenerator()
        let high = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = hex(high) + hex(low)
        var parts: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
