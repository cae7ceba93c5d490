internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Who may ask: the token of a request, and the challenge for one that has none.
///
/// The SDK sends its first request without token and body to get the challenge. From it it takes the tenant (the first
/// segment of `authorization`) and the resource, checks that the request's host lies below the resource's, port
/// included, and asks its credential for `<resource>/.default`. It asks its own authority, not the one that stands here.
enum AzureChallenge {
    /// The longest token that is looked at.
    static let tokenBytes = 8192

    /// The token of a request.
    ///
    /// - Returns: nil when there is none, more than one, or something else than a bearer token (RFC 6750, section 2.1).
    static func token(of request: HTTPRequest) -> Secret<String>? {
        guard let field = request.headers.only("Authorization"), field.utf8.count <= tokenBytes else { return nil }
        let scheme = "bearer ".utf8
        guard field.utf8.prefix(scheme.count).elementsEqual(scheme, by: { $0 | 0x20 == $1 }) else { return nil }
        let token = field.utf8.dropFirst(scheme.count).drop { $0 == UInt8(ascii: " ") }
        guard !token.isEmpty, token.allSatisfy(isTokenByte) else { return nil }
        return Secret(String(Substring(token)))
    }

    /// The header `WWW-Authenticate`.
    ///
    /// - Parameters:
    ///   - host: Where the request went.
    ///   - tenant: The tenant that gives tokens.
    ///   - refused: When the request had a token that is not good any more, the time now. Then the challenge asks for
    ///     claims: without, the SDK would present the same token from its cache until that runs out, although a new one
    ///     would be given. The claim says that a token of before now is not enough.
    static func header(_ host: AzureHost, tenant: String, refused: Timestamp? = nil) -> String {
        let challenge = "Bearer authorization=\"\(host.base)/\(tenant)\", resource=\"\(host.resource)\""
        guard let refused else { return challenge }
        let claims = "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"\(refused.seconds)\"}}}"
        return challenge + ", error=\"insufficient_claims\", claims=\"\(Base64.encode(Array(claims.utf8)))\""
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }
}
