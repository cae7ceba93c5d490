internal import Findings
internal import Vaulting

/// The keys that an issuer publishes (RFC 7517).
struct JSONWebKeySet: Sendable {
    /// One key, with what it says about its use.
    struct Member: Sendable {
        let id: String?
        let algorithm: JWTAlgorithm?
        let key: JWTKey
    }

    /// The largest document, in bytes.
    static let largest = 256 << 10
    /// The most keys that are looked at.
    private static let most = 64

    /// Those that tokens may be verified with. Others are left out (RFC 7517, section 5).
    let members: [Member]

    /// Reads a document; nil when it is none, or has no key that can be used.
    init?(_ document: [UInt8]) {
        let limits = JSONLimits(bytes: Self.largest, depth: 8, values: 8192)
        guard let value = try? JSONValue(parsing: document, limits: limits), let keys = value["keys"]?.asArray else {
            return nil
        }
        members = keys.prefix(Self.most).compactMap(Self.member)
        if members.isEmpty { return nil }
    }

    /// The keys that may have signed a token: those of its `kid`, or all when it has none.
    func keys(for token: JSONWebToken) -> [JWTKey] {
        members.filter { member in
            if let id = token.keyID, !(member.id.map { id.isExactly($0) } ?? false) { return false }
            return member.algorithm.map { $0 == token.algorithm } ?? true
        }.map(\.key)
    }

    private static func member(_ value: JSONValue) -> Member? {
        if let use = value["use"], use != "sig" { return nil }
        if let uses = value["key_ops"], !(uses.asArray?.contains("verify") ?? false) { return nil }
        func number(_ name: String) -> [UInt8]? {
            guard let text = value[name]?.asString, text.utf8.count <= 4096, !text.utf8.contains(UInt8(ascii: "="))
            else {
                return nil
            }
            return Base64.decodeForURL(text)
        }
        let key: JWTKey?
        switch value["kty"]?.asString {
        case "RSA": key = number("n").flatMap { n in number("e").flatMap { JWTKey(modulus: n, exponent: $0) } }
        case "EC":
            guard let x = number("x"), let y = number("y"), x.count == y.count, value["crv"] != "Ed25519" else {
                return nil
            }
            key = JWTKey(curve: value["crv"]?.asString ?? "", x: x, y: y)
        case "OKP":
            guard value["crv"] == "Ed25519" else { return nil }
            key = number("x").flatMap { JWTKey(curve: "Ed25519", x: $0, y: []) }
        default: key = nil
        }
        guard let key else { return nil }
        var algorithm: JWTAlgorithm?
        if let name = value["alg"] {
            guard let known = name.asString.flatMap(JWTAlgorithm.init(rawValue:)) else { return nil }
            algorithm = known
        }
        return Member(id: value["kid"]?.asString, algorithm: algorithm, key: key)
    }
}

extension String {
    /// Whether two texts have the same bytes. Swift's `==` takes two spellings of one character for the same, and who
    /// compares what a token says must not.
    func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
