import Foundation
import Hummingbird
import HummingbirdTesting
import Testing

@testable import PortfolioBackend

/// The built program, started as `keyfolio run` starts it.
struct ProgramTests {
    @Test func `it is seeded, serves on a free port, and ends well on SIGTERM`() async throws {
        try await Fixture.with { fixture in
            let password = "password-of-the-demo"
            var environment = fixture.environment.merging(["PORT": "0", "LOG_FORMAT": "json"]) { $1 }
            let seeded = try Program.run("seed", environment.merging(["DEMO_PASSWORD": password]) { $1 })
            #expect(seeded.status == 0 && seeded.output.contains("demo") && !seeded.output.contains(password))
            #expect(seeded.errors.isEmpty)

            environment["DEMO_PASSWORD"] = nil
            let program = try Program(environment)
            let line = try #require(program.firstLine())
            let port = try #require(line.wholeMatch(of: /listening on http:\/\/127\.0\.0\.1:(\d+)/)?.1)
            // Built for debugging, one login takes seconds; on a busy machine the usual timeout is too short.
            let client = TestClient(
                host: "127.0.0.1",
                port: try #require(Int(port)),
                configuration: .init(timeout: .seconds(300))
            )
            client.connect()
            let health = try await client.execute(.init("/health", method: .get, authority: "localhost:\(port)"))
            #expect(health.status == .ok)
            let login = try await client.execute(
                .init(
                    "/api/login",
                    method: .post,
                    authority: "localhost:\(port)",
                    headers: [.contentType: "application/json"],
                    body: ByteBuffer(string: #"{"username":"demo","password":"\#(password)"}"#)
                )
            )
            #expect(login.status == .ok)
            try await client.shutdown()

            let ended = program.terminate()
            #expect(ended.status == 0)
            #expect(ended.errors.contains(#""message":"starting""#))
            for secret in [password, fixture.rolePassword, environment["SECRET_KEY"] ?? "", "postgresql://"] {
                #expect(!ended.errors.contains(secret) && !ended.output.contains(secret))
            }
        }
    }

    @Test(arguments: [
        ("serve", ["ENVIRONMENT": "production", "SECRET_KEY": "short-secret"], 78, "SECRET_KEY has 12 characters"),
        ("serve", [:], 78, "DATABASE_URL is not set"), ("help-me", [:], 64, "PB-USAGE-001"),
        ("seed", ["DATABASE_URL": "postgresql://u:secret-word@127.0.0.1:1/d"], 78, "DEMO_PASSWORD"),
        (
            "seed", ["DATABASE_URL": "postgresql://u:secret-word@127.0.0.1:1/d", "DEMO_PASSWORD": "secret-word"], 69,
            "nothing listens at its address"
        ),
    ])
    func `what is wrong at start is said, with the number for it and without a value`(
        command: String,
        environment: [String: String],
        status: Int32,
        said: String
    ) throws {
        let complete = ["ENVIRONMENT": "development", "SECRET_KEY": String(repeating: "k", count: 32)]
        let ended = try Program.run(command, complete.merging(environment) { $1 })
        #expect(ended.status == status)
        #expect(ended.errors.contains(said) && ended.errors.contains("Fix: "))
        #expect(!ended.errors.contains("short-secret") && !ended.errors.contains("secret-word"))
        #expect(ended.output.isEmpty)
    }

    @Test func `a port that is taken is told as such`() async throws {
        try await Fixture.with { fixture in
            let ended = try Program.run("serve", fixture.environment.merging(["PORT": fixture.cluster.port]) { $1 })
            #expect(ended.status == 69 && ended.errors.contains("PB-HTTP-001") && ended.output.isEmpty)
        }
    }
}

/// A started program and the pipes to it.
private struct Program {
    struct Ended {
        let status: Int32
        let output: String
        let errors: String
    }

    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    init(_ environment: [String: String], arguments: [String] = []) throws {
        // The tests and the program are built into the same folder.
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("portfolio-backend")
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    static func run(_ command: String, _ environment: [String: String]) throws -> Ended {
        try Program(environment, arguments: [command]).wait()
    }

    /// The first line of standard output, without its end; nil when the program ended before it.
    func firstLine() -> String? {
        var line = Data()
        while let byte = try? output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            if byte == Data("\n".utf8) { return String(decoding: line, as: UTF8.self) }
            line += byte
        }
        return nil
    }

    func terminate() -> Ended {
        process.terminate()
        return wait()
    }

    private func wait() -> Ended {
        let output = output.fileHandleForReading.readDataToEndOfFile()
        let errors = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Ended(
            status: process.terminationStatus,
            output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self)
        )
    }
}
