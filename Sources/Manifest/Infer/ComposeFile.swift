internal import Secrets

/// What a Compose file tells: the services that are built from the project's own folders, and what they read
/// (Compose specification, `services`).
struct ComposeFile {
    /// A service that is built here.
    struct Service {
        var name: String
        /// The folder that it is built from, relative to the project's.
        var folder: String
        /// What it is given, with the values that stand in the file. A value with `${…}` in it is none.
        var environment: [(name: String, value: Secret<String>?, line: Int)]
        /// The `.env` files that it is given, relative to the project's folder.
        var environmentFiles: [String]
    }

    /// The services that are built here.
    var services: [Service] = []

    /// Reads a Compose file.
    ///
    /// - Parameter file: The file.
    /// - Returns: nil when it is not YAML.
    init?(_ file: ProjectFile) {
        guard let root = try? YAMLComposer.compose(file.bytes, taking: .everything).root else { return nil }
        for pair in root["services"]?.pairs ?? [] {
            guard let build = pair.value["build"] else { continue }
            guard let context = build.text ?? (build.pairs == nil ? nil : build["context"]?.text ?? ".") else {
                continue
            }
            guard let folder = Self.inside(file.folder, context) else { continue }
            services.append(
                Service(
                    name: pair.key,
                    folder: folder,
                    environment: Self.environment(pair.value["environment"]),
                    environmentFiles: Self.files(pair.value["env_file"]).compactMap { Self.inside(file.folder, $0) }
                )
            )
        }
    }

    /// A path of the file's, relative to the project's folder; nil when it leaves that, or is no folder (a repository's
    /// address).
    private static func inside(_ folder: String, _ path: String) -> String? {
        guard !path.hasPrefix("/"), !path.contains(":"), !path.contains("$"), TextForm.file.accepts(path + "x") else {
            return nil
        }
        let whole = "\(folder)/\(path)"
        return ProjectPath.leavesProject(whole) ? nil : ProjectPath.normalized(ProjectPath.resolved(whole))
    }

    /// A mapping of names to values, or a list of `NAME=value` and `NAME`.
    private static func environment(_ node: YAMLNode?) -> [(name: String, value: Secret<String>?, line: Int)] {
        if let pairs = node?.pairs {
            return pairs.map { ($0.key, literal($0.value.writtenText), $0.keyMark.line) }
        }
        return (node?.items ?? []).compactMap { item in
            guard let text = item.text else { return nil }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), literal(parts.count == 2 ? String(parts[1]) : nil), item.mark.line)
        }
    }

    private static func literal(_ text: String?) -> Secret<String>? {
        guard let text, !text.contains("$") else { return nil }
        return Secret(text)
    }

    private static func files(_ node: YAMLNode?) -> [String] {
        (node?.items ?? node.map { [$0] } ?? []).compactMap { $0.text ?? $0["path"]?.text }
    }
}
