import ArgumentParser
import Findings
import Manifest
import Workspace

/// Which secret of which store is meant: that of a project's environment, or any by its path.
struct SecretPlaceOptions: ParsableArguments {
    @OptionGroup var environment: EnvironmentOptions
    @OptionGroup var project: ProjectOptions
    @OptionGroup var storeOptions: StoreOptions

    @Option(
        help: ArgumentHelp(
            "A secret by its path in the store, instead of the project's environment. Needs no keyfolio.yaml when --store is given.",
            valueName: "path"
        )
    )
    var path: String?

    /// Opens the store and tells the secret's path.
    func open() throws -> (store: ProjectStore, path: String) {
        if let path { return (try openStore(), path) }
        let session = try self.session()
        return (try session.store(), try secretPath(in: session))
    }

    /// Opens the store alone.
    func openStore() throws -> ProjectStore {
        if let file = storeOptions.store ?? User.variable("KEYFOLIO_STORE") {
            return try ProjectStore.open(at: .local(named: "", chosen: file))
        }
        return try session().store()
    }

    /// Opens the store alone, and makes it when there is none.
    func openOrCreateStore() throws -> ProjectStore {
        if let file = storeOptions.store ?? User.variable("KEYFOLIO_STORE") {
            return try ProjectStore.openOrCreate(at: .local(named: "", chosen: file))
        }
        return try ProjectStore.openOrCreate(at: try session().location)
    }

    /// Opens the project.
    func session() throws -> Session { try Session(from: project.folder, store: storeOptions.store) }

    /// The path that is meant in a project.
    func secretPath(in session: Session) throws -> String {
        if let path { return path }
        return session.project.secretPath(in: try session.project.environment(named: environment.chosen))
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
