import ArgumentParser
import Findings
import Manifest
import Secrets
import Workspace

/// `keyfolio set`: one value into the store.
struct SetCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Put a value into the store.",
        discussion: """
            The value is asked for without echo on a terminal, read from standard input
            otherwise, or read from a file. One newline at its end is left out. It is
            never an argument: arguments are in the process list and in the shell's
            history.

            Examples:
              keyfolio set SECRET_KEY
              openssl rand -hex 32 | keyfolio set SECRET_KEY --env staging
              keyfolio set TLS_KEY --from-file key.pem
              keyfolio set --path billing/stripe API_KEY < key.txt
            """
    )

    @Argument(help: ArgumentHelp("The variable's name.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("Read the value from this file.", valueName: "file"), completion: .file())
    var fromFile: String?

    @Flag(help: "Set an empty value; without this one is refused.")
    var empty = false

    @Flag(help: "Set a name that the manifest does not declare.")
    var undeclared = false

    @Flag(help: "Put the value in the place of the one text, or the bytes, that the secret holds.")
    var replaceText = false

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        guard !name.contains("=") else {
            throw CommandFailure(
                "KF-SET-001",
                "a value cannot be given as an argument: others would see it in the process list",
                fix: "keyfolio set NAME, then type the value or pipe it in",
                status: .usage
            )
        }
        try VariableName.check(name)
        let (store, path) = try place.open()
        if place.path == nil, !undeclared {
            let manifest = try place.session().project.manifest
            guard manifest.variable(named: name) != nil else {
                let names = manifest.variables.map(\.name)
                throw WorkspaceError.unknownVariable(suggestion: Suggest.nearest(to: name, among: names))
            }
        }
        let value = try SecretInput.value(from: fromFile, prompt: "Value of \(name): ")
        guard empty || !value.isEmpty else {
            // A command before the pipe that failed, or the wrong key at the prompt, must not wipe a secret.
            throw CommandFailure(
                "KF-SET-002",
                "the value is empty, so nothing was set",
                fix: "give a value; or keyfolio unset \(name), or --empty if it is to be empty",
                status: .invalidInput
            )
        }
        let version =
            replaceText
            ? try store.replaceText(with: [name: value], at: path)
            : try store.change([name: value], at: path)
        if display.json {
            let document: JSONValue = ["path": .string(path), "version": .integer(version), "changed": [.string(name)]]
            Terminal.tell(document)
        } else {
            Terminal.say("Set \(name) at \(path): \(Mask.describe(value)), version \(version).")
        }
        return .success
    }
}
