internal import Findings
public import HTTPModel
public import SecretStore
internal import Secrets
public import Vaulting

/// The API that `keyfolio` itself speaks: JSON over HTTPS below `/api/v1`, described by `/api/openapi.json`.
public struct NativeAdapter: ProtocolAdapter {
    /// The name in the audit log.
    public let wire = "native"

    /// What a body may have: enough for the largest payload, escaped.
    private static let limits = JSONLimits(bytes: 32 << 20, depth: 8, values: 100_000)

    /// The largest body of an operation that takes no payload: 256 KiB, for the longest policies.
    private static let smallBody = 256 << 10

    private let attempts: AttemptLimiter
    private let router: NativeRouter

    /// - Parameter attempts: Counts wrong passwords and secrets.
    public init(attempts: AttemptLimiter) {
        self.attempts = attempts
        router = NativeRouter(NativeOperations.all)
    }

    /// Reads a request.
    public func plan(_ request: HTTPRequest) -> Plan {
        // What nearly every request is comes first, without the router.
        if request.method == "GET", request.rawQuery == nil, request.rawPath.hasPrefix(Self.secrets) {
            let text = request.rawPath.dropFirst(Self.secrets.count)
            if !text.isEmpty, !text.utf8.contains(UInt8(ascii: "%")) { return read(String(text), request) }
        }
        if request.rawPath == "/api/openapi.json" {
            guard request.method == "GET" || request.method == "HEAD" else { return .reply(Self.wrongMethod(["GET"])) }
            return .reply(HTTPResponse(status: 200, headers: Self.json, body: OpenAPI.bytes))
        }
        switch router.match(request.method, request.rawPath) {
        case .none: return .reply(Self.fault(404, "KF-API-001", "there is no such path", "see /api/openapi.json"))
        case .otherMethods(let methods): return .reply(Self.wrongMethod(methods))
        case .malformed:
            return .reply(Self.fault(400, "KF-API-002", "the path is not well formed", "encode it as UTF-8"))
        case .found(let operation, let names): return plan(operation, names, request)
        }
    }

    private static let secrets = "/api/v1/secrets/"
    static let json: HTTPHeaders = ["Content-Type": "application/json"]

    private func read(_ text: String, _ request: HTTPRequest) -> Plan {
        .enter(Self.credential(of: request)) { result in
            switch result {
            case .failure(let error): return Self.response(error)
            case .success(let visitor):
                do throws(StoreError) {
                    let version = try visitor.vault.read(try SecretPath(text))
                    return HTTPResponse(status: 200, headers: Self.json, body: SecretJSON.bytes(version))
                } catch { return Self.response(error) }
            }
        }
    }

    private func plan(_ operation: NativeOperation, _ names: [String: String], _ request: HTTPRequest) -> Plan {
        guard let query = HTTPQuery(request.rawQuery) else {
            return .reply(Self.fault(400, "KF-API-002", "the query is not well formed", "encode it as UTF-8"))
        }
        for (position, item) in query.items.enumerated() {
            guard operation.parameters.contains(where: { $0.name == item.name }),
                !query.items[..<position].contains(where: { $0.name == item.name })
            else {
                return .reply(
                    Self.fault(
                        400,
                        "KF-API-003",
                        "the query has what this operation does not know",
                        "see /api/openapi.json"
                    )
                )
            }
        }
        // Who shows nothing gets nothing read; and few operations have bodies that are large.
        if case .enter = operation.act, case .none = Self.credential(of: request) {
            return .reply(Self.response(AuthenticationError.missing))
        }
        guard request.body.count <= Self.smallBody || operation.takesPayload else {
            return .reply(Self.fault(413, "KF-API-004", "the body is too large for this operation", "send less"))
        }
        var body = JSONObject()
        if operation.body != nil || !request.body.isEmpty {
            guard operation.body != nil else {
                return .reply(Self.fault(400, "KF-API-004", "this operation takes no body", "send none"))
            }
            do throws(JSONError) {
                guard let object = try JSONValue(parsing: request.body, limits: Self.limits).asObject else {
                    return .reply(Self.fault(400, "KF-API-004", "the body is not a JSON object", "send one"))
                }
                body = object
            } catch {
                return .reply(Self.fault(400, error.code, error.message, error.fix))
            }
            for member in body.members where operation.body?["properties"]?[member.key] == nil {
                return .reply(
                    Self.fault(
                        400,
                        "KF-API-003",
                        "the body has what this operation does not know",
                        "see /api/openapi.json"
                    )
                )
            }
        }
        let native = NativeRequest(request: request, names: names, query: query, body: body)
        switch operation.act {
        case .open(let act): return .reply(Self.response(act(native)))
        case .watch: return NativeWatch.plan(native)
        case .login: return NativeLogin.plan(native, attempts)
        case .enter(let act):
            return .enter(Self.credential(of: request)) { result in
                switch result {
                case .failure(let error): return Self.response(error)
                case .success(let visitor):
                    do throws(StoreError) { return Self.response(try act(native, visitor)) } catch {
                        return Self.response(error)
                    }
                }
            }
        case .work(let act):
            return .enterApart(Self.credential(of: request)) { result in
                switch result {
                case .failure(let error): return Self.response(error)
                case .success(let visitor):
                    do throws(StoreError) { return Self.response(try act(native, visitor)) } catch {
                        return Self.response(error)
                    }
                }
            }
        }
    }

    /// The token of a request: `Authorization: Bearer`.
    static func credential(of request: HTTPRequest) -> Credential {
        guard let value = request.headers["Authorization"], value.utf8.count <= 8192 else { return .none }
        let parts = value.split(at: UInt8(ascii: " "), maxSplits: 1)
        guard parts.count == 2, String(parts[0]).isSameASCII(as: "bearer") else { return .none }
        return .token(Secret(String(parts[1])))
    }

    /// Says that the store could not answer.
    public func failure(_ error: StoreError, _ request: HTTPRequest) -> HTTPResponse { Self.response(error) }

    /// Says that somebody was not let in.
    public func refusal(_ error: AuthenticationError, _ request: HTTPRequest) -> HTTPResponse { Self.response(error) }
}

extension NativeAdapter {
    static func response(_ answer: NativeOperation.Answer) -> HTTPResponse {
        guard let body = answer.body else { return HTTPResponse(status: answer.status) }
        return HTTPResponse(status: answer.status, headers: json, body: body.bytes())
    }

    static func response(_ error: StoreError) -> HTTPResponse {
        let status =
            switch error.category {
            case .notFound: 404
            case .denied: 403
            case .sealed, .unavailable: 503
            case .corrupt, .newerFormat: 500
            case .conflict: 409
            case .invalid: error.isTooLarge ? 413 : 400
            }
        return fault(status, error.code, error.message, error.fix)
    }

    static func response(_ error: AuthenticationError) -> HTTPResponse {
        switch error {
        case .missing, .invalid, .badSignature:
            var response = fault(401, error.code, error.message, error.fix)
            response.headers.add("WWW-Authenticate", "Bearer")
            return response
        case .disabled, .address: return fault(403, error.code, error.message, error.fix)
        case .locked(let seconds):
            var response = fault(429, error.code, error.message, error.fix)
            response.headers.add("Retry-After", "\(seconds)")
            return response
        }
    }

    static func fault(_ status: Int, _ code: String, _ message: String, _ fix: String) -> HTTPResponse {
        let body: JSONValue = [
            "error": ["code": .string(code), "message": .string(message), "fix": .string(fix)]
        ]
        return HTTPResponse(status: status, headers: json, body: body.bytes())
    }

    private static func wrongMethod(_ methods: [String]) -> HTTPResponse {
        var response = fault(
            405,
            "KF-API-005",
            "the path has other methods",
            "use \(methods.joined(separator: " or "))"
        )
        response.headers.add("Allow", methods.joined(separator: ", "))
        return response
    }
}
