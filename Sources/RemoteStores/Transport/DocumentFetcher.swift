internal import CCurl

/// Fetches a small public document over HTTPS, such as the keys that an issuer of tokens publishes.
///
/// Bounded in size and time. Certificates are verified, no redirect is followed, no proxy is used and no credential sent.
public struct DocumentFetcher: Sendable {
    /// The most bytes of a document.
    public var limit: Int
    /// How long a whole request may take, in seconds.
    public var seconds: Int

    /// Why there is no document.
    public enum Failure: Error, Sendable, Hashable {
        /// libcurl is not there.
        case noLibrary
        /// The other side cannot be reached, does not prove who it is, or answers what cannot be used; with libcurl's kind
        /// of failure.
        case transport(UInt32)
        /// The answer has another status than 200.
        case status(Int)
    }

    /// Sets the bounds.
    public init(limit: Int, seconds: Int) {
        self.limit = limit
        self.seconds = seconds
    }

    /// Fetches a document, and waits for it.
    ///
    /// - Parameters:
    ///   - url: Where, beginning with `https://`: nothing else is spoken.
    ///   - authority: The authorities in PEM that are believed; empty for the system's.
    public func fetch(_ url: String, authority: String) throws(Failure) -> [UInt8] {
        guard let handle = unsafe kf_http_open() else { throw .noLibrary }
        defer { unsafe kf_http_close(handle) }
        var answer = unsafe kf_http_answer()
        let pem = Array(authority.utf8)
        let result = unsafe url.withCString { url in
            unsafe "GET".withCString { method in
                unsafe pem.withUnsafeBytes { (pem) -> Int32 in
                    var request = unsafe kf_http_request()
                    unsafe (request.method, request.url) = unsafe (method, url)
                    if unsafe !pem.isEmpty {
                        unsafe request.authority_pem = pem.baseAddress
                        unsafe request.authority_pem_length = pem.count
                    }
                    unsafe request.connect_milliseconds = seconds * 1000
                    unsafe request.total_milliseconds = seconds * 1000
                    unsafe request.limit = limit
                    return unsafe kf_http_send(handle, &request, &answer)
                }
            }
        }
        guard result == Int32(KF_HTTP_NONE.rawValue) else { throw .transport(UInt32(result)) }
        defer { unsafe kf_http_answer_free(&answer) }
        guard unsafe answer.status == 200 else { throw .status(unsafe Int(answer.status)) }
        return unsafe Array(UnsafeBufferPointer(start: answer.body, count: answer.length))
    }
}
