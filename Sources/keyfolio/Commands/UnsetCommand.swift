import ArgumentParser
import Findings
import Manifest
import Secrets
import Workspace

/// `keyfolio unset`: values out of the store. Older versions keep them until they are pruned.
struct UnsetCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset",
        abstract: "Take values out of the store.",
        discussion: """
            The result is a new version without them; keyfolio rollback brings them back.

            Examples:
              keyfolio unset OLD_TOKEN
              keyfolio unset SMTP_USERNAME SMTP_PASSWORD --env staging
            """
    )

    @Argument(help: ArgumentHelp("The variables' names.", valueName: "name"))
    var names: [String]

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let (store, path) = try place.open()
        guard let current = try store.values(at: path) else { throw CommandFailure.noSecret(path) }
        var changes: [String: Secret<String>?] = [:]
        for name in names {
            guard current.fields[name] != nil else {
                throw CommandFailure.noValue(name, at: path, among: Array(current.fields.keys))
            }
            changes[name] = .some(nil)
        }
        let version = try store.change(changes, at: path)
        if display.json {
            let document: JSONValue = [
                "path": .string(path), "version": .integer(version), "changed": .array(names.map(JSONValue.string)),
            ]
            Terminal.tell(document)
        } else {
            Terminal.say("Took \(names.joined(separator: ", ")) out of \(path); version \(version).")
        }
        return .success
    }
}
