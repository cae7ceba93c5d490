internal import Manifest

/// What `keyfolio init` writes into a project: the manifest, the templates, the ignore lines.
public struct ProjectSetup: Sendable {
    /// The project's folder, absolute.
    public let root: String
    let name: String

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
    public init(root: String, name: String?) {
        self.root = root
        self.name = name ?? Self.projectName(from: Paths.name(of: root))
    }

    /// Writes a manifest of what is there, unless there is one.
    public func writeManifest() throws -> [Line] {
        let path = Paths.join(root, Project.manifestName)
        if Files.exists(path) { return [Line(what: Project.manifestName, isNew: false)] }
        let result = inferred()
        try Files.write(Array(ManifestWriter.yaml(result.manifest).utf8), to: path, beneath: root, mode: 0o644)
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
        guard let repository = GitRepository(containing: root) else { return [] }
        var values: [String] = []
        var templates: [String] = []
        for component in project.manifest.components {
            let folder = project.folder(of: component)
            for environment in project.manifest.environments {
                values += component.files(in: environment).map { Paths.absolute($0, in: folder) }
            }
            templates.append(Paths.join(folder, ".env.example"))
        }
        let ignored = repository.ask(about: values + templates)?.ignored ?? []
        let isRight = values.allSatisfy(ignored.contains) && !templates.contains(where: ignored.contains)
        let path = Paths.join(root, ".gitignore")
        if isRight { return [Line(what: ".gitignore", isNew: false)] }
        let before = try Files.readRegularIfThere(path, beneath: root) ?? []
        var text = before
        if let last = text.last, last != 0x0A { text.append(0x0A) }
        if !text.isEmpty { text.append(0x0A) }
        text += Array("# Values stay out of commits; templates go in (keyfolio init).\n.env*\n!.env.example\n".utf8)
        try Files.write(text, to: path, beneath: root, mode: 0o644)
        return [Line(what: ".gitignore", isNew: true)]
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
