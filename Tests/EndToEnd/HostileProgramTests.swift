import Foundation
import Testing

/// A repository that brings programs along, and the commands that start some of their own.
@Suite struct HostileProgramTests {
    private static let manifest = """
        version: 1
        project: hostile
        environments: {development: }
        components: {api: {folder: api, dialect: python}}
        variables:
          GREETING: {sensitivity: internal}
        """

    private func project() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", Self.manifest)
        try sandbox.write("api/.env", "GREETING=hello\n")
        return sandbox
    }

    /// A program that leaves a mark when it is started.
    private func trap(_ sandbox: Sandbox) -> String { "#!/bin/sh\n: > \(sandbox.home)/started\nexit 0\n" }

    private func wasStarted(_ sandbox: Sandbox) -> Bool { sandbox.exists("\(sandbox.home)/started") }

    @Test(arguments: [false, true])
    func `doctor's question to Python loads nothing of the project`(isAdopted: Bool) throws {
        let sandbox = try project()
        if isAdopted { #expect(try sandbox.keyfolio("init").status == 0) }
        let mark = "open('\(sandbox.home)/started', 'w').close()\n"
        for name in ["importlib.py", "site.py", "sitecustomize.py", "usercustomize.py"] {
            try sandbox.write(name, mark)
        }
        try sandbox.write("importlib/util.py", mark)
        let outcome = try sandbox.keyfolio("doctor", "--offline", environment: ["PYTHONPATH": sandbox.project])
        #expect(outcome.status <= 1, "\(outcome.error)")
        #expect(!wasStarted(sandbox))
    }

    @Test func `in a folder that nobody adopted doctor starts no Python at all`() throws {
        let sandbox = try project()
        try sandbox.write("\(sandbox.home)/bin/python3", trap(sandbox), mode: 0o755)
        let path = ["PATH": "\(sandbox.home)/bin:\(sandbox.variables([:])["PATH"] ?? "")"]
        try sandbox.keyfolio("doctor", "--offline", environment: path)
        #expect(!wasStarted(sandbox))
        #expect(try sandbox.keyfolio("init").status == 0)
        try sandbox.keyfolio("doctor", "--offline", environment: path)
        #expect(wasStarted(sandbox))
    }

    @Test(arguments: [".", "", "bin"])
    func `a program of the current folder is never taken for git`(entry: String) throws {
        let sandbox = try project()
        try sandbox.gitInit()
        for name in ["git", "bin/git"] { try sandbox.write(name, trap(sandbox), mode: 0o755) }
        let path = sandbox.variables([:])["PATH"] ?? ""
        let outcome = try Command.run(
            [Command.keyfolio, "check"],
            in: sandbox.project,
            environment: sandbox.variables(["PATH": "\(entry):\(path)"])
        )
        #expect(!wasStarted(sandbox))
        #expect(outcome.output.contains("KF-FILE-002"), "git itself was asked: \(outcome.output)\(outcome.error)")
    }

    @Test func `a program that the repository's own settings name is not started`() throws {
        let sandbox = try project()
        try sandbox.gitInit()
        try sandbox.write("trap", trap(sandbox), mode: 0o755)
        try sandbox.write("hooks/post-index-change", trap(sandbox), mode: 0o755)
        let trap = "\(sandbox.project)/trap"
        for (name, value) in [
            ("core.fsmonitor", trap), ("core.hooksPath", "\(sandbox.project)/hooks"), ("core.pager", trap),
            ("core.editor", trap), ("core.sshCommand", trap), ("alias.ls-files", "!\(trap)"),
            ("alias.check-ignore", "!\(trap)"),
        ] {
            try sandbox.run("git", "config", name, value)
        }
        let outcome = try sandbox.keyfolio("check")
        #expect(outcome.output.contains("KF-FILE-002"), "git was asked: \(outcome.output)")
        try sandbox.keyfolio("doctor", "--offline")
        try sandbox.keyfolio("init")
        #expect(!wasStarted(sandbox))
    }
}
