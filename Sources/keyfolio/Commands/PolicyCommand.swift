import ArgumentParser
import Findings
import RemoteStores
import Workspace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `keyfolio policy`: what may be done where.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Policies of a server: what may be done where.",
        discussion: """
            A policy is in HashiCorp Vault's language, or JSON.

            Examples:
              keyfolio policy list
              keyfolio policy show deploy
              keyfolio policy set deploy deploy.hcl
            """,
        subcommands: [
            PolicyListCommand.self, PolicyShowCommand.self, PolicySetCommand.self, PolicyRemoveCommand.self,
        ]
    )
}

/// `keyfolio policy list`.
struct PolicyListCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the names of all policies.",
        discussion: """
            Examples:
              keyfolio policy list
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        let record = try client.record(RecordShape([("policies", .texts)]), of: client.ask(.get, ["policies"]))
        if display.json {
            Terminal.tell(record.json)
        } else {
            for name in record.texts("policies") { Terminal.write(VisibleText.escape(name) + "\n") }
        }
        return .success
    }
}

/// `keyfolio policy show`.
struct PolicyShowCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the text of a policy.",
        discussion: """
            Examples:
              keyfolio policy show deploy >deploy.hcl
            """
    )

    @Argument(help: ArgumentHelp("The policy's name.", valueName: "name"))
    var name: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        let record = try AskedWords(policies: [name]).ask(client) {
            try client.record(.policy, of: client.ask(.get, ["policies", name]))
        }
        if display.json {
            Terminal.tell(record.json)
            return .success
        }
        let text = record.text("text")
        // A file gets the text as it is; a terminal gets nothing that drives it.
        guard Terminal.outputIsTerminal else {
            Terminal.write(text)
            return .success
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            Terminal.write(VisibleText.escape(String(line)) + "\n")
        }
        return .success
    }
}

/// `keyfolio policy set`.
struct PolicySetCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Write a policy, from a file or standard input.",
        discussion: """
            Examples:
              keyfolio policy set deploy deploy.hcl
              keyfolio policy set deploy <deploy.hcl
            """
    )

    @Argument(help: ArgumentHelp("The policy's name.", valueName: "name"))
    var name: String

    @Argument(
        help: ArgumentHelp("The policy's text; - or nothing for standard input.", valueName: "file"),
        completion: .file()
    )
    var file: String = "-"

    @OptionGroup var forceOptions: ForceOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    private static let limit = 1 << 20

    func execute() throws -> ExitStatus {
        let client = try server.client()
        let bytes =
            file == "-"
            ? try Files.read(descriptor: STDIN_FILENO, named: "standard input", limit: Self.limit)
            : try Files.read(file, limit: Self.limit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(
                "KF-INPUT-001",
                "the policy is not UTF-8 text",
                fix: "write it in UTF-8",
                status: .invalidInput
            )
        }
        // A pipe from a command that failed must not take everybody's rights away.
        guard text.utf8.contains(where: { $0 > 0x20 }) else {
            throw CommandFailure(
                "KF-SET-002",
                "the policy is empty",
                fix: "give its text, or take the policy away: keyfolio policy remove \(VisibleText.escape(name))",
                status: .invalidInput
            )
        }
        _ = try client.call(.put, ["policies", name], query: forceOptions.query, body: ["text": .string(text)])
        return finish(["name": .string(name)], saying: "Wrote the policy \(name).")
    }
}

/// `keyfolio policy remove`.
struct PolicyRemoveCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take a policy away: whoever has it loses what it gave.",
        discussion: """
            Examples:
              keyfolio policy remove deploy
            """
    )

    @Argument(help: ArgumentHelp("The policy's name.", valueName: "name"))
    var name: String

    @OptionGroup var forceOptions: ForceOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        try AskedWords(policies: [name]).ask(client) {
            _ = try client.call(.delete, ["policies", name], query: forceOptions.query)
        }
        return finish(["removed": .string(name)], saying: "Removed the policy \(name).")
    }
}
