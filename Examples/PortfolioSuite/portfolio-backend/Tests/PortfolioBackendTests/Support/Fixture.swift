import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization

@testable import PortfolioBackend

/// A database of its own in the private cluster that `scripts/with-postgres.sh` started, seeded, and gone afterwards.
struct Fixture: Sendable {
    static let password = "correct-horse-battery"
    /// 1 KiB once: what a password costs is not under test where this is used.
    static let cheap = PasswordHash.Cost(log2Rounds: 1, blockSize: 8, parallelism: 1)

    let cluster: Cluster
    let name: String
    let rolePassword: String
    let log = CapturedLog()

    /// The URL with TLS and the server's identity checked, as in production.
    var databaseURL: String {
        "postgresql://\(name):\(rolePassword)@127.0.0.1:\(cluster.port)/\(name)"
            + "?sslmode=verify-full&sslrootcert=\(cluster.certificate)"
    }

    /// A complete environment; a test changes what it is about.
    var environment: [String: String] {
        [
            "ENVIRONMENT": "development", "SECRET_KEY": String(repeating: "0123456789abcdef", count: 4),
            "DATABASE_URL": databaseURL, "ALLOWED_HOSTS": "localhost", "LOG_LEVEL": "DEBUG",
        ]
    }

    /// Runs a test with a fresh database.
    static func with(_ body: (Fixture) async throws -> Void) async throws {
        let cluster = try Cluster()
        let name = "portfolio_" + String(UInt64.random(in: .min ... .max), radix: 36)
        let fixture = Fixture(cluster: cluster, name: name, rolePassword: String(UInt64.random(in: .min ... .max)))
        _ = try await cluster.superuser.read("CREATE ROLE \(name) LOGIN PASSWORD '\(fixture.rolePassword)'")
        _ = try await cluster.superuser.read("CREATE DATABASE \(name) OWNER \(name)")
        let outcome: Result<Void, any Error>
        do {
            let database = Database(url: Sensitive(fixture.databaseURL), connections: 1)
            try await Seed(database: database, cost: cheap).run(password: Sensitive(password))
            outcome = .success(try await body(fixture))
        } catch {
            outcome = .failure(error)
        }
        _ = try await cluster.superuser.read("DROP DATABASE \(name) WITH (FORCE)")
        _ = try await cluster.superuser.read("DROP ROLE \(name)")
        try outcome.get()
    }

    /// The backend with a changed environment, through the same door as the real one.
    func backend(_ changes: [String: String] = [:]) async throws -> Backend {
        let settings = try Settings(environment: environment.merging(changes) { $1 })
        let logger = Logger(label: "test") { [log] _ in
            LineLogHandler(level: settings.logLevel, format: settings.logFormat, output: log.append)
        }
        return await Backend(settings: settings, logger: logger, passwordCost: Self.cheap)
    }

    /// Runs a test against the backend's routes.
    func serving(
        _ changes: [String: String] = [:],
        _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        try await backend(changes).application().test(.router, body)
    }
}

/// The private PostgreSQL, found by the variables that `scripts/with-postgres.sh` sets.
struct Cluster: Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description = "these tests need a PostgreSQL of their own: scripts/with-postgres.sh swift test …"
    }

    let port: String
    let certificate: String
    let superuser: Database

    init() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let port = environment["PGPORT"], let certificate = environment["PGSSLROOTCERT"],
            let file = environment["POSTGRES_PASSWORD_FILE"]
        else { throw Missing() }
        let password = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
        self.port = port
        self.certificate = certificate
        superuser = Database(
            url: Sensitive("postgresql://postgres:\(password)@127.0.0.1:\(port)/postgres"),
            connections: 1
        )
    }
}

/// What was logged.
final class CapturedLog: Sendable {
    private let content = Mutex("")

    var text: String { content.withLock { $0 } }

    func append(_ line: String) {
        content.withLock { $0 += line }
    }
}
