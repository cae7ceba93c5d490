import ArgumentParser
import Findings
import RemoteStores
import Workspace

/// `keyfolio watch`: changes of secrets, as they happen.
struct WatchCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show changes of secrets on a server, one a line, as they happen.",
        discussion: """
            Tells that something changed, and never a value. It goes on until Ctrl-C, also
            when the server is away for a while. --json prints one document a line.

            A line `reset` means that changes may have been missed: read again what matters.
            Nothing is missed between two runs when the second has --after with the last
            number of the first.

            Examples:
              keyfolio watch shop/production          one secret
              keyfolio watch shop/                    all below a folder
              keyfolio watch /                        everything that you may see
              keyfolio watch shop/ --once && make deploy
              keyfolio watch shop/ --json --after 1795665600000000
            """
    )

    @Argument(help: "A secret's path; with a slash at its end all below it; / for everything.")
    var path: String

    @Option(help: ArgumentHelp("Tell what happened after this number.", valueName: "number"))
    var after: Int?

    @Flag(help: "End when something was told.")
    var once = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard after ?? 0 >= 0 else { throw ValidationError("--after is a number from 0.") }
    }

    func execute() throws -> ExitStatus {
        let connection = try ServerPlace.forAdministration(server.store).connection()
        var watch = try SecretWatch(path, after: after, on: connection)
        while true {
            let news = try watch.next { error in
                guard !display.json else { return }
                Terminal.say(VisibleText.escape("\(error.code): \(error.message); it is tried again"))
            }
            for change in news.changes { tell(change) }
            if once { return .success }
        }
    }

    private func tell(_ change: Record) {
        if display.json { return Terminal.write(change.json.text() + "\n") }
        guard !change.flag("reset") else {
            return Terminal.write(
                "reset  changes may have been missed; read again (number \(change.number("number")))\n"
            )
        }
        let version = change.number("version")
        var words = [change.text("time"), change.text("action"), change.text("path")]
        if version > 0 { words.append("version \(version)") }
        Terminal.write(VisibleText.escape(words.joined(separator: "  ")) + "\n")
    }
}
