import ArgumentParser
import Findings
import Manifest
import Secrets
import Workspace

/// `keyfolio rollback`: an older version made current again.
struct RollbackCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Make an older version current again.",
        discussion: """
            The older values become a new version; nothing is lost, and the rollback
            itself can be rolled back. With names, the other values stay as they are.

            Examples:
              keyfolio rollback --to 3
              keyfolio rollback SECRET_KEY --to 3
              keyfolio rollback --to 7 --env production
            """
    )

    @Argument(help: ArgumentHelp("The names whose values return; without any, all do.", valueName: "name"))
    var names: [String] = []

    @Option(help: ArgumentHelp("The version to return to.", valueName: "number"))
    var to: Int

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let (store, path) = try place.open()
        let before = try store.valuesIfAny(at: path)
        let version = try names.isEmpty ? store.rollback(path, to: to) : bringBack(before, at: path, in: store)
        let after = try store.valuesIfAny(at: path)
        if display.json {
            let document: JSONValue = ["path": .string(path), "version": .integer(version), "from": .integer(to)]
            Terminal.tell(document)
        } else {
            let what = names.isEmpty ? "the values" : names.joined(separator: ", ")
            Terminal.say("Version \(version) of \(path) has \(what) of version \(to).")
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

    /// Puts the names' older values in the place of theirs; one that had none then goes.
    private func bringBack(
        _ before: [String: Secret<String>],
        at path: String,
        in store: ProjectStore
    ) throws -> Int {
        guard let older = try store.values(at: path, version: to)?.fields else { throw CommandFailure.noSecret(path) }
        var changes: [String: Secret<String>?] = [:]
        for name in names {
            guard older[name] != nil || before[name] != nil else {
                throw CommandFailure.noValue(name, at: path, among: Array(older.keys))
            }
            changes[name] = .some(older[name])
        }
        return try store.change(changes, at: path)
    }
}
