public import Findings

extension [Finding] {
    /// The findings with commands that work where a person stands: those that name a file of the project, which findings
    /// call by its path from the project's folder, first go there.
    ///
    /// - Parameters:
    ///   - folder: Where the person stands, absolute.
    ///   - root: The project's folder.
    public func withCommands(workingIn folder: String, root: String) -> [Finding] {
        guard Paths.real(folder) != Paths.real(root) else { return self }
        let way = Self.way(from: folder, to: root)
        return map { finding in
            guard case .command(let command) = finding.fix else { return finding }
            let files = [finding.place.file.map(ShellWord.quoted), ".gitignore"].compactMap(\.self)
            guard files.contains(where: command.contains) else { return finding }
            var finding = finding
            finding.fix = .command("cd \(way) && \(command)")
            return finding
        }
    }

    private static func way(from folder: String, to root: String) -> String {
        let inside = Paths.relative(folder, to: root)
        guard inside != folder else { return ShellWord.quoted(root) }
        return Swift.Array(repeating: "..", count: inside.split(separator: "/").count).joined(separator: "/")
    }
}

/// Words of a shell's command line.
enum ShellWord {
    /// A word as a shell takes it: as it is when it has nothing special, otherwise in single quotes.
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "_-./@%+=:,".utf8.contains(byte)
            }
        return isPlain ? word : "'\(word.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined())'"
    }
}
