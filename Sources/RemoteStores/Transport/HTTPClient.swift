internal import CCurl
internal import Secrets

/// libcurl's handle: opened with the first request, used for all that follow.
@safe final class HTTPClient {
    /// What came back.
    struct Answer {
        var status: Int
        var isJSON: Bool
        var body: [UInt8]

        /// Overwrites the body: there may have been values in it.
        mutating func wipe() { body.wipe() }
    }

    /// The most bytes of an answer: the largest payload (`StoreLimits.payloadBytes`), escaped.
    static let limit = 40 << 20

    private let handle: OpaquePointer
    private let connection: ServerConnection
    private let looksCloser: Bool

    /// - Parameters:
    ///   - connection: How the server is talked to.
    ///   - looksCloser: Whether a server that cannot be understood is asked by the other scheme, without a token, to say
    ///     whether it is that one.
    init(_ connection: ServerConnection, looksCloser: Bool = false) throws(RemoteError) {
        guard let handle = unsafe kf_http_open() else { throw .noLibrary() }
        unsafe self.handle = unsafe handle
        (self.connection, self.looksCloser) = (connection, looksCloser)
    }

    deinit { unsafe kf_http_close(handle) }

    /// Asks, and waits for the answer.
    ///
    /// - Parameters:
    ///   - method: GET, PUT, POST, PATCH or DELETE.
    ///   - target: Path and query, encoded.
    ///   - body: JSON; nil for none.
    ///   - token: Who asks; nil for nobody.
    ///   - headerLines: Further header lines, each with a NUL at its end.
    ///   - contentType: What the body is.
    ///   - limit: The most bytes of the answer.
    func send(
        _ method: String,
        _ target: String,
        body: [UInt8]?,
        token: Secret<String>?,
        headerLines: [UInt8] = [],
        contentType: String = "application/json",
        limit: Int = HTTPClient.limit
    ) throws(RemoteError) -> Answer {
        var answer = unsafe kf_http_answer()
        let url = "\(connection.address)\(target)"
        let result = unsafe contentType.withCString { contentType in
            unsafe headerLines.withUnsafeBytes { lines in
                unsafe perform(method, url, body, token, (lines, contentType, limit), &answer)
            }
        }
        guard result == Int32(KF_HTTP_NONE.rawValue) else {
            throw failure(kf_http_failure(UInt32(result)), number: unsafe Int(answer.number))
        }
        defer { unsafe kf_http_answer_free(&answer) }
        let bytes = unsafe UnsafeBufferPointer(start: answer.body, count: answer.length)
        return unsafe Answer(status: Int(answer.status), isJSON: answer.is_json != 0, body: Array(bytes))
    }

    private func perform(
        _ method: String,
        _ url: String,
        _ body: [UInt8]?,
        _ token: Secret<String>?,
        _ more: (lines: UnsafeRawBufferPointer, contentType: UnsafePointer<CChar>, limit: Int),
        _ answer: inout kf_http_answer
    ) -> Int32 {
        var request = unsafe kf_http_request()
        unsafe request.header_lines = more.lines.baseAddress?.assumingMemoryBound(to: CChar.self)
        unsafe request.header_lines_length = more.lines.count
        unsafe request.content_type = more.contentType
        unsafe request.connect_milliseconds = Swift.min(ServerConnection.connectSeconds, connection.seconds) * 1000
        unsafe request.total_milliseconds = connection.seconds * 1000
        unsafe request.limit = more.limit
        unsafe request.may_be_plain = connection.address.isPlain ? 1 : 0
        // Pointers are good during the call only, and that is as long as libcurl has them.
        return unsafe method.withCString { method in
            unsafe url.withCString { url in
                unsafe withCString(connection.authority) { authority in
                    unsafe withCString(connection.proxy) { proxy in
                        unsafe (request.method, request.url) = unsafe (method, url)
                        unsafe (request.authority, request.proxy) = unsafe (authority, proxy)
                        return unsafe withBytes(of: token) { token in
                            unsafe request.token = unsafe token?.baseAddress?.assumingMemoryBound(to: CChar.self)
                            unsafe request.token_length = unsafe token?.count ?? 0
                            guard let body else { return unsafe kf_http_send(handle, &request, &answer) }
                            return unsafe body.withUnsafeBytes { bytes in
                                unsafe request.body = bytes.baseAddress
                                unsafe request.body_length = bytes.count
                                return unsafe kf_http_send(handle, &request, &answer)
                            }
                        }
                    }
                }
            }
        }
    }

    private func withCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        guard let text else { return body(nil) }
        return unsafe text.withCString { unsafe body($0) }
    }

    private func withBytes<Result>(of secret: Secret<String>?, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        guard let secret else { return body(nil) }
        return unsafe secret.withUnsafeBytes { unsafe body($0) }
    }

    private func failure(_ kind: kf_http_failure, number: Int) -> RemoteError {
        let address = connection.address
        switch kind {
        case KF_HTTP_NO_LIBRARY: return .noLibrary()
        case KF_HTTP_RESOLVING: return .noSuchHost(address)
        case KF_HTTP_CONNECTING: return .noConnection(address)
        case KF_HTTP_TIMEOUT: return .timeout(address, seconds: connection.seconds)
        case KF_HTTP_CERTIFICATE: return .certificate(address)
        case KF_HTTP_ISSUER:
            return connection.authority.map { .otherAuthority(address, given: $0) } ?? .noAuthority(address)
        case KF_HTTP_EXPIRED: return .certificateOver(address)
        case KF_HTTP_NOT_YET_VALID: return .certificateEarly(address)
        case KF_HTTP_OTHER_NAME: return .otherName(address)
        case KF_HTTP_AUTHORITY: return .authority(connection.authority ?? "the system's list of authorities")
        case KF_HTTP_TLS: return answersPlainly() ? .tlsAtPlain(address) : .handshake(address)
        case KF_HTTP_TOO_LARGE: return .tooLarge(address)
        case KF_HTTP_BROKEN: return answersByTLS() ? .plainAtTLS(address) : .broken(address)
        case KF_HTTP_PROXY: return .badProxy(address)
        case KF_HTTP_MEMORY: return .noMemory()
        default: return .other(address, number)
        }
    }

    // MARK: The other scheme

    /// How long the other scheme may take, in milliseconds.
    private static let closerMilliseconds = 2000

    /// Whether a server that does not understand TLS answers without it.
    private func answersPlainly() -> Bool {
        guard looksCloser, !connection.address.isPlain else { return false }
        return askByOtherScheme() == KF_HTTP_NONE
    }

    /// Whether a server that does not understand plain HTTP shows a certificate, whatever that is worth.
    func answersByTLS() -> Bool {
        guard looksCloser, connection.address.isPlain else { return false }
        switch askByOtherScheme() {
        case KF_HTTP_NONE, KF_HTTP_CERTIFICATE, KF_HTTP_ISSUER, KF_HTTP_EXPIRED, KF_HTTP_NOT_YET_VALID,
            KF_HTTP_OTHER_NAME:
            return true
        default: return false
        }
    }

    /// Asks for a path that everybody may ask for, with no token and no body, to see whether anything is understood.
    private func askByOtherScheme() -> kf_http_failure {
        let scheme = connection.address.isPlain ? "https://" : "http://"
        let url = "\(scheme)\(connection.address.hostAndPort)/healthz"
        var answer = unsafe kf_http_answer()
        let result = unsafe url.withCString { url in
            unsafe "GET".withCString { method in
                unsafe withCString(connection.authority) { authority in
                    unsafe withCString(connection.proxy) { proxy in
                        var request = unsafe kf_http_request()
                        unsafe (request.method, request.url) = unsafe (method, url)
                        unsafe (request.authority, request.proxy) = unsafe (authority, proxy)
                        unsafe request.connect_milliseconds = Self.closerMilliseconds
                        unsafe request.total_milliseconds = Self.closerMilliseconds
                        unsafe request.limit = 65_536
                        unsafe request.may_be_plain = 1
                        return unsafe kf_http_send(handle, &request, &answer)
                    }
                }
            }
        }
        if result == Int32(KF_HTTP_NONE.rawValue) { unsafe kf_http_answer_free(&answer) }
        return kf_http_failure(UInt32(result))
    }
}
