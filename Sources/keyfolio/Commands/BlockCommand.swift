import ArgumentParser
import Findings
import RemoteStores

/// `keyfolio block`: networks that may not come in.
struct BlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block",
        abstract: "Networks that a server lets nobody in from.",
        discussion: """
            Examples:
              keyfolio block add 203.0.113.0/24 --for 7d --reason "guesses passwords"
              keyfolio block list
              keyfolio block remove 203.0.113.0/24
            """,
        subcommands: [BlockAddCommand.self, BlockListCommand.self, BlockRemoveCommand.self]
    )
}

/// `keyfolio block add`.
struct BlockAddCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let nobody of a network in, whatever they show.",
        discussion: """
            Examples:
              keyfolio block add 203.0.113.0/24 --for 7d --reason "guesses passwords"
            """
    )

    @Argument(help: ArgumentHelp("A network or an address.", valueName: "network"))
    var network: String

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("For how long, such as 30m, 8h or 7d (default: for ever).", valueName: "time"),
        transform: SpanOfTime.reading(SpanOfTime.usual)
    )
    var span: SpanOfTime?

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var reason: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        var body = JSONObject("range", .string(network))
        body["seconds"] = span.map { .integer($0.seconds) }
        body["reason"] = reason.map(JSONValue.string)
        let client = try server.client()
        try AskedWords(typed: ["range": "NETWORK", "seconds": "--for", "reason": "--reason"]).ask(client) {
            _ = try client.call(.post, ["blocks"], body: .object(body))
        }
        return finish(
            ["range": .string(network), "seconds": .integer(orNull: span?.seconds)],
            saying: "Nobody of \(network) is let in."
        )
    }
}

/// `keyfolio block list`.
struct BlockListCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the networks that may not come in.",
        discussion: """
            Examples:
              keyfolio block list
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        return show(
            try client.records(.block, "blocks", of: client.ask(.get, ["blocks"])),
            "blocks",
            columns: [
                ("NETWORK", { $0.text("range") }), ("UNTIL", { $0.text("until") }), ("REASON", { $0.text("reason") }),
            ]
        )
    }
}

/// `keyfolio block remove`.
struct BlockRemoveCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Let a network in again.",
        discussion: """
            Examples:
              keyfolio block remove 203.0.113.0/24
            """
    )

    @Argument(help: ArgumentHelp("The network, as keyfolio block list shows it.", valueName: "network"))
    var network: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        _ = try server.client().call(.delete, ["blocks"], query: [("range", network)])
        return finish(["removed": .string(network)], saying: "\(network) is let in again.")
    }
}
