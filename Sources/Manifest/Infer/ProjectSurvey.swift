internal import Secrets

/// What the files of a project say, sorted by the folders they are in.
struct ProjectSurvey {
    /// A name that a file gives a value, or asks for.
    struct Sighting {
        var name: String
        /// The value; nil where the file only asks for one.
        var value: Secret<String>?
        /// The file, relative to the project's folder.
        var file: String
        var line: Int
        /// Whether the file is committed, so that what stands in it is public.
        var isTemplate: Bool
        /// The environment that the file is for, where its name tells.
        var environment: String?
        /// What stands in comments above the line.
        var comment: String?
    }

    /// A folder that may be a component.
    struct Place {
        var folder: String
        var sightings: [Sighting] = []
        /// What its package says about who gets it.
        var audience: Component.Audience?
        var isServer = false
        var dialect: String?
        /// The name that a Compose file gives it.
        var service: String?
        /// Files that a Compose file gives it, relative to the project's folder, beyond the usual ones.
        var furtherFiles: [String] = []
    }

    /// Folders that are components, by path.
    private(set) var places: [Place] = []
    /// Names of environments that files' names tell, in the order in which they were met.
    private(set) var environments: [String] = []
    private(set) var notes: [InferredManifest.Note] = []

    /// Looks through a project.
    ///
    /// - Parameters:
    ///   - files: Its files, in any order.
    ///   - read: Reads a `.env` file; nil when it cannot be read.
    init(files: [ProjectFile], read: (ProjectFile) -> [EnvironmentEntry]?) {
        var byFolder: [String: Place] = [:]
        var composed: [ComposeFile.Service] = []
        let sorted = files.sorted {
            ($0.path.split(separator: "/").count, $0.path) < ($1.path.split(separator: "/").count, $1.path)
        }
        for file in sorted {
            guard let role = FileRole(name: file.name), TextForm.folder.accepts(file.folder) else { continue }
            var place = byFolder[file.folder] ?? Place(folder: file.folder)
            switch role {
            case .template: place.sightings += sightings(in: file, isTemplate: true, environment: nil, read)
            case .values(let environment):
                if let environment, !environments.contains(environment) { environments.append(environment) }
                place.sightings += sightings(in: file, isTemplate: false, environment: environment, read)
            case .compose:
                if let compose = ComposeFile(file) {
                    composed += compose.services
                    for service in compose.services { addValues(of: service, file, to: &byFolder) }
                    place = byFolder[file.folder] ?? place
                } else {
                    note(file, "it is not YAML, so nothing was learnt from it")
                }
            case .package:
                place.audience = PackageFile.audience(file.bytes)
                place.dialect = place.dialect ?? "node"
            case .server(let dialect):
                place.isServer = true
                place.dialect = dialect ?? place.dialect
            }
            byFolder[file.folder] = place
        }
        attach(composed, to: &byFolder)
        places = byFolder.values.filter { !$0.sightings.isEmpty }.sorted { $0.folder < $1.folder }
    }

    private mutating func note(_ file: ProjectFile, line: Int? = nil, _ message: String) {
        notes.append(.init(file: file.path, line: line, message: message))
    }

    private mutating func sightings(
        in file: ProjectFile,
        isTemplate: Bool,
        environment: String?,
        _ read: (ProjectFile) -> [EnvironmentEntry]?
    ) -> [Sighting] {
        guard let entries = read(file) else {
            note(file, "it could not be read; `keyfolio dotenv lint \(file.path)` says why")
            return []
        }
        // Only templates are committed, so only their comments may go where everyone reads them.
        let comments = isTemplate ? TemplateComments(file.bytes) : nil
        return entries.map { entry in
            Sighting(
                name: entry.name,
                value: entry.value,
                file: file.path,
                line: entry.line,
                isTemplate: isTemplate,
                environment: environment,
                comment: comments?.above(line: entry.line)
            )
        }
    }

    private func addValues(of service: ComposeFile.Service, _ file: ProjectFile, to places: inout [String: Place]) {
        guard !service.environment.isEmpty || !service.environmentFiles.isEmpty else { return }
        for (name, value, line) in service.environment {
            places[service.folder, default: Place(folder: service.folder)].sightings.append(
                Sighting(name: name, value: value, file: file.path, line: line, isTemplate: true)
            )
        }
    }

    /// Gives services the names and the `.env` files that Compose files say they have.
    private func attach(_ services: [ComposeFile.Service], to places: inout [String: Place]) {
        for service in services {
            var place = places[service.folder] ?? Place(folder: service.folder)
            place.service = place.service ?? service.name
            place.isServer = place.isServer || place.audience == nil
            for path in service.environmentFiles {
                let file = ProjectFile(path: path, bytes: [])
                guard file.folder != service.folder, let found = places[file.folder] else { continue }
                let sightings = found.sightings.filter { $0.file == path }
                guard !sightings.isEmpty, !place.furtherFiles.contains(path) else { continue }
                place.sightings += sightings
                place.furtherFiles.append(path)
            }
            places[service.folder] = place
        }
    }
}

/// The comments of a `.env` file.
struct TemplateComments {
    private let lines: [Substring]

    /// Takes a file apart; one that is not UTF-8 has no comments.
    init(_ bytes: [UInt8]) {
        let text = unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) } ?? ""
        lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    }

    /// What stands in the comments directly above a line, as prose: nothing that looks like a setting, a heading or a
    /// secret.
    ///
    /// - Parameter line: The line, from 1.
    func above(line: Int) -> String? {
        guard line >= 2, line - 1 <= lines.count else { return nil }
        var found: [String] = []
        for text in lines[..<(line - 1)].reversed() {
            guard text.first == "#", found.count < 4 else { break }
            let words = text.drop { $0 == "#" || $0 == " " || $0 == "\t" }
            guard words.contains(where: \.isLetter), !words.contains("="), !words.hasPrefix("-") else { break }
            found.insert(String(words), at: 0)
        }
        let prose = found.joined(separator: " ").filter { !$0.isNewline }
        let isSafe = prose.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        guard isSafe, !prose.isEmpty, prose.utf8.count <= 300 else { return nil }
        return prose.split(separator: " ").contains { RealSecret.isLikely(String($0), isSecret: true) } ? nil : prose
    }
}
