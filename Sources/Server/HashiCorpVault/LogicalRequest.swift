internal import AccessPolicy
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets

/// The bounds on a request of Vault's protocol, all checked before anybody is authenticated (CVE-2025-6203 and
/// CVE-2025-12044 are what happens without, and with the check after the parsing).
enum LogicalLimits {
    /// The largest body, in bytes: 32 MiB, as Vault's own.
    static let body = 32 << 20
    /// The JSON of a body: as deep as Vault's own default; values are counted over the whole text.
    static let json = JSONLimits(bytes: body, depth: 300, values: 100_000)
    /// The longest query, in bytes.
    static let query = 64 << 10
    /// The most parameters of a query or a form.
    static let parameters = 1000
    /// The longest header that holds a token, in bytes: 8 KiB, as Vault 2.0's.
    static let token = 8 << 10
    /// The longest text that is itself read as JSON, such as a secret id's metadata, in bytes.
    static let nestedText = 64 << 10
}

/// One request of Vault's protocol, read and not yet authenticated.
struct LogicalRequest: Sendable {
    /// What is asked of a path.
    enum Operation: String, Sendable, Hashable, CaseIterable {
        case read, list, scan, write, patch, delete, header
    }

    /// Stands in the answer as `request_id`: a UUID.
    let id: String
    let operation: Operation
    /// The path after `/v1/`, decoded, without a slash at either end.
    private(set) var path: String
    /// The path's parts between its slashes.
    private(set) var segments: [Substring]
    /// Whether the path had a slash at its end; ``Operation/list`` and ``Operation/scan`` always have.
    let hasTrailingSlash: Bool
    let parameters: LogicalParameters
    let token: Secret<String>?
    /// How many bytes the body had.
    let bodySize: Int
    /// For how many seconds the answer is to be wrapped; nil when it is to be given as it is.
    let wrapSeconds: Int?
    /// Where it came from.
    let origin: HTTPOrigin

    /// Reads a request.
    ///
    /// - Parameter request: One whose path begins with `/v1/`.
    init(_ request: HTTPRequest) throws(LogicalFault) {
        let query = try Self.query(request.rawQuery)
        let (path, hasSlash) = try Self.path(request.rawPath)
        try Self.checkHeaders(request.headers, path: path)
        wrapSeconds = try Self.wrapSeconds(request.headers)
        token = try Self.token(request.headers)
        let (operation, parameters) = try Self.content(request, query, path: path)
        let isListing = operation == .list || operation == .scan
        self.operation = operation
        self.parameters = parameters
        self.path = path
        segments = path.split(at: UInt8(ascii: "/"))
        hasTrailingSlash = hasSlash || isListing
        origin = request.origin
        bodySize = request.body.count
        id = RequestUUID.next()
    }
}

extension LogicalRequest {
    /// The same with its path in lower case: how names are kept that are the same in every case. Whoever decides must see
    /// the name that is acted upon.
    var inLowerCase: LogicalRequest {
        var request = self
        request.path = path.lowercased()
        request.segments = request.path.split(at: UInt8(ascii: "/"))
        return request
    }

    /// Decodes and checks the path, by the one check that all protocols and the policies have.
    ///
    /// What a policy, a handler and a store could read in two ways is refused here, before anybody asks who may
    /// (CVE-2026-3605). It is decoded once, and only the decoded path is ever looked at.
    static func path(_ raw: String) throws(LogicalFault) -> (String, hasSlash: Bool) {
        let prefix = "/v1/"
        guard raw.utf8.starts(with: prefix.utf8), raw.utf8.count > prefix.utf8.count else { throw .notFound }
        let decoded: String
        do throws(PolicyError) {
            decoded = try ResourcePath.check(Substring(raw.utf8.dropFirst(prefix.utf8.count - 1)))
        } catch {
            throw .invalid("invalid request path: \(error.message)")
        }
        let hasSlash = decoded.utf8.last == UInt8(ascii: "/")
        let path = hasSlash ? String(decoded.dropLast()) : decoded
        guard !path.isEmpty else { throw .notFound }
        return (path, hasSlash)
    }

    private static func query(_ raw: String?) throws(LogicalFault) -> HTTPQuery {
        guard (raw ?? "").utf8.count <= LogicalLimits.query, let query = HTTPQuery(raw),
            query.items.count <= LogicalLimits.parameters
        else { throw .invalid("invalid query") }
        return query
    }

    private static func checkHeaders(_ headers: HTTPHeaders, path: String) throws(LogicalFault) {
        if let namespace = headers["X-Vault-Namespace"], !["", "/", "root", "root/"].contains(namespace) {
            // Vault Community has the root namespace only, and takes the name for a part of the path.
            throw .noRoute(path)
        }
    }

    /// How long a wrapped answer is asked to live. 0 is none, and no answer is kept longer than a lease is.
    private static func wrapSeconds(_ headers: HTTPHeaders) throws(LogicalFault) -> Int? {
        guard let time = headers["X-Vault-Wrap-TTL"], !time.isEmpty else { return nil }
        guard let seconds = GoDuration.seconds(time) else {
            throw .invalid("error parsing X-Vault-Wrap-TTL header: not a duration")
        }
        guard seconds >= 0 else { throw .invalid("requested wrap ttl cannot be negative") }
        return seconds == 0 ? nil : min(seconds, MountRecord.systemLease)
    }

    private static func token(_ headers: HTTPHeaders) throws(LogicalFault) -> Secret<String>? {
        var text = headers["X-Vault-Token"] ?? ""
        if text.isEmpty, let authorization = headers["Authorization"] {
            let scheme = "bearer ".utf8
            let isBearer = authorization.utf8.prefix(scheme.count).elementsEqual(scheme) { $0 | 0x20 == $1 }
            if authorization.utf8.count <= LogicalLimits.token + scheme.count, isBearer {
                text = LogicalParameters.trimmed(String(authorization.utf8.dropFirst(scheme.count)) ?? "")
            } else if authorization.utf8.count > LogicalLimits.token + scheme.count {
                throw .invalid("token header is too long")
            }
        }
        guard text.utf8.count <= LogicalLimits.token else { throw .invalid("token header is too long") }
        return text.isEmpty ? nil : Secret(text)
    }

    private static func content(
        _ request: HTTPRequest,
        _ query: HTTPQuery,
        path: String
    ) throws(LogicalFault) -> (Operation, LogicalParameters) {
        switch request.method {
        case "GET":
            var rest = query
            let isList = try takeFlag("list", from: &rest)
            let isScan = try takeFlag("scan", from: &rest)
            guard !(isList && isScan) else { throw .invalid("list and scan exclude each other") }
            return (isList ? .list : isScan ? .scan : .read, parameters(rest))
        case "HEAD": return (.header, parameters(query))
        case "LIST": return (.list, parameters(query))
        case "SCAN": return (.scan, parameters(query))
        case "DELETE":
            // A nonce comes in the body: URLs are written down on their way.
            let isOfShares = ["sys/rekey/", "sys/generate-root/"].contains { path.hasPrefix($0) }
            return (.delete, isOfShares ? try body(request, mayBeForm: false) : parameters(query))
        case "POST", "PUT": return (.write, try body(request, mayBeForm: true))
        case "PATCH":
            let type = mediaType(request.headers["Content-Type"] ?? "")
            guard type == "application/merge-patch+json" else {
                throw LogicalFault(415, "PATCH requires Content-Type of application/merge-patch+json")
            }
            return (.patch, try body(request, mayBeForm: false))
        default: throw LogicalFault(405)
        }
    }

    private static func takeFlag(_ name: String, from query: inout HTTPQuery) throws(LogicalFault) -> Bool {
        guard let text = query[name], !text.isEmpty else { return false }
        guard let flag = LogicalParameters.parseBool(text) else { throw LogicalFault(400) }
        query.items.removeAll { $0.name == name }
        return flag
    }

    private static func body(_ request: HTTPRequest, mayBeForm: Bool) throws(LogicalFault) -> LogicalParameters {
        guard request.body.count <= LogicalLimits.body else { throw LogicalFault(413, "request body too large") }
        let first = request.body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard let first else { return LogicalParameters() }
        let type = mediaType(request.headers["Content-Type"] ?? "")
        // curl says of every body that it is a form: what begins with a brace is none.
        if mayBeForm, type == "application/x-www-form-urlencoded", first != UInt8(ascii: "{") {
            guard request.body.count <= LogicalLimits.query, let text = String(validating: request.body, as: UTF8.self),
                let form = HTTPQuery(text), form.items.count <= LogicalLimits.parameters
            else { throw .invalid("error parsing form data") }
            return parameters(form)
        }
        do throws(JSONError) {
            switch try JSONValue(parsing: request.body, limits: LogicalLimits.json) {
            case .object(let object): return LogicalParameters(object)
            case .null: return LogicalParameters()
            default: break
            }
        } catch {
            throw .invalid("failed to parse JSON input: \(error.message)")
        }
        throw .invalid("failed to parse JSON input: expected an object")
    }

    /// A parameter that is given once is a text; one that is given several times is a list.
    private static func parameters(_ query: HTTPQuery) -> LogicalParameters {
        var values: [String: [JSONValue]] = [:]
        var names: [String] = []
        for item in query.items {
            if values[item.name] == nil { names.append(item.name) }
            values[item.name, default: []].append(.string(item.value))
        }
        var object = JSONObject()
        for name in names {
            let all = values[name] ?? []
            object[name] = all.count == 1 ? all[0] : .array(all)
        }
        return LogicalParameters(object)
    }

    private static func mediaType(_ header: String) -> String {
        LogicalParameters.trimmed(String(header.prefix { $0 != ";" })).lowercased()
    }
}
