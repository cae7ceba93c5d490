import ArgumentParser
import Findings
import Manifest
import Workspace

/// `keyfolio template`: the `.env.example` of each component, from the manifest.
struct TemplateCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Write .env.example for each component.",
        discussion: """
            The files hold every variable of the component with its description and rules,
            and no secret. Commit them.

            Examples:
              keyfolio template
              keyfolio template --component backend --print
            """
    )

    @Option(name: .shortAndLong, help: ArgumentHelp("Only this component's.", valueName: "component"))
    var component: String?

    @Flag(help: "Print instead of writing.")
    var print = false

    @OptionGroup var project: ProjectOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let session = try project.place(nil).session()
        let components =
            if let component { [try session.project.component(named: component, standingIn: project.folder)] } else {
                session.project.manifest.components
            }
        if print {
            let texts = components.map { component in
                (component.name, TemplateWriter.example(for: component, manifest: session.project.manifest))
            }
            if display.json {
                let list = texts.map { name, text -> JSONValue in ["component": .string(name), "text": .string(text)] }
                Terminal.tell(["templates": .array(list)])
            } else {
                for (_, text) in texts { Terminal.write(text) }
            }
            return .success
        }
        var written: [String] = []
        var unchanged: [String] = []
        for component in components {
            let text = TemplateWriter.example(for: component, manifest: session.project.manifest)
            let path = Paths.join(session.project.folder(of: component), ".env.example")
            let shown = Paths.relative(path, to: session.project.root)
            if (try? Files.readRegularIfThere(path, beneath: session.project.root)) == Array(text.utf8) {
                unchanged.append(shown)
            } else {
                try Files.write(Array(text.utf8), to: path, beneath: session.project.root, mode: 0o644)
                written.append(shown)
            }
        }
        if display.json {
            let document: JSONValue = [
                "written": .array(written.map(JSONValue.string)), "unchanged": .array(unchanged.map(JSONValue.string)),
            ]
            Terminal.tell(document)
            return .success
        }
        for path in written { Terminal.say("Wrote \(path).") }
        for path in unchanged { Terminal.say("\(path) is up to date.") }
        return .success
    }
}
