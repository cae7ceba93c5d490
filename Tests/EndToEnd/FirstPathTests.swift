import Foundation
import Testing

/// The thin path through everything, as a newcomer walks it: init, check, generate, import, run.
@Suite struct FirstPathTests {
    static let manifest = """
        version: 1
        project: shop
        environment-variable: ENVIRONMENT
        environments:
          development:
          production:
        components:
          backend: {folder: backend}
          frontend: {folder: frontend, audience: browser}
        variables:
          ENVIRONMENT: {type: enumeration, values: [development, production], components: [backend]}
          DEBUG:
            type: boolean
            components: [backend]
            default: "false"
            environments:
              production: {rules: {must-be: "false"}}
          SECRET_KEY:
            type: secret
            components: [backend]
            generate: {hex: 32}
            rules: {required: true, length: {minimum: 32}, unique: true}
            environments:
              production: {rules: {source: store}}
          API_URL: {type: url, sensitivity: public, components: [frontend]}
        """

    /// A shop with a manifest, a store, and a value for every variable of development.
    static func shop() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", manifest)
        try sandbox.write("backend/.env", "DEBUG=true\nSECRET_KEY=changeme\n")
        try sandbox.write("frontend/.env", "API_URL=http://localhost:8000\n")
        try sandbox.gitInit()
        let outcome = try sandbox.keyfolio("init")
        #expect(outcome.status == 0, "\(outcome.error)")
        return sandbox
    }

    @Test func `init makes a store, templates and ignore lines, and a second run changes nothing`() throws {
        let sandbox = try Self.shop()
        #expect(sandbox.exists("backend/.env.example"))
        #expect(sandbox.exists("frontend/.env.example"))
        #expect(try sandbox.run("git", "check-ignore", "-q", "backend/.env").status == 0)
        #expect(try sandbox.run("git", "check-ignore", "-q", "backend/.env.example").status == 1)
        let before = try sandbox.run("sh", "-c", "find . -path ./.git -prune -o -type f -print | sort | xargs cksum")
            .output
        let again = try sandbox.keyfolio("init")
        #expect(again.status == 0)
        #expect(
            try sandbox.run("sh", "-c", "find . -path ./.git -prune -o -type f -print | sort | xargs cksum").output
                == before
        )
    }

    @Test func `a placeholder is found, a generated value mends it, and the application receives it`() throws {
        let sandbox = try Self.shop()
        let first = try sandbox.keyfolio("check", "--env", "development")
        #expect(first.output.contains("SECRET_KEY"))
        #expect(!first.output.contains("changeme"))
        #expect(try sandbox.keyfolio("generate", "--missing").status == 0)
        let second = try sandbox.keyfolio("check", "--env", "development")
        #expect(second.status == 0, "\(second.output)\(second.error)")
        let run = try sandbox.keyfolio(
            "run",
            "--component",
            "backend",
            "--",
            "sh",
            "-c",
            "printf '%s %s %s' \"$ENVIRONMENT\" \"$DEBUG\" \"${#SECRET_KEY}\""
        )
        #expect(run.output == "development true 64", "\(run.error)")
    }

    @Test func `run passes what the component declares and a base set, nothing else`() throws {
        let sandbox = try Self.shop()
        try sandbox.keyfolio("generate", "SECRET_KEY")
        let run = try sandbox.keyfolio(
            "run",
            "--component",
            "backend",
            "--",
            "env",
            environment: ["AWS_SESSION_TOKEN": "from-the-shell"]
        )
        let names = Set(
            run.output.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) }
        )
        #expect(names.isSuperset(of: ["ENVIRONMENT", "DEBUG", "SECRET_KEY", "PATH", "HOME"]))
        #expect(!names.contains("AWS_SESSION_TOKEN"))
        #expect(!names.contains("API_URL"))
        let inherited = try sandbox.keyfolio(
            "run",
            "--inherit",
            "--component",
            "backend",
            "--",
            "env",
            environment: ["AWS_SESSION_TOKEN": "from-the-shell"]
        )
        #expect(inherited.output.contains("AWS_SESSION_TOKEN=from-the-shell"))
    }

    @Test func `run refuses to start on a broken rule, and starts with --no-check`() throws {
        let sandbox = try Self.shop()
        let refused = try sandbox.keyfolio(
            "run",
            "--env",
            "production",
            "--component",
            "backend",
            "--",
            "echo",
            "started"
        )
        #expect(refused.status == 1)
        #expect(!refused.output.contains("started"))
        #expect(refused.error.contains("SECRET_KEY"))
        let forced = try sandbox.keyfolio(
            "run",
            "--no-check",
            "--env",
            "production",
            "--component",
            "backend",
            "--",
            "echo",
            "started"
        )
        #expect(forced.output == "started\n")
    }

    @Test func `import --move takes secrets out of the file and leaves every other line as it was`() throws {
        let sandbox = try Self.shop()
        let text =
            "# mine\nDEBUG=true   # on\n\nexport SECRET_KEY='0f9d8a7b6c5e4d3c2b1a00112233445566778899aabbccdd'\nOTHER=1\n"
        try sandbox.write("backend/.env", text)
        let outcome = try sandbox.keyfolio("import", "backend/.env", "--move")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(try sandbox.read("backend/.env") == "# mine\nDEBUG=true   # on\n\nOTHER=1\n")
        #expect(
            try sandbox.keyfolio("get", "SECRET_KEY").output == "0f9d8a7b6c5e4d3c2b1a00112233445566778899aabbccdd"
        )
    }

    @Test func `a browser component never receives a secret`() throws {
        let sandbox = try Self.shop()
        let leaky = Self.manifest.replacingOccurrences(
            of: "SECRET_KEY:\n    type: secret\n    components: [backend]",
            with: "SECRET_KEY:\n    type: secret\n    components: [backend, frontend]"
        )
        #expect(leaky != Self.manifest)
        try sandbox.write("keyfolio.yaml", leaky)
        let run = try sandbox.keyfolio("run", "--no-check", "--component", "frontend", "--", "env")
        #expect(run.status != 0)
        #expect(!run.output.contains("SECRET_KEY"))
    }
}
