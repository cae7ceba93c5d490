internal import DotEnv
public import Findings
public import Manifest
internal import Secrets

/// A project and its store, opened for one command: the pipe from sources to a resolution.
public final class Session {
    /// The project.
    public let project: Project
    /// Where its store is.
    public let location: StoreLocation
    private let passphrase: ProjectStore.PassphraseSource
    private var openedStore: ProjectStore?

    /// Opens the project that a folder is in.
    ///
    /// - Parameters:
    ///   - folder: Where to begin looking, absolute.
    ///   - store: A store's file, when one was chosen by hand.
    ///   - passphrase: Asked when the store opens with a passphrase.
    /// - Throws: `KF-PROJ-001` without a manifest, or the manifest's own error.
    public convenience init(
        from folder: String,
        store: String? = nil,
        passphrase: @escaping ProjectStore.PassphraseSource
    ) throws {
        let root = try Project.locate(from: folder)
        let path = Paths.join(root, Project.manifestName)
        let bytes = try Files.read(path, limit: 4 * 1_048_576)
        let manifest = try ManifestReader.read(bytes: bytes, file: Project.manifestName)
        self.init(project: Project(root: root, manifest: manifest), store: store, passphrase: passphrase)
    }

    /// Opens a project that is known already.
    public init(
        project: Project,
        store: String? = nil,
        passphrase: @escaping ProjectStore.PassphraseSource
    ) {
        self.project = project
        self.passphrase = passphrase
        let name = project.manifest.store?.name ?? project.manifest.project
        location = StoreLocation.local(named: name, chosen: store)
    }

    /// The store, opened when it is first asked for.
    ///
    /// - Parameter acceptRollback: Opens a store that is older than the last durable write, and records that.
    /// - Throws: `KF-PROJ-006` when there is none yet, `KF-PROJ-012` when it is another folder's, or the store's own error.
    public func store(acceptRollback: Bool = false) throws -> ProjectStore {
        if let openedStore { return openedStore }
        guard try location.hasStore() else { throw WorkspaceError.noStore(at: location.database) }
        if !location.isChosen { try KnownFolders(of: location).check(project.root) }
        let store = try ProjectStore.open(at: location, acceptRollback: acceptRollback, passphrase: passphrase)
        openedStore = store
        return store
    }

    /// The store, or nil when there is none yet.
    ///
    /// - Throws: The store's own error when it is there and does not open.
    public func storeIfThere() throws -> ProjectStore? {
        try location.hasStore() ? try store() : nil
    }

    /// Lets the store answer in this project's folder: what a person asks for with `keyfolio init`, and never a manifest.
    ///
    /// - Returns: Whether it did not before.
    public func adoptStore() throws -> Bool {
        location.isChosen ? false : try KnownFolders(of: location).add(project.root)
    }

    /// Reads a component's files in an environment.
    ///
    /// - Parameters:
    ///   - component: Whose files.
    ///   - environment: Which environment's.
    /// - Returns: Those that exist, lowest precedence first.
    /// - Throws: A file's syntax error, with file and line.
    public func files(of component: Component, in environment: Environment) throws -> [ResolverFile] {
        let dialect = component.dialect.flatMap(Dialect.named) ?? .keyfolio
        let folder = project.folder(of: component)
        var result: [ResolverFile] = []
        for name in component.files(in: environment) {
            let path = Paths.absolute(name, in: folder)
            guard let bytes = try Files.readIfThere(path) else { continue }
            let shown = Paths.relative(path, to: project.root)
            do throws(DotEnvError) {
                let values = try DotEnvDocument(parsing: bytes, dialect: dialect).values(environment: User.variable)
                result.append(
                    ResolverFile(
                        path: shown,
                        entries: values.map { .init(name: $0.key, value: Secret($0.value), line: $0.line) }
                    )
                )
            } catch {
                throw FileSyntaxError(file: shown, error)
            }
        }
        return result
    }

    /// Finds every value that a component gets in an environment, and where it comes from.
    ///
    /// - Parameters:
    ///   - component: Which component.
    ///   - environment: Where it runs.
    ///   - store: The store to look in; nil looks in none.
    ///   - process: The process's own variables; the default looks at those of this process.
    /// - Returns: Every variable of the component.
    public func resolve(
        _ component: Component,
        in environment: Environment,
        store: ProjectStore?,
        process: (String) -> String? = User.variable
    ) throws -> Resolution {
        Resolver.resolve(
            manifest: project.manifest,
            component: component,
            environment: environment,
            files: try files(of: component, in: environment),
            store: try store?.values(at: project.secretPath(in: environment)),
            process: process
        )
    }
}

/// A syntax error in a file of the project: the dialect's own error with the file's name.
public struct FileSyntaxError: Error, Sendable {
    /// The file, relative to the project's folder.
    public let file: String
    /// The stable code of the error itself.
    public let code: String
    /// What happened, where and why.
    public let message: String
    /// What mends it.
    public let fix: String
    /// Where, for a finding.
    public let place: Place

    init(file: String, _ error: DotEnvError) {
        self.file = file
        code = error.code.description
        message = "\(printable(file)), line \(error.line): \(error.message)"
        fix = error.fix
        place = Place(file: file, line: error.line, column: error.column)
    }
}
