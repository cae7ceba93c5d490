import ArgumentParser
import Findings
import RemoteStores
import Secrets

/// `keyfolio principal`: people and machines of a server.
struct PrincipalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "principal",
        abstract: "People and machines that a server knows.",
        discussion: """
            Examples:
              keyfolio principal list
              keyfolio principal set ada@example.org --role developer --password
              keyfolio principal set ci --kind machine --policy deploy
            """,
        subcommands: [
            PrincipalListCommand.self, PrincipalShowCommand.self, PrincipalSetCommand.self, PrincipalRemoveCommand.self,
        ]
    )
}

/// `keyfolio principal list`.
struct PrincipalListCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List people and machines.",
        discussion: """
            Examples:
              keyfolio principal list
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        let records = try client.records(.principal, "principals", of: client.ask(.get, ["principals"]))
        return show(
            records,
            "principals",
            columns: [
                ("NAME", { $0.text("name") }), ("KIND", { $0.text("kind") }), ("ROLES", { $0.joined("roles") }),
                ("POLICIES", { $0.joined("policies") }), ("STATE", { $0.flag("disabled") ? "disabled" : "" }),
            ]
        )
    }
}

/// `keyfolio principal show`.
struct PrincipalShowCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one person or machine.",
        discussion: """
            Examples:
              keyfolio principal show ada@example.org
            """
    )

    @Argument(help: ArgumentHelp("The name.", valueName: "name"))
    var name: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        let record = try AskedWords(principals: [name]).ask(client) {
            try client.record(.principal, of: client.ask(.get, ["principals", name]))
        }
        if display.json {
            Terminal.tell(record.json)
            return .success
        }
        let metadata = (record.json["metadata"]?.asObject?.members ?? []).map { "\($0.key)=\($0.value.asString ?? "")" }
        for (title, text) in [
            ("name", record.text("name")), ("kind", record.text("kind")), ("id", record.text("id")),
            ("roles", record.joined("roles")), ("policies", record.joined("policies")),
            ("addresses", record.joined("addresses")), ("metadata", metadata.joined(separator: ", ")),
            ("created", record.text("created")), ("state", record.flag("disabled") ? "disabled" : "enabled"),
        ] where !text.isEmpty {
            let space = String(repeating: " ", count: 11 - title.count)
            Terminal.write("\(title)\(space)\(VisibleText.escape(text))\n")
        }
        return .success
    }
}

/// `keyfolio principal set`.
struct PrincipalSetCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Make a person or machine, or change one.",
        discussion: """
            What is not named stays as it is; roles, policies, networks and metadata are
            replaced as a whole. A password lets a person log in. --disable or --enable
            alone is for those there are, and makes nobody.

            Examples:
              keyfolio principal set ada@example.org --role developer --password
              keyfolio principal set ci --kind machine --policy deploy --address 10.0.0.0/8
              keyfolio principal set ada@example.org --disable
            """
    )

    @Argument(help: ArgumentHelp("The name.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("person or machine (default: person).", valueName: "kind"))
    var kind: Kind?

    @Option(help: ArgumentHelp("A role; again for more.", valueName: "role"))
    var role: [String] = []

    @Option(help: ArgumentHelp("A policy; again for more.", valueName: "policy"))
    var policy: [String] = []

    @Option(help: ArgumentHelp("A network that it may come from; again for more.", valueName: "network"))
    var address: [String] = []

    @Option(help: ArgumentHelp("Something about it, for policies; again for more.", valueName: "name=text"))
    var metadata: [String] = []

    @Flag(help: "Take all roles away.")
    var noRoles = false

    @Flag(help: "Take all policies away.")
    var noPolicies = false

    @Flag(help: "Let it come from anywhere.")
    var anyAddress = false

    @Flag(help: "Let it in no more.")
    var disable = false

    @Flag(help: "Let it in again.")
    var enable = false

    @Flag(help: "Ask for a new password.")
    var password = false

    @Flag(help: "Read a new password from standard input.")
    var passwordStdin = false

    @OptionGroup var forceOptions: ForceOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case person, machine
    }

    func validate() throws {
        for (one, other, names) in [
            (!role.isEmpty, noRoles, "--role and --no-roles"),
            (!policy.isEmpty, noPolicies, "--policy and --no-policies"),
            (!address.isEmpty, anyAddress, "--address and --any-address"), (disable, enable, "--disable and --enable"),
            (password, passwordStdin, "--password and --password-stdin"),
        ] where one && other {
            throw ValidationError("\(names) cannot both be given.")
        }
        guard metadata.allSatisfy({ $0.contains("=") && $0.first != "=" }) else {
            throw ValidationError("--metadata is NAME=TEXT.")
        }
    }

    func execute() throws -> ExitStatus {
        let client = try server.client()
        var body = JSONObject()
        body["kind"] = kind.map { .string($0.rawValue) }
        if !role.isEmpty || noRoles { body["roles"] = .texts(role) }
        if !policy.isEmpty || noPolicies { body["policies"] = .texts(policy) }
        if !address.isEmpty || anyAddress { body["addresses"] = .texts(address) }
        if disable || enable { body["disabled"] = .bool(disable) }
        if !metadata.isEmpty {
            var object = JSONObject()
            for text in metadata {
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                object[String(parts[0])] = .string(String(parts[1]))
            }
            body["metadata"] = .object(object)
        }
        if let secret = try newPassword() { body["password"] = .string(secret.reveal()) }
        let words = AskedWords(
            typed: ["kind": "--kind", "addresses": "--address", "roles": "--role", "policies": "--policy"],
            principals: [name],
            roles: role,
            policies: policy
        )
        let answer = try words.ask(client) {
            try client.ask(.put, ["principals", name], query: forceOptions.query, body: .object(body))
        }
        let record = try client.record(.principal, of: answer)
        return finish(record.json, saying: "Wrote \(record.text("kind")) \(record.text("name")).")
    }

    private func newPassword() throws -> Secret<String>? {
        if passwordStdin { return try SecretInput.value(from: "-", prompt: "") }
        guard password else { return nil }
        guard Terminal.canAsk else {
            throw CommandFailure(
                "KF-INPUT-003",
                "there is no terminal to ask for the password on",
                fix: "give it on standard input, with --password-stdin",
                status: .usage
            )
        }
        return try AgeStreams.newPassphrase(file: nil)
    }
}

/// `keyfolio principal remove`.
struct PrincipalRemoveCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take a person or machine away, with its keys and clients.",
        discussion: """
            Its tokens open nothing any more.

            Examples:
              keyfolio principal remove ada@example.org
            """
    )

    @Argument(help: ArgumentHelp("The name.", valueName: "name"))
    var name: String

    @OptionGroup var forceOptions: ForceOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        try AskedWords(principals: [name]).ask(client) {
            _ = try client.call(.delete, ["principals", name], query: forceOptions.query)
        }
        return finish(["removed": .string(name)], saying: "Removed \(name).")
    }
}
