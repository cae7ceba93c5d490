import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import PortfolioBackend

struct UserTests {
    private struct Answer: Decodable {
        struct Holding: Decodable {
            let symbol: String
            let value: String
        }
        let owner: String
        let currency: String
        let total: String
        let holdings: [Holding]
    }

    @Test func `the portfolio comes from the database, to the cent`() async throws {
        try await Fixture.with { fixture in
            try await fixture.serving { client in
                let answer = try await client.get("/api/portfolio", token: try await client.token())
                let portfolio = try answer.decode(Answer.self)
                #expect(portfolio.owner == "Demo Investor" && portfolio.currency == "EUR")
                #expect(portfolio.holdings.map(\.symbol) == ["ALPN", "NRTH", "GLSS", "CASH"])
                #expect(portfolio.holdings.map(\.value) == ["8486.20", "5784.00", "2955.00", "1250.00"])
                #expect(portfolio.total == "18475.20")
            }
        }
    }

    @Test func `seeding again changes nothing but the password`() async throws {
        try await Fixture.with { fixture in
            let database = Database(url: Sensitive(fixture.databaseURL), connections: 1)
            try await Seed(database: database, cost: Fixture.cheap).run(password: Sensitive("another-password"))
            let counts = try await database.read(
                "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM holdings)"
            )
            #expect(counts == [["1", "4"]])
            try await fixture.serving { client in
                let old = try await client.login("demo", Fixture.password)
                #expect(old.status == .unauthorized)
                let new = try await client.login("demo", "another-password")
                #expect(new.status == .ok)
            }
        }
    }

    @Test(arguments: ["/api/me", "/api/portfolio"])
    func `without a valid token there is no answer`(path: String) async throws {
        try await Fixture.with { fixture in
            try await fixture.serving { client in
                let none = try await client.get(path)
                #expect(none.status == .unauthorized)
                #expect(none.headers[.wwwAuthenticate] == "Bearer realm=\"portfolio-suite\"")

                let token = try await client.token()
                let tampered = token.dropLast(8) + "AAAAAAAA"
                for header in ["Bearer \(tampered)", "Basic \(token)", "Bearer", "Bearer  \(token)", token] {
                    let refused = try await client.get(path, headers: [.authorization: header])
                    #expect(refused.status == .unauthorized, "accepted: \(header.prefix(8))…")
                    #expect(refused.headers[.wwwAuthenticate]?.contains("invalid_token") == true)
                }
            }
        }
    }

    @Test func `a token signed with another SECRET_KEY is refused`() async throws {
        try await Fixture.with { fixture in
            try await fixture.serving { old in
                let token = try await old.token()
                let rotated = ["SECRET_KEY": String(repeating: "fedcba9876543210", count: 4)]
                try await fixture.serving(rotated) { new in
                    let stillGood = try await old.get("/api/me", token: token)
                    #expect(stillGood.status == .ok)
                    let refused = try await new.get("/api/me", token: token)
                    #expect(refused.errorCode == "invalid_token")
                    let renewed = try await new.get("/api/me", token: try await new.token())
                    #expect(renewed.status == .ok)
                }
            }
        }
    }

    @Test func `the token of a user who is gone is refused`() async throws {
        try await Fixture.with { fixture in
            try await fixture.serving { client in
                let token = try await client.token()
                let database = Database(url: Sensitive(fixture.databaseURL), connections: 1)
                try await database.transaction([(sql: "DELETE FROM users", parameters: [])])
                let refused = try await client.get("/api/me", token: token)
                #expect(refused.errorCode == "invalid_token")
            }
        }
    }
}
