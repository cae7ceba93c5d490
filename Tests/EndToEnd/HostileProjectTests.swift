import Foundation
import Testing

/// A repository of somebody else's making, cloned, in which somebody runs the command.
@Suite struct HostileProjectTests {
    static let manifest = """
        version: 1
        project: hostile
        environments: {development: , production: }
        components: {api: {folder: api}}
        variables:
          GREETING: {sensitivity: internal, rules: {required: true}}
        """

    private func project(_ manifest: String = manifest) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", manifest)
        return sandbox
    }

    private func link(_ sandbox: Sandbox, _ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: "\(sandbox.project)/\(path)",
            withDestinationPath: target
        )
    }

    // MARK: - Writing

    @Test(arguments: [["template"], ["init"]])
    func `a component's folder that is a link out of the project gets no file`(words: [String]) throws {
        let sandbox = try project()
        try sandbox.write("\(sandbox.home)/elsewhere/keep", "")
        try link(sandbox, "api", to: "../home/elsewhere")
        let outcome = try sandbox.run("keyfolio", words[0])
        #expect(outcome.status == 4)
        #expect(outcome.error.contains("KF-FILE-108"), "\(outcome.error)")
        #expect(!sandbox.exists("\(sandbox.home)/elsewhere/.env.example"))
    }

    @Test(arguments: ["exists", "not there"])
    func `a template that is a link is not written through`(target: String) throws {
        let sandbox = try project()
        let file = "\(sandbox.home)/.bashrc"
        if target == "exists" { try sandbox.write(file, "mine") }
        try sandbox.write("api/keep", "")
        try link(sandbox, "api/.env.example", to: file)
        let outcome = try sandbox.keyfolio("template")
        #expect(outcome.status == 4)
        #expect(outcome.error.contains("KF-FILE-108"), "\(outcome.error)")
        #expect(target == "exists" ? try sandbox.read(file) == "mine" : !sandbox.exists(file))
    }

    @Test func `init writes neither a manifest nor ignore lines through a link`() throws {
        let sandbox = try project()
        try sandbox.gitInit()
        let file = "\(sandbox.home)/.profile"
        try sandbox.write(file, "mine\n")
        try link(sandbox, ".gitignore", to: file)
        #expect(try sandbox.keyfolio("init").error.contains("KF-FILE-108"))
        #expect(try sandbox.read(file) == "mine\n")

        let other = try Sandbox()
        try link(other, "keyfolio.yaml", to: "\(other.home)/new.yaml")
        #expect(try other.keyfolio("init").error.contains("KF-FILE-108"))
        #expect(!other.exists("\(other.home)/new.yaml"))
    }

    @Test func `a link that stays in the project is a folder like another, and a missing one is made`() throws {
        let sandbox = try project()
        try sandbox.write("services/api/keep", "")
        try link(sandbox, "api", to: "services/api")
        #expect(try sandbox.keyfolio("template").status == 0)
        #expect(sandbox.exists("services/api/.env.example"))

        let other = try project()
        let outcome = try other.keyfolio("template")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(other.exists("api/.env.example"))
    }

    // MARK: - Reading

    @Test func `a file that is a link out of the project is read only where somebody adopted the folder`() throws {
        let sandbox = try project()
        try sandbox.write("\(sandbox.home)/mine.env", "GREETING=hello\nCANARY_NAME=CANARY-VALUE\n")
        try sandbox.write("api/keep", "")
        try link(sandbox, "api/.env", to: "\(sandbox.home)/mine.env")
        for words in [
            ["check"], ["list"], ["run", "--", "true"], ["export", "--format", "json"], ["doctor", "--offline"],
            ["diff", "development", "production"], ["check", "--explain", "GREETING"],
        ] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                in: sandbox.project,
                environment: sandbox.variables([:])
            )
            #expect(outcome.status != 0, "\(words)")
            let said = outcome.output + outcome.error
            #expect(said.contains("KF-FILE-108") || said.contains("KF-FILE-021"), "\(words): \(said)")
            #expect(!said.contains("CANARY"), "\(words): \(said)")
        }
        #expect(try sandbox.keyfolio("init").status == 0)
        let run = try sandbox.keyfolio("run", "--", "sh", "-c", "echo $GREETING")
        #expect(run.output == "hello\n", "\(run.error)")
    }

    @Test func `a file in a linked folder that leads out of the project is not read`() throws {
        let sandbox = try project()
        try sandbox.write("\(sandbox.home)/app/.env", "GREETING=hello\nCANARY_NAME=CANARY-VALUE\n")
        try link(sandbox, "api", to: "../home/app")
        let outcome = try sandbox.keyfolio("check")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("KF-FILE-021") && !outcome.output.contains("CANARY"), "\(outcome.output)")
    }

    @Test(arguments: [".env", ".env.example"])
    func `a pipe in a file's place is refused and not waited for`(name: String) throws {
        let sandbox = try project()
        try sandbox.write("api/keep", "")
        try sandbox.run("mkfifo", "api/\(name)")
        for words in [["check"], ["list"], ["run", "--", "true"], ["doctor", "--offline"], ["template"], ["init"]] {
            let outcome = try Command.run(
                ["timeout", "20", Command.keyfolio] + words,
                in: sandbox.project,
                environment: sandbox.variables([:])
            )
            #expect(outcome.status != 124, "\(words) waits")
        }
        let outcome = try sandbox.keyfolio("check")
        #expect(outcome.output.contains("KF-FILE-021"), "\(outcome.output)")
    }

    @Test func `one file that cannot be read is a finding, and the others are checked all the same`() throws {
        let sandbox = try project()
        try sandbox.run("mkdir", "-p", "api/.env")
        try sandbox.write("api/.env.production", "GREETNG=typo\n")
        let outcome = try sandbox.keyfolio("check")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("KF-FILE-021"), "\(outcome.output)")
        #expect(outcome.output.contains("GREETNG"), "\(outcome.output)")
    }

    // MARK: - The shell's variables

    @Test(arguments: [
        ["check"], ["check", "--format", "json"], ["list", "--json"], ["list"], ["doctor", "--offline"],
    ])
    func `a file's interpolation sees none of the shell's variables before something is started`(words: [String])
        throws
    {
        let sandbox = try project(
            Self.manifest.replacingOccurrences(of: "sensitivity: internal", with: "type: url, sensitivity: public")
        )
        try sandbox.write("api/.env", "GREETING=https://evil.example/${CLOUD_TOKEN:-}\n")
        let outcome = try Command.run(
            [Command.keyfolio] + words,
            in: sandbox.project,
            environment: sandbox.variables(["CLOUD_TOKEN": "SHELL-CANARY"])
        )
        #expect(!(outcome.output + outcome.error).contains("SHELL-CANARY"))
        let run = try sandbox.keyfolio(
            "run",
            "--",
            "sh",
            "-c",
            "echo $GREETING",
            environment: ["CLOUD_TOKEN": "SHELL-CANARY"]
        )
        #expect(run.output == "https://evil.example/SHELL-CANARY\n", "\(run.error)")
    }

    @Test func `a variable of the shell in a file is no error, stands as it is written, and goes where values go`()
        throws
    {
        let sandbox = try project()
        try sandbox.write("api/.env", "GREETING=${CLOUD_TOKEN}/x\n")
        let shell = ["CLOUD_TOKEN": "SHELL-CANARY"]
        for words in [["check"], ["list"], ["list", "--json"], ["diff", "development", "production"]] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                in: sandbox.project,
                environment: sandbox.variables(shell)
            )
            let text = outcome.output + outcome.error
            #expect(!text.contains("SHELL-CANARY") && !text.contains("CLOUD_TOKEN"), "\(words): \(text)")
            #expect(!text.contains("KF-DOTENV") && !text.contains("KF-FILE-020"), "\(words): \(text)")
        }
        let exported = try sandbox.keyfolio("export", "--format", "json", environment: shell)
        #expect(exported.output.contains("SHELL-CANARY/x"), "\(exported.output)\(exported.error)")
        try sandbox.keyfolio("init")
        let taken = try sandbox.keyfolio("import", "api/.env", "--all", environment: shell)
        #expect(taken.status == 0 && taken.error.contains("Left GREETING"), "\(taken.error)")
        #expect(taken.error.contains("a variable of the environment in it"), "\(taken.error)")
        // One that is not there is told as it is told when something is started.
        let checked = try sandbox.keyfolio("check")
        #expect(checked.output.contains("KF-FILE-020"), "\(checked.output)")
        #expect(try sandbox.keyfolio("run", "--", "true").status != 0)
    }

    @Test func `a browser component's file never takes a variable of the shell`() throws {
        let browser = Self.manifest
            .replacingOccurrences(of: "folder: api", with: "folder: api, audience: browser")
            .replacingOccurrences(of: "sensitivity: internal", with: "sensitivity: public")
        let sandbox = try project(browser)
        try sandbox.write("api/.env", "BASE=own\nGREETING=${BASE}-${CLOUD_TOKEN:-none}\n")
        let run = try sandbox.keyfolio(
            "run",
            "--",
            "sh",
            "-c",
            "echo $GREETING",
            environment: ["CLOUD_TOKEN": "SHELL-CANARY"]
        )
        #expect(run.output == "own-none\n", "\(run.error)")
    }

    @Test func `databases are asked only where somebody adopted the folder`() throws {
        let sandbox = try project(
            Self.manifest.replacingOccurrences(of: "sensitivity: internal", with: "type: postgres-url")
        )
        try sandbox.write("api/.env", "GREETING=postgresql://app:x@127.0.0.1:1/app\n")
        let before = try sandbox.keyfolio("doctor")
        #expect(before.output.contains("KF-DOC-008"), "\(before.output)")
        #expect(!before.output.contains("KF-PG-"), "\(before.output)")
        #expect(try sandbox.keyfolio("init").status == 0)
        let after = try sandbox.keyfolio("doctor")
        #expect(after.output.contains("KF-PG-") && !after.output.contains("KF-DOC-008"), "\(after.output)")
        // Even there, asking for a host must not tell a variable of the shell to whoever answers for names.
        try sandbox.write("api/.env", "GREETING=postgresql://app:x@${CLOUD_TOKEN:-127.0.0.1}:1/app\n")
        let shell = try sandbox.keyfolio("doctor", environment: ["CLOUD_TOKEN": "shell-canary.invalid"])
        // Nothing listens there, which is asked of this machine alone; another host is none, and somebody was asked for it.
        #expect(shell.output.contains("nothing listens at the URL's host"), "\(shell.output)")
    }

    // MARK: - Starting

    @Test func `nothing is started with a variable that decides which code runs`() throws {
        let sandbox = try project(
            Self.manifest.replacingOccurrences(
                of: "GREETING: {sensitivity: internal, rules: {required: true}}",
                with: "LD_PRELOAD: {sensitivity: internal, default: ./evil.so}"
            )
        )
        let outcome = try sandbox.keyfolio("run", "--", "true")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("KF-ENV-033"), "\(outcome.error)")
    }

    @Test func `nothing is started that would ship a secret to browsers under a public name`() throws {
        let browser = Self.manifest
            .replacingOccurrences(of: "folder: api", with: "folder: api, audience: browser")
            .replacingOccurrences(of: "sensitivity: internal", with: "sensitivity: public")
        let sandbox = try project(browser)
        try sandbox.write("api/.env", "GREETING=https://svc:CANARY-password@api.example\n")
        let outcome = try sandbox.keyfolio("run", "--", "true")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("KF-ENV-032"), "\(outcome.error)")
        #expect(!outcome.error.contains("CANARY"))
    }

    // MARK: - Keys

    @Test(arguments: ["python", "node", "ruby", "compose"])
    func `no line of a key without quotes around it is shown as a name`(dialect: String) throws {
        let sandbox = try project(
            Self.manifest.replacingOccurrences(of: "folder: api", with: "folder: api, dialect: \(dialect)")
        )
        let lines = ["CANARYPEMline1AAAABBBBCCCC=", "CANARYlow", "CANARY=", "caNA12RY=", "CANARYQUJD"]
        for end in ["-----END PRIVATE KEY-----\n", ""] {
            let key = "GREETING=-----BEGIN PRIVATE KEY-----\n\(lines.joined(separator: "\n"))\n\(end)"
            try sandbox.write("api/.env", key)
            try sandbox.write("api/.env.example", key)
            for words in [
                ["check"], ["check", "--format", "sarif"], ["check", "--format", "github"], ["check", "--json"],
                ["doctor", "--offline"], ["dotenv", "explain", "api/.env"],
                ["dotenv", "explain", "--json", "api/.env"],
                ["dotenv", "lint", "api/.env"], ["list"],
            ] {
                let outcome = try Command.run(
                    [Command.keyfolio] + words,
                    in: sandbox.project,
                    environment: sandbox.variables([:])
                )
                let said = outcome.output + outcome.error
                #expect(!said.contains("CANARY") && !said.contains("caNA12RY"), "\(words): \(said)")
            }
        }
    }

    @Test func `a random name anywhere is not shown, and usual ones are`() throws {
        let sandbox = try project()
        try sandbox.write("api/.env", "GREETING=x\nabCD12efGH=1\nOAUTH2_CLIENT_ID=1\nbase64Key=1\n")
        let said = try sandbox.keyfolio("check").output
        #expect(!said.contains("abCD12efGH"), "\(said)")
        #expect(said.contains("OAUTH2_CLIENT_ID") && said.contains("base64Key"), "\(said)")
    }
}
