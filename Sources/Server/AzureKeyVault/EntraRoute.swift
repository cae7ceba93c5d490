internal import HTTPModel

/// The endpoints of Microsoft Entra ID that credentials of azure-identity ask: discovery and tokens.
///
/// The form of a virtual machine (`/metadata/identity/oauth2/token`) is left out: it gives a token to whoever can reach
/// it, without a credential.
enum EntraRoute: Hashable {
    /// `/{tenant}/v2.0/.well-known/openid-configuration`; without `v2.0` for clients of the first version.
    case configuration(tenant: String, isFirstVersion: Bool)
    /// `/common/discovery/instance`.
    case instance
    /// `/{tenant}/discovery/v2.0/keys`. There are none: the tokens are opaque and only this server reads them.
    case keys
    /// `/{tenant}/oauth2/v2.0/token`; without `v2.0` for clients of the first version.
    case token(tenant: String, isFirstVersion: Bool)

    /// Reads a path.
    ///
    /// - Returns: nil when it is none of these.
    init?(_ rawPath: String) {
        // What nearly every path is, told at its beginning.
        guard !AzureOperation.isHere(rawPath) else { return nil }
        let parts = rawPath.dropFirst().split(at: UInt8(ascii: "/"), maxSplits: 5, omittingEmptySubsequences: false)
        // A mount of Vault may be called oauth2.
        guard let tenant = parts.first.flatMap({ PercentEncoding.decode($0) }), !["", "v1", "api"].contains(tenant)
        else {
            return nil
        }
        switch parts.dropFirst().joined(separator: "/") {
        case "v2.0/.well-known/openid-configuration": self = .configuration(tenant: tenant, isFirstVersion: false)
        case ".well-known/openid-configuration": self = .configuration(tenant: tenant, isFirstVersion: true)
        case "discovery/instance": self = .instance
        case "discovery/v2.0/keys", "discovery/keys": self = .keys
        case "oauth2/v2.0/token": self = .token(tenant: tenant, isFirstVersion: false)
        case "oauth2/token": self = .token(tenant: tenant, isFirstVersion: true)
        default: return nil
        }
        if case .instance = self, tenant != "common" { return nil }
    }

    /// The method that the endpoint has.
    var method: String { if case .token = self { "POST" } else { "GET" } }
}

/// What the discovery endpoints answer.
enum EntraDiscovery {
    /// What `openid-configuration` says: what msal needs and what is true here.
    ///
    /// - Parameters:
    ///   - base: What the request's links begin with.
    ///   - tenant: The tenant.
    ///   - isFirstVersion: Whether the client speaks the first version.
    static func configuration(base: String, tenant: String, isFirstVersion: Bool) -> [UInt8] {
        let version = isFirstVersion ? "" : "/v2.0"
        var object = AzureObject()
        object.add("token_endpoint", "\(base)/\(tenant)/oauth2\(version)/token")
        object.add(
            "token_endpoint_auth_methods_supported",
            strings: ["client_secret_post", "client_secret_basic"]
        )
        object.add("jwks_uri", "\(base)/\(tenant)/discovery\(version)/keys")
        object.add("grant_types_supported", strings: ["client_credentials"])
        object.add("issuer", "\(base)/\(tenant)\(isFirstVersion ? "/" : version)")
        // msal reads this member of every configuration; nothing answers there.
        object.add("authorization_endpoint", "\(base)/\(tenant)/oauth2\(version)/authorize")
        return object.bytes
    }

    /// What `/common/discovery/instance` says: this server is its own authority and has no other names.
    static func instance(_ host: AzureHost, tenant: String) -> [UInt8] {
        var object = AzureObject()
        object.add("tenant_discovery_endpoint", "\(host.base)/\(tenant)/v2.0/.well-known/openid-configuration")
        object.add("api-version", "1.1")
        object.add("metadata", [AzureObject]())
        return object.bytes
    }

    /// What the keys' endpoint says.
    static let keys = Array(#"{"keys":[]}"#.utf8)
}
