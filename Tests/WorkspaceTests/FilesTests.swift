import Foundation
import Testing
import Workspace

/// A folder that goes away with the test.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("kf-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String = "") throws {
        let full = "\(path)/\(name)"
        try Files.makeFolder(Paths.parent(of: full), mode: 0o755)
        try Files.write(Array(text.utf8), to: full, mode: 0o644)
    }

    func git(_ arguments: String...) throws {
        let outcome = try #require(Tool.run(["git", "-C", path] + arguments))
        #expect(outcome.status == 0)
    }
}

@Suite struct PathsTests {
    @Test(arguments: [("/a/b/../c", "/a/c"), ("/../x", "/x"), ("b/./c", "/base/b/c"), ("../y", "/y")])
    func `paths are made absolute by text`(path: String, expected: String) {
        #expect(Paths.absolute(path, in: "/base") == expected)
    }
}

@Suite struct FilesTests {
    @Test func `a file is replaced as a whole, keeps its mode, and a looser one is tightened for secrets`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/file"
        try Files.write([1], to: path, mode: 0o600)
        #expect(Files.status(path)?.mode == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        try Files.write([2], to: path, mode: 0o600)
        #expect(Files.status(path)?.mode == 0o600)
        #expect(try Files.read(path) == [2])
        #expect(Files.names(in: folder.path) == ["file"])
    }

    @Test func `a write through a link keeps the link`() throws {
        let folder = try TemporaryFolder()
        try folder.write("real", "old")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link",
            withDestinationPath: folder.path + "/real"
        )
        try Files.write(Array("new".utf8), to: folder.path + "/link", mode: 0o600)
        #expect(Files.status(folder.path + "/link", following: false)?.isLink == true)
        #expect(try Files.read(folder.path + "/real") == Array("new".utf8))
    }

    @Test func `a write that fails leaves the old content and no other file`() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", "old")
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try Files.replace(folder.path + "/file", mode: 0o600) { sink in
                try sink(Array("half".utf8))
                throw Stop()
            }
        }
        #expect(try Files.read(folder.path + "/file") == Array("old".utf8))
        #expect(Files.names(in: folder.path) == ["file"])
    }

    @Test(arguments: ["", "a\u{0}b", String(repeating: "x", count: 10_000)])
    func `a path that cannot be is refused before the system sees it`(path: String) {
        #expect { try Files.read(path) } throws: { ($0 as? WorkspaceError)?.code == "KF-FILE-105" }
    }

    @Test func `more than the limit is refused`() throws {
        let folder = try TemporaryFolder()
        try folder.write("big", String(repeating: "x", count: 100))
        #expect { try Files.read(folder.path + "/big", limit: 99) } throws: {
            ($0 as? WorkspaceError)?.code == "KF-FILE-102"
        }
        #expect(try Files.read(folder.path + "/big", limit: 100).count == 100)
    }
}

@Suite struct GitTests {
    @Test func `git itself is asked, so a nested ignore file counts`() throws {
        let folder = try TemporaryFolder()
        try folder.git("init", "-q")
        try folder.write(".gitignore", ".env*\n!.env.example\n")
        try folder.write("inner/.gitignore", "!.env.local\n.env.example\n")
        for name in [".env", ".env.example", "inner/.env", "inner/.env.local", "inner/.env.example"] {
            try folder.write(name)
        }
        try folder.git("add", "-f", "inner/.env")
        let repository = try #require(GitRepository(containing: folder.path + "/inner"))
        let root = repository.root
        let paths = [".env", ".env.example", "inner/.env", "inner/.env.local", "inner/.env.example"].map {
            "\(root)/\($0)"
        }
        let answer = try #require(repository.ask(about: paths))
        #expect(answer.ignored == ["\(root)/.env", "\(root)/inner/.env", "\(root)/inner/.env.example"])
        #expect(answer.tracked == ["\(root)/inner/.env"])
    }

    @Test func `outside of a repository there is none`() throws {
        let folder = try TemporaryFolder()
        #expect(GitRepository(containing: folder.path) == nil)
    }
}
