import Findings
import Foundation
import Probes
import Secrets
import Testing

/// Every answer that a URL can get, from a real PostgreSQL, told apart by its code; and never the password.
@Suite(.enabled(if: TestServer.isThere, Comment(rawValue: TestServer.hint)))
struct PostgresProbeTests {
    private static let place = Place(variable: "DATABASE_URL", environment: "production", component: "backend")

    /// What is found, by code, after a look at every word for the password.
    private static func codes(_ url: String, secrets: [String] = []) -> [String] {
        let findings = PostgresProbe.check(Secret(url), at: place)
        var words = findings.flatMap { [$0.message, $0.reason, "\($0.fix as Any)", "\($0)", String(reflecting: $0)] }
        words.append(JSONReport.render(findings, options: ReportOptions(version: "1")))
        for secret in [TestServer.password, TestServer.encodedPassword, "Kf9Canary", url] + secrets {
            #expect(!words.contains { $0.contains(secret) }, "a finding has the password in it")
        }
        #expect(findings.allSatisfy { $0.place == place })
        return findings.map(\.code.id)
    }

    private let server: TestServer

    init() throws { server = try TestServer.shared.get() }

    @Test func `a good URL is found to be good`() {
        #expect(Self.codes(server.url("app")) == ["KF-PG-012"])
    }

    @Test(arguments: [
        "", "?", "?connect_timeout=3", "?sslmode=require&", "?application_name=a%3Fb%26connect_timeout%3D",
    ])
    func `whatever the URL's query is, the database is asked`(query: String) {
        let url = server.url("app", "") + query
        #expect(Self.codes(url) == ["KF-PG-012"])
    }

    @Test func `a question mark in the password is no query`() throws {
        let password = "Kf9Canary?raw"
        try TestServer.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"],
            input: "CREATE ROLE probe_question LOGIN PASSWORD '\(password)';"
        )
        #expect(Self.codes(server.url("question", password: password, "")) == ["KF-PG-012"])
    }

    @Test func `a wrong password is told, as is an unknown role, which the server does not tell apart`() {
        #expect(Self.codes(server.url("app", password: "Kf9Canary-wrong%40")) == ["KF-PG-003"])
        #expect(Self.codes(server.url("nobody")) == ["KF-PG-003"])
        #expect(Self.codes(server.url("locked")) == ["KF-PG-003"])
        #expect(Self.codes("postgresql://probe_app@\(server.host):\(server.port)/probe_shop") == ["KF-PG-003"])
    }

    @Test func `an unknown database is told, and one that the role may not enter`() {
        #expect(Self.codes(server.url("app", database: "nowhere")) == ["KF-PG-004"])
        #expect(Self.codes(server.url("app", database: "probe_closed")) == ["KF-PG-003"])
    }

    @Test func `a server that is not there is told`() {
        #expect(Self.codes(server.url("app", port: "1")) == ["KF-PG-002"])
        #expect(Self.codes(server.url("app", host: "nowhere.invalid")) == ["KF-PG-002"])
        #expect(Self.codes(server.url("app", "host=/nonexistent&sslmode=disable")) == ["KF-PG-002"])
        #expect(Self.codes(server.url("full")) == ["KF-PG-002"])
    }

    @Test func `a server that never answers is given up after the URL's own time`() throws {
        let silent = try FakeServer(FakeServer.silent)
        defer { silent.close() }
        let start = ContinuousClock.now
        let url = server.url("app", port: silent.port, "connect_timeout=2&sslmode=disable")
        #expect(Self.codes(url) == ["KF-PG-002"])
        #expect(ContinuousClock.now - start < .seconds(4))
    }

    @Test func `a connection in the clear is told, on a network`() {
        #expect(Self.codes(server.url("app", "sslmode=disable")) == ["KF-PG-006"])
    }

    @Test func `a Unix socket needs no encryption`() {
        let user = "probe_app:\(TestServer.encodedPassword)"
        let url = "postgresql://\(user)@/probe_shop?host=\(server.socketFolder)&port=\(server.port)"
        #expect(Self.codes(url) == ["KF-PG-012"])
    }

    @Test func `a certificate that does not verify is told`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "probes-ca-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let other = folder.appending(path: "other.crt").path
        let made = try TestServer.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=another test CA", "-keyout", folder.appending(path: "other.key").path, "-out", other,
        ])
        #expect(made.status == 0, "\(made.text)")
        #expect(Self.codes(server.url("app", "sslmode=verify-full&sslrootcert=\(other)")) == ["KF-PG-005"])
        #expect(Self.codes(server.url("app", "sslmode=verify-ca&sslrootcert=\(folder.path)/none")) == ["KF-PG-005"])
        let misnamed = "host=db.example&hostaddr=127.0.0.1&sslmode=verify-full"
        #expect(Self.codes(server.url("app", misnamed)) == ["KF-PG-005"])
    }

    @Test(arguments: [FakeServer.withoutTLS, FakeServer.garbled])
    func `TLS that is asked for and not to be had is told`(answers: [String]) throws {
        let other = try FakeServer(answers)
        defer { other.close() }
        #expect(Self.codes(server.url("app", port: other.port, "connect_timeout=5&sslmode=require")) == ["KF-PG-005"])
    }

    @Test(arguments: [
        ("creator", ["CREATEROLE"]), ("maker", ["CREATEDB"]), ("replica", ["REPLICATION"]), ("bypass", ["BYPASSRLS"]),
        ("everything", ["CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"]),
    ])
    func `rights that an application does not need are named`(role: String, rights: [String]) {
        #expect(Self.codes(server.url(role)) == ["KF-PG-008"])
        let finding = PostgresProbe.check(Secret(server.url(role)), at: Self.place).first
        #expect(finding?.message.hasSuffix("has \(rights.joined(separator: ", "))") == true)
    }

    @Test func `a superuser is told and nothing else of it`() {
        let address = "\(server.host):\(server.port)/probe_shop?sslmode=verify-full"
        let url = "postgresql://\(server.superuser):\(server.superuserPassword)@\(address)"
        #expect(Self.codes(url, secrets: [server.superuserPassword]) == ["KF-PG-007"])
    }

    @Test(arguments: [("reader", "pg_read_all_data"), ("runner", "pg_execute_server_program")])
    func `a predefined role that reaches beyond the data is named`(role: String, group: String) {
        #expect(Self.codes(server.url(role)) == ["KF-PG-009"])
        let finding = PostgresProbe.check(Secret(server.url(role)), at: Self.place).first
        #expect(finding?.message.contains(group) == true)
    }

    @Test func `the owner of the database is told, of that database only`() {
        #expect(Self.codes(server.url("owner", database: "probe_owned")) == ["KF-PG-010"])
        #expect(Self.codes(server.url("owner")) == ["KF-PG-012"])
    }

    @Test func `a server that stores passwords as MD5 is told`() {
        #expect(Self.codes(server.url("old")) == ["KF-PG-011"])
    }

    @Test func `several problems are told together`() {
        #expect(Self.codes(server.url("creator", "sslmode=disable")) == ["KF-PG-006", "KF-PG-008"])
    }

    @Test(arguments: [
        "", "Kf9Canary", "Kf9Canary=x", "mysql://u:Kf9Canary@h/d", "postgresql+asyncpg://u:Kf9Canary@h/d",
        "postgresql://u:Kf9Canary%zz@127.0.0.1/d", "postgresql://u:Kf9Canary@127.0.0.1:70000/d",
        "postgresql://u:Kf9Canary@127.0.0.1/d?sslmode=Kf9Canary", "postgresql://u:Kf9Canary@[::1/d",
        "postgresql://u:Kf9Canary%00@127.0.0.1/d", "postgresql://u:Kf9Canary@127.0.0.1/d?nothing=Kf9Canary",
    ])
    func `what is no URL of PostgreSQL is told without a word of it`(url: String) {
        let findings = PostgresProbe.check(Secret(url), at: Self.place)
        #expect(findings.map(\.code.id) == ["KF-PG-002"])
        #expect(findings.first?.message == "PostgreSQL's library cannot read the URL")
        #expect(!findings.contains { "\($0)".contains("Kf9Canary") })
    }
}
