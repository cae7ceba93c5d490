import ArgumentParser
import Findings
import RemoteStores
import Workspace

/// `keyfolio whoami`: who a server takes one for.
struct WhoamiCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Show who you are at the server, with which policies, and until when.",
        discussion: """
            Examples:
              keyfolio whoami
              keyfolio whoami --json
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let client = try server.client()
        let caller = try client.whoAmI()
        if display.json {
            Terminal.tell(caller.json(at: client.address))
            return .success
        }
        var lines = ["server    \(client.address)", "name      \(caller.name)"]
        let policies = caller.policies.joined(separator: ", ")
        lines.append("policies  \(caller.isRoot ? "root: everything is allowed" : policies)")
        lines.append("until     \(caller.expires ?? "no end")")
        for line in lines { Terminal.write(VisibleText.escape(line) + "\n") }
        return .success
    }
}
