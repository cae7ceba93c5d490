import Foundation
import Testing

/// What goes wrong in a newcomer's first minutes: `keyfolio init` in a project that is not as it should be, and a first
/// manifest with a mistake in it.
@Suite struct FirstMistakesTests {
    private static let begin = """
        version: 1
        project: shop
        environments: {development: }
        components: {api: {folder: api}}

        """

    @Test func `init writes nothing when a .env file cannot be read`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("api/.env", "PORT=1\n")
        try sandbox.run("mkfifo", "api/.env.local")
        let outcome = try Command.run(
            ["timeout", "20", Command.keyfolio, "init"],
            in: sandbox.project,
            environment: sandbox.variables([:])
        )
        #expect(outcome.status == 10 && outcome.error.contains("KF-FILE-109"), "\(outcome.error)")
        #expect(!sandbox.exists("keyfolio.yaml") && !sandbox.exists("api/.env.example"))
    }

    @Test(.enabled(if: getuid() != 0, "root reads everything"))
    func `init writes nothing when a .env file's mode keeps it out`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("api/.env", "PORT=1\n", mode: 0o000)
        let outcome = try sandbox.keyfolio("init")
        #expect(outcome.status == 4 && outcome.error.contains("KF-FILE-101"), "\(outcome.error)")
        #expect(!sandbox.exists("keyfolio.yaml"))
    }

    @Test func `init learns nothing from a link out of the project, and says so`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("\(sandbox.home)/other", "CANARY_NAME=canary\n")
        try sandbox.write("api/.env", "PORT=1\n")
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.project + "/api/.env.example",
            withDestinationPath: "\(sandbox.home)/other"
        )
        let outcome = try sandbox.keyfolio("init")
        #expect((outcome.output + outcome.error).contains("link out of the project"), "\(outcome.error)")
        #expect(!(try sandbox.read("keyfolio.yaml").lowercased().contains("canary")))
    }

    @Test(arguments: ["", "\n", "# ours\n", "# ours, without an end"])
    func `init writes a manifest where there is an empty one, and keeps its comments`(text: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write("api/.env", "PORT=1\n")
        try sandbox.write("keyfolio.yaml", text)
        let check = try sandbox.keyfolio("check")
        #expect(check.output.contains("keyfolio init"), "\(check.output)")
        let outcome = try sandbox.keyfolio("init")
        #expect(outcome.status == 0, "\(outcome.error)")
        let manifest = try sandbox.read("keyfolio.yaml")
        #expect(manifest.contains("PORT") && manifest.hasPrefix(text.trimmingCharacters(in: .newlines)))
    }

    @Test(arguments: ["a b", "-x", "ä", "a/b", String(repeating: "x", count: 65)])
    func `a name that no project can have is an error, and nothing is written`(name: String) throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.run("keyfolio", "init", "--name=\(name)")
        #expect(outcome.status == 10 && outcome.error.contains("KF-PROJ-013"), "\(outcome.error)")
        #expect(!sandbox.exists("keyfolio.yaml"))
    }

    @Test func `a name that the manifest does not have is told`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", Self.begin + "variables: {PORT: {type: port}}\n")
        let outcome = try sandbox.keyfolio("init", "--name", "market")
        #expect(outcome.status == 0)
        #expect((outcome.output + outcome.error).contains("--name changes nothing"), "\(outcome.error)")
    }

    @Test func `a second project's manifest keeps the types of the first's templates`() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            "keyfolio.yaml",
            Self.begin
                + "variables:\n  DATABASE_URL: {type: postgres-url, rules: {required: true}}\n  STORAGE: {type: postgres-url, rules: {required: true}}\n"
        )
        #expect(try sandbox.keyfolio("template").status == 0)
        try sandbox.run("rm", "keyfolio.yaml")
        #expect(try sandbox.keyfolio("init").status == 0)
        let manifest = try sandbox.read("keyfolio.yaml")
        #expect(manifest.components(separatedBy: "postgres-url").count == 3, "\(manifest)")
    }

    @Test func `a rotation without its unit is told in a form that is taken`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", Self.begin + "variables: {KEY: {type: secret, rotation: 90}}\n")
        let output = try sandbox.keyfolio("check").output
        #expect(output.contains("`90d`") && !output.contains("quotes"), "\(output)")
    }

    @Test func `a manifest of a newer format ends with the status for that`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", Self.begin.replacingOccurrences(of: "version: 1", with: "version: 2"))
        let outcome = try sandbox.keyfolio("list")
        #expect(outcome.status == 9 && outcome.error.contains("KF-MAN-008"), "\(outcome.error)")
    }
}
