import Foundation
import Testing

/// What the roles that every store has can do with a project on a server, and what they are told where they cannot.
@Suite struct RemoteRolesTests {
    private let server: RemoteServer
    private let sandbox: Sandbox
    private let developer: [String: String]
    private let application: [String: String]
    private let stranger: [String: String]

    init() throws {
        let server = try RemoteServer(isPlain: true)
        let sandbox = try Sandbox()
        func admin(_ words: String..., input: String = "") throws -> String {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                input: input,
                in: sandbox.project,
                environment: sandbox.variables(server.environment)
            )
            #expect(outcome.status == 0, "\(words) \(outcome.error)")
            return outcome.output
        }
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        try sandbox.write("backend/.env", "DEBUG=true\n")
        try sandbox.write("frontend/.env", "API_URL=http://localhost:8000\n")
        _ = try admin("init")
        for (environment, letter) in [("development", "a"), ("production", "b")] {
            let value = (0..<32).map { String(Array("0123456789abcdef")[($0 * 7 + 3) % 16]) }.joined() + letter
            _ = try admin("set", "SECRET_KEY", "--path", "shop/\(environment)", input: value)
        }
        _ = try admin(
            "principal",
            "set",
            "app",
            "--kind",
            "machine",
            "--role",
            "application",
            "--metadata",
            "project=shop",
            "--metadata",
            "environment=production"
        )
        _ = try admin("principal", "set", "dev", "--role", "developer")
        func holding(_ token: String) -> [String: String] { ["KEYFOLIO_ADDR": server.url, "KEYFOLIO_TOKEN": token] }
        developer = holding(try admin("token", "issue", "--principal", "dev"))
        application = holding(try admin("token", "issue", "--principal", "app"))
        stranger = holding(try admin("token", "issue", "--policy", "default"))
        (self.server, self.sandbox) = (server, sandbox)
    }

    private func run(_ words: [String], as who: [String: String]) throws -> Command.Outcome {
        try sandbox.run([Command.keyfolio] + words, environment: who)
    }

    @Test func `check looks at what may be read, and tells what it passed over`() throws {
        let right = "it takes read on secret/data/shop/production"
        for words in [["check"], ["check", "--env", "development"], ["check", "--all"]] {
            let outcome = try run(words, as: developer)
            #expect(outcome.status == 0, "\(words) \(outcome.output)\(outcome.error)")
            #expect(outcome.output.contains("note[KF-PROJ-016]"), "\(words) \(outcome.output)")
            #expect(outcome.output.contains("production was passed over"), "\(words) \(outcome.output)")
            #expect(outcome.output.contains(right), "\(words) \(outcome.output)")
            #expect(!outcome.output.contains("has no value"), "\(words) \(outcome.output)")
        }
        // The other way round, and what is wrong in what may be read is told.
        let other = try run(["check", "--env", "production"], as: application)
        #expect(other.output.contains("development was passed over"), "\(other.output)\(other.error)")
        try sandbox.keyfolio("unset", "SECRET_KEY", "--path", "shop/development", environment: server.environment)
        let missing = try run(["check"], as: developer)
        #expect(missing.status == 1 && missing.output.contains("SECRET_KEY has no value"), "\(missing.output)")
    }

    @Test func `an environment that was asked for by name and may not be read is an error, and none at all a refusal`()
        throws
    {
        let both = try run(["check", "--env", "development", "--env", "production"], as: developer)
        #expect(both.status == 1 && both.output.contains("error[KF-PROJ-016]"), "\(both.output)\(both.error)")
        let none = try run(["check", "--env", "production"], as: developer)
        #expect(none.status == 4 && none.error.contains("error[KF-STORE-010]"), "\(none.output)\(none.error)")
        let nobody = try run(["check"], as: stranger)
        #expect(nobody.status == 4 && nobody.error.contains("error[KF-STORE-010]"), "\(nobody.output)\(nobody.error)")
        // A token that opens nothing is no matter of an environment.
        let unknown = developer.merging(["KEYFOLIO_TOKEN": "kft_" + String(repeating: "A", count: 40)]) { $1 }
        let turned = try run(["check"], as: unknown)
        #expect(turned.status == 4 && turned.error.contains("error[KF-REMOTE-"), "\(turned.output)\(turned.error)")
    }

    @Test func `where only what may not be read has values, what may be read is checked all the same`() throws {
        // Nothing at all of development is there: no file, and no secret that ever was.
        try sandbox.run("rm", "backend/.env", "frontend/.env")
        let manifest = FirstPathTests.manifest.replacingOccurrences(of: "project: shop", with: "project: other")
        try sandbox.write("keyfolio.yaml", manifest)
        let production = ["set", "SECRET_KEY", "--path", "other/production"]
        let set = try Command.run(
            [Command.keyfolio] + production,
            input: "x",
            in: sandbox.project,
            environment: sandbox.variables(server.environment)
        )
        #expect(set.status == 0, "\(set.error)")
        let outcome = try run(["check"], as: developer)
        #expect(outcome.output.contains("production was passed over"), "\(outcome.output)\(outcome.error)")
        #expect(outcome.output.contains("SECRET_KEY has no value"), "\(outcome.output)\(outcome.error)")
    }

    @Test func `the doctor examines what may be read, and a check leaves one refusal a forbidden environment`() throws {
        let outcome = try run(["doctor", "--offline"], as: developer)
        #expect(outcome.status == 0 && outcome.output.contains("production was passed over"), "\(outcome.output)")
        let words = ["audit", "query", "--outcome", "denied", "--json"]
        for count in 1...2 {
            let denied = try run(words, as: server.environment).output
            #expect(denied.matches(of: /"what": "shop\/production/).count == count, "\(denied)")
            if count == 1 { #expect(try run(["check"], as: developer).status == 0) }
        }
    }

    @Test func `what is built in says so, and how to make one's own`() throws {
        for (words, told) in [
            (["policy", "set", "developer"], "the policy developer is built in"),
            (["policy", "remove", "security"], "the policy security is built in"),
            (["role", "set", "devops", "--policy", "default"], "the role devops is built in"),
            (["role", "remove", "devops"], "the role devops is built in"),
        ] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                input: #"path "secret/data/x" { capabilities = ["read"] }"#,
                in: sandbox.project,
                environment: sandbox.variables(server.environment)
            )
            #expect(outcome.status != 0 && outcome.error.contains(told), "\(words) \(outcome.error)")
            #expect(outcome.error.contains("your own, keyfolio \(words[0]) set"), "\(words) \(outcome.error)")
        }
        let explained = try run(["access", "explain", "dev", "read", "shop/production"], as: server.environment).output
        #expect(explained.contains("a policy of your own"), "\(explained)")
        #expect(explained.contains("keyfolio principal set dev --policy NAME"), "\(explained)")
        // What is said works.
        let rule = explained.split(separator: "\n").suffix(3).joined(separator: "\n")
        let set = try sandbox.keyfolio("policy", "set", "more", input: rule, environment: server.environment)
        #expect(set.status == 0, "\(rule) \(set.error)")
        _ = try run(["principal", "set", "dev", "--policy", "more"], as: server.environment)
        #expect(try run(["get", "SECRET_KEY", "--path", "shop/production"], as: developer).status == 0)
    }

    @Test func `who is refused is sent to an administrator, and not to a command that they may not run`() throws {
        let refused = try run(["get", "SECRET_KEY", "--path", "shop/production"], as: developer)
        let advice =
            "ask an administrator for the right, who sees with keyfolio access explain WHO read shop/production which rule"
        #expect(refused.error.contains(advice), "\(refused.error)")
        let explain = try run(["access", "explain", "dev", "read", "shop/production"], as: developer)
        #expect(
            explain.status == 4 && explain.error.contains("it takes read on sys/access/explain"),
            "\(explain.error)"
        )
    }
}
