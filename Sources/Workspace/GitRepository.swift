/// What git says of files: asked of git itself, because only git knows all of its ignore files and their order.
public struct GitRepository: Sendable {
    /// The top folder of the work tree, absolute.
    public let root: String

    /// What git says of some files.
    public struct Answer: Sendable {
        /// Those that are in a repository at all.
        public var asked: Swift.Set<String>
        /// Those that are in the index: committed, or about to be.
        public var tracked: Swift.Set<String>
        /// Those that git would leave out of a commit by their patterns, even when they were committed before.
        public var ignored: Swift.Set<String>
        /// Every file of the index, wherever it is, whose name begins with `.env`.
        public var environmentFiles: [String]

        fileprivate func merged(with other: Answer) -> Answer {
            Answer(
                asked: asked.union(other.asked),
                tracked: tracked.union(other.tracked),
                ignored: ignored.union(other.ignored),
                environmentFiles: environmentFiles + other.environmentFiles
            )
        }
    }

    /// Finds the work tree that a folder is in, or nil when it is in none.
    ///
    /// - Parameter folder: An absolute path.
    public init?(containing folder: String) {
        var candidate = folder
        // Looked up by hand: asking git costs a process, and every check begins here.
        while !Files.exists(Paths.join(candidate, ".git")) {
            let parent = Paths.parent(of: candidate)
            if parent == candidate { return nil }
            candidate = parent
        }
        root = candidate
    }

    /// Asks git about files, each in the repository that it would be committed to: a folder of a project may be a
    /// repository of its own, whose ignore files count, and not those above it.
    ///
    /// - Parameters:
    ///   - paths: Absolute paths; they need not exist.
    ///   - root: The project's folder, whose repository is asked in any case.
    /// - Returns: What git says, or nil when there is no repository, or no git.
    public static func ask(about paths: [String], in root: String) -> Answer? {
        var groups: [String: [String]] = [:]
        var tops: [String: String?] = [:]
        func top(of folder: String) -> String? {
            if let known = tops[folder] { return known }
            let found = GitRepository(containing: folder)?.root
            tops[folder] = found
            return found
        }
        if let top = top(of: root) { groups[top] = [] }
        for path in paths {
            if let top = top(of: Paths.parent(of: path)) { groups[top, default: []].append(path) }
        }
        var whole: Answer?
        for (top, paths) in groups.sorted(by: { $0.key < $1.key }) {
            guard let answer = GitRepository(root: top).ask(about: paths) else { continue }
            whole = whole.map { $0.merged(with: answer) } ?? answer
        }
        return whole
    }

    private init(root: String) { self.root = root }

    /// Asks git about files, with two processes that run at the same time.
    ///
    /// - Parameter paths: Absolute paths inside the work tree; they need not exist.
    /// - Returns: What git says, or nil when there is no git.
    public func ask(about paths: [String]) -> Answer? {
        let input = paths.map { Paths.relative($0, to: root) + "\0" }.joined()
        // A repository's own settings may name programs to run: none of ours needs one.
        let git = ["git", "-C", root, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]
        let ignoring = Tool.start(
            git + ["check-ignore", "--no-index", "-z", "--stdin"],
            input: Array(input.utf8)
        )
        let listing = Tool.start(git + ["ls-files", "-z", "--full-name", "--", ":(top,glob)**/.env*"])
        guard let ignored = ignoring?.finish(), let listed = listing?.finish(), listed.status == 0 else { return nil }
        let files = names(in: listed.output)
        let known = Swift.Set(files)
        return Answer(
            asked: Swift.Set(paths),
            tracked: known.intersection(paths),
            ignored: Swift.Set(names(in: ignored.output)),
            environmentFiles: files
        )
    }

    private func names(in output: [UInt8]) -> [String] {
        output.split(separator: 0).map { Paths.absolute(String(decoding: $0, as: UTF8.self), in: root) }
    }
}
