import Foundation
import Testing

/// What `keyfolio check` looks at, what it tells of it, and whether its fixes work when they are pasted.
@Suite struct CheckScopeTests {
    static let manifest = """
        version: 1
        project: scope
        environments: {development: , staging: , production: }
        components:
          api: {folder: api, dialect: python}
          web: {folder: web, audience: browser}
        variables:
          TOKEN: {type: secret, components: [api], rules: {required: true, unique: true}}
          PORT: {type: port, components: [api]}
          TITLE: {sensitivity: public, components: [web]}
        """

    private func project() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", Self.manifest)
        for component in ["api", "web"] { try sandbox.write("\(component)/.env.example", "") }
        return sandbox
    }

    private func findings(_ sandbox: Sandbox, _ words: String..., in folder: String? = nil) throws -> [[String: Any]] {
        let outcome = try Command.run(
            [Command.keyfolio, "check", "--json"] + words,
            in: folder ?? sandbox.project,
            environment: sandbox.variables([:])
        )
        return try (outcome.json()["findings"] as? [[String: Any]]) ?? []
    }

    /// The commands of a text report, as a person would copy them.
    private func commands(_ output: String) -> [String] {
        output.split(separator: "\n").compactMap { line in
            line.range(of: "fix: ").map { String(line[$0.upperBound...]) }
        }
    }

    @Test func `only the environments and components that were asked about are reported`() throws {
        let sandbox = try project()
        try sandbox.write("api/.env.staging", "TOKEN=kR7-vBn2_qLx9wTz-staging\nTYPO=1\n", mode: 0o644)
        try sandbox.write("api/.env.production", "TOKEN=kR7-vBn2_qLx9wTz-live\nMISS=1\n", mode: 0o644)
        try sandbox.write("web/.env.production", "TITEL=Shop\n", mode: 0o644)
        let web = try sandbox.keyfolio("check", "--env", "production", "--component", "web").output
        #expect(web.contains("TITEL"), "\(web)")
        #expect(!web.contains("api/") && !web.contains("staging"), "\(web)")
        let api = try sandbox.keyfolio("check", "--env", "production", "--component", "api").output
        #expect(api.contains("api/.env.production") && api.contains("MISS"), "\(api)")
        #expect(!api.contains(".env.staging") && !api.contains("TYPO") && !api.contains("web/"), "\(api)")
    }

    @Test(arguments: ["staging", "production"])
    func `a value of another environment is found in the one that was asked about`(environment: String) throws {
        let sandbox = try project()
        for name in ["staging", "production"] {
            try sandbox.write("api/.env.\(name)", "TOKEN=kR7-vBn2_qLx9wTz\n")
        }
        let found = try findings(sandbox, "--env", environment).filter { $0["code"] as? String == "KF-ENV-016" }
        #expect(found.count == 1)
        let place = found.first?["place"] as? [String: Any] ?? found.first ?? [:]
        #expect("\(place)".contains(environment))
    }

    @Test func `lines that the component's reader passes over are told, and what is missing points at them`() throws {
        let sandbox = try project()
        try sandbox.write("api/.env", "PORT=1\nTOKEN='kR7-vBn2_qLx9wTz\nPORT=2\nsome words\n")
        let text = try sandbox.keyfolio("check", "--component", "api").output
        for code in ["KF-DOTENV-101", "KF-DOTENV-115"] { #expect(text.contains(code), "\(code): \(text)") }
        #expect(text.contains("KF-DOTENV-122") || text.contains("KF-DOTENV-114"), "\(text)")
        #expect(!text.contains("kR7"))
        let missing = try #require(
            try findings(sandbox, "--component", "api").first { $0["code"] as? String == "KF-ENV-001" }
        )
        #expect("\(missing)".contains("api/.env"), "\(missing)")
        #expect((missing["message"] as? String)?.contains("its line cannot be read") == true)
    }

    @Test(arguments: ["node", "ruby"])
    func `an unclosed quote is told where the reader takes it for a part of the value`(dialect: String) throws {
        let sandbox = try project()
        try sandbox.write(
            "keyfolio.yaml",
            Self.manifest.replacingOccurrences(of: "dialect: python", with: "dialect: \(dialect)")
        )
        try sandbox.write("api/.env", "TOKEN=\"kR7-vBn2_qLx9wTz\n")
        let text = try sandbox.keyfolio("check", "--component", "api").output
        #expect(text.contains("KF-DOTENV-115"), "\(text)")
    }

    @Test func `what readers merely disagree about is not check's business`() throws {
        let sandbox = try project()
        try sandbox.write("api/.env", "export TOKEN=kR7-vBn2_qLx9wTz # a comment\n")
        let text = try sandbox.keyfolio("check", "--component", "api").output
        #expect(!text.contains("KF-DOTENV-"), "\(text)")
    }

    // MARK: - Fixes

    @Test func `the fix for ignore lines works behind a last line without an end, and from any folder`() throws {
        let sandbox = try project()
        try sandbox.gitInit()
        try sandbox.write(".gitignore", "build")
        try sandbox.write("api/.env", "TOKEN=kR7-vBn2_qLx9wTz\n", mode: 0o644)
        let folder = sandbox.project + "/api"
        let output = try Command.run(
            [Command.keyfolio, "check"],
            in: folder,
            environment: sandbox.variables([:])
        ).output
        for command in commands(output) where command.hasPrefix("cd ") {
            #expect(try sandbox.run("sh", "-c", command, in: folder).status == 0, "\(command)")
        }
        #expect(try sandbox.mode("api/.env") == 0o600, "\(output)")
        #expect(try sandbox.run("git", "check-ignore", "-q", "api/.env").status == 0)
        #expect(try sandbox.run("git", "check-ignore", "-q", "build").status == 0)
        #expect(!sandbox.exists("api/.gitignore"))
    }

    @Test func `commands stay as they are in the project's own folder and in JSON`() throws {
        let sandbox = try project()
        try sandbox.write("api/.env", "TOKEN=kR7-vBn2_qLx9wTz\n", mode: 0o644)
        #expect(!(try sandbox.keyfolio("check").output.contains("cd ")))
        let json = try sandbox.run("keyfolio", "check", "--json", in: sandbox.project + "/api").output
        #expect(json.contains("chmod 600 api/.env") && !json.contains("cd .."), "\(json)")
    }

    @Test func `secrets of production on this machine are told until they are moved, and the fix moves them`() throws {
        let sandbox = try project()
        #expect(try sandbox.keyfolio("init").status == 0)
        try sandbox.write("api/.env.production", "PORT=8000\nTOKEN=kR7-vBn2_qLx9wTz\n")
        let output = try sandbox.keyfolio("check").output
        #expect(output.contains("KF-FILE-014"), "\(output)")
        let command = try #require(commands(output).first { $0.contains("keyfolio import") })
        let outcome = try sandbox.run("sh", "-c", command)
        #expect(outcome.status == 0, "\(command): \(outcome.error)")
        let after = try sandbox.keyfolio("check").output
        #expect(!after.contains("KF-FILE-014"), "\(after)")
        #expect(try sandbox.read("api/.env.production").contains("PORT=8000"))
    }
}
