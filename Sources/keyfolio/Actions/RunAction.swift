import Findings
import Launch
import Manifest
import Secrets
import Workspace

/// `keyfolio run`: becomes an application, with exactly the variables that its component declares.
struct RunAction: Action {
    /// Whose variables.
    var component: String?
    /// Whether the whole environment of this process is passed on, too.
    var inherit = false
    /// Whether to stay, and mask every secret in the application's output.
    var redact = false
    /// Whether an error finding stops the start.
    var check = true
    /// The environment that was named, by option or variable.
    var environment: String?
    /// Which project.
    var project = ProjectPlace()
    var display = Display()
    /// How many words the application and its arguments are: those at the end of the command line.
    var wordCount: Int

    func execute() throws -> ExitStatus {
        guard let application = Program.fromCommandLine(last: wordCount) else {
            throw CommandFailure(
                "KF-RUN-100",
                "no application was named",
                fix: "keyfolio run -- COMMAND [ARGUMENTS]",
                status: .usage
            )
        }
        let session = try project.session()
        let environment = try session.project.environment(named: environment)
        let component = try session.project.component(named: component, standingIn: project.folder)
        guard !inherit || component.audience == .server else {
            throw CommandFailure(
                "KF-RUN-102",
                "\(component.name) is shipped to browsers, and --inherit would give it all that this process has",
                fix: "leave --inherit out, and declare what \(component.name) needs in keyfolio.yaml",
                status: .denied
            )
        }
        let resolution = try session.resolve(
            component,
            in: environment,
            store: try session.storeIfThere(),
            interpolation: .value
        )
        if check, try isRefused(resolution, session) { return .findings }
        let declared = resolution.variables.compactMap { resolved in
            resolved.value.map { (name: resolved.variable.name, value: $0) }
        }
        let variables = try BaseEnvironment.environment(for: declared, inherit: inherit, process: .current())
        if redact {
            let secrets = resolution.variables.filter(\.variable.isSecret).compactMap { resolved in
                resolved.value.map { (name: resolved.variable.name, value: $0) }
            }
            let redactor = try Redactor(
                secrets.map(\.value) + secrets.flatMap { URLPassword.parts(of: $0.value) }
            )
            let unmasked = redactor.unmasked.filter { $0.index < secrets.count }.map { secrets[$0.index].name }
            if !unmasked.isEmpty {
                Terminal.say("Not masked, because too short or too common: \(unmasked.joined(separator: ", ")).")
            }
            do {
                Terminal.end(try Launch.supervise(application, environment: variables, redactor: redactor))
            } catch {
                _ = Main.report(CommandFailure(error), asJSON: display.json, status: error.exitStatus)
                Terminal.end(error.exitStatus)
            }
        }
        do {
            try Launch.replaceProcess(by: application, environment: variables)
        } catch {
            // 126 and 127, as shells and env(1) say it.
            _ = Main.report(CommandFailure(error), asJSON: display.json, status: error.exitStatus)
            Terminal.end(error.exitStatus)
        }
    }

    /// Whether a rule is broken, which is told on standard error.
    private func isRefused(_ resolution: Resolution, _ session: Session) throws -> Bool {
        let findings = try session.check([resolution])
        guard findings.worstSeverity == .error else { return false }
        let errors = findings.filter { $0.severity == .error }
        guard !display.json else {
            Terminal.say(JSONReport.render(errors, options: .standard(colour: false)))
            return true
        }
        let colour = display.color.applies(toTerminal: Terminal.errorIsTerminal)
        Terminal.say(TextReport.render(errors, options: .standard(colour: colour)))
        let count = errors.count == 1 ? "1 rule is" : "\(errors.count) rules are"
        throw CommandFailure(
            "KF-RUN-101",
            "\(count) broken, so the application was not started",
            fix: "mend them (keyfolio check explains each), or start it all the same with --no-check",
            status: .findings
        )
    }
}
