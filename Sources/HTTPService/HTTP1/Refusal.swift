/// What the transport itself answers: a status and a sentence. Holds nothing of what was sent.
struct Refusal: Error, Equatable, Sendable {
    let status: Int
    let text: String

    init(_ status: Int, _ text: String) {
        self.status = status
        self.text = text
    }

    static let requestLine = Refusal(400, "the request line is malformed")
    static let lineEnd = Refusal(400, "a line does not end with CR LF")
    static let target = Refusal(400, "the request target is malformed")
    static let field = Refusal(400, "a header field is malformed")
    static let host = Refusal(400, "there must be exactly one valid Host field")
    static let contentLength = Refusal(400, "Content-Length must be one number")
    static let framing = Refusal(400, "Content-Length and Transfer-Encoding exclude each other")
    static let chunk = Refusal(400, "the chunked body is malformed")
    static let pseudoFields = Refusal(400, "the pseudo-header fields are malformed")
    static let length = Refusal(400, "the body is not as long as Content-Length says")
    static let plainText = Refusal(400, "this port speaks HTTPS, and the request came without TLS")
    static let timeout = Refusal(408, "the request took too long to arrive")
    static let body = Refusal(413, "the body is larger than this server takes")
    static let longTarget = Refusal(414, "the request target is longer than this server takes")
    static let expectation = Refusal(417, "the only expectation that this server meets is 100-continue")
    static let fields = Refusal(431, "the header section is larger than this server takes")
    static let unanswered = Refusal(500, "the request was not answered")
    static let badAnswer = Refusal(500, "the answer was malformed")
    static let coding = Refusal(501, "the only transfer coding that this server knows is chunked")
    static let method = Refusal(501, "CONNECT is not for this server")
    static let memory = Refusal(503, "the server holds too many unfinished requests")
    static let version = Refusal(505, "this server speaks HTTP/1.1, and HTTP/2 over TLS")
}
