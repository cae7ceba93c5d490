internal import Manifest

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

    private static func isTelling(_ name: String) -> Bool {
        isEnvironmentFile(name) || ManifestInference.isTelling(name)
    }

    /// Whether a name is that of a `.env` file: `.env`, `.env.local`, `.env.example`.
    public static func isEnvironmentFile(_ name: String) -> Bool { name == ".env" || name.hasPrefix(".env.") }
}
