import ArgumentParser
import Findings
import RemoteStores
import Workspace

/// Which server is meant, for what is done on a server only.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The server (default: KEYFOLIO_STORE, KEYFOLIO_ADDR, or that of the last login).",
            valueName: "url"
        )
    )
    var store: String?

    /// A client of the server, with a token.
    func client() throws -> KeyfolioClient {
        KeyfolioClient(try ServerPlace.forAdministration(store).connection())
    }
}

/// Whether a change may leave nobody who manages principals.
struct ForceOptions: ParsableArguments {
    @Flag(help: "Do it also when nobody would be left who manages principals.")
    var force = false

    /// As the server is asked.
    var query: [(String, String)] { force ? [("force", "true")] : [] }
}

extension Caller {
    /// Who somebody is at a server, as `--json` prints it.
    func json(at address: ServerAddress) -> JSONValue {
        [
            "server": .string(address.description), "name": .string(name), "root": .bool(isRoot),
            "policies": .array(policies.map(JSONValue.string)), "expires": .string(orNull: expires),
        ]
    }
}
