internal import Findings
internal import SwiftASN1
internal import Vaulting

/// Whose tokens a jwt mount believes.
struct JWTConfiguration: Sendable, Equatable {
    /// The most keys of one mount.
    static let mostKeys = 32
    /// The longest text of one setting, in bytes.
    private static let longestText = 1024

    /// Keys in PEM.
    var keys: [String] = []
    /// Where the issuer publishes its keys; empty for nowhere.
    var keySetURL = ""
    /// The authorities in PEM that are believed there; empty for the system's.
    var authority = ""
    /// Empty for any.
    var issuer = ""
    /// Empty for all.
    var algorithms: [String] = []
    /// The role of a login that names none.
    var defaultRole = ""

    /// The algorithms that tokens may be signed with.
    var allowed: Set<JWTAlgorithm> {
        algorithms.isEmpty ? Set(JWTAlgorithm.allCases) : Set(algorithms.compactMap(JWTAlgorithm.init(rawValue:)))
    }

    /// Reads the body of a write: it replaces all that was said before.
    init(_ parameters: LogicalParameters) throws(LogicalFault) {
        for name in ["oidc_discovery_url", "oidc_client_id", "jwks_pairs"] {
            guard let value = parameters[name], value != "", value != [] else { continue }
            throw .invalid("'\(name)' is not supported by this server: set jwks_url or jwt_validation_pubkeys")
        }
        keys = try Self.keys(parameters, "jwt_validation_pubkeys")
        keySetURL = try parameters.text("jwks_url") ?? ""
        guard keys.isEmpty != keySetURL.isEmpty else {
            throw .invalid(
                "exactly one of 'jwks_url', 'jwks_pairs', 'jwt_validation_pubkeys' or 'oidc_discovery_url' must be set"
            )
        }
        if !keySetURL.isEmpty, !KeySetAddress.isOne(keySetURL) {
            throw .invalid("'jwks_url' must be an https URL with a host, without a user and without a fragment")
        }
        authority = try Self.authority(parameters, "jwks_ca_pem")
        issuer = try Self.text(parameters, "bound_issuer")
        algorithms = try parameters.list("jwt_supported_algs") ?? []
        guard algorithms.count <= 32, algorithms.allSatisfy({ JWTAlgorithm(rawValue: $0) != nil }) else {
            throw .invalid("unsupported signing algorithm in 'jwt_supported_algs'")
        }
        defaultRole = try Self.text(parameters, "default_role").lowercased()
    }

    /// Keys in PEM, each of which can be used.
    static func keys(_ parameters: LogicalParameters, _ name: String) throws(LogicalFault) -> [String] {
        let keys = try parameters.list(name) ?? []
        guard keys.count <= mostKeys else { throw .invalid("more than \(mostKeys) keys in '\(name)'") }
        guard keys.allSatisfy({ JWTKey(pem: $0) != nil }) else {
            throw .invalid(
                "error parsing public key: '\(name)' has PUBLIC KEY or CERTIFICATE blocks in PEM, of RSA from 2048 to 8192 bits, P-256, P-384, P-521 or Ed25519"
            )
        }
        return keys
    }

    /// Certificates of authorities in PEM.
    static func authority(_ parameters: LogicalParameters, _ name: String) throws(LogicalFault) -> String {
        let text = try parameters.text(name) ?? ""
        guard !text.isEmpty else { return "" }
        guard text.utf8.count <= 64 << 10, let blocks = try? PEMDocument.parseMultiple(pemString: text),
            !blocks.isEmpty,
            blocks.allSatisfy({ $0.discriminator == "CERTIFICATE" })
        else { throw .invalid("could not parse CA PEM value successfully") }
        return text
    }

    private static func text(_ parameters: LogicalParameters, _ name: String) throws(LogicalFault) -> String {
        let text = try parameters.text(name) ?? ""
        guard text.utf8.count <= longestText else { throw .invalid("'\(name)' is longer than \(longestText) bytes") }
        return text
    }

    /// The settings as a read shows them, with what this server does not have as Vault shows what is not set.
    var members: JSONObject {
        JSONObject(members: [
            "bound_issuer": .string(issuer), "default_role": .string(defaultRole), "jwks_ca_pem": .string(authority),
            "jwks_pairs": [], "jwks_url": .string(keySetURL), "jwt_supported_algs": .texts(algorithms),
            "jwt_validation_pubkeys": .texts(keys), "namespace_in_state": true, "oidc_client_id": "",
            "oidc_discovery_ca_pem": "", "oidc_discovery_url": "", "oidc_response_mode": "", "oidc_response_types": [],
            "provider_config": [:],
        ])
    }

    var json: JSONValue {
        [
            "algorithms": .texts(algorithms), "authority": .string(authority), "issuer": .string(issuer),
            "keys": .texts(keys), "role": .string(defaultRole), "url": .string(keySetURL),
        ]
    }

    init(_ value: JSONValue) {
        algorithms = value["algorithms"].texts
        authority = value["authority"]?.asString ?? ""
        issuer = value["issuer"]?.asString ?? ""
        keys = value["keys"].texts
        defaultRole = value["role"]?.asString ?? ""
        keySetURL = value["url"]?.asString ?? ""
    }
}

/// Where keys are fetched from: over HTTPS, and with nothing in the address but where.
enum KeySetAddress {
    /// Whether a text is such an address: `https://`, a host, a port perhaps, a path and a query perhaps.
    static func isOne(_ text: String) -> Bool {
        let scheme = "https://"
        guard text.utf8.count <= 1024, text.utf8.starts(with: scheme.utf8),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") })
        else { return false }
        let authority = text.utf8.dropFirst(scheme.utf8.count).prefix { !"/?".utf8.contains($0) }
        return authority.first.map { $0 != UInt8(ascii: ":") } ?? false && !authority.contains(UInt8(ascii: "@"))
    }
}
