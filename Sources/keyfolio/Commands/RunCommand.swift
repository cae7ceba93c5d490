import ArgumentParser

/// `keyfolio run`: becomes an application, with exactly the variables that its component declares.
struct RunCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Start an application with exactly its own variables.",
        discussion: """
            Values: the manifest's defaults, then the component's files, then the store,
            then this process's own environment; the later wins (keyfolio list --origin
            shows it). The application receives what its component declares and a small
            base set (PATH, HOME, LANG and the like; docs/base-environment.md), nothing
            else. keyfolio becomes the application: no process is left in between. The
            exit status is the application's.

            It does not start when a rule is broken (an error finding); --no-check starts
            it all the same.

            Examples:
              keyfolio run -- ./server
              keyfolio run --env production --component backend -- gunicorn app:api
              keyfolio run --redact -- npm test
            """
    )

    @Option(name: .shortAndLong, help: ArgumentHelp("Whose variables.", valueName: "component"))
    var component: String?

    @Flag(help: "Pass the whole environment of this process on, too.")
    var inherit = false

    @Flag(
        help: """
            Stay, and mask secrets in the application's output: values of four characters and more, and the \
            passwords in URLs, as they are and in base64, hexadecimal, percent and JSON form.
            """
    )
    var redact = false

    @Flag(inversion: .prefixedNo, help: "Refuse to start on an error finding.")
    var check = true

    @OptionGroup var environment: EnvironmentOptions
    @OptionGroup var project: ProjectOptions
    @OptionGroup var storeOptions: StoreOptions
    @OptionGroup var outputOptions: OutputOptions

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The application and its arguments, after --.", valueName: "command")
    )
    var command: [String] = []

    func execute() throws -> ExitStatus { try action.execute() }

    /// What the options say.
    var action: RunAction {
        RunAction(
            component: component,
            inherit: inherit,
            redact: redact,
            check: check,
            environment: environment.chosen,
            project: project.place(storeOptions),
            display: display,
            wordCount: command.count
        )
    }
}
