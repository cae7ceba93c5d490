/// What git says of files: asked of git itself, because only git knows all of its ignore files and their order.
public struct GitRepository: Sendable {
    /// The top folder of the work tree, absolute.
    public let root: String

    /// Finds the work tree that a folder is in, or nil when it is in none or git is not there.
    ///
    /// - Parameter folder: An absolute path.
    public init?(containing folder: String) {
        guard
            let outcome = Tool.run(["git", "-C", folder, "rev-parse", "--show-toplevel"]), outcome.status == 0,
            let line = String(validating: outcome.output, as: UTF8.self)?.split(separator: "\n").first
        else { return nil }
        root = String(line)
    }

    /// Which of some files git would leave out of a commit (`git check-ignore`).
    ///
    /// - Parameter paths: Absolute paths inside the work tree; they need not exist.
    /// - Returns: Those that are ignored. `--no-index` is given, so a file counts by its patterns even when it was
    ///   committed before they were written.
    public func ignored(among paths: [String]) -> Set<String> {
        ask(["check-ignore", "--no-index", "-z", "--stdin"], about: paths)
    }

    /// Which of some files are in the index: committed, or about to be (`git ls-files`).
    public func tracked(among paths: [String]) -> Set<String> {
        guard !paths.isEmpty else { return [] }
        let relative = paths.map { Paths.relative($0, to: root) }
        let arguments = ["git", "-C", root, "--literal-pathspecs", "ls-files", "-z", "--full-name", "--"] + relative
        guard let outcome = Tool.run(arguments), outcome.status == 0 else { return [] }
        return Set(names(in: outcome.output).map { Paths.absolute($0, in: root) })
    }

    /// Which files anywhere in the index have names that begin with `.env`.
    public func trackedEnvironmentFiles() -> [String] {
        let arguments = ["git", "-C", root, "ls-files", "-z", "--full-name", "--", ":(top,glob)**/.env*"]
        guard let outcome = Tool.run(arguments), outcome.status == 0 else { return [] }
        return names(in: outcome.output).map { Paths.absolute($0, in: root) }
    }

    private func ask(_ arguments: [String], about paths: [String]) -> Set<String> {
        guard !paths.isEmpty else { return [] }
        let input = paths.map { Paths.relative($0, to: root) + "\0" }.joined()
        guard let outcome = Tool.run(["git", "-C", root] + arguments, input: Array(input.utf8)) else { return [] }
        return Set(names(in: outcome.output).map { Paths.absolute($0, in: root) })
    }

    private func names(in output: [UInt8]) -> [String] {
        output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
