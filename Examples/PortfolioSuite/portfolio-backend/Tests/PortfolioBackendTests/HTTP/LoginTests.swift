import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import PortfolioBackend

struct LoginTests {
    @Test func `the right password gives a token that opens the user's data`() async throws {
        try await Fixture.with { fixture in
            try await fixture.serving { client in
                let answer = try await client.login("demo", Fixture.password)
                #expect(answer.status == .ok)
                let token = try answer.decode(Token.self)
                #expect(token.tokenType == "Bearer" && token.expiresIn == 900)

                let me = try await client.get("/api/me", token: token.token)
                #expect(me.text == #"{"display_name":"Demo Investor","id":1,"username":"demo"}"#)
            }
        }
    }

    @Test func `a wrong password and an unknown name get the same answer for the same work`() async throws {
        try await Fixture.with { fixture in
            let backend = try await fixture.backend()
            try await backend.application().test(.router) { client in
                let wrong = try await client.login("demo", "not the password")
                let afterWrong = await backend.passwords.hashesComputed
                let unknown = try await client.login("nobody", "not the password")
                let afterUnknown = await backend.passwords.hashesComputed
                #expect(wrong.status == .unauthorized && unknown.status == .unauthorized)
                #expect(wrong.errorCode == "invalid_credentials")
                #expect(wrong.text == unknown.text)
                #expect(wrong.headers == unknown.headers)
                #expect(afterWrong == 1 && afterUnknown == 2)
            }
        }
    }

    @Test(arguments: [
        (#"{"username":"demo"}"#, "application/json", 400), ("not json", "application/json", 400),
        (#"{"username":"","password":"x"}"#, "application/json", 400),
        (#"{"username":"demo\u0000x","password":"x"}"#, "application/json", 400),
        (#"{"username":"\#(String(repeating: "u", count: 65))","password":"x"}"#, "application/json", 400),
        (#"{"username":"demo","password":"\#(String(repeating: "p", count: 5000))"}"#, "application/json", 413),
        (#"{"username":"demo","password":"x"}"#, "text/plain", 415),
        (#"{"username":"' OR 1=1 --","password":"x"}"#, "application/json", 401),
    ])
    func `a request that is no login is refused and not echoed`(body: String, type: String, status: Int) async throws {
        try await Fixture.with { fixture in
            try await fixture.serving { client in
                let answer = try await client.post("/api/login", body, type: type)
                #expect(answer.status.code == status)
                #expect(!answer.text.contains("demo") && !answer.text.contains("uuuu"))
            }
        }
    }

    @Test func `the eleventh attempt in a row is turned away, and only when the limit is on`() async throws {
        try await Fixture.with { fixture in
            for (switched, last) in [("True", HTTPResponse.Status.tooManyRequests), ("False", .unauthorized)] {
                try await fixture.serving(["RATE_LIMIT_ENABLED": switched]) { client in
                    for _ in 0..<10 {
                        let attempt = try await client.login("demo", "wrong")
                        #expect(attempt.status == .unauthorized)
                    }
                    let eleventh = try await client.login("demo", "wrong")
                    #expect(eleventh.status == last)
                    #expect((eleventh.headers[.retryAfter] != nil) == (last == .tooManyRequests))
                }
            }
        }
    }

    @Test func `neither the log nor an answer contains a secret, at any level and in either format`() async throws {
        try await Fixture.with { fixture in
            for format in ["text", "json"] {
                try await fixture.serving(["LOG_FORMAT": format, "DEBUG": "True"]) { client in
                    let token = try await client.token()
                    _ = try await client.get("/api/portfolio", token: token)
                    _ = try await client.get("/api/me", token: token + "x")
                    _ = try await client.get("/\(token)")
                    _ = try await client.login("typed-my-password-as-name", "wrong-password-text")
                    let tail = String(token.suffix(20))
                    for secret in [
                        Fixture.password, tail, fixture.rolePassword, fixture.environment["SECRET_KEY"] ?? "",
                        "wrong-password-text", "typed-my-password-as-name", "postgresql://",
                    ] {
                        #expect(!fixture.log.text.contains(secret))
                    }
                }
            }
            // What is not logged at all hides everything: the log must have the events.
            for event in ["login failed", "login", "/api/portfolio", "\"status\":\"401\"", " status=404"] {
                #expect(fixture.log.text.contains(event))
            }
        }
    }
}
