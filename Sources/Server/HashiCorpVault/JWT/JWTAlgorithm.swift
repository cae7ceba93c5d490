/// How a JSON Web Token is signed (RFC 7518, section 3.1; RFC 8037, section 3.1).
///
/// There is no `none`, and nothing with a shared key: whoever knows a public key could sign with it as with a secret
/// (threats of the kind of CVE-2015-9235).
enum JWTAlgorithm: String, Sendable, Hashable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// All but EdDSA: what Kubernetes signs with.
    static let kubernetes = Set(allCases).subtracting([.edDSA])
}
