import ArgumentParser
import Findings
import RemoteStores

/// `keyfolio token`: bearers of somebody's rights for a time.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Tokens of a server.",
        discussion: """
            Examples:
              keyfolio token issue --principal ci --for 8h >token
              keyfolio token list
              keyfolio token revoke ACCESSOR
            """,
        subcommands: [TokenIssueCommand.self, TokenListCommand.self, TokenRevokeCommand.self]
    )
}

/// `keyfolio token issue`.
struct TokenIssueCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Make a token, for a principal or with policies of your own.",
        discussion: """
            The token goes to standard output, and is shown this once. It ends with the
            token that it was made with, unless it is a principal's.

            Examples:
              keyfolio token issue --principal ci --for 8h >token
              keyfolio token issue --policy deploy --uses 1
            """
    )

    @Option(help: ArgumentHelp("Whose rights it bears.", valueName: "name"))
    var principal: String?

    @Option(help: ArgumentHelp("A policy; again for more.", valueName: "policy"))
    var policy: [String] = []

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long it opens something, such as 30m, 8h or 7d.", valueName: "time"),
        transform: SpanOfTime.reading(SpanOfTime.usual)
    )
    var span: SpanOfTime?

    @Option(help: ArgumentHelp("How often it can be used.", valueName: "count"))
    var uses: Int?

    @Option(help: ArgumentHelp("A network that it can be used from; again for more.", valueName: "network"))
    var address: [String] = []

    @Option(help: ArgumentHelp("What the log calls it.", valueName: "text"))
    var displayName: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard principal != nil || !policy.isEmpty else {
            throw ValidationError("A token needs --principal or --policy.")
        }
    }

    func execute() throws -> ExitStatus {
        let client = try server.client()
        var body = JSONObject()
        body["principal"] = principal.map(JSONValue.string)
        if !policy.isEmpty { body["policies"] = .texts(policy) }
        body["seconds"] = span.map { .integer($0.seconds) }
        body["uses"] = uses.map(JSONValue.integer)
        if !address.isEmpty { body["addresses"] = .texts(address) }
        body["displayName"] = displayName.map(JSONValue.string)
        let words = AskedWords(
            typed: [
                "seconds": "--for", "uses": "--uses", "addresses": "--address", "displayName": "--display-name",
                "principal": "--principal", "policies": "--policy",
            ],
            principals: principal.map { [$0] } ?? [],
            policies: policy
        )
        let record = try words.ask(client) {
            try client.record(.issuedToken, of: client.ask(.post, ["tokens"], body: .object(body)))
        }
        let until = record.text("expires")
        return showOnce(
            record,
            "token",
            saying: "Issued a token, accessor \(record.text("accessor"))\(until.isEmpty ? "" : ", until \(until)")."
        )
    }
}

/// `keyfolio token list`.
struct TokenListCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List tokens, by what names them and opens nothing.",
        discussion: """
            Those that have ended are not listed. One whose owner is disabled opens nothing
            until that ends.

            Examples:
              keyfolio token list
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        return show(
            try client.allRecords(.listedToken, "tokens", by: "accessor"),
            "tokens",
            columns: [
                ("ACCESSOR", { $0.text("accessor") }), ("NAME", { $0.text("displayName") }),
                ("POLICIES", { $0.joined("policies") }), ("CREATED", { $0.text("created") }),
                ("UNTIL", { $0.flag("disabled") ? "its owner is disabled" : $0.text("expires") }),
            ]
        )
    }
}

/// `keyfolio token revoke`.
struct TokenRevokeCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a token, and those that were made with it.",
        discussion: """
            It is named by its accessor, never by itself. keyfolio logout ends your own.

            Examples:
              keyfolio token revoke ACCESSOR
            """
    )

    @Argument(help: ArgumentHelp("The token's accessor: keyfolio token list.", valueName: "accessor"))
    var accessor: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        _ = try server.client().call(.delete, ["tokens", accessor])
        return finish(["revoked": .string(accessor)], saying: "Revoked the token.")
    }
}
