internal import Manifest

/// What `keyfolio init` writes into a project: the manifest, the templates, the ignore lines.
public struct ProjectSetup: Sendable {
    /// The project's folder, absolute.
    public let root: String
    let name: String
    /// Whether a person gave the name.
    private let isNamed: Bool

    /// One thing that is there now.
    public struct Line: Sendable {
        /// What: a path.
        public var what: String
        /// Whether it was made just now; nil for something to look at.
        public var isNew: Bool?
        /// More about it, for people.
        public var note: String?

        /// Tells about one thing.
        public init(what: String, isNew: Bool?, note: String? = nil) {
            self.what = what
            self.isNew = isNew
            self.note = note
        }
    }

    /// Prepares for a folder.
    ///
    /// - Parameters:
    ///   - root: The folder, absolute.
    ///   - name: The project's name; nil for the folder's.
    /// - Throws: `KF-PROJ-013` for what cannot be a name.
    public init(root: String, name: String?) throws(WorkspaceError) {
        if let name, !Manifest.isName(name) { throw .badName(suggestion: Self.projectName(from: name)) }
        isNamed = name != nil
        self.root = root
        self.name = name ?? Self.projectName(from: Paths.name(of: root))
    }

    /// Writes a manifest of what is there, unless there is one.
    public func writeManifest() throws -> [Line] {
        let path = Paths.join(root, Project.manifestName)
        let before = try Files.readRegularIfThere(path, limit: 4 * 1_048_576) ?? []
        if !Self.isBlank(before) { return [Line(what: Project.manifestName, isNew: false)] }
        let result = try inferred()
        let text =
            before + (before.isEmpty || before.last == 0x0A ? [] : [0x0A]) + ManifestWriter.yaml(result.manifest).utf8
        try Files.write(text, to: path, beneath: root, mode: 0o644)
        let count = result.manifest.variables.count
        let note = "\(count) variable\(count == 1 ? "" : "s")"
        return [Line(what: Project.manifestName, isNew: true, note: note)]
            + result.notes.map { note in
                Line(
                    what: note.file.map { file in note.line.map { "\(file):\($0)" } ?? file } ?? "",
                    isNew: nil,
                    note: note.message
                )
            }
    }

    /// Whether a manifest says nothing yet: there is none, or one of comments only, which are kept.
    private static func isBlank(_ bytes: [UInt8]) -> Bool {
        bytes.split(separator: 0x0A).allSatisfy { line in
            let text = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            return text.isEmpty || text.first == UInt8(ascii: "#")
        }
    }

    /// Tells that a name was given and the manifest that is there has another.
    public func nameLines(_ project: Project) -> [Line] {
        guard isNamed, project.manifest.project != name else { return [] }
        let note = "the project is \(project.manifest.project) there, and --name changes nothing of that"
        return [Line(what: Project.manifestName, isNew: nil, note: note)]
    }

    /// Writes a `.env.example` for each component that has none.
    public func writeTemplates(_ project: Project) throws -> [Line] {
        try project.manifest.components.map { component in
            let folder = project.folder(of: component)
            let path = Paths.join(folder, ".env.example")
            let shown = Paths.relative(path, to: root)
            let text = TemplateWriter.example(for: component, manifest: project.manifest)
            let isNew = try Files.create(Array(text.utf8), at: path, beneath: root, mode: 0o644)
            return Line(what: shown, isNew: isNew)
        }
    }

    /// Adds lines to `.gitignore` when git would commit a file with values, or leave a template out.
    ///
    /// Git itself is asked: ignore files can be anywhere, and a later line can undo an earlier one.
    public func writeIgnoreLines(_ project: Project) throws -> [Line] {
        var values: [String] = []
        var templates: [String] = []
        for component in project.manifest.components {
            let folder = project.folder(of: component)
            for environment in project.manifest.environments {
                values += component.files(in: environment).map { Paths.absolute($0, in: folder) }
            }
            templates.append(Paths.join(folder, ".env.example"))
        }
        guard let answer = GitRepository.ask(about: values + templates, in: root) else { return [] }
        let wrong =
            values.filter { answer.asked.contains($0) && !answer.ignored.contains($0) }
            + templates.filter(answer.ignored.contains)
        // The project's own folder, but for what is a repository of its own.
        let tops = wrong.compactMap { GitRepository(containing: Paths.parent(of: $0))?.root }
        let folders = Swift.Set(tops.map { Paths.relative($0, to: root) == $0 ? root : $0 }).sorted()
        guard !folders.isEmpty else { return [Line(what: ".gitignore", isNew: false)] }
        return try folders.map { try addIgnoreLines(project.manifest, in: $0) }
    }

    private func addIgnoreLines(_ manifest: Manifest, in folder: String) throws -> Line {
        let path = Paths.join(folder, ".gitignore")
        var text = try Files.readRegularIfThere(path, beneath: root) ?? []
        if let last = text.last, last != 0x0A { text.append(0x0A) }
        if !text.isEmpty { text.append(0x0A) }
        text += Array(TemplateWriter.gitIgnore(for: manifest, in: Paths.relative(folder, to: root)).utf8)
        try Files.write(text, to: path, beneath: root, mode: 0o644)
        return Line(what: Paths.relative(path, to: root), isNew: true)
    }

    /// A name that a path in a store can have.
    static func projectName(from folder: String) -> String {
        var result = ""
        for character in folder.lowercased() {
            if character.isASCII && (character.isLetter || character.isNumber) {
                result.append(character)
            } else if !result.hasSuffix("-"), !result.isEmpty {
                result.append("-")
            }
        }
        while result.hasSuffix("-") { result.removeLast() }
        return result.isEmpty ? "project" : result
    }
}
