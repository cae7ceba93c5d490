/// What a file's name says about it.
enum FileRole: Equatable {
    /// A `.env` file that is committed and holds no real values.
    case template
    /// A `.env` file with values of an environment; nil where the name names none: a developer's own.
    case values(environment: String?)
    /// A Compose file.
    case compose
    /// `package.json`.
    case package
    /// Something that tells that a folder holds a program for servers, and which reader it has for `.env` files.
    case server(dialect: String?)

    /// The role of a file, or nil when nothing is learnt from it.
    ///
    /// - Parameter name: Its name, without the folder.
    init?(name: String) {
        if let role = Self.byName[name] {
            self = role
        } else if name == ".env" || name.hasPrefix(".env.") {
            guard let role = Self.environmentFile(name) else { return nil }
            self = role
        } else if ["compose", "docker-compose"].contains(where: { name.hasPrefix("\($0).") }),
            name.hasSuffix(".yml") || name.hasSuffix(".yaml")
        {
            self = .compose
        } else if name.hasSuffix(".csproj") || name.hasSuffix(".gemspec") {
            self = .server(dialect: nil)
        } else {
            return nil
        }
    }

    private static let byName: [String: FileRole] = [
        "package.json": .package, "pyproject.toml": .server(dialect: "python"),
        "requirements.txt": .server(dialect: "python"), "Pipfile": .server(dialect: "python"),
        "setup.py": .server(dialect: "python"), "manage.py": .server(dialect: "python"),
        "Package.swift": .server(dialect: nil), "go.mod": .server(dialect: nil), "Cargo.toml": .server(dialect: nil),
        "Gemfile": .server(dialect: "ruby"), "composer.json": .server(dialect: nil),
        "pom.xml": .server(dialect: nil), "build.gradle": .server(dialect: nil),
        "build.gradle.kts": .server(dialect: nil), "mix.exs": .server(dialect: nil),
    ]

    /// Endings of names of templates.
    private static let templates: Set = ["example", "sample", "template", "dist", "defaults"]

    /// Endings that name no environment: what editors and other tools leave behind.
    private static let leftovers: Set = ["bak", "backup", "old", "orig", "save", "swp", "tmp", "vault", "keys", "enc"]

    private static func environmentFile(_ name: String) -> FileRole? {
        var parts = name.split(separator: ".").dropFirst().map(String.init)
        if parts.contains(where: templates.contains) { return .template }
        if parts.contains(where: leftovers.contains) || name.hasSuffix("~") { return nil }
        if parts.last == "local" { parts.removeLast() }
        guard let first = parts.first else { return .values(environment: nil) }
        return parts.count == 1 && TextForm.name.accepts(first) && first.utf8.count <= 64
            ? .values(environment: first) : nil
    }
}
