import ArgumentParser
import Findings
import Workspace

/// `keyfolio doctor`: why something does not work, and what mends it.
struct DoctorCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find out why something does not work.",
        discussion: """
            Looks at the store and its key, the audit log, every value and file of one
            environment, how the components' own readers take the files, and asks the
            databases that PostgreSQL URLs name: whether they answer, whether the
            connection is encrypted, and whether the role has more rights than it needs.

            Examples:
              keyfolio doctor
              keyfolio doctor --env staging
              keyfolio doctor --offline
            """
    )

    @Flag(help: "Ask no database.")
    var offline = false

    @Option(help: ArgumentHelp("text, json, sarif, junit or github.", valueName: "format"))
    var format: ReportFormat?

    @OptionGroup var environment: EnvironmentOptions
    @OptionGroup var project: ProjectOptions
    @OptionGroup var storeOptions: StoreOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let session = try project.place(storeOptions).session()
        let chosen = try session.project.environment(named: environment.chosen)
        var findings = try Doctor(session, environment: chosen).examine(live: !offline)
        let format = display.json ? .json : (self.format ?? .text)
        if format == .text {
            findings = findings.withCommands(workingIn: Paths.current, root: session.project.root)
        }
        let options = ReportOptions.standard(colour: format == .text && display.useColour)
        Terminal.write(format.render(findings, options: options))
        return findings.worstSeverity == .error ? .findings : .success
    }
}
