import ArgumentParser
import Findings
import Manifest
import Workspace

/// `keyfolio rollback`: an older version made current again.
struct RollbackCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Make an older version current again.",
        discussion: """
            The older values become a new version; nothing is lost, and the rollback
            itself can be rolled back.

            Examples:
              keyfolio rollback --to 3
              keyfolio rollback --to 7 --env production
            """
    )

    @Option(help: ArgumentHelp("The version to return to.", valueName: "number"))
    var to: Int

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let (store, path) = try place.open()
        let before = try store.valuesIfAny(at: path)
        let version = try store.rollback(path, to: to)
        let after = try store.valuesIfAny(at: path)
        if display.json {
            let document: JSONValue = ["path": .string(path), "version": .integer(version), "from": .integer(to)]
            Terminal.tell(document)
        } else {
            Terminal.say("Version \(version) of \(path) has the values of version \(to).")
            // All values of an environment go back together: those that nobody had in mind are told, too.
            for (word, names) in [
                ("Changed", after.keys.filter { before[$0] != nil && before[$0] != after[$0] }),
                ("Brought back", after.keys.filter { before[$0] == nil }),
                ("Removed", before.keys.filter { after[$0] == nil }),
            ] where !names.isEmpty {
                Terminal.say("\(word): \(names.sorted().joined(separator: ", ")).")
            }
        }
        return .success
    }
}
