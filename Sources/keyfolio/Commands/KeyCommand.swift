import ArgumentParser
import Findings
import RemoteStores

/// `keyfolio key`: AWS access keys.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "AWS access keys of a server, for clients of AWS Secrets Manager.",
        discussion: """
            Examples:
              keyfolio key issue ci
              keyfolio key list
            """,
        subcommands: [KeyIssueCommand.self, KeyListCommand.self, KeyRemoveCommand.self]
    )
}

/// `keyfolio key issue`.
struct KeyIssueCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issue an AWS access key for a principal.",
        discussion: """
            The secret goes to standard output and is shown this once; the access key that
            it belongs to is said on standard error. With --json both are in one document.

            Examples:
              keyfolio key issue ci >secret
              keyfolio key issue ci --json
            """
    )

    @Argument(help: ArgumentHelp("The principal whose rights it bears.", valueName: "principal"))
    var principal: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        let body = JSONObject("principal", .string(principal))
        let record = try AskedWords(principals: [principal]).ask(client) {
            try client.record(.issuedCredential, of: client.ask(.post, ["access-keys"], body: .object(body)))
        }
        return showOnce(record, "secret", saying: "Issued access key \(record.text("id")) for \(principal).")
    }
}

/// `keyfolio key list`.
struct KeyListCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List access keys, without their secrets.",
        discussion: """
            Examples:
              keyfolio key list
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        return show(
            try client.records(.credential, "keys", of: client.ask(.get, ["access-keys"])),
            "keys",
            columns: [
                ("ID", { $0.text("id") }), ("PRINCIPAL", { $0.text("principal") }),
                ("POLICIES", { $0.joined("policies") }), ("CREATED", { $0.text("created") }),
            ]
        )
    }
}

/// `keyfolio key remove`.
struct KeyRemoveCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take an access key away.",
        discussion: """
            Examples:
              keyfolio key remove ID
            """
    )

    @Argument(help: ArgumentHelp("Its id: keyfolio key list.", valueName: "id"))
    var id: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        _ = try server.client().call(.delete, ["access-keys", id])
        return finish(["removed": .string(id)], saying: "Removed access key \(id).")
    }
}
