internal import HTTPModel
internal import Secrets
internal import Vaulting

/// A request for a token with a client's secret (RFC 6749, section 4.4), as azure-identity sends it.
struct EntraTokenRequest {
    /// The client's identifier.
    let client: String
    /// The client's secret.
    let secret: Secret<String>
    /// The resource that the token is asked for. A token of this server is good for this server, whatever the resource:
    /// only its form is checked.
    let resource: String

    /// The longest body.
    static let bytes = 64 << 10
    /// The longest identifier or secret.
    static let partBytes = 1024

    /// Reads a form.
    ///
    /// The identifier and the secret stand in the form or in HTTP Basic, and not in both. No parameter comes twice (RFC
    /// 6749, section 3.2). What the SDK sends beside (`claims`, `client_info`, telemetry) means nothing here.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - isFirstVersion: Whether the resource is named by `resource` instead of `scope`.
    /// - Throws: ``EntraError``; nothing of the secret stands in it.
    init(_ request: HTTPRequest, isFirstVersion: Bool) throws(EntraError) {
        let type = (request.headers["Content-Type"] ?? "").split(at: UInt8(ascii: ";")).first ?? ""
        guard type.trimmingSpaces.lowercased() == "application/x-www-form-urlencoded" else {
            throw .invalid(900_561, "The endpoint only accepts POST requests with a form as their body.")
        }
        guard request.body.count <= Self.bytes, let text = String(validating: request.body, as: UTF8.self),
            let form = HTTPQuery(text)
        else { throw .invalid(90_014, "The form in the body cannot be read.") }
        var seen: Set<String> = []
        guard form.items.allSatisfy({ seen.insert($0.name).inserted }) else {
            throw .invalid(90_014, "A parameter comes twice.")
        }
        guard let grant = form["grant_type"] else { throw .missing("grant_type") }
        guard grant == "client_credentials" else { throw .unsupportedGrant(grant) }
        let basic = try Self.basic(request)
        guard basic == nil || form["client_secret"] == nil else {
            throw .invalid(90_014, "The client's secret comes twice, in the form and in the header Authorization.")
        }
        guard let client = basic?.client ?? form["client_id"], !client.isEmpty else { throw .missing("client_id") }
        guard form["client_id"] == nil || form["client_id"] == client else {
            throw .invalid(90_014, "The form and the header Authorization name two clients.")
        }
        guard let secret = basic?.secret ?? form["client_secret"], !secret.isEmpty else { throw .noSecret }
        guard client.utf8.count <= Self.partBytes, secret.utf8.count <= Self.partBytes else { throw .badClient(client) }
        self.client = client
        self.secret = Secret(secret)
        resource = try Self.resource(form, isFirstVersion: isFirstVersion)
    }

    private static func resource(_ form: HTTPQuery, isFirstVersion: Bool) throws(EntraError) -> String {
        if isFirstVersion {
            guard let resource = form["resource"] else { throw .missing("resource") }
            guard isResource(resource) else { throw .badResource(resource) }
            return resource
        }
        guard let scope = form["scope"] else { throw .missing("scope") }
        let suffix = "/.default"
        guard scope.hasSuffix(suffix), isResource(String(scope.dropLast(suffix.count))) else { throw .badScope(scope) }
        return String(scope.dropLast(suffix.count))
    }

    /// `https://` and an authority; a slash may follow, which clients double.
    private static func isResource(_ text: String) -> Bool {
        let scheme = "https://"
        guard text.hasPrefix(scheme) else { return false }
        let rest = text.dropFirst(scheme.count)
        return Authority(String(rest.last == "/" ? rest.dropLast() : rest)) != nil
    }

    /// The client of HTTP Basic: both halves are encoded as in a form (RFC 6749, section 2.3.1).
    private static func basic(_ request: HTTPRequest) throws(EntraError) -> (client: String, secret: String)? {
        let fields = request.headers.values(of: "Authorization")
        guard let field = fields.first else { return nil }
        let parts = field.split(separator: " ")
        guard fields.count == 1, field.utf8.count <= 4 * partBytes, parts.count == 2, parts[0].lowercased() == "basic",
            let bytes = Base64.decode(String(parts[1])), let text = String(validating: bytes, as: UTF8.self),
            let colon = text.firstIndex(of: ":"),
            let client = PercentEncoding.decode(text[..<colon], plusIsSpace: true),
            let secret = PercentEncoding.decode(text[text.index(after: colon)...], plusIsSpace: true)
        else { throw .invalid(90_014, "The header Authorization is not HTTP Basic as it is read here.") }
        return (client, secret)
    }

    /// The body of an answer that gives a token.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - seconds: How long it is good for.
    ///   - resource: What it was asked for.
    ///   - now: Seconds since 1970.
    ///   - isFirstVersion: Whether numbers are strings and more members are told, as the first version has it.
    static func answer(
        token: Secret<String>,
        seconds: Int,
        resource: String,
        now: Int64,
        isFirstVersion: Bool
    ) -> [UInt8] {
        var object = AzureObject()
        object.add("token_type", "Bearer")
        if isFirstVersion {
            object.add("expires_in", String(seconds))
            object.add("ext_expires_in", String(seconds))
            object.add("expires_on", String(now + Int64(seconds)))
            object.add("not_before", String(now))
            object.add("resource", resource)
        } else {
            object.add("expires_in", Int64(seconds))
            object.add("ext_expires_in", Int64(seconds))
        }
        object.add("access_token", secret: token)
        return object.bytes
    }
}

extension Substring {
    /// The text without spaces around it.
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
