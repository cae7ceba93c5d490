import Foundation
import Testing

/// The three symptoms of the guide's troubleshooting, each reproduced, on a real PostgreSQL where one is needed
/// (scripts/with-postgres.sh starts it).
@Suite struct DoctorTests {
    static let environment = ProcessInfo.processInfo.environment

    static let manifest = """
        version: 1
        project: clinic
        environments: {development: }
        components: {backend: {folder: backend}}
        variables:
          SECRET_KEY: {type: secret, generate: {hex: 32}, rules: {required: true, length: {minimum: 32}}}
          DATABASE_URL: {type: postgres-url, rules: {required: true}}
        """

    private func clinic(url: String, key: String = "0f9d8a7b6c5e4d3c2b1a00112233445566778899aabbccdd") throws -> Sandbox
    {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", Self.manifest)
        try sandbox.write("backend/.env", "SECRET_KEY=\(key)\nDATABASE_URL=\(url)\n")
        #expect(try sandbox.keyfolio("init").status == 0)
        return sandbox
    }

    @Test func `a key that does not validate is named with the command that mends it`() throws {
        let sandbox = try clinic(url: "postgresql://app:x@localhost/app", key: "short")
        let outcome = try sandbox.keyfolio("doctor", "--offline")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("SECRET_KEY"))
        #expect(outcome.output.contains("keyfolio generate SECRET_KEY"))
    }

    @Test func `a .env file in the wrong folder is found`() throws {
        let sandbox = try clinic(url: "postgresql://app:x@localhost/app")
        try sandbox.run("mv", "backend/.env", ".env")
        let outcome = try sandbox.keyfolio("doctor", "--offline")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("KF-DOC-005"), "\(outcome.output)")
        #expect(outcome.output.contains("mv .env backend/.env"))
    }

    @Test(
        .enabled(if: DoctorTests.environment["PGPORT"] != nil, "needs scripts/with-postgres.sh"),
        arguments: [
            ("SUPERUSER", "KF-PG-007"), ("WRONG-PASSWORD", "KF-PG-003"), ("NO-DATABASE", "KF-PG-004"),
            ("NO-SERVER", "KF-PG-002"), ("NO-HOST", "KF-PG-002"),
        ]
    )
    func `a database that does not answer, or a role that may too much, is told apart`(fault: String, code: String)
        throws
    {
        let port = Self.environment["PGPORT"] ?? ""
        let user = Self.environment["PGUSER"] ?? "postgres"
        let file = Self.environment["POSTGRES_PASSWORD_FILE"] ?? ""
        let password = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let url =
            switch fault {
            case "SUPERUSER": "postgresql://\(user):\(password)@127.0.0.1:\(port)/postgres"
            case "WRONG-PASSWORD": "postgresql://\(user):doctor-canary@127.0.0.1:\(port)/postgres"
            case "NO-DATABASE": "postgresql://\(user):\(password)@127.0.0.1:\(port)/nowhere"
            case "NO-SERVER": "postgresql://\(user):\(password)@127.0.0.1:1/postgres"
            default: "postgresql://\(user):\(password)@nowhere.invalid/postgres"
            }
        let sandbox = try clinic(url: url)
        let outcome = try sandbox.keyfolio("doctor")
        #expect(outcome.output.contains(code), "\(outcome.output)")
        #expect(!outcome.output.contains(password) && !outcome.output.contains("doctor-canary"))
    }
}
