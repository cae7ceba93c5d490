import ArgumentParser

/// `keyfolio dotenv`: tools for `.env` files that need no project.
struct DotEnvCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dotenv",
        abstract: "Read, explain and lint .env files.",
        discussion: """
            Examples:
              keyfolio dotenv parse --dialect python .env
              keyfolio dotenv explain .env
              keyfolio dotenv lint .env
            """,
        subcommands: [DotEnvParseCommand.self, DotEnvExplainCommand.self, DotEnvLintCommand.self])
}
struct DotEnvParseCommand: KeyfolioCommand { @OptionGroup var display: OutputOptions; func execute() throws -> ExitStatus { .success } }
struct DotEnvExplainCommand: KeyfolioCommand { @OptionGroup var display: OutputOptions; func execute() throws -> ExitStatus { .success } }
struct DotEnvLintCommand: KeyfolioCommand { @OptionGroup var display: OutputOptions; func execute() throws -> ExitStatus { .success } }
