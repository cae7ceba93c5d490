import Crypto
import CryptoExtras
import Findings
import Foundation
import Vaulting

@testable import Server

/// Signs tokens, right ones and wrong ones, as issuers and attackers do.
struct TokenMaker: Sendable {
    let rsa: _RSA.Signing.PrivateKey
    let p256 = P256.Signing.PrivateKey()
    let p384 = P384.Signing.PrivateKey()
    let p521 = P521.Signing.PrivateKey()
    let ed25519 = Curve25519.Signing.PrivateKey()

    init() throws { rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    /// Made once: keys for RSA take their time.
    static let shared = try? TokenMaker()

    /// The public keys in PEM, in the order RSA, P-256, P-384, P-521, Ed25519.
    var pems: [String] {
        let prefix = Data([0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00])
        let edwards = (prefix + ed25519.publicKey.rawRepresentation).base64EncodedString()
        return [
            rsa.publicKey.pemRepresentation, p256.publicKey.pemRepresentation, p384.publicKey.pemRepresentation,
            p521.publicKey.pemRepresentation, "-----BEGIN PUBLIC KEY-----\n\(edwards)\n-----END PUBLIC KEY-----",
        ]
    }

    static func part(_ text: String) -> String { Base64.encodeForURL(Array(text.utf8)) }

    /// A token with a header and claims as they are given.
    func token(header: String, claims: String, signedAs algorithm: JWTAlgorithm) throws -> String {
        let signed = Self.part(header) + "." + Self.part(claims)
        return signed + "." + Base64.encodeForURL(try signature(of: Array(signed.utf8), algorithm))
    }

    /// A token of one algorithm.
    func token(_ claims: String, _ algorithm: JWTAlgorithm = .es256, kid: String? = nil) throws -> String {
        let id = kid.map { ",\"kid\":\"\($0)\"" } ?? ""
        return try token(
            header: "{\"typ\":\"JWT\",\"alg\":\"\(algorithm.rawValue)\"\(id)}",
            claims: claims,
            signedAs: algorithm
        )
    }

    func signature(of bytes: [UInt8], _ algorithm: JWTAlgorithm) throws -> [UInt8] {
        switch algorithm {
        case .rs256:
            Array(try rsa.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
        case .rs384:
            Array(try rsa.signature(for: SHA384.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
        case .rs512:
            Array(try rsa.signature(for: SHA512.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
        case .ps256: Array(try rsa.signature(for: SHA256.hash(data: bytes), padding: .PSS).rawRepresentation)
        case .ps384: Array(try rsa.signature(for: SHA384.hash(data: bytes), padding: .PSS).rawRepresentation)
        case .ps512: Array(try rsa.signature(for: SHA512.hash(data: bytes), padding: .PSS).rawRepresentation)
        case .es256: Array(try p256.signature(for: SHA256.hash(data: bytes)).rawRepresentation)
        case .es384: Array(try p384.signature(for: SHA384.hash(data: bytes)).rawRepresentation)
        case .es512: Array(try p521.signature(for: SHA512.hash(data: bytes)).rawRepresentation)
        case .edDSA: Array(try ed25519.signature(for: bytes))
        }
    }

    /// The keys in the form that issuers publish: `e` for the P-256 key, `r` for the RSA key.
    func keySet(ids: [String] = ["r", "e"]) throws -> [UInt8] {
        let numbers = try rsa.publicKey.getKeyPrimitives()
        let point = Array(p256.publicKey.rawRepresentation)
        func text(_ bytes: some Sequence<UInt8>) -> String { Base64.encodeForURL(Array(bytes)) }
        return Array(
            """
            {"keys":[
              {"kty":"oct","k":"AAAA","kid":"secret"},
              {"kty":"RSA","use":"sig","kid":"\(ids[0])","n":"\(text(numbers.modulus))","e":"\(text(numbers.publicExponent))"},
              {"kty":"EC","crv":"P-256","alg":"ES256","kid":"\(ids[1])","x":"\(text(point.prefix(32)))","y":"\(text(point.suffix(32)))"},
              {"kty":"RSA","use":"enc","kid":"enc","n":"\(text(numbers.modulus))","e":"\(text(numbers.publicExponent))"}
            ]}
            """.utf8
        )
    }
}
