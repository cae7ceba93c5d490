import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import PortfolioBackend

struct HeaderTests {
    private static let always = [
        ("Content-Security-Policy", "default-src 'none'"), ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"),
    ]

    @Test func `every answer carries the security headers, errors too`() async throws {
        try await Fixture.with { fixture in
            try await fixture.serving(["HSTS_ENABLED": "True", "HSTS_MAX_AGE": "600"]) { client in
                let answers = [
                    try await client.get("/health"), try await client.get("/api/me"), try await client.get("/nowhere"),
                    try await client.login("demo", "wrong"), try await client.post("/api/login", "x", type: "x/y"),
                ]
                #expect(answers.map(\.status.code) == [200, 401, 404, 401, 415])
                for answer in answers {
                    for (name, value) in Self.always {
                        let name = try #require(HTTPField.Name(name))
                        #expect(answer.headers[name]?.hasPrefix(value) == true)
                    }
                    #expect(answer.headers[.strictTransportSecurity] == "max-age=600; includeSubDomains")
                    #expect(answer.headers[.server] == nil)
                }
            }
        }
    }

    @Test func `without HSTS_ENABLED there is no Strict-Transport-Security`() async throws {
        try await Fixture.with { fixture in
            try await fixture.serving(["HSTS_MAX_AGE": "600"]) { client in
                let answer = try await client.get("/health")
                #expect(answer.headers[.strictTransportSecurity] == nil)
            }
        }
    }

    @Test func `a host that is not allowed is refused, headers and all`() async throws {
        try await Fixture.with { fixture in
            try await fixture.serving(["ALLOWED_HOSTS": "app.example.com"]) { client in
                for path in ["/health", "/api/me", "/nowhere"] {
                    let refused = try await client.get(path)
                    #expect(refused.status == .misdirectedRequest && refused.errorCode == "wrong_host")
                    #expect(refused.headers[.xContentTypeOptions] == "nosniff")
                }
            }
        }
    }

    @Test func `pages from our hosts may read the answers, others may not`() async throws {
        try await Fixture.with { fixture in
            try await fixture.serving { client in
                let ours = try await client.get("/health", headers: [.origin: "http://localhost:3000"])
                #expect(ours.headers[.accessControlAllowOrigin] == "http://localhost:3000")
                #expect(ours.headers[.accessControlAllowCredentials] == nil)
                let error = try await client.get("/api/me", headers: [.origin: "http://localhost:3000"])
                #expect(error.headers[.accessControlAllowOrigin] == "http://localhost:3000")
                let others = try await client.get("/health", headers: [.origin: "http://evil.example"])
                #expect(others.headers[.accessControlAllowOrigin] == nil && others.headers[.vary] == "Origin")

                let preflight = try await client.executeRequest(
                    uri: "/api/login",
                    method: .options,
                    headers: [.origin: "http://localhost:3000", .accessControlRequestMethod: "POST"],
                    body: nil
                )
                #expect(preflight.status == .noContent)
                #expect(preflight.headers[.accessControlAllowHeaders] == "Authorization, Content-Type")
            }
        }
    }
}
