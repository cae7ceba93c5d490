import ArgumentParser
import Findings
import RemoteStores

/// `keyfolio access`: who may do what.
struct AccessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access",
        abstract: "Who may do what on a server, and why.",
        discussion: """
            Examples:
              keyfolio access explain ada@example.org read shop/production
            """,
        subcommands: [AccessExplainCommand.self]
    )
}

/// `keyfolio access explain`.
struct AccessExplainCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell which rule decides whether somebody may do something, and what would change it.",
        discussion: """
            An action on a secret is read, write, create, delete, describe, list, remove,
            undelete or destroy; on a part of the system (sys/…) it is a capability, such
            as update. A secret's own policy, which AWS's clients put on it, refuses for
            every protocol: it is asked as for a request from where you are.

            Examples:
              keyfolio access explain ada@example.org read shop/production
              keyfolio access explain ci update sys/blocks
            """
    )

    @Argument(help: ArgumentHelp("Whose right.", valueName: "who"))
    var who: String

    @Argument(help: ArgumentHelp("What is to be done.", valueName: "action"))
    var action: String

    @Argument(help: ArgumentHelp("The secret's path, or a part of the system.", valueName: "path"))
    var path: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        let answer = try AskedWords(typed: ["action": "ACTION"], principals: [who]).ask(client) {
            try client.ask(
                .post,
                ["access", "explain"],
                body: ["principal": .string(who), "action": .string(action), "path": .string(path)]
            )
        }
        let record = try client.record(.explanation, of: answer)
        let others = try client.records(.otherRule, "others", of: answer)
        if display.json {
            var document = record.json.asObject ?? JSONObject()
            document["others"] = .array(others.map(\.json))
            Terminal.tell(.object(document))
            return .success
        }
        Terminal.write((record.flag("allowed") ? "allowed" : "denied") + "\n")
        Terminal.write(VisibleText.escape(record.text("sentence")) + "\n")
        for other in others {
            Terminal.write(VisibleText.escape("not \(other.text("pattern")): \(other.text("reason"))") + "\n")
        }
        if !record.text("suggestion").isEmpty {
            // A rule has several lines: each by itself is made visible.
            let name = VisibleText.escape(who)
            Terminal.write(
                "to allow it, add to a policy of your own that \(name) has; a built-in one stays as it is.\n"
            )
            Terminal.write(
                "For a new one: keyfolio policy set NAME FILE, then keyfolio principal set \(name) --policy NAME,\n"
            )
            Terminal.write("with a --policy for each that \(name) has already:\n")
            for line in record.text("suggestion").split(separator: "\n") {
                Terminal.write("  \(VisibleText.escape(String(line)))\n")
            }
        }
        return .success
    }
}
