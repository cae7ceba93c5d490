import ArgumentParser
import Findings
import Manifest
import Workspace

/// `keyfolio check`: everything that can be said about a project's configuration without starting anything.
struct CheckCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the manifest, the files and the values of every environment.",
        discussion: """
            Environments that have neither a file nor a value in the store yet are passed
            over, unless --env or --all asks for them. No value is ever shown.

            Examples:
              keyfolio check
              keyfolio check --env production --component backend
              keyfolio check --explain DATABASE_URL --env production
              keyfolio check --format sarif > keyfolio.sarif

            Exit status: 0 when no finding is an error, 1 when one is (with --strict: when
            there is a warning).
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
    @OptionGroup var display: OutputOptions

    func execute() throws -> ExitStatus {
        let session: Session
        do {
            session = try Session(from: project.folder, store: storeOptions.store)
        } catch let error as ManifestError {
            // A manifest with errors is what check is for: all of them are told, not the first.
            _ = error
            return finish(try Session.manifestFindings(from: project.folder), passedOver: [])
        }
        if let explain { return try explainVariable(explain, session) }
        let chosen = try chosenEnvironments(session)
        let components =
            component.isEmpty
            ? session.project.manifest.components
            : try component.map { try session.project.component(named: $0, standingIn: project.folder) }
        let findings = try session.inspect(environments: chosen.checked, components: components)
        return finish(findings, passedOver: chosen.passedOver)
    }

    private func chosenEnvironments(_ session: Session) throws -> (checked: [Environment], passedOver: [String]) {
        let known = session.project.manifest.environments
        if !environments.isEmpty {
            return (try environments.map { try session.project.environment(named: $0) }, [])
        }
        if all { return (known, []) }
        let checked = try known.filter { try session.hasAnything(in: $0) }
        if checked.isEmpty { return (Array(known.prefix(1)), known.dropFirst().map(\.name)) }
        return (checked, known.filter { one in !checked.contains(one) }.map(\.name))
    }

    private func finish(_ findings: [Finding], passedOver: [String]) -> ExitStatus {
        let format = display.json ? .json : (self.format ?? .text)
        let options = ReportOptions.standard(display, colour: format == .text && display.useColour)
        Terminal.write(format.render(findings, options: options))
        if !passedOver.isEmpty, format == .text {
            Terminal.say(
                "Passed over, because nothing is there yet: \(passedOver.joined(separator: ", ")) (--all checks them)."
            )
        }
        let limit: Severity = strict ? .warning : .error
        return (findings.worstSeverity.map { $0 >= limit } ?? false) ? .findings : .success
    }

    private func explainVariable(_ name: String, _ session: Session) throws -> ExitStatus {
        let manifest = session.project.manifest
        guard let variable = manifest.variable(named: name) else {
            let known = manifest.variables.map(\.name)
            throw WorkspaceError.unknownVariable(suggestion: Suggest.nearest(to: name, among: known))
        }
        let chosen =
            try environments.isEmpty
            ? [session.project.environment(named: User.variable("KEYFOLIO_ENV"))]
            : environments.map { try session.project.environment(named: $0) }
        var explanations: [Explanation] = []
        let store = try session.storeIfThere()
        for environment in chosen {
            for name in variable.components where component.isEmpty || component.contains(name) {
                let component = try session.project.component(named: name, standingIn: project.folder)
                let resolution = try session.resolve(component, in: environment, store: store)
                if let explanation = Checker(manifest).explain(variable.name, in: resolution) {
                    explanations.append(explanation)
                }
            }
        }
        if display.json {
            let document: JSONValue = [
                "variable": .string(name), "explanations": .array(explanations.map(ExplanationText.json)),
            ]
            Terminal.write(document.text(.pretty) + "\n")
        } else {
            Terminal.write(explanations.map { ExplanationText.text($0) }.joined(separator: "\n"))
        }
        return .success
    }
}
