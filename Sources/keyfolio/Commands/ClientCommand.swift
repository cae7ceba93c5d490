import ArgumentParser
import Findings
import RemoteStores

/// `keyfolio client`: clients, which log in with an id and a secret.
struct ClientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Clients of a server: an id and a secret to log in with, as Azure has them.",
        discussion: """
            Examples:
              keyfolio client issue ci
              keyfolio client list
            """,
        subcommands: [ClientIssueCommand.self, ClientListCommand.self, ClientRemoveCommand.self]
    )
}

/// `keyfolio client issue`.
struct ClientIssueCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Make a client for a principal.",
        discussion: """
            The secret goes to standard output and is shown this once; the client that it
            belongs to is said on standard error. With --json both are in one document.

            Examples:
              keyfolio client issue ci >secret
              keyfolio client issue ci --json
            """
    )

    @Argument(help: ArgumentHelp("The principal whose rights it bears.", valueName: "principal"))
    var principal: String

    @Option(
        name: .customLong("token-time"),
        help: ArgumentHelp("How long a token of its logins opens something, such as 1h.", valueName: "time"),
        transform: SpanOfTime.reading(SpanOfTime.ofLogins)
    )
    var tokenTime: SpanOfTime?

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        var body = JSONObject("principal", .string(principal))
        body["seconds"] = tokenTime.map { .integer($0.seconds) }
        let record = try AskedWords(typed: ["seconds": "--token-time"], principals: [principal]).ask(client) {
            try client.record(.issuedCredential, of: client.ask(.post, ["clients"], body: .object(body)))
        }
        return showOnce(record, "secret", saying: "Issued client \(record.text("id")) for \(principal).")
    }
}

/// `keyfolio client list`.
struct ClientListCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List clients, without their secrets.",
        discussion: """
            Examples:
              keyfolio client list
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        return show(
            try client.records(.credential, "clients", of: client.ask(.get, ["clients"])),
            "clients",
            columns: [
                ("ID", { $0.text("id") }), ("PRINCIPAL", { $0.text("principal") }),
                ("POLICIES", { $0.joined("policies") }), ("CREATED", { $0.text("created") }),
            ]
        )
    }
}

/// `keyfolio client remove`.
struct ClientRemoveCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take a client away.",
        discussion: """
            Examples:
              keyfolio client remove ID
            """
    )

    @Argument(help: ArgumentHelp("Its id: keyfolio client list.", valueName: "id"))
    var id: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        _ = try server.client().call(.delete, ["clients", id])
        return finish(["removed": .string(id)], saying: "Removed client \(id).")
    }
}
