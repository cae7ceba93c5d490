internal import DotEnv
public import Findings
public import Manifest
internal import Secrets

/// A project and its store, opened for one command: the pipe from sources to a resolution.
public final class Session {
    /// The project.
    public let project: Project
    /// Where its store is.
    public let place: StorePlace
    private let passphrase: ProjectStore.PassphraseSource
    private var openedStore: ProjectStore?
    private var trust: Bool?
    /// What the store said of environments, as far as it was asked: see ``answer(about:)``.
    var answers: [String: StoreAnswer] = [:]

    /// Opens the project that a folder is in.
    ///
    /// - Parameters:
    ///   - folder: Where to begin looking, absolute.
    ///   - store: A store's file or a server's URL, when one was chosen by hand.
    ///   - passphrase: Asked when the store opens with a passphrase.
    /// - Throws: `KF-PROJ-001` without a manifest, or the manifest's own error.
    public convenience init(
        from folder: String,
        store: String? = nil,
        passphrase: @escaping ProjectStore.PassphraseSource
    ) throws {
        let root = try Project.locate(from: folder)
        let bytes = try Project.manifestBytes(at: root)
        let manifest = try ManifestReader.read(bytes: bytes, file: Project.manifestName)
        try self.init(project: Project(root: root, manifest: manifest), store: store, passphrase: passphrase)
    }

    /// Opens a project that is known already.
    public init(
        project: Project,
        store: String? = nil,
        passphrase: @escaping ProjectStore.PassphraseSource
    ) throws {
        self.project = project
        self.passphrase = passphrase
        let name = project.manifest.store?.name ?? project.manifest.project
        place = try StorePlace.find(named: name, chosen: store, folder: project.root)
    }

    /// The store, opened when it is first asked for.
    ///
    /// - Parameter acceptRollback: Opens a store that is older than the last durable write, and records that.
    /// - Throws: `KF-PROJ-006` when there is none yet, `KF-PROJ-015` when it is gone, `KF-PROJ-012` when it is another folder's, or the store's own error.
    public func store(acceptRollback: Bool = false) throws -> ProjectStore {
        if let openedStore { return openedStore }
        let store: ProjectStore
        switch place {
        case .file(let location):
            guard try location.hasStore() else {
                try checkMissing(location)
                throw WorkspaceError.noStore(at: location.database)
            }
            if !place.isChosen { try place.folders.check(project.root) }
            store = try ProjectStore.open(at: location, acceptRollback: acceptRollback, passphrase: passphrase)
        case .server(let server):
            if !place.isChosen { try place.folders.check(project.root) }
            store = try ProjectStore.open(at: server, acceptRollback: acceptRollback)
        }
        openedStore = store
        return store
    }

    /// The store, or nil when there is none yet.
    ///
    /// - Throws: The store's own error when it is there and does not open; `KF-PROJ-015` when it was there.
    public func storeIfThere() throws -> ProjectStore? {
        switch place {
        case .file(let location):
            // A store that a person named must be there: without it other values would count, and nobody would notice.
            if try location.isChosen || location.hasStore() { return try store() }
            try checkMissing(location)
            return nil
        case .server: return try store()
        }
    }

    /// As ``storeIfThere()``, but nil where a server does not answer because nobody adopted the folder: somebody else's
    /// repository can be checked before it is trusted.
    func storeIfAdopted() throws -> ProjectStore? {
        if place.server != nil, !isTrusted { return nil }
        return try storeIfThere()
    }

    /// Stops here when a store that is not there is not simply one that nobody made yet: it is gone, or the folder's secrets
    /// are in the store of another name, because its project was renamed, or at a server.
    private func checkMissing(_ location: StoreLocation) throws(WorkspaceError) {
        try location.checkNotGone()
        guard !place.isChosen else { return }
        if let other = KnownFolders.storeName(of: project.root) { throw .renamed(from: other) }
        if let server = KnownFolders.server(of: project.root) { throw .loggedOut(from: server) }
    }

    /// Lets the store answer in this project's folder: what a person asks for with `keyfolio init`, and never a manifest.
    ///
    /// - Returns: Whether it did not before.
    public func adoptStore() throws -> Bool {
        if place.isChosen { return false }
        trust = true
        return try place.folders.add(project.root)
    }

    /// Whether a person said that this folder's manifest may be believed: with `keyfolio init`, or by naming the store.
    ///
    /// Until then a repository is somebody else's: no program is started for it that needs not be, no database that it
    /// names is asked, and no link of it is followed out of it.
    public var isTrusted: Bool {
        if let trust { return trust }
        let known = place.isChosen || place.folders.has(project.root)
        trust = known
        return known
    }

    /// A `.env` file's bytes, or nil when there is none.
    ///
    /// - Throws: `KF-FILE-108` when it is a link out of the project that nobody adopted, `KF-FILE-109` for what is no file.
    func readIfThere(_ path: String) throws(WorkspaceError) -> [UInt8]? {
        do throws(WorkspaceError) {
            // Trust is looked up only when a link asks for it: this is on the way to every start.
            if Files.exists(path), !Files.isReally(path, beneath: project.root), !isTrusted {
                throw .outside(path)
            }
            return try Files.readRegularIfThere(path)
        } catch {
            throw error.about(Paths.relative(path, to: project.root))
        }
    }

    /// Reads a component's files in an environment.
    ///
    /// - Parameters:
    ///   - component: Whose files.
    ///   - environment: Which environment's.
    ///   - process: What a name in an interpolation means when the file does not define it. Never asked for a component
    ///     that is shipped to browsers: a file of a repository would put a variable of the shell into the bundle.
    /// - Returns: Those that exist, lowest precedence first.
    /// - Throws: A file's syntax error, with file and line, or why a file cannot be read.
    public func files(
        of component: Component,
        in environment: Environment,
        process: (String) -> String?
    ) throws -> [ResolverFile] {
        let dialect = component.dialect.flatMap(Dialect.named) ?? .keyfolio
        let folder = project.folder(of: component)
        let isPublic = component.audience == .browser
        var result: [ResolverFile] = []
        for name in component.files(in: environment) {
            let path = Paths.absolute(name, in: folder)
            guard let bytes = try readIfThere(path) else { continue }
            let shown = Paths.relative(path, to: project.root)
            let keys = DotEnvDocument.keyBlocks(in: bytes)
            do throws(DotEnvError) {
                let values = try DotEnvDocument(parsing: bytes, dialect: dialect)
                    .values(environment: { isPublic ? nil : process($0) })
                result.append(
                    ResolverFile(
                        path: shown,
                        entries: values.map { value in
                            .init(
                                name: value.key,
                                value: Secret(value.value),
                                line: value.line,
                                isPieceOfKey: keys.contains { $0.contains(value.line) }
                            )
                        }
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
    ///   - interpolation: What a variable of this process is in an interpolation of a file.
    /// - Returns: Every variable of the component.
    public func resolve(
        _ component: Component,
        in environment: Environment,
        store: ProjectStore?,
        process: (String) -> String? = User.variable,
        interpolation: Interpolation = .asWritten
    ) throws -> Resolution {
        Resolver.resolve(
            manifest: project.manifest,
            component: component,
            environment: environment,
            files: try files(of: component, in: environment, process: interpolation.callAsFunction),
            store: try store?.values(at: project.secretPath(in: environment)),
            process: process
        )
    }
}

/// What a name means in an interpolation of a file that does not define it.
public enum Interpolation: Sendable {
    /// The value that this process has: where something is started, or what it would be given is written out.
    case value
    /// The interpolation itself, when this process has such a variable. It is no error then, and what is shown or checked
    /// is what the file has: nothing of a shell is told by a file that somebody else wrote.
    case asWritten
    /// Nothing.
    case nothing

    /// What stands in the place of the interpolation; nil when the name means nothing.
    public func callAsFunction(_ name: String) -> String? {
        switch self {
        case .value: User.variable(name)
        case .asWritten: User.variable(name).map { _ in "${\(name)}" }
        case .nothing: nil
        }
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
