import Crypto
import CryptoExtras
import Findings
import Foundation
import SecretStore
import Testing
import Vaulting

@testable import Server

struct JWTTests {
    let maker: TokenMaker
    let keys: [JWTKey]

    init() throws {
        maker = try #require(TokenMaker.shared)
        keys = maker.pems.compactMap { JWTKey(pem: $0) }
        try #require(keys.count == 5)
    }

    private func claims(_ token: String, _ allowed: Set<JWTAlgorithm> = Set(JWTAlgorithm.allCases)) throws -> JSONObject
    {
        try JSONWebToken(token).claims(verifiedBy: keys, allowed)
    }

    static func bytes(_ text: String) -> [UInt8] { Base64.decodeForURL(text) ?? [] }

    /// RFC 7515, appendices A.2, A.3 and A.4; RFC 8037, appendix A.4.
    @Test func `published signatures are right`() throws {
        let rsa = JWTKey(
            modulus: Self.bytes(
                "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
            ),
            exponent: Self.bytes("AQAB")
        )
        let payload =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let vectors: [(JWTKey?, JWTAlgorithm, String, String)] = [
            (
                rsa, .rs256, "eyJhbGciOiJSUzI1NiJ9." + payload,
                "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
            ),
            (
                JWTKey(
                    curve: "P-256",
                    x: Self.bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                    y: Self.bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
                ),
                .es256, "eyJhbGciOiJFUzI1NiJ9." + payload,
                "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
            ),
            (
                JWTKey(
                    curve: "P-521",
                    x: Self.bytes(
                        "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk"
                    ),
                    y: Self.bytes(
                        "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"
                    )
                ),
                .es512, "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA",
                "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"
            ),
            (
                JWTKey(curve: "Ed25519", x: Self.bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"), y: []),
                .edDSA, "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
                "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
            ),
        ]
        for (key, algorithm, signed, signature) in vectors {
            let key = try #require(key, "\(algorithm)")
            #expect(key.isValid(Self.bytes(signature), of: Array(signed.utf8), algorithm), "\(algorithm)")
            #expect(!key.isValid(Self.bytes(signature), of: Array((signed + "A").utf8), algorithm), "\(algorithm)")
            for other in JWTAlgorithm.allCases where other != algorithm {
                #expect(!key.isValid(Self.bytes(signature), of: Array(signed.utf8), other), "\(algorithm) as \(other)")
            }
        }
    }

    @Test(arguments: JWTAlgorithm.allCases)
    func `each algorithm is verified by its own type of key, and by no other`(algorithm: JWTAlgorithm) throws {
        let token = try maker.token(#"{"sub":"ada"}"#, algorithm)
        #expect(try claims(token)["sub"] == "ada")
        #expect(throws: JWTRefusal.badAlgorithm) {
            try self.claims(token, Set(JWTAlgorithm.allCases).subtracting([algorithm]))
        }
        // The same signature under the name of another algorithm.
        for other in JWTAlgorithm.allCases where other != algorithm {
            let lie = try maker.token(header: "{\"alg\":\"\(other.rawValue)\"}", claims: "{}", signedAs: algorithm)
            #expect(throws: JWTRefusal.badSignature) { try self.claims(lie) }
        }
        // The signature of other claims.
        var parts = token.split(separator: ".").map(String.init)
        parts[1] = TokenMaker.part(#"{"sub":"root"}"#)
        #expect(throws: JWTRefusal.badSignature) { try self.claims(parts.joined(separator: ".")) }
    }

    /// threats.md, 14.
    @Test func `a token without a signature, or signed with a public key as a secret, is refused`() throws {
        for name in ["none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "es256", "ES256K", "RS1"] {
            let signed = TokenMaker.part("{\"alg\":\"\(name)\"}") + "." + TokenMaker.part("{}")
            #expect(throws: JWTRefusal.self) { try self.claims(signed + ".") }
            for pem in maker.pems {
                let code = HMAC<SHA256>.authenticationCode(
                    for: Data(signed.utf8),
                    using: SymmetricKey(data: Data(pem.utf8))
                )
                #expect(throws: JWTRefusal.badAlgorithm) {
                    try self.claims(signed + "." + Base64.encodeForURL(Array(code)))
                }
            }
        }
        #expect(throws: JWTRefusal.self) {
            try self.claims(TokenMaker.part(#"{"alg":"ES256"}"#) + "." + TokenMaker.part("{}") + ".")
        }
        // r = s = 0 (CVE-2022-21449).
        let zeros = Base64.encodeForURL([UInt8](repeating: 0, count: 64))
        let signed = TokenMaker.part(#"{"alg":"ES256"}"#) + "." + TokenMaker.part("{}")
        #expect(throws: JWTRefusal.badSignature) { try self.claims(signed + "." + zeros) }
        // DER instead of the two numbers.
        let der = try maker.p256.signature(for: SHA256.hash(data: Array(signed.utf8))).derRepresentation
        #expect(throws: JWTRefusal.badSignature) { try self.claims(signed + "." + Base64.encodeForURL(Array(der))) }
    }

    @Test func `a token has one spelling`() throws {
        let good = try maker.token(#"{"sub":"ada"}"#)
        #expect(throws: Never.self) { try self.claims(good) }
        let parts = good.split(separator: ".").map(String.init)
        var wrong = [
            "", ".", "..", "...", "a", "a.b", good + ".", "." + good, good + "." + parts[2], parts[0] + "." + parts[1],
            parts.joined(separator: "=."), good + "=", good + "==", good + "\n", " " + good,
            good.replacingOccurrences(of: ".", with: " ."), String(repeating: "a", count: JSONWebToken.longest + 1),
        ]
        // The last character has bits that no byte has: 64 bytes leave four of them.
        let last = try #require(good.last)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let index = try #require(alphabet.firstIndex(of: last))
        wrong.append(String(good.dropLast()) + String(alphabet[index + 1]))
        for token in wrong { #expect(throws: JWTRefusal.self, "\(token.prefix(40))") { try self.claims(token) } }
        let headers = [
            #"{"alg":"ES256","alg":"ES256"}"#, #"{"alg":"ES256","crit":["exp"]}"#, #"{"alg":"ES256","crit":[]}"#,
            #"{"alg":"ES256","b64":false,"crit":["b64"]}"#, #"{"alg":"ES256","b64":true}"#, #"{"alg":"ES256","kid":1}"#,
            #"{"alg":["ES256"]}"#, #"["ES256"]"#, "{}", "null", #"{"alg":"ES256"}x"#, "\u{FEFF}{\"alg\":\"ES256\"}",
            #" {"alg":"ES256"}"#, "{\"alg\":\"ES256\",\"kid\":\"\(String(repeating: "k", count: 257))\"}",
            "{\"alg\":\"ES256\",\"x\":\(String(repeating: "[", count: 20))\(String(repeating: "]", count: 20))}",
        ]
        for header in headers {
            let token = try maker.token(header: header, claims: "{}", signedAs: .es256)
            #expect(throws: JWTRefusal.self, "\(header)") { try self.claims(token) }
        }
        let bodies = [
            #"{"sub":"a","sub":"b"}"#, #"{"a":{"b":1,"b":2}}"#, "[]", "null", "\"x\"", "", "{", "{\"a\":1}{}",
            "\u{FEFF}{}",
            "{\"a\":[\(Array(repeating: "1", count: 3000).joined(separator: ","))]}",
            "{\"x\":\(String(repeating: "[", count: 20))\(String(repeating: "]", count: 20))}",
        ]
        for body in bodies {
            let token = try maker.token(body)
            #expect(throws: JWTRefusal.malformed, "\(body.prefix(40))") { try self.claims(token) }
        }
        // Keys and addresses of keys in the header mean nothing.
        let other = P256.Signing.PrivateKey()
        let point = Array(other.publicKey.rawRepresentation)
        let jwk =
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(Base64.encodeForURL(Array(point.prefix(32))))\",\"y\":\"\(Base64.encodeForURL(Array(point.suffix(32))))\"}"
        let signed = TokenMaker.part("{\"alg\":\"ES256\",\"jwk\":\(jwk)}") + "." + TokenMaker.part("{}")
        let signature = try other.signature(for: SHA256.hash(data: Array(signed.utf8))).rawRepresentation
        #expect(throws: JWTRefusal.badSignature) {
            try self.claims(signed + "." + Base64.encodeForURL(Array(signature)))
        }
    }

    @Test func `keys that are too weak, or none, are not taken`() throws {
        let rsa = try maker.rsa.publicKey.getKeyPrimitives()
        #expect(JWTKey(modulus: Array(rsa.modulus), exponent: Array(rsa.publicExponent)) != nil)
        #expect(JWTKey(modulus: Array(rsa.modulus.prefix(128)), exponent: [1, 0, 1]) == nil)
        #expect(JWTKey(modulus: [UInt8](repeating: 0xFF, count: 1200), exponent: [1, 0, 1]) == nil)
        #expect(JWTKey(modulus: Array(rsa.modulus), exponent: [UInt8](repeating: 0xFF, count: 5)) == nil)
        #expect(JWTKey(modulus: Array(rsa.modulus), exponent: []) == nil)
        // A point that is not on the curve.
        #expect(JWTKey(curve: "P-256", x: [UInt8](repeating: 1, count: 32), y: [UInt8](repeating: 1, count: 32)) == nil)
        #expect(JWTKey(curve: "P-256", x: [1], y: [1]) == nil)
        #expect(JWTKey(curve: "secp256k1", x: [], y: []) == nil)
        for text in [
            "", "x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", maker.rsa.pemRepresentation,
        ] {
            #expect(JWTKey(pem: text) == nil)
        }
    }

    struct Moment: Sendable {
        let claims: String
        var expectation = JWTExpectation()
        let error: String?
    }

    /// The table of Vault's documentation: "exp", "nbf" and "iat" with leeways. Now is 10 000.
    static let moments = [
        Moment(claims: "{}", error: "no issued at (iat), not before (nbf), or expiration time (exp) claims in token"),
        Moment(claims: #"{"exp":10001}"#, error: nil),
        Moment(claims: #"{"exp":9940}"#, error: nil),
        Moment(claims: #"{"exp":9939}"#, error: "invalid expiration time (exp) claim: token is expired"),
        Moment(claims: #"{"exp":9939}"#, expectation: .init(clockSkew: 61), error: nil),
        Moment(
            claims: #"{"exp":9999}"#,
            expectation: .init(clockSkew: -1),
            error: "invalid expiration time (exp) claim: token is expired"
        ),
        Moment(claims: #"{"exp":10000}"#, expectation: .init(clockSkew: -1), error: nil),
        Moment(
            claims: #"{"exp":9999.5}"#,
            expectation: .init(clockSkew: -1),
            error: "invalid expiration time (exp) claim: token is expired"
        ),
        Moment(claims: #"{"exp":1.0001e4}"#, expectation: .init(clockSkew: -1), error: nil),
        // An end that is not said is the beginning and 150 seconds.
        Moment(claims: #"{"iat":9790}"#, error: nil),
        Moment(claims: #"{"iat":9789}"#, error: "invalid expiration time (exp) claim: token is expired"),
        Moment(claims: #"{"iat":9789}"#, expectation: .init(expiration: 200), error: nil),
        Moment(
            claims: #"{"iat":9999}"#,
            expectation: .init(clockSkew: -1, expiration: -1),
            error: "invalid expiration time (exp) claim: token is expired"
        ),
        Moment(claims: #"{"nbf":9790}"#, error: nil),
        Moment(claims: #"{"nbf":9789}"#, error: "invalid expiration time (exp) claim: token is expired"),
        Moment(claims: #"{"nbf":9800,"iat":9000}"#, error: nil),
        // A beginning that is not said is the end less 150 seconds.
        Moment(claims: #"{"exp":10210}"#, error: nil),
        Moment(claims: #"{"exp":10211}"#, error: "invalid not before (nbf) claim: token not yet valid"),
        Moment(claims: #"{"exp":10211}"#, expectation: .init(notBefore: 151), error: nil),
        Moment(
            claims: #"{"exp":10061}"#,
            expectation: .init(notBefore: -1),
            error: "invalid not before (nbf) claim: token not yet valid"
        ),
        Moment(claims: #"{"exp":99999,"iat":9000}"#, error: nil),
        Moment(claims: #"{"exp":99999,"nbf":10060}"#, error: nil),
        Moment(claims: #"{"exp":99999,"nbf":10061}"#, error: "invalid not before (nbf) claim: token not yet valid"),
        Moment(
            claims: #"{"exp":99999,"nbf":1,"iat":10061}"#,
            error: "invalid issued at (iat) claim: token issued in the future"
        ),
        Moment(claims: #"{"exp":99999,"nbf":1,"iat":10060}"#, error: nil),
        // Zero is 1970, and not "no end".
        Moment(claims: #"{"exp":0,"iat":9999}"#, error: "invalid expiration time (exp) claim: token is expired"),
        Moment(claims: #"{"exp":null,"iat":9999}"#, error: nil),
        Moment(claims: #"{"exp":"99999"}"#, error: "the exp claim is not a number of seconds"),
        Moment(claims: #"{"exp":1e300}"#, error: "the exp claim is not a number of seconds"),
        Moment(claims: #"{"exp":99999,"iat":[1]}"#, error: "the iat claim is not a number of seconds"),
        Moment(claims: #"{"exp":9223372036854775807,"iat":1}"#, error: nil),
        Moment(
            claims: #"{"exp":-9223372036854775808,"iat":1}"#,
            error: "invalid expiration time (exp) claim: token is expired"
        ),
        Moment(
            claims: #"{"iat":9999}"#,
            expectation: .init(needsEnd: true),
            error: "no expiration time (exp) claim in token"
        ),
        // Whom it is for, and of whom.
        Moment(claims: #"{"exp":10001,"iss":"a"}"#, expectation: .init(issuer: "a"), error: nil),
        Moment(
            claims: #"{"exp":10001,"iss":"a/"}"#,
            expectation: .init(issuer: "a"),
            error: "invalid issuer (iss) claim"
        ),
        Moment(claims: #"{"exp":10001}"#, expectation: .init(issuer: "a"), error: "invalid issuer (iss) claim"),
        Moment(
            claims: #"{"exp":10001,"iss":["a"]}"#,
            expectation: .init(issuer: "a"),
            error: "invalid issuer (iss) claim"
        ),
        // One look, other bytes.
        Moment(
            claims: "{\"exp\":10001,\"iss\":\"e\u{301}\"}",
            expectation: .init(issuer: "\u{E9}"),
            error: "invalid issuer (iss) claim"
        ),
        Moment(
            claims: #"{"exp":10001,"sub":"A"}"#,
            expectation: .init(subject: "a"),
            error: "invalid subject (sub) claim"
        ),
        Moment(claims: #"{"exp":10001,"aud":"a"}"#, expectation: .init(audiences: ["b", "a"]), error: nil),
        Moment(claims: #"{"exp":10001,"aud":["x","a"]}"#, expectation: .init(audiences: ["a"]), error: nil),
        Moment(
            claims: #"{"exp":10001,"aud":["a/"]}"#,
            expectation: .init(audiences: ["a"]),
            error: "invalid audience (aud) claim: audience claim does not match any expected audience"
        ),
        Moment(
            claims: #"{"exp":10001,"aud":["a",1]}"#,
            expectation: .init(audiences: ["a"]),
            error: "invalid audience (aud) claim"
        ),
        Moment(
            claims: #"{"exp":10001}"#,
            expectation: .init(audiences: ["a"]),
            error: "invalid audience (aud) claim: audience claim does not match any expected audience"
        ),
    ]

    @Test(arguments: moments)
    func `times, issuers, subjects and audiences are as Vault documents them`(row: Moment) throws {
        let object = try #require(try JSONValue(parsing: Array(row.claims.utf8)).asObject)
        let now = Timestamp(microseconds: 10_000_000_000)
        var found: String?
        do throws(JWTRefusal) { try row.expectation.check(JWTClaims(object), at: now) } catch { found = error.text }
        #expect(found == row.error, "\(row.claims)")
    }

    @Test func `claims are found by name and by pointer`() throws {
        let text = #"{"a":{"b":["x",{"c/d":"y","~":"z"}]},"/a":"slash","n":null}"#
        let claims = JWTClaims(try #require(try JSONValue(parsing: Array(text.utf8)).asObject))
        let rows: [(String, JSONValue?)] = [
            ("/a/b/0", "x"), ("/a/b/1/c~1d", "y"), ("/a/b/1/~0", "z"), ("/a/b/01", nil), ("/a/b/-1", nil),
            ("/a/b/2", nil),
            ("/a/x", nil), ("/a/b/1/~2", nil), ("n", nil), ("/n", nil), ("/a/b/0/x", nil), ("b", nil),
        ]
        for (name, expected) in rows { #expect(claims[name] == expected, "\(name)") }
        #expect(JWTClaims.plain("/a", claims) == "slash")
    }

    @Test func `patterns fit whole texts`() {
        let rows: [(String, String, Bool)] = [
            ("", "", true), ("", "*", true), ("a", "", false), ("abc", "abc", true), ("abc", "a*", true),
            ("abc", "*c", true), ("abc", "a*c", true), ("abc", "a*b", false), ("abc", "*b*", true),
            ("ab", "a*b*c", false),
            ("aXbXc", "a*b*c", true), ("abcabc", "*abc", true), ("repo:a/b:ref", "repo:a/*:ref", true),
            ("a?c", "a?c", true),
            ("abc", "a?c", false), ("abc", "a**c", true),
        ]
        for (text, pattern, expected) in rows {
            #expect(BoundClaims.fits(text, pattern) == expected, "\(text) \(pattern)")
        }
        let long = String(repeating: "a", count: 4000)
        #expect(!BoundClaims.fits(long, String(repeating: "a*", count: 200) + "b"))
    }

    @Test func `bound claims hold one of their values`() throws {
        func check(_ bound: String, _ claims: String, globs: Bool = false) throws -> String? {
            let bound = BoundClaims(
                values: try #require(try JSONValue(parsing: Array(bound.utf8)).asObject),
                areGlobs: globs
            )
            let object = try #require(try JSONValue(parsing: Array(claims.utf8)).asObject)
            do throws(JWTRefusal) { try bound.check(JWTClaims(object)) } catch { return error.text }
            return nil
        }
        let mismatch = "claim \"g\" does not match any associated bound claim values"
        #expect(try check(#"{"g":"a"}"#, #"{"g":"a"}"#) == nil)
        #expect(try check(#"{"g":["b","a"]}"#, #"{"g":["x","a"]}"#) == nil)
        #expect(try check(#"{"g":"a"}"#, "{}") == "claim \"g\" is missing")
        #expect(try check(#"{"g":"a"}"#, #"{"g":"A"}"#) == mismatch)
        #expect(try check(#"{"g":"a*"}"#, #"{"g":"ab"}"#) == mismatch)
        #expect(try check(#"{"g":"a*"}"#, #"{"g":"ab"}"#, globs: true) == nil)
        #expect(try check(#"{"g":"a*"}"#, #"{"g":7}"#, globs: true) == mismatch)
        #expect(try check(#"{"g":7}"#, #"{"g":7}"#) == nil)
        #expect(try check(#"{"g":7}"#, #"{"g":"7"}"#) == mismatch)
        #expect(try check(#"{"g":true}"#, #"{"g":"true"}"#) == mismatch)
        #expect(try check(#"{"g":"a"}"#, #"{"g":{"a":1}}"#) == "received claim is not a string, bool, int or list")
        #expect(try check(#"{"g":"a"}"#, #"{"g":[]}"#) == mismatch)
    }
}

struct KeySetTests {
    /// A clock and an issuer that tests set.
    final class Issuer: @unchecked Sendable {
        var time = Timestamp(microseconds: 1_000_000_000_000)
        var document: [UInt8]?
        var fetches = 0
    }

    @Test func `keys are fetched once an hour, and for one that is not known at most twice a minute`() throws {
        let maker = try #require(TokenMaker.shared)
        let issuer = Issuer()
        let cache = KeySetCache(
            fetch: { _, _ in
                issuer.fetches += 1
                return issuer.document
            },
            clock: { issuer.time }
        )
        let configuration = JWTConfiguration(["url": "https://issuer.example/keys"])
        func count(_ kid: String?, _ algorithm: JWTAlgorithm = .es256) throws -> Int {
            try cache.keys(
                for: try JSONWebToken(try maker.token("{}", algorithm, kid: kid)),
                configuration,
                mount: "auth/jwt"
            ).count
        }
        #expect(throws: JWTRefusal.self) { try count("e") }
        #expect(throws: JWTRefusal.self) { try count("e") }
        #expect(issuer.fetches == 1)
        issuer.document = try maker.keySet()
        issuer.time = issuer.time.adding(seconds: 30)
        #expect(try count("e") == 1)
        // `kid` names one of the keys and no more; a key that says its algorithm has that one only.
        #expect(try count("r", .rs256) == 1)
        #expect(try count("e", .rs256) == 0)
        #expect(try count(nil, .rs256) == 1)
        for kid in ["enc", "secret", "../e", "E", "e\u{0301}"] { #expect(try count(kid) == 0) }
        #expect(issuer.fetches == 2)
        issuer.time = issuer.time.adding(seconds: 29)
        for _ in 0..<50 { #expect(try count("new") == 0) }
        #expect(issuer.fetches == 2)
        issuer.document = try maker.keySet(ids: ["r2", "new"])
        issuer.time = issuer.time.adding(seconds: 1)
        #expect(try count("new") == 1)
        #expect(try count("e") == 0)
        #expect(issuer.fetches == 3)
        // A document that cannot be used takes nothing away, until the old one is an hour old.
        issuer.document = Array("{}".utf8)
        issuer.time = issuer.time.adding(seconds: 3000)
        #expect(try count("other") == 0)
        #expect(try count("new") == 1)
        issuer.time = issuer.time.adding(seconds: 601)
        #expect(throws: JWTRefusal.self) { try count("new") }
        issuer.time = issuer.time.adding(seconds: 30)
        issuer.document = [UInt8](repeating: 0x20, count: JSONWebKeySet.largest + 1)
        #expect(throws: JWTRefusal.self) { try count("new") }
    }

    @Test func `nobody whose key is known waits for a slow issuer`() async throws {
        let maker = try #require(TokenMaker.shared)
        let document = try maker.keySet()
        let issuer = Issuer()
        let (began, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let cache = KeySetCache(
            fetch: { _, _ in
                issuer.fetches += 1
                if issuer.fetches > 1 {
                    began.signal()
                    release.wait()
                }
                return document
            },
            clock: { issuer.time }
        )
        let configuration = JWTConfiguration(["url": "https://issuer.example/keys"])
        let known = try JSONWebToken(try maker.token("{}", kid: "e"))
        let unknown = try JSONWebToken(try maker.token("{}", kid: "x"))
        #expect(try cache.keys(for: known, configuration, mount: "m").count == 1)
        issuer.time = issuer.time.adding(seconds: 60)
        let slow = Foundation.Thread { _ = try? cache.keys(for: unknown, configuration, mount: "m") }
        slow.start()
        began.wait()
        // The fetch is under way, and stays so.
        #expect(try cache.keys(for: known, configuration, mount: "m").count == 1)
        #expect(try cache.keys(for: unknown, configuration, mount: "m").isEmpty)
        release.signal()
        #expect(issuer.fetches == 2)
    }

    @Test func `a slow issuer holds one thread, whoever else needs keys`() async throws {
        let maker = try #require(TokenMaker.shared)
        let document = try maker.keySet()
        let issuer = Issuer()
        let (began, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let cache = KeySetCache(
            fetch: { url, _ in
                issuer.fetches += 1
                guard url.contains("slow") else { return document }
                began.signal()
                release.wait()
                return document
            },
            clock: { issuer.time }
        )
        let (slow, quick) = (
            JWTConfiguration(["url": "https://slow.example/keys"]),
            JWTConfiguration(["url": "https://quick.example/keys"])
        )
        let token = try JSONWebToken(try maker.token("{}", kid: "e"))
        let ended = DispatchSemaphore(value: 0)
        let thread = Foundation.Thread {
            _ = try? cache.keys(for: token, slow, mount: "slow")
            ended.signal()
        }
        thread.start()
        began.wait()
        for (configuration, mount) in [(slow, "slow"), (slow, "other"), (quick, "quick")] {
            #expect(throws: JWTRefusal.busy) { try cache.keys(for: token, configuration, mount: mount) }
        }
        #expect(issuer.fetches == 1)
        release.signal()
        ended.wait()
        // Whoever was told to come again is served at once: a fetch that was not made counts for nothing.
        #expect(try cache.keys(for: token, slow, mount: "slow").count == 1)
        #expect(try cache.keys(for: token, quick, mount: "quick").count == 1)
        #expect(issuer.fetches == 2)
    }

    @Test func `only addresses over HTTPS without a user are asked`() {
        for address in ["https://a", "https://a.example:8443/keys?x=1", "https://[::1]/k"] {
            #expect(KeySetAddress.isOne(address), "\(address)")
        }
        for address in [
            "", "http://a/keys", "HTTPS://a", "file:///etc/passwd", "https://", "https:///x", "https://u@a/",
            "https://u:p@a",
            "https://a/#x", "https://a\\@b", "https://a b", "https://:443/", "gopher://a", "https://é.example",
            "https://a/" + String(repeating: "x", count: 2000),
        ] {
            #expect(!KeySetAddress.isOne(address), "\(address)")
        }
    }
}
