public import Findings
internal import SecretStore
internal import Secrets

/// A client of a Keyfolio server's own API (`/api/openapi.json`): JSON with a bearer token.
///
/// It is synchronous: a command asks one thing after the other. Every answer is a stranger's until it has been read
/// strictly: bounds on bytes, depth and count, the members that must be there with the types that they must have.
public final class KeyfolioClient {
    /// What is done at a path.
    public enum Method: String, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// How the server is talked to.
    public let connection: ServerConnection
    private var http: HTTPClient?

    /// Describes a client; nothing is opened before the first call.
    public init(_ connection: ServerConnection) { self.connection = connection }

    /// The server.
    public var address: ServerAddress { connection.address }

    private static let limits = JSONLimits(bytes: HTTPClient.limit, depth: 16, values: 1_000_000)

    /// Calls one operation.
    ///
    /// - Parameters:
    ///   - method: What is done.
    ///   - path: The segments of the path below `/api/v1`, as they are; they are encoded here.
    ///   - query: The query's names and values, as they are.
    ///   - body: The request's body.
    ///   - isLogin: Whether no token is shown, and a refusal is about what the body has.
    /// - Returns: The answer's object, or nil when there is none (204).
    /// - Throws: The server's own error, or one of `KF-REMOTE-…`.
    public func call(
        _ method: Method,
        _ path: [String],
        query: [(String, String)] = [],
        body: JSONValue? = nil,
        isLogin: Bool = false
    ) throws(RemoteError) -> JSONValue? {
        if !isLogin, connection.token == nil { throw .noToken(address) }
        let target = Self.target(path, query)
        var bytes = body.map { $0.bytes() }
        defer {
            if var sent = bytes.take() { sent.wipe() }
        }
        var answer = try opened().send(method.rawValue, target, body: bytes, token: isLogin ? nil : connection.token)
        defer { answer.wipe() }
        switch answer.status {
        case 204: return nil
        case 200, 201: return try object(answer)
        case 300..<400: throw .redirected(address)
        default: throw refusal(answer, isLogin: isLogin)
        }
    }

    /// Calls one operation that answers with an object.
    public func ask(
        _ method: Method,
        _ path: [String],
        query: [(String, String)] = [],
        body: JSONValue? = nil,
        isLogin: Bool = false
    ) throws(RemoteError) -> JSONValue {
        guard let answer = try call(method, path, query: query, body: body, isLogin: isLogin) else {
            throw .notKeyfolio(address, "it is empty")
        }
        return answer
    }

    private func opened() throws(RemoteError) -> HTTPClient {
        if let http { return http }
        let made = try HTTPClient(connection, looksCloser: true)
        http = made
        return made
    }

    private func object(_ answer: HTTPClient.Answer) throws(RemoteError) -> JSONValue {
        guard answer.isJSON else { throw .notKeyfolio(address, "it is no JSON") }
        guard let value = try? JSONValue(parsing: answer.body, limits: Self.limits), value.asObject != nil else {
            throw .notKeyfolio(address, "it is no JSON object")
        }
        return value
    }

    // MARK: Refusals

    private func refusal(_ answer: HTTPClient.Answer, isLogin: Bool) -> RemoteError {
        let said = answer.isJSON && answer.body.count <= 65_536 ? try? JSONValue(parsing: answer.body) : nil
        guard let error = said?["error"], let code = error["code"]?.asString, Self.isCode(code),
            let message = error["message"]?.asString, let fix = error["fix"]?.asString
        else {
            if answer.status >= 500 { return .serverFault(address, answer.status) }
            // What is behind TLS answers plain HTTP with 400 and a sentence.
            if answer.status == 400, http?.answersByTLS() == true { return .plainAtTLS(address) }
            return .notKeyfolio(address, "it has the status \(answer.status) and no words of Keyfolio's")
        }
        if answer.status == 401, !isLogin { return .notAccepted(address, connection.origin) }
        return RemoteError(
            code: code,
            message: visible(message),
            fix: visible(fix),
            category: Self.category(answer.status, code)
        )
    }

    /// Whether a text has the form of a code: what is looked up in the page of codes must not be anything.
    private static func isCode(_ text: String) -> Bool {
        text.hasPrefix("KF-") && text.utf8.count <= 32
            && text.utf8.allSatisfy { byte in
                (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
            }
    }

    private static func category(_ status: Int, _ code: String) -> RemoteError.Category {
        switch status {
        case 401, 403: .denied
        case 404: .notFound
        case 409: .conflict
        case 429: .unavailable
        case 400..<500: .invalid
        default:
            switch StoreError.category(ofCode: code) {
            case .sealed: .sealed
            case .corrupt: .corrupt
            default: .unavailable
            }
        }
    }

    // MARK: Targets

    /// Path and query with everything but RFC 3986's unreserved characters encoded.
    static func target(_ path: [String], _ query: [(String, String)]) -> String {
        var target = "/api/v1"
        for segment in path { target += "/" + encoded(segment) }
        for (position, item) in query.enumerated() {
            target += (position == 0 ? "?" : "&") + encoded(item.0) + "=" + encoded(item.1)
        }
        return target
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
