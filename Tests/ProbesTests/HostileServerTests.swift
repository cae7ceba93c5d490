import Findings
import Probes
import Secrets
import Testing

/// Servers that want a password in the clear, or the command's time.
@Suite struct HostileServerTests {
    private static let place = Place(variable: "DATABASE_URL", environment: "production", component: "backend")

    private func ask(_ server: FakeServer, host: String, _ query: String = "", seconds: Int = 2) -> [String] {
        let url = "postgresql://app:Kf9Canary@\(host):\(server.port)/shop\(query)"
        let findings = PostgresProbe.check(Secret(url), at: Self.place, seconds: seconds)
        #expect(!findings.contains { "\($0)".contains("Kf9Canary") })
        return findings.map(\.code.id)
    }

    /// Linux connects to this machine by it, and nothing in the URL says so.
    private static let elsewhere = "0.0.0.0"

    @Test(arguments: ["", "?sslmode=prefer", "?sslmode=allow"])
    func `a server without TLS on a network never gets the password of a URL that does not demand TLS`(query: String)
        throws
    {
        let server = try FakeServer(FakeServer.curious)
        defer { server.close() }
        #expect(
            ask(server, host: Self.elsewhere, query + (query.isEmpty ? "?" : "&") + "connect_timeout=20", seconds: 20)
                == ["KF-PG-006"]
        )
        #expect(!server.received.contains("Kf9Canary") && !server.received.contains("shop"))
    }

    @Test func `a server on this machine gets what the URL says`() throws {
        let server = try FakeServer(FakeServer.curious)
        defer { server.close() }
        _ = ask(server, host: "127.0.0.1", "?connect_timeout=20", seconds: 20)
        #expect(server.received.contains("Kf9Canary"))
    }

    @Test(arguments: [FakeServer.endless, FakeServer.talkative])
    func `a server that never comes to an end is left when the time is over`(answers: [String]) throws {
        let server = try FakeServer(answers)
        defer { server.close() }
        let start = ContinuousClock.now
        #expect(ask(server, host: "127.0.0.1", "?sslmode=disable") == ["KF-PG-002"])
        #expect(ContinuousClock.now - start < .seconds(6))
    }

    @Test func `a server that lets one in and then says nothing is left when the time is over`() throws {
        let server = try FakeServer([FakeServer.endless[0]])
        defer { server.close() }
        let start = ContinuousClock.now
        #expect(ask(server, host: "127.0.0.1", "?sslmode=disable", seconds: 1) == ["KF-PG-002"])
        #expect(ContinuousClock.now - start < .seconds(4))
    }
}
