import ArgumentParser
import Findings
import Workspace

/// `keyfolio history`: which version changed which variable, when, and by whom.
struct HistoryCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show who changed which variable when.",
        discussion: """
            Examples:
              keyfolio history
              keyfolio history SECRET_KEY --env production
            """
    )

    @Argument(help: ArgumentHelp("Only this variable's changes.", valueName: "name"))
    var name: String?

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let (store, path) = try place.open()
        let changes = try store.history(at: path, field: name)
        guard !changes.isEmpty else {
            if let name { throw CommandFailure.noValue(name, at: path, among: []) }
            throw CommandFailure.noSecret(path)
        }
        if display.json {
            let lines = changes.map { change -> JSONValue in
                [
                    "version": .integer(change.version), "time": .string(change.time), "who": .string(change.principal),
                    "name": .string(change.field), "change": .string(change.kind),
                ]
            }
            let document: JSONValue = ["path": .string(path), "changes": .array(lines)]
            Terminal.tell(document)
            return .success
        }
        var table = TextTable(titles: ["VERSION", "TIME", "WHO", "VARIABLE", "CHANGE"])
        for change in changes {
            table.add([String(change.version), change.time, change.principal, change.field, change.kind])
        }
        table.write()
        return .success
    }
}
