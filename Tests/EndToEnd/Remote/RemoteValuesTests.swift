import Foundation
import Testing

/// Every command on values, with a server's store behind it, over TLS.
@Suite struct RemoteValuesTests {
    /// A project whose store is a server's.
    private static func shop(_ server: RemoteServer) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        try sandbox.write("backend/.env", "DEBUG=true\nENVIRONMENT=development\n")
        let outcome = try sandbox.keyfolio("init", environment: server.environment)
        #expect(outcome.status == 0 && outcome.error.contains(server.url), "\(outcome.error)")
        return sandbox
    }

    private static let key = "0123456789abcdef0123456789abcdef"

    @Test func `each command of the first issue does on a server what it does on a file`() throws {
        let server = try RemoteServer()
        let sandbox = try Self.shop(server)
        func keyfolio(_ words: String, input: String = "", _ more: [String: String] = [:]) throws -> Command.Outcome {
            let outcome = try Command.run(
                [Command.keyfolio] + words.split(separator: " ").map(String.init),
                input: input,
                in: sandbox.project,
                environment: sandbox.variables(server.environment.merging(more) { _, new in new })
            )
            #expect(!outcome.output.contains(server.token) && !outcome.error.contains(server.token))
            return outcome
        }
        #expect(try keyfolio("get SECRET_KEY").status == 3)
        #expect(try keyfolio("set SECRET_KEY", input: "first-canary").status == 0)
        #expect(try keyfolio("get SECRET_KEY").output == "first-canary")
        #expect(try keyfolio("set SECRET_KEY", input: "zweiter \"Wert\" \\ ü\n\u{1}x").status == 0)
        #expect(try keyfolio("get SECRET_KEY").output == "zweiter \"Wert\" \\ ü\n\u{1}x")
        #expect(try keyfolio("get SECRET_KEY --version 1").output == "first-canary")
        #expect(try keyfolio("get SECRET_KEY --version 9").status == 3)
        #expect(try keyfolio("generate SECRET_KEY --force").status != 70)
        #expect(try keyfolio("list --origin").output.contains("store"))
        #expect(try keyfolio("list --paths").output == "shop/development\n")
        #expect(try keyfolio("list --path shop/development").output.contains("SECRET_KEY"))
        #expect(try keyfolio("history").output.contains("SECRET_KEY"))
        #expect(try keyfolio("rollback --to 1").status == 0)
        #expect(try keyfolio("get SECRET_KEY").output == "first-canary")
        #expect(try keyfolio("rollback --to 99").status == 3)
        let edited = try keyfolio("edit", ["EDITOR": "sed -i s/first-canary/\(Self.key)/"])
        #expect(edited.status == 0, "\(edited.error)")
        #expect(try keyfolio("get SECRET_KEY").output == Self.key)
        let different = try keyfolio("diff development@1 development")
        #expect(different.status == 1 && different.output.contains("SECRET_KEY"))
        let exported = try keyfolio("export --path shop/development --format shell")
        #expect(exported.output == "export SECRET_KEY='\(Self.key)'\n", "\(exported.error)")
        #expect(try keyfolio("check --env development").status != 70)
        let started = try keyfolio("run -c backend -- sh -c env")
        #expect(started.status == 0 && started.output.contains("SECRET_KEY=\(Self.key)"), "\(started.error)")
        #expect(!started.output.contains("KEYFOLIO_TOKEN"))
        try sandbox.write("other.env", "SECRET_KEY=fedcba9876543210fedcba9876543210\n")
        let imported = try keyfolio("import other.env --env production")
        #expect(imported.status == 0, "\(imported.error)")
        #expect(try keyfolio("get SECRET_KEY --env production").output == "fedcba9876543210fedcba9876543210")
        #expect(try keyfolio("unset SECRET_KEY --env production").status == 0)
        #expect(try keyfolio("get SECRET_KEY --env production").status == 3)
        let examined = try keyfolio("doctor --offline")
        #expect(examined.output.contains("\(server.url): KEYFOLIO_ADDR names it"), "\(examined.output)")
        #expect(!examined.output.contains("KF-DOC-002"))
    }

    @Test func `what only a store in a file can do says so`() throws {
        let server = try RemoteServer()
        let sandbox = try Self.shop(server)
        let key = try sandbox.keyfolio("age", "keygen", "-o", "key.txt")
        let recipient = key.error.split(separator: " ").last { $0.hasPrefix("age1") }.map(String.init) ?? ""
        for words in [
            ["backup", "-r", recipient.trimmingCharacters(in: .whitespacesAndNewlines), "-o", "out.age"],
            ["audit", "accept-rollback"], ["restore", "-i", "key.txt", "keyfolio.yaml"],
        ] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                in: sandbox.project,
                environment: sandbox.variables(server.environment)
            )
            #expect(outcome.status == 2 && outcome.error.contains("KF-REMOTE-020"), "\(words): \(outcome.error)")
            #expect(!sandbox.exists("out.age"))
        }
        let protected = try sandbox.keyfolio("init", "--passphrase", environment: server.environment)
        #expect(protected.status == 2 && protected.error.contains(server.url), "\(protected.error)")
    }

    @Test func `an application inherits no connection`() throws {
        let server = try RemoteServer()
        let sandbox = try Self.shop(server)
        try sandbox.keyfolio("set", "SECRET_KEY", input: Self.key, environment: server.environment)
        let outcome = try sandbox.keyfolio(
            "run",
            "-c",
            "backend",
            "--",
            "sh",
            "-c",
            "ls -l /proc/$$/fd",
            environment: server.environment
        )
        #expect(outcome.status == 0, "\(outcome.error)")
        // What this test itself was started with is nobody's leak.
        let without = try sandbox.run("sh", "-c", "ls -l /proc/$$/fd")
        func sockets(_ text: String) -> Int { text.components(separatedBy: "socket:").count }
        #expect(sockets(outcome.output) == sockets(without.output), "\(outcome.output)\(without.output)")
    }

    /// A repository names a project; its secrets flow only where somebody ran init.
    @Test func `a server's secrets go to no folder that nobody adopted`() throws {
        let server = try RemoteServer()
        let sandbox = try Self.shop(server)
        try sandbox.keyfolio("set", "SECRET_KEY", input: Self.key, environment: server.environment)
        let other = sandbox.root + "/clone"
        try sandbox.write(other + "/keyfolio.yaml", FirstPathTests.manifest)
        for words in [["run", "-c", "backend", "--", "env"], ["get", "SECRET_KEY"], ["export", "-c", "backend"]] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                in: other,
                environment: sandbox.variables(server.environment)
            )
            #expect(outcome.status == 4 && outcome.error.contains("KF-PROJ-012"), "\(words): \(outcome.error)")
            #expect(!outcome.output.contains(Self.key))
        }
        // Checking somebody's repository before it is trusted asks the server nothing.
        let checked = try sandbox.keyfolio("check", in: other, environment: server.environment)
        #expect(checked.status == 1 && checked.output.contains("SECRET_KEY"), "\(checked.error)")
        // Who names the store by hand knows what for.
        let named = try sandbox.keyfolio(
            "get",
            "SECRET_KEY",
            "--store",
            server.url,
            in: other,
            environment: server.environment
        )
        #expect(named.output == Self.key, "\(named.error)")
        #expect(try sandbox.keyfolio("init", in: other, environment: server.environment).status == 0)
        #expect(
            try sandbox.keyfolio("get", "SECRET_KEY", in: other, environment: server.environment).output == Self.key
        )
    }

    @Test func `a token goes to its own server and to no other`() throws {
        let server = try RemoteServer()
        let sandbox = try Self.shop(server)
        let outcome = try sandbox.keyfolio(
            "get",
            "SECRET_KEY",
            "--store",
            "https://127.0.0.1:1",
            environment: server.environment
        )
        #expect(outcome.status == 4 && outcome.error.contains("KF-REMOTE-015"), "\(outcome.error)")
    }
}
