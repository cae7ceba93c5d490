import Foundation
import Testing

/// Git itself is asked, in the repository that a file would be committed to.
@Suite struct RepositoryTests {
    /// A project whose backend is a repository of its own.
    private func nested() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        try sandbox.write("backend/.env", "DEBUG=true\n")
        try sandbox.write("frontend/.env", "API_URL=http://localhost:8000\n")
        try sandbox.gitInit()
        try sandbox.run("git", "init", "-q", "backend")
        return sandbox
    }

    @Test func `ignore files above a repository inside the project do not count for it`() throws {
        let sandbox = try nested()
        try sandbox.write(".gitignore", ".env*\n!.env.example\n", mode: 0o644)
        let found = try sandbox.keyfolio("check", "--env", "development").output
        #expect(found.contains("git does not ignore backend/.env"), "\(found)")
        #expect(!found.contains("git does not ignore frontend/.env"))
        try sandbox.write("backend/.gitignore", ".env*\n!.env.example\n", mode: 0o644)
        let mended = try sandbox.keyfolio("check", "--env", "development").output
        #expect(!mended.contains("git does not ignore"), "\(mended)")
    }

    @Test func `init writes ignore lines into each repository that needs them`() throws {
        let sandbox = try nested()
        let outcome = try sandbox.keyfolio("init")
        #expect(outcome.error.contains("Wrote backend/.gitignore"), "\(outcome.error)")
        for path in ["backend/.env", "frontend/.env"] {
            let folder = (path as NSString).deletingLastPathComponent
            #expect(try sandbox.run("git", "-C", folder, "check-ignore", "-q", ".env").status == 0, "\(path)")
            #expect(try sandbox.run("git", "-C", folder, "check-ignore", "-q", ".env.example").status == 1, "\(path)")
        }
        let again = try sandbox.keyfolio("init")
        #expect(again.error.contains("Kept  .gitignore"), "\(again.error)")
    }

    @Test func `a file that is committed is found in a repository inside the project, too`() throws {
        let sandbox = try nested()
        try sandbox.run("git", "-C", "backend", "add", "-f", ".env")
        let found = try sandbox.keyfolio("check", "--env", "development").output
        #expect(found.contains("backend/.env is committed, or about to be"), "\(found)")
    }

    @Test func `a project in a folder of a larger repository is judged by the rules of the whole`() throws {
        let sandbox = try Sandbox()
        try sandbox.run("git", "init", "-q", sandbox.root)
        try sandbox.write(sandbox.root + "/.gitignore", ".env*\n!.env.example\n", mode: 0o644)
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        try sandbox.write("backend/.env", "DEBUG=true\n")
        let outcome = try sandbox.keyfolio("init")
        #expect(!sandbox.exists(".gitignore"), "\(outcome.error)")
        #expect(!(try sandbox.keyfolio("check", "--env", "development").output).contains("git does not ignore"))
    }
}
