import ArgumentParser
import Findings
import RemoteStores

/// `keyfolio role`: named sets of policies.
struct RoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Roles of a server: named sets of policies.",
        discussion: """
            Examples:
              keyfolio role list
              keyfolio role set deployer --policy deploy --policy read-config
            """,
        subcommands: [RoleListCommand.self, RoleSetCommand.self, RoleRemoveCommand.self]
    )
}

/// `keyfolio role list`.
struct RoleListCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List roles: those that every store has, and its own.",
        discussion: """
            Examples:
              keyfolio role list
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        return show(
            try client.records(.role, "roles", of: client.ask(.get, ["roles"])),
            "roles",
            columns: [
                ("NAME", { $0.text("name") }), ("POLICIES", { $0.joined("policies") }),
                ("SUMMARY", { $0.text("summary") }),
            ]
        )
    }
}

/// `keyfolio role set`.
struct RoleSetCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Make a role of policies, or change it.",
        discussion: """
            Examples:
              keyfolio role set deployer --policy deploy --summary "Deploys from CI"
            """
    )

    @Argument(help: ArgumentHelp("The role's name.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("A policy; again for more.", valueName: "policy"))
    var policy: [String] = []

    @Option(help: ArgumentHelp("What the role is for.", valueName: "text"))
    var summary: String?

    @OptionGroup var forceOptions: ForceOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard !policy.isEmpty else { throw ValidationError("A role needs --policy.") }
    }

    func execute() throws -> ExitStatus {
        var body = JSONObject("policies", .texts(policy))
        body["summary"] = summary.map(JSONValue.string)
        let client = try server.client()
        try AskedWords(policies: policy).ask(client) {
            _ = try client.call(.put, ["roles", name], query: forceOptions.query, body: .object(body))
        }
        return finish(["name": .string(name), "policies": .texts(policy)], saying: "Wrote the role \(name).")
    }
}

/// `keyfolio role remove`.
struct RoleRemoveCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take a role away: whoever has it loses what it gave.",
        discussion: """
            Examples:
              keyfolio role remove deployer
            """
    )

    @Argument(help: ArgumentHelp("The role's name.", valueName: "name"))
    var name: String

    @OptionGroup var forceOptions: ForceOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        try AskedWords(roles: [name]).ask(client) {
            _ = try client.call(.delete, ["roles", name], query: forceOptions.query)
        }
        return finish(["removed": .string(name)], saying: "Removed the role \(name).")
    }
}
