import Crypto
import Foundation
import Testing

@testable import PortfolioBackend

struct TokensTests {
    private static let key = String(repeating: "0123456789abcdef", count: 4)
    private static let user = User(id: 7, username: "demo", displayName: "Demo")

    /// Signed here with an HMAC of our own, so that each claim can be wrong alone.
    private static func token(
        header: String = #"{"alg":"HS256","typ":"JWT"}"#,
        issuer: String = "portfolio-backend",
        audience: String = "portfolio-suite",
        subject: String = "7",
        lives: TimeInterval = 60,
        key: String = key
    ) -> String {
        let now = Int(Date.now.timeIntervalSince1970)
        let claims =
            #"{"iss":"\#(issuer)","aud":"\#(audience)","sub":"\#(subject)","iat":\#(now),"#
            + #""exp":\#(now + Int(lives))}"#
        let signed = encode(Data(header.utf8)) + "." + encode(Data(claims.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(key.utf8)))
        return signed + "." + encode(Data(code))
    }

    private static func encode(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    @Test func `a token is a standard HS256 one that lives fifteen minutes`() async throws {
        let tokens = await Tokens(secretKey: Sensitive(Self.key))
        #expect(await tokens.userID(from: try tokens.issue(for: Self.user)) == 7)
        #expect(await tokens.userID(from: Self.token()) == 7)
        let almost = Date.now - 15 * 60 + 30
        #expect(await tokens.userID(from: try tokens.issue(for: Self.user, now: almost)) == 7)
        #expect(await tokens.userID(from: try tokens.issue(for: Self.user, now: almost - 31)) == nil)
    }

    @Test(arguments: [
        ("expired", token(lives: -1)), ("from another issuer", token(issuer: "somebody")),
        ("for another audience", token(audience: "another-suite")), ("for no user", token(subject: "x")),
        ("signed with another key", token(key: String(repeating: "another-key-0000", count: 4))),
        ("empty", ""), ("no token", "a.b.c"), ("two parts", "a.b"), ("too long", String(repeating: "a", count: 5000)),
        ("without its signature", token().split(separator: ".").prefix(2).joined(separator: ".") + "."),
        (
            "with alg none and no signature",
            token(header: #"{"alg":"none","typ":"JWT"}"#).split(separator: ".").prefix(2).joined(separator: ".") + "."
        ),
    ])
    func `a token that is not ours or not valid is refused`(what: String, token: String) async {
        let tokens = await Tokens(secretKey: Sensitive(Self.key))
        #expect(await tokens.userID(from: token) == nil, "a token \(what) was accepted")
    }

    @Test func `a token that was tampered with anywhere is refused`() async throws {
        let tokens = await Tokens(secretKey: Sensitive(Self.key))
        let token = try await tokens.issue(for: Self.user)
        // The last character of the signature carries two bits that no decoder looks at: leave it out.
        for index in token.indices.dropLast() where token[index] != "." {
            var tampered = token
            tampered.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            #expect(await tokens.userID(from: tampered) == nil)
        }
    }
}
