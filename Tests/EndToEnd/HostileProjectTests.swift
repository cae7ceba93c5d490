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
}
