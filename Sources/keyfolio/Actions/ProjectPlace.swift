import Findings
import Secrets
import Workspace

/// Which project is meant, and which store.
struct ProjectPlace {
    /// Where to begin looking for the manifest, as it was typed; nil for the current folder.
    var directory: String?
    /// The store's file or the server's URL, when one was chosen by hand.
    var store: String?

    /// The folder to begin at, absolute.
    var folder: String { Paths.absolute(directory ?? ".") }

    /// Opens the project, with a person to ask for the store's passphrase.
    func session() throws -> Session {
        try Session(from: folder, store: store, passphrase: Self.passphrase)
    }

    /// The passphrase of a store that opens with one: from the file that `KEYFOLIO_PASSPHRASE_FILE` names, or asked for
    /// on the terminal.
    static func passphrase() throws -> Secret<String> {
        let file = User.setting("KEYFOLIO_PASSPHRASE_FILE")
        guard file != nil || Terminal.canAsk else { throw WorkspaceError.noPassphrase() }
        return try SecretInput.passphrase(file: file, prompt: "Passphrase of the store: ")
    }

    /// The environment that was asked for, by option or variable.
    static func environment(_ option: String?) -> String? { option ?? User.setting("KEYFOLIO_ENV") }
}

/// Which secret of which store is meant: that of a project's environment, or any by its path.
struct SecretPlace {
    /// The environment that was named, by option or variable.
    var environment: String?
    /// The project, and the store.
    var project = ProjectPlace()
    /// A secret by its path in the store, instead of the project's environment.
    var path: String?

    /// Opens the store and tells the secret's path.
    func open() throws -> (store: ProjectStore, path: String) {
        if let path { return (try openStore(), path) }
        let session = try project.session()
        return (try session.store(), try secretPath(in: session))
    }

    /// Opens the store alone.
    ///
    /// - Parameter acceptRollback: Opens a store that is older than the last write, too, and records that.
    func openStore(acceptRollback: Bool = false) throws -> ProjectStore {
        if let server = try serverWithoutProject() {
            return try ProjectStore.open(at: server, acceptRollback: acceptRollback)
        }
        guard let location = chosenLocation else {
            return try namingStore { try project.session() }.store(acceptRollback: acceptRollback)
        }
        return try ProjectStore.open(
            at: location,
            acceptRollback: acceptRollback,
            passphrase: ProjectPlace.passphrase
        )
    }

    /// Restores a snapshot into the store, which is made when there is none, and then only when all of it is there.
    ///
    /// - Returns: How many secrets were restored, and where the store is when it was made.
    func restore(_ snapshot: () throws -> [UInt8]?) throws -> (secrets: Int, made: StoreLocation?) {
        if try ServerPlace.chosen(project.store) != nil { return (try openStore().readSnapshot(snapshot), nil) }
        if let location = chosenLocation {
            guard try location.hasStore() else {
                return (try ProjectStore.restore(at: location, snapshot: snapshot), location)
            }
            return (try openStore().readSnapshot(snapshot), nil)
        }
        let session = try namingStore { try project.session() }
        guard let location = session.place.location, try !location.hasStore() else {
            return (try session.store().readSnapshot(snapshot), nil)
        }
        let count = try ProjectStore.restore(at: location, snapshot: snapshot)
        _ = try session.adoptStore()
        return (count, location)
    }

    /// Does what needs a store and looks for a project's: outside of one, the store can be named instead.
    func namingStore<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as WorkspaceError { throw error.advisingStore }
    }

    /// The path that is meant in a project.
    func secretPath(in session: Session) throws -> String {
        if let path { return path }
        return session.project.secretPath(in: try session.project.environment(named: environment))
    }

    /// The server, when no manifest says anything about what is read: it was chosen by hand, or a person named the
    /// secret's path and the server of `KEYFOLIO_ADDR` is meant, or there is no project here.
    private func serverWithoutProject() throws -> ServerPlace? {
        if let place = try ServerPlace.chosen(project.store) { return place }
        guard chosenLocation == nil, let place = try ServerPlace.standing() else { return nil }
        if path != nil, place.source == .addressVariable { return place }
        return (try? Project.locate(from: project.folder)) == nil ? place : nil
    }

    /// Where the store is when its file was chosen by hand: no manifest is needed then.
    var chosenLocation: StoreLocation? {
        (project.store ?? User.setting("KEYFOLIO_STORE")).map { .local(named: "", chosen: $0) }
    }
}

extension CommandFailure {
    /// There is no secret at a path.
    static func noSecret(_ path: String) -> CommandFailure {
        CommandFailure(
            "KF-GET-001",
            "the store has no secret at \(path)",
            fix: "keyfolio set NAME, or keyfolio import FILE",
            status: .notFound
        )
    }

    /// A secret has no such field.
    static func noValue(_ name: String, at path: String, among names: [String]) -> CommandFailure {
        let hint = Suggest.nearest(to: name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
        return CommandFailure(
            "KF-GET-002",
            "the store has no value of that name at \(path)\(hint)",
            fix: "keyfolio list --origin shows which values there are, and where",
            status: .notFound
        )
    }
}
