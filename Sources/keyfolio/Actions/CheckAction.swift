import Findings
import Manifest
import Workspace

/// `keyfolio check`: everything that can be said about a project's configuration without starting anything.
struct CheckAction: Action {
    /// Only these environments; empty for those that have anything.
    var environments: [String] = []
    /// Only these components; empty for all.
    var components: [String] = []
    /// Whether environments that have nothing yet are checked, too.
    var all = false
    /// The report's format; nil for text.
    var format: ReportFormat?
    /// Whether warnings make the exit status 1, too.
    var strict = false
    /// A variable to explain instead.
    var explain: String?
    /// Which project.
    var project = ProjectPlace()
    var display = Display()

    func execute() throws -> ExitStatus {
        let session: Session
        do {
            session = try project.session()
        } catch is ManifestError {
            // A manifest with errors is what check is for: all of them are told, not the first.
            return finish(try Session.manifestFindings(from: project.folder), passedOver: [])
        }
        if let explain { return try explainVariable(explain, session) }
        let chosen = try chosenEnvironments(session)
        let components =
            self.components.isEmpty
            ? session.project.manifest.components
            : try self.components.map { try session.project.component(named: $0, standingIn: project.folder) }
        let findings = try session.inspect(
            environments: chosen.checked,
            components: components,
            isNamed: !environments.isEmpty
        )
        return finish(
            findings,
            passedOver: chosen.passedOver,
            checked: places(session.project.manifest, chosen.checked, components)
        )
    }

    /// Everything that was looked at, for a report that tells what is right, too.
    private func places(_ manifest: Manifest, _ environments: [Environment], _ components: [Component]) -> [Place] {
        guard format == .junit else { return [] }
        return environments.flatMap { environment in
            components.flatMap { component in
                manifest.variables(of: component).map {
                    Place(variable: $0.name, environment: environment.name, component: component.name)
                }
            }
        }
    }

    private func chosenEnvironments(_ session: Session) throws -> (checked: [Environment], passedOver: [String]) {
        let known = session.project.manifest.environments
        if !environments.isEmpty {
            return (try environments.map { try session.project.environment(named: $0) }, [])
        }
        if all { return (known, []) }
        let checked = try known.filter { try session.hasAnything(in: $0) }
        // Those that may not be read are told of; something else is checked all the same, if there is anything to check.
        let isRefused = try checked.allSatisfy { try session.refusal(ofReading: $0) != nil }
        if isRefused, !checked.isEmpty {
            let readable = known.filter { one in !checked.contains(one) }
            return (checked + readable.prefix(1), readable.dropFirst().map(\.name))
        }
        if checked.isEmpty { return (Array(known.prefix(1)), known.dropFirst().map(\.name)) }
        return (checked, known.filter { one in !checked.contains(one) }.map(\.name))
    }

    private func finish(_ findings: [Finding], passedOver: [String], checked: [Place] = []) -> ExitStatus {
        let format = display.json ? .json : (self.format ?? .text)
        var findings = findings
        if format == .text, let root = try? Project.locate(from: project.folder) {
            findings = findings.withCommands(workingIn: Paths.current, root: root)
        }
        var options = ReportOptions.standard(colour: format == .text && display.useColour)
        options.checked = checked
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
            ? [session.project.environment(named: User.setting("KEYFOLIO_ENV"))]
            : environments.map { try session.project.environment(named: $0) }
        var explanations: [Explanation] = []
        let store = try session.storeIfThere()
        for environment in chosen {
            for name in variable.components where components.isEmpty || components.contains(name) {
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
            Terminal.tell(document)
        } else {
            Terminal.write(explanations.map { ExplanationText.text($0) }.joined(separator: "\n"))
        }
        return .success
    }
}
