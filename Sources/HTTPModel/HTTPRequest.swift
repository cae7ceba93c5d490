/// One request, whole: what an adapter turns into a domain request.
///
/// The transport has applied its limits to it before: see `HTTPLimits` of HTTPService.
public struct HTTPRequest: Sendable {
    /// The method as it was sent, such as `GET` or Vault's `LIST`.
    public var method: String
    /// The path as it was sent, percent-encoded, up to the `?`. Signatures and policies need what was sent.
    public var rawPath: String
    /// What stands after the `?`, as it was sent; nil when there is no `?`.
    public var rawQuery: String?
    /// The header fields. HTTP/2's `:authority` stands here as `Host`.
    public var headers: HTTPHeaders
    /// The body; empty when there is none.
    public var body: [UInt8]
    /// Where it came from.
    public var origin: HTTPOrigin

    /// Puts a request together.
    public init(
        method: String,
        rawPath: String,
        rawQuery: String? = nil,
        headers: HTTPHeaders = HTTPHeaders(),
        body: [UInt8] = [],
        origin: HTTPOrigin = HTTPOrigin(address: "127.0.0.1")
    ) {
        self.method = method
        self.rawPath = rawPath
        self.rawQuery = rawQuery
        self.headers = headers
        self.body = body
        self.origin = origin
    }
}

/// Where a request came from.
public struct HTTPOrigin: Sendable, Hashable {
    /// The peer's address without its port, such as `127.0.0.1` or `2001:db8::1`.
    public var address: String
    /// Whether the connection is encrypted.
    public var isEncrypted: Bool
    /// The certificate that the client showed and proved to own, in DER; nil when it showed none.
    public var clientCertificate: [UInt8]?
    /// What the client showed beside its certificate, in DER, and nobody looked at; a few at most.
    public var clientChain: [[UInt8]] = []

    /// Puts the parts together.
    public init(address: String, isEncrypted: Bool = false, clientCertificate: [UInt8]? = nil) {
        self.address = address
        self.isEncrypted = isEncrypted
        self.clientCertificate = clientCertificate
    }
}

/// One answer, whole.
public struct HTTPResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The header fields. The transport adds `Content-Length`, `Date` and the security headers.
    public var headers: HTTPHeaders
    /// The body; empty for none.
    public var body: [UInt8]

    /// Puts an answer together.
    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
