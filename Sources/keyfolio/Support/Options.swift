import ArgumentParser
import Findings
import Interchange
import Workspace

/// How a command shows what it has to say.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document on standard output; its schema: keyfolio schema COMMAND.")
    var json = false

    @Option(help: ArgumentHelp("When to use colours: auto, always, never.", valueName: "when"))
    var color: ColourChoice = .auto

    /// What the options say.
    var display: Display { Display(json: json, color: color) }
}

extension ColourChoice: ExpressibleByArgument {}
extension Format: ExpressibleByArgument {}
extension ReportFormat: ExpressibleByArgument {}

/// Which project is meant.
struct ProjectOptions: ParsableArguments {
    @Option(
        name: [.customShort("C"), .long],
        help: ArgumentHelp("Run as if started in this folder.", valueName: "folder"),
        completion: .directory
    )
    var directory: String?

    /// The folder to begin at, absolute.
    var folder: String { place(nil).folder }

    /// What the options say, with those of the store.
    func place(_ store: StoreOptions?) -> ProjectPlace { ProjectPlace(directory: directory, store: store?.store) }
}

/// Which environment is meant.
struct EnvironmentOptions: ParsableArguments {
    @Option(
        name: [.customShort("e"), .customLong("env")],
        help: ArgumentHelp(
            "The environment (default: KEYFOLIO_ENV, or the first relaxed one, usually development).",
            valueName: "environment"
        )
    )
    var name: String?

    /// What was asked for, by option or variable.
    var chosen: String? { ProjectPlace.environment(name) }
}

/// Which store is meant.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The store's file, or a server's https URL, instead of the project's own (or KEYFOLIO_STORE).",
            valueName: "file"
        ),
        completion: .file()
    )
    var store: String?
}
