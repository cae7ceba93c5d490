import ArgumentParser
import Findings

/// `keyfolio check`: everything that can be said about a project's configuration without starting anything.
struct CheckCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the manifest, the files and the values of every environment.",
        discussion: """
            Environments that have neither a file nor a value in the store yet are passed
            over, unless --env or --all asks for them, and with a note those whose secrets
            you may not read on a server. No value is ever shown.

            Examples:
              keyfolio check
              keyfolio check --env production --component backend
              keyfolio check --explain DATABASE_URL --env production
              keyfolio check --format sarif > keyfolio.sarif

            Exit status: 0 when no finding is an error, 1 when one is (with --strict: when
            there is a warning), also when an environment that --env names may not be read;
            4 when none may be.
            """
    )

    @Option(
        name: [.customShort("e"), .customLong("env")],
        help: ArgumentHelp("Only these environments.", valueName: "environment")
    )
    var environments: [String] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("Only these components.", valueName: "component"))
    var component: [String] = []

    @Flag(help: "Check environments that have nothing yet, too.")
    var all = false

    @Option(help: ArgumentHelp("text, json, sarif, junit or github.", valueName: "format"))
    var format: ReportFormat?

    @Flag(help: "Warnings make the exit status 1, too.")
    var strict = false

    @Option(help: ArgumentHelp("Tell why a variable has its value, and which rules speak.", valueName: "name"))
    var explain: String?

    @OptionGroup var project: ProjectOptions
    @OptionGroup var storeOptions: StoreOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus { try action.execute() }

    /// What the options say.
    var action: CheckAction {
        CheckAction(
            environments: environments,
            components: component,
            all: all,
            format: format,
            strict: strict,
            explain: explain,
            project: project.place(storeOptions),
            display: display
        )
    }
}
