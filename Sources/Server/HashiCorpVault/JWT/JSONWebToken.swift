internal import Findings
internal import Vaulting

/// A JSON Web Token in compact serialization (RFC 7519; RFC 7515, section 7.1) that nobody has verified yet.
///
/// One spelling only: three parts, base64 for URLs without padding and with zeros in the bits that no byte has, JSON
/// without a key twice. Whatever could be read in two ways is refused: two readers would believe two tokens.
struct JSONWebToken: Sendable {
    /// The longest token, in bytes.
    static let longest = 16 << 10
    /// The bounds of the header and of the claims.
    static let limits = JSONLimits(bytes: longest, depth: 16, values: 2048)
    /// The longest name of a key, in bytes.
    private static let longestKeyID = 256

    /// How it says that it is signed. The key decides whether that can be.
    let algorithm: JWTAlgorithm
    /// Which of the known keys is meant; nil when it does not say. It is a name and nothing else.
    let keyID: String?
    private let signed: [UInt8]
    private let signature: [UInt8]
    private let payload: [UInt8]

    /// Reads a token. The header's own keys and addresses of keys (`jwk`, `jku`, `x5c`, `x5u`) are not looked at.
    init(_ text: String) throws(JWTRefusal) {
        guard text.utf8.count <= Self.longest else { throw .malformed }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.bytes(parts[0]), let payload = Self.bytes(parts[1]),
            let signature = Self.bytes(parts[2]), !signature.isEmpty,
            let members = Self.object(header)
        else { throw .malformed }
        // An extension that must be understood is one that is not (RFC 7515, section 4.1.11; RFC 7797).
        guard members["crit"] == nil, members["b64"] == nil, let name = members["alg"]?.asString else {
            throw .malformed
        }
        guard let algorithm = JWTAlgorithm(rawValue: name) else { throw .badAlgorithm }
        switch members["kid"] {
        case nil: keyID = nil
        case .string(let id)? where id.utf8.count <= Self.longestKeyID: keyID = id
        default: throw .malformed
        }
        self.algorithm = algorithm
        self.payload = payload
        self.signature = signature
        signed = Array(text.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
    }

    /// What the token says, when one of some keys has signed it.
    ///
    /// - Parameters:
    ///   - keys: The keys that may have.
    ///   - allowed: The algorithms that may be used.
    func claims(verifiedBy keys: [JWTKey], _ allowed: Set<JWTAlgorithm>) throws(JWTRefusal) -> JSONObject {
        guard allowed.contains(algorithm) else { throw .badAlgorithm }
        guard keys.contains(where: { $0.isValid(signature, of: signed, algorithm) }) else { throw .badSignature }
        guard let claims = Self.object(payload) else { throw .malformed }
        return claims
    }

    private static func bytes(_ part: Substring) -> [UInt8]? {
        part.utf8.contains(UInt8(ascii: "=")) ? nil : Base64.decodeForURL(String(part))
    }

    private static func object(_ bytes: [UInt8]) -> JSONObject? {
        // A byte order mark, which JSON may have, is no beginning of an object.
        guard bytes.first == UInt8(ascii: "{") else { return nil }
        return (try? JSONValue(parsing: bytes, limits: limits))?.asObject
    }
}
