import ArgumentParser
import Findings
import Workspace

/// `keyfolio history`: which version changed which variable, when, and by whom.
struct HistoryCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show who changed which variable when.",
        discussion: """
            The newest 50 versions of an environment's values are kept, and versions with a
            label; the history reaches back as far as they do.

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
        if let name { try VariableName.check(name) }
        let (store, path) = try place.open()
        let changes = try store.history(at: path, field: name)
        guard !changes.isEmpty else { throw try nothing(in: store, path) }
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
            // One text, or bytes: what a client of AWS or Azure wrote.
            let field = change.field.isEmpty ? "(the whole secret)" : change.field
            table.add([String(change.version), change.time, change.principal, field, change.kind])
        }
        table.write()
        return .success
    }

    /// Why there is no change to show.
    private func nothing(in store: ProjectStore, _ path: String) throws -> CommandFailure {
        guard let name else { return .noSecret(path) }
        let fields = try store.lastChanges(at: path)
        if let text = fields.first, text.field.isEmpty {
            return CommandFailure(
                "KF-HISTORY-002",
                "\(path) was written as one text in version \(text.version), on \(text.time) by \(text.principal), so there is "
                    + "no history of \(name)",
                fix: "keyfolio history --path \(path) shows every version",
                status: .notFound
            )
        }
        guard let last = fields.first(where: { $0.field == name }) else {
            return .noValue(name, at: path, among: fields.map(\.field))
        }
        return CommandFailure(
            "KF-HISTORY-001",
            "the value was last changed in version \(last.version), on \(last.time) by \(last.principal), and the versions "
                + "that are kept (the newest \(ProjectStore.versionsKept)) do not reach back to that",
            fix: "keyfolio audit show --last 1000 shows the records of older changes",
            status: .notFound
        )
    }
}
