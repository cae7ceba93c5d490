import ArgumentParser
import Findings
import RemoteStores

/// `keyfolio sessions`: whoever is in.
struct SessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Sessions of a server.",
        discussion: """
            Examples:
              keyfolio sessions end --principal ada@example.org
              keyfolio sessions end --everyone
            """,
        subcommands: [SessionsEndCommand.self]
    )
}

/// `keyfolio sessions end`.
struct SessionsEndCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "End every session of a principal, of a role, or of everyone, at once.",
        discussion: """
            Your own is among them when it is meant by that.

            Examples:
              keyfolio sessions end --principal ada@example.org
              keyfolio sessions end --role developer
              keyfolio sessions end --everyone
            """
    )

    @Option(help: ArgumentHelp("This principal's.", valueName: "name"))
    var principal: String?

    @Option(help: ArgumentHelp("Those of everybody who has this role.", valueName: "role"))
    var role: String?

    @Flag(help: "Everyone's.")
    var everyone = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard [principal != nil, role != nil, everyone].count(where: { $0 }) == 1 else {
            throw ValidationError("Give one of --principal, --role and --everyone.")
        }
    }

    func execute() throws -> ExitStatus {
        var body = JSONObject()
        body["principal"] = principal.map(JSONValue.string)
        body["role"] = role.map(JSONValue.string)
        if everyone { body["everyone"] = true }
        let client = try server.client()
        try AskedWords(principals: [principal].compactMap(\.self), roles: [role].compactMap(\.self)).ask(client) {
            _ = try client.call(.post, ["sessions", "end"], body: .object(body))
        }
        let whose = principal ?? role.map { "the role \($0)" } ?? "everyone"
        return finish(
            [
                "principal": .string(orNull: principal), "role": .string(orNull: role), "everyone": .bool(everyone),
            ],
            saying: "The sessions of \(whose) are ended."
        )
    }
}
