import Foundation

/// A private folder with a home of its own, in which the built command is driven as a person would.
///
/// It goes away with everything in it when the test ends.
final class Sandbox: Sendable {
    let root: String
    let home: String

    init() throws {
        let name = "keyfolio-test-\(UUID().uuidString)"
        root = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        home = root + "/home"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: root + "/project", withIntermediateDirectories: true)
    }

    deinit {
        // A test may have taken its own right to write away.
        _ = try? Command.run(["chmod", "-R", "u+rwX", root])
        try? FileManager.default.removeItem(atPath: root)
    }

    var project: String { root + "/project" }

    /// Writes a file of the project, with the folders above it.
    func write(_ path: String, _ text: String, mode: Int = 0o600) throws {
        let full = path.hasPrefix("/") ? path : "\(project)/\(path)"
        let folder = (full as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if mode & 0o100 != 0 {
            // A program that this process writes may still be open in a child that another test is just starting, and
            // what is open for writing cannot be run (ETXTBSY).
            _ = try Command.run(
                ["sh", "-c", "cat >\"$0\" && chmod \(String(mode, radix: 8)) \"$0\"", full],
                input: text
            )
            return
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: full))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: full)
    }

    func read(_ path: String) throws -> String {
        try String(contentsOfFile: path.hasPrefix("/") ? path : "\(project)/\(path)", encoding: .utf8)
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path.hasPrefix("/") ? path : "\(project)/\(path)")
    }

    func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(project)/\(path)")
        return (attributes[.posixPermissions] as? Int) ?? -1
    }

    /// Runs the command in the project's folder.
    @discardableResult
    func keyfolio(
        _ arguments: String...,
        input: String = "",
        in folder: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Command.Outcome {
        try Command.run(
            [Command.keyfolio] + arguments,
            input: input,
            in: folder ?? project,
            environment: variables(environment)
        )
    }

    /// Runs any program in the project's folder, with the command on its path.
    @discardableResult
    func run(
        _ arguments: String...,
        input: String = "",
        in folder: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Command.Outcome {
        try Command.run(arguments, input: input, in: folder ?? project, environment: variables(environment))
    }

    /// The same, with the words in a list.
    @discardableResult
    func run(_ words: [String], environment: [String: String] = [:]) throws -> Command.Outcome {
        try Command.run(words, in: project, environment: variables(environment))
    }

    /// Makes the project a git repository.
    func gitInit() throws {
        try run("git", "init", "-q")
        try run("git", "config", "user.name", "Test")
        try run("git", "config", "user.email", "test@example.com")
    }

    /// What the command sees of the process environment: nothing of the machine's but the path.
    func variables(_ more: [String: String]) -> [String: String] {
        let folder = (Command.keyfolio as NSString).deletingLastPathComponent
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        var result = [
            "HOME": home, "PATH": "\(folder):\(path)", "USER": "tester", "LANG": "C.UTF-8",
            "SWIFT_BACKTRACE": "enable=no",
        ]
        result.merge(more) { _, new in new }
        return result
    }
}
