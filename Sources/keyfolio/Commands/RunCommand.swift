import ArgumentParser
import Findings
import Launch
import Manifest
import Secrets
import Workspace

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

    @Flag(help: "Stay, and mask every secret in the application's output.")
    var redact = false

    @Flag(inversion: .prefixedNo, help: "Refuse to start on an error finding.")
    var check = true

    @OptionGroup var environment: EnvironmentOptions
    @OptionGroup var project: ProjectOptions
    @OptionGroup var storeOptions: StoreOptions
    @OptionGroup var display: OutputOptions

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The application and its arguments, after --.", valueName: "command")
    )
    var command: [String] = []

    func execute() throws -> ExitStatus {
        let words = command
        guard !words.isEmpty else {
            throw CommandFailure(
                "KF-RUN-100",
                "no application was named",
                fix: "keyfolio run -- COMMAND [ARGUMENTS]",
                status: .usage
            )
        }
        let session = try Session(from: project.folder, store: storeOptions.store)
        let environment = try session.project.environment(named: environment.chosen)
        let component = try session.project.component(named: component, standingIn: project.folder)
        let resolution = try session.resolve(component, in: environment, store: try session.storeIfThere())
        if check { try refuseOnErrors(resolution, session) }
        let declared = resolution.variables.compactMap { resolved in
            resolved.value.map { (name: resolved.variable.name, value: $0) }
        }
        let variables = try BaseEnvironment.environment(for: declared, inherit: inherit, process: .current())
        guard let application = Program.fromCommandLine(last: words.count) else {
            throw CommandFailure(
                "KF-RUN-100",
                "no application was named",
                fix: "keyfolio run -- COMMAND",
                status: .usage
            )
        }
        if redact {
            let secrets = resolution.variables.filter(\.variable.isSecret).compactMap(\.value)
            let redactor = try Redactor(secrets)
            Terminal.end(try Launch.supervise(application, environment: variables, redactor: redactor))
        }
        do {
            try Launch.replaceProcess(by: application, environment: variables)
        } catch {
            // 126 and 127, as shells and env(1) say it.
            _ = Main.report(CommandFailure(error), asJSON: display.json)
            Terminal.end(error.exitStatus)
        }
    }

    /// Stops here when a rule is broken, with the findings on standard error.
    private func refuseOnErrors(_ resolution: Resolution, _ session: Session) throws {
        let findings = try session.check([resolution])
        guard findings.worstSeverity == .error else { return }
        let errors = findings.filter { $0.severity == .error }
        if display.json {
            Terminal.say(JSONReport.render(errors, options: .standard(display, colour: false)))
        } else {
            let colour = display.color.applies(toTerminal: Terminal.errorIsTerminal)
            Terminal.say(TextReport.render(errors, options: .standard(display, colour: colour)))
        }
        let count = errors.count == 1 ? "1 rule is" : "\(errors.count) rules are"
        throw CommandFailure(
            "KF-RUN-101",
            "\(count) broken, so the application was not started",
            fix: "mend them (keyfolio check explains each), or start it all the same with --no-check",
            status: .findings
        )
    }
}
