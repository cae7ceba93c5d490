import ArgumentParser
import Workspace

/// The root of the command line. Commands stand in the order in which a newcomer meets them.
struct Keyfolio: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keyfolio",
        abstract: "Describe your configuration once; check it, keep its secrets encrypted, start applications with it.",
        discussion: """
            A project is described in keyfolio.yaml. Values come from .env files, from an
            encrypted store, and from the environment; never from an argument.

            First steps in a project with .env files:
              keyfolio init                  describe what is there, make a store
              keyfolio check                 what is wrong, why, and what mends it
              keyfolio generate --missing    make the secrets nobody needs to know
              keyfolio import .env --move    move secrets into the store
              keyfolio run -- ./app          start it with exactly its own variables

            Exit status: 0 done, 1 findings, 2 usage, 3 not found, 4 denied, 5 sealed,
            6 unavailable, 7 corrupt, 8 conflict, 9 newer format, 10 invalid input,
            70 a bug. `run` ends with the application's own status.
            """,
        version: keyfolioVersion,
        groupedSubcommands: [
            CommandGroup(
                name: "Project",
                subcommands: [InitCommand.self, CheckCommand.self, TemplateCommand.self, DoctorCommand.self]
            ),
            CommandGroup(
                name: "Values",
                subcommands: [
                    GenerateCommand.self, SetCommand.self, GetCommand.self, ListCommand.self, UnsetCommand.self,
                    EditCommand.self, HistoryCommand.self, RollbackCommand.self,
                    DiffCommand.self, ImportCommand.self, ExportCommand.self,
                ]
            ),
            CommandGroup(name: "Applications", subcommands: [RunCommand.self]),
            CommandGroup(
                name: "Store",
                subcommands: [BackupCommand.self, RestoreCommand.self, AuditCommand.self, SealCommand.self]
            ),
            CommandGroup(
                name: "Server",
                subcommands: [
                    LoginCommand.self, LogoutCommand.self, WhoamiCommand.self, WatchCommand.self, ServeCommand.self,
                ]
            ),
            CommandGroup(
                name: "Access",
                subcommands: [
                    PrincipalCommand.self, RoleCommand.self, PolicyCommand.self, TokenCommand.self, KeyCommand.self,
                    ClientCommand.self, BlockCommand.self, SessionsCommand.self, AccessCommand.self,
                ]
            ),
            CommandGroup(name: "Tools", subcommands: [DotEnvCommand.self, AgeCommand.self]),
            CommandGroup(
                name: "Help",
                subcommands: [ExplainCommand.self, SchemaCommand.self, CompletionsCommand.self]
            ),
        ]
    )
}
