import ArgumentParser
import Workspace

/// The options that say which secret of which store is meant.
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

    /// What the options say.
    var place: SecretPlace {
        SecretPlace(environment: environment.chosen, project: project.place(storeOptions), path: path)
    }

    func validate() throws {
        // A path names its environment itself: two answers to one question are one too many.
        guard path == nil || environment.name == nil else {
            throw ValidationError("--path and --env cannot both be given: a path is a secret of one environment.")
        }
    }

    func open() throws -> (store: ProjectStore, path: String) { try place.open() }
    func openStore(acceptRollback: Bool = false) throws -> ProjectStore {
        try place.openStore(acceptRollback: acceptRollback)
    }
    func session() throws -> Session { try place.project.session() }
    func secretPath(in session: Session) throws -> String { try place.secretPath(in: session) }
}
