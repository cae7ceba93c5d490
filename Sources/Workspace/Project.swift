internal import Findings
public import Manifest

/// An application on disk: the folder of its `keyfolio.yaml` and what that says.
public struct Project: Sendable {
    /// The manifest's name.
    public static let manifestName = "keyfolio.yaml"

    /// The folder of the manifest, absolute.
    public let root: String
    /// What the manifest says.
    public let manifest: Manifest

    /// The manifest's own path, absolute.
    public var manifestPath: String { Paths.join(root, Self.manifestName) }

    /// A project that is known already.
    ///
    /// - Parameters:
    ///   - root: The folder of the manifest, absolute.
    ///   - manifest: What it says.
    public init(root: String, manifest: Manifest) {
        self.root = root
        self.manifest = manifest
    }

    /// The folder of the nearest manifest, in a folder or above it.
    ///
    /// - Parameter folder: Where to begin, absolute.
    /// - Throws: `KF-PROJ-001` when there is none up to the file system's root.
    public static func locate(from folder: String) throws(WorkspaceError) -> String {
        var candidate = folder
        while true {
            if Files.exists(Paths.join(candidate, manifestName)) { return candidate }
            let parent = Paths.parent(of: candidate)
            if parent == candidate { throw .noManifest(searchedFrom: folder) }
            candidate = parent
        }
    }

    /// The manifest's bytes.
    static func manifestBytes(at root: String) throws(WorkspaceError) -> [UInt8] {
        let path = Paths.join(root, manifestName)
        guard let bytes = try Files.readRegularIfThere(path, limit: 4 * 1_048_576) else {
            throw .noManifest(searchedFrom: root)
        }
        return bytes
    }

    /// The environment of a name; without one, the first relaxed environment, or the first of all.
    ///
    /// - Throws: `KF-PROJ-002` for a name that the manifest does not have.
    public func environment(named name: String?) throws(WorkspaceError) -> Environment {
        guard let name else {
            return manifest.environments.first { $0.strictness == .relaxed } ?? manifest.environments.first
                ?? Environment(name: "development")
        }
        if let found = manifest.environment(named: name) { return found }
        let known = manifest.environments.map(\.name)
        throw .unknownEnvironment(known: known, suggestion: Suggest.nearest(to: name, among: known))
    }

    /// The component of a name; without one, the only one, or the one whose folder one stands in.
    ///
    /// - Throws: `KF-PROJ-003` for an unknown name, `KF-PROJ-004` when none was named and several could be meant.
    public func component(named name: String?, standingIn folder: String) throws(WorkspaceError) -> Component {
        let known = manifest.components.map(\.name)
        if let name {
            if let found = manifest.component(named: name) { return found }
            throw .unknownComponent(known: known, suggestion: Suggest.nearest(to: name, among: known))
        }
        if manifest.components.count == 1 { return manifest.components[0] }
        let around = manifest.components.filter { component in
            let own = Paths.absolute(component.folder, in: root)
            return own != root && (folder == own || folder.hasPrefix(own + "/"))
        }
        if around.count == 1 { return around[0] }
        throw .ambiguousComponent(known: known)
    }

    /// A component's folder, absolute.
    public func folder(of component: Component) -> String { Paths.absolute(component.folder, in: root) }

    /// The path of an environment's secret in a store: `portfolio-suite/production`.
    public func secretPath(in environment: Environment) -> String { "\(manifest.project)/\(environment.name)" }
}

/// Where a local store is: its database, and the key that opens it, in different folders.
public struct StoreLocation: Sendable, Hashable {
    /// The SQLite file.
    public var database: String
    /// The key file.
    public var keyFile: String
    /// Whether a person chose the store, by option or variable, and not the manifest.
    public var isChosen: Bool

    /// Names both.
    public init(database: String, keyFile: String, isChosen: Bool) {
        self.database = database
        self.keyFile = keyFile
        self.isChosen = isChosen
    }

    /// Where stores and keys are that nobody put elsewhere.
    static var base: String { Paths.join(User.dataFolder, "keyfolio") }

    /// The store of a name, in the user's data folder unless `KEYFOLIO_STORE` or `KEYFOLIO_KEY_FILE` say otherwise.
    ///
    /// - Parameters:
    ///   - name: The store's name: the project's, unless its manifest names another.
    ///   - chosen: A database that was chosen by an option.
    public static func local(named name: String, chosen: String? = nil) -> StoreLocation {
        let base = Self.base
        let choice = chosen ?? User.setting("KEYFOLIO_STORE")
        let database = choice ?? "\(base)/stores/\(name)/store.db"
        let keyName: String
        if choice == nil {
            keyName = name
        } else {
            keyName = Self.keyName(ofStoreAt: Paths.absolute(database))
        }
        let keyFile = User.setting("KEYFOLIO_KEY_FILE") ?? "\(base)/keys/\(keyName).key"
        return StoreLocation(
            database: Paths.absolute(database),
            keyFile: Paths.absolute(keyFile),
            isChosen: choice != nil
        )
    }

    /// A store elsewhere has its key under the data folder all the same, told apart by where the store is: `+a-b` for
    /// `/a/b`, with `_-` and `__` for those two characters in a part, so that no two places have one name. No project's
    /// name begins with a plus sign.
    private static func keyName(ofStoreAt path: String) -> String {
        var name = "+"
        for (position, part) in path.split(separator: "/").enumerated() {
            if position > 0 { name += "-" }
            for character in part.unicodeScalars {
                if character == "-" || character == "_" { name += "_" }
                name.unicodeScalars.append(character)
            }
        }
        return name
    }
}
