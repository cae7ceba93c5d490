import Hummingbird
import HummingbirdTesting
import Testing

@testable import PortfolioBackend

struct HealthTests {
    private struct Answer: Decodable {
        let status: String
        let database: String
        let environment: String
        let version: String
        let detail: String?
    }

    @Test func `health tells status, database, environment and version`() async throws {
        try await Fixture.with { fixture in
            try await fixture.serving(["ENVIRONMENT": "staging"]) { client in
                let response = try await client.get("/health")
                let health = try response.decode(Answer.self)
                #expect(response.status == .ok)
                #expect(health.status == "ok" && health.database == "reachable")
                #expect(health.environment == "staging" && health.version == Product.version)
            }
        }
    }

    @Test func `health is 503 while the database is down, and well again afterwards`() async throws {
        try await Fixture.with { fixture in
            let superuser = fixture.cluster.superuser
            try await fixture.serving { client in
                let before = try await client.get("/health")
                #expect(before.status == .ok)

                _ = try await superuser.read("ALTER DATABASE \(fixture.name) ALLOW_CONNECTIONS false")
                _ = try await superuser.read(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                    [fixture.name]
                )
                for _ in 0..<5 {
                    let down = try await client.get("/health")
                    #expect(down.status == .serviceUnavailable)
                    #expect(try down.decode(Answer.self).database == "unreachable")
                }
                let login = try await client.login("demo", Fixture.password)
                #expect(login.status == .serviceUnavailable && login.errorCode == "unavailable")

                _ = try await superuser.read("ALTER DATABASE \(fixture.name) ALLOW_CONNECTIONS true")
                let after = try await client.get("/health")
                #expect(after.status == .ok)
            }
        }
    }

    @Test func `a connection that broke costs no request`() async throws {
        try await Fixture.with { fixture in
            try await fixture.serving { client in
                for _ in 0..<8 {
                    let health = try await client.get("/health")
                    #expect(health.status == .ok)
                    _ = try await fixture.cluster.superuser.read(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                        [fixture.name]
                    )
                }
            }
        }
    }

    @Test func `the cause is told where DEBUG is on, and nowhere else`() async throws {
        try await Fixture.with { fixture in
            let wrong = fixture.databaseURL.replacing(fixture.rolePassword, with: "wrong-password")
            for (debug, told) in [("True", true), ("False", false)] {
                try await fixture.serving(["DEBUG": debug, "DATABASE_URL": wrong]) { client in
                    let health = try await client.get("/health").decode(Answer.self)
                    #expect((health.detail?.contains("PB-DB-001") == true) == told)
                    #expect((health.detail?.contains("does not accept the password") == true) == told)
                    #expect(health.detail?.contains("wrong-password") != true)
                }
            }
            #expect(!fixture.log.text.contains("wrong-password"))
        }
    }

    @Test func `a password with an unescaped @ or slash shows nowhere, though libpq would quote it`() async throws {
        try await Fixture.with { fixture in
            for password in ["first@seco.nd.invalid", "fir/st@third"] {
                let url = "postgresql://user:\(password)@localhost:1/database"
                try await fixture.serving(["DEBUG": "True", "DATABASE_URL": url]) { client in
                    let response = try await client.get("/health")
                    #expect(response.status == .serviceUnavailable)
                    for part in ["first", "seco", "fir", "third"] {
                        #expect(!response.text.contains(part) && !fixture.log.text.contains(part))
                    }
                }
            }
        }
    }

    @Test func `a database without tables says what to run`() async throws {
        try await Fixture.with { fixture in
            let database = Database(url: Sensitive(fixture.databaseURL), connections: 1)
            try await database.transaction([(sql: "DROP TABLE holdings, users", parameters: [])])
            try await fixture.serving { client in
                let health = try await client.get("/health")
                #expect(health.status == .ok)
                let login = try await client.login("demo", "x")
                #expect(login.status == .serviceUnavailable)
            }
            #expect(fixture.log.text.contains("PB-DB-003") && fixture.log.text.contains("portfolio-backend seed"))
        }
    }
}
