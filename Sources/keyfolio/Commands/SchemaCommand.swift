import ArgumentParser
import Findings
import Manifest

/// `keyfolio schema`: the JSON Schema of what a command prints with `--json`.
struct SchemaCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of keyfolio.yaml or of a command's --json output.",
        discussion: """
            Without a name it lists the names. What an option makes of a command has a name
            of its own: check-explain is check --explain.

            Examples:
              keyfolio schema
              keyfolio schema manifest > keyfolio.schema.json
              keyfolio schema list
            """
    )

    @Argument(help: ArgumentHelp("manifest, error, or a command.", valueName: "name"))
    var name: String?

    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        guard let name else {
            let names = ["manifest"] + OutputSchemas.all.map(\.name)
            if display.json {
                Terminal.tell(["schemas": .array(names.map(JSONValue.string))])
            } else {
                for name in names { Terminal.write(name + "\n") }
            }
            return .success
        }
        if name == "manifest" {
            Terminal.write(ManifestSchema.json())
            return .success
        }
        guard let schema = OutputSchemas.all.first(where: { $0.name == name }) else {
            let known = ["manifest"] + OutputSchemas.all.map(\.name)
            let hint = Suggest.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandFailure(
                "KF-SCHEMA-001",
                "there is no schema of that name\(hint)",
                fix: "use one of: \(known.joined(separator: ", "))",
                status: .notFound
            )
        }
        Terminal.write(schema.document.text(.pretty) + "\n")
        return .success
    }
}
