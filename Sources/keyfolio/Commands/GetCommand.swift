import ArgumentParser
import Findings
import Manifest
import Secrets
import Workspace

/// `keyfolio get`: one value in the clear, and nothing else.
struct GetCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print one value of the store.",
        discussion: """
            The value goes to standard output as it is; a newline is added only on a
            terminal.

            Examples:
              keyfolio get SECRET_KEY
              keyfolio get DATABASE_URL --env production
              keyfolio get SECRET_KEY --version 3
              keyfolio get --path billing/stripe API_KEY
            """
    )

    @Argument(help: ArgumentHelp("The variable's name.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("An older version instead of the current one.", valueName: "number"))
    var version: Int?

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var display: OutputOptions

    func execute() throws -> ExitStatus {
        let (store, path) = try place.open()
        guard let values = try store.values(at: path, version: version) else {
            throw CommandFailure.noSecret(path)
        }
        guard let value = values.fields[name] else {
            throw CommandFailure.noValue(name, at: path, among: Array(values.fields.keys))
        }
        if display.json {
            let document: JSONValue = [
                "path": .string(path), "version": .integer(values.version), "name": .string(name),
                "value": .string(value.reveal()),
            ]
            Terminal.write(document.text(.pretty) + "\n")
        } else {
            Terminal.write(value.reveal() + (Terminal.outputIsTerminal ? "\n" : ""))
        }
        return .success
    }
}
