/// The files of a folder that tell what kind of application is in it, for `keyfolio init`.
public struct ProjectTree: Sendable {
    /// The files, relative to the folder, sorted.
    public let paths: [String]

    /// How deep folders are entered, and how many files are looked at: a home folder must not take minutes.
    private static let depth = 4
    private static let most = 20_000

    /// Folders that hold what others wrote or what tools made.
    private static let passedOver: Swift.Set<String> = [
        "node_modules", "vendor", "dist", "build", "target", "venv", "__pycache__", "bower_components", "Pods",
        "DerivedData", "third_party", "site-packages", "coverage", "tmp", "log", "logs",
    ]

    /// Files beside `.env*` that say what a folder is.
    private static let telling: Swift.Set<String> = [
        "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml", "package.json", "pyproject.toml",
        "requirements.txt", "Pipfile", "setup.py", "manage.py", "Package.swift", "go.mod", "Cargo.toml", "Gemfile",
        "composer.json", "pom.xml", "build.gradle", "build.gradle.kts", "mix.exs", "index.html",
    ]

    /// Looks through a folder.
    ///
    /// - Parameter root: The folder, absolute.
    public init(of root: String) {
        var found: [String] = []
        var waiting: [(folder: String, depth: Int)] = [("", 0)]
        var seen = 0
        while let (folder, depth) = waiting.popLast(), seen < Self.most {
            for name in Files.names(in: folder.isEmpty ? root : Paths.join(root, folder)) {
                seen += 1
                let path = folder.isEmpty ? name : Paths.join(folder, name)
                if Self.isTelling(name) {
                    if Files.status(Paths.join(root, path))?.isFolder == false { found.append(path) }
                } else if depth < Self.depth, !name.hasPrefix("."), !Self.passedOver.contains(name) {
                    let status = Files.status(Paths.join(root, path), following: false)
                    if status?.isFolder == true { waiting.append((path, depth + 1)) }
                }
            }
        }
        paths = found.sorted()
    }

    private static func isTelling(_ name: String) -> Bool { isEnvironmentFile(name) || telling.contains(name) }

    /// Whether a name is that of a `.env` file: `.env`, `.env.local`, `.env.example`.
    public static func isEnvironmentFile(_ name: String) -> Bool { name == ".env" || name.hasPrefix(".env.") }

    /// Whether a name is that of a template, which is committed.
    public static func isTemplate(_ name: String) -> Bool {
        [".env.example", ".env.sample", ".env.template", ".env.dist"].contains(name)
    }
}
