/// What the file system and git say about a `.env` file. Whoever can ask them takes it down; ``FileCheck`` judges it.
public struct FileFacts: Sendable, Hashable {
    /// The file, relative to the project's folder.
    public var path: String
    /// The permission bits, or nil when the file is not there.
    public var mode: UInt32?
    /// Whether git has it in its index.
    public var isTracked: Bool
    /// Whether git ignores it (`git check-ignore`); nil outside of a repository.
    public var isIgnored: Bool?
    /// Whether somebody else than the user who asks, and than root, owns it.
    public var isOwnedByOther: Bool
    /// Whether it is a symbolic link.
    public var isSymlink: Bool
    /// Whether a variable that the manifest calls secret has a value in it.
    public var holdsSecret: Bool

    /// Takes down the facts.
    public init(
        path: String,
        mode: UInt32? = nil,
        isTracked: Bool = false,
        isIgnored: Bool? = nil,
        isOwnedByOther: Bool = false,
        isSymlink: Bool = false,
        holdsSecret: Bool = false
    ) {
        self.path = path
        self.mode = mode
        self.isTracked = isTracked
        self.isIgnored = isIgnored
        self.isOwnedByOther = isOwnedByOther
        self.isSymlink = isSymlink
        self.holdsSecret = holdsSecret
    }

    /// Whether the file is there.
    public var exists: Bool { mode != nil }
}

/// What a file is for, by its path alone.
public enum FileUse: Sendable, Hashable {
    /// A component's template.
    case template(component: String)
    /// Values that a component reads in an environment; the environment is the first that reads it.
    case values(component: String, environment: String)
    /// A `.env` file in a component's folder that no environment reads.
    case unread(component: String)
    /// A `.env` file in no component's folder.
    case stray
    /// Anything else.
    case other

    /// The name of a template.
    public static let templateName = ".env.example"

    /// Tells what a file is for.
    ///
    /// - Parameters:
    ///   - path: The file, relative to the project's folder, with `/` between folders.
    ///   - manifest: The project's.
    public init(of path: String, in manifest: Manifest) {
        let parts = path.split(separator: "/").filter { $0 != "." }.map(String.init)
        let name = parts.last ?? ""
        for component in manifest.components {
            let folder = component.folder.split(separator: "/").filter { $0 != "." }.map(String.init)
            guard parts.starts(with: folder) else { continue }
            let inside = parts.dropFirst(folder.count).joined(separator: "/")
            if inside == Self.templateName {
                self = .template(component: component.name)
                return
            }
            if let environment = manifest.environments.first(where: { component.files(in: $0).contains(inside) }) {
                self = .values(component: component.name, environment: environment.name)
                return
            }
            if inside == name, Self.isEnvironmentFile(name) {
                self = .unread(component: component.name)
                return
            }
        }
        self = Self.isEnvironmentFile(name) && name != Self.templateName ? .stray : .other
    }

    /// `.env`, `.env.anything`; not `.envrc`, which is direnv's program.
    private static func isEnvironmentFile(_ name: String) -> Bool { name == ".env" || name.hasPrefix(".env.") }
}
