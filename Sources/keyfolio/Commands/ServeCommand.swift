import ArgumentParser
import Launch
import Workspace

/// `keyfolio serve`: becomes `keyfolio-server`, which is a program of its own so that this one starts in milliseconds.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a store over HTTPS.",
        discussion: """
            Becomes keyfolio-server, which is looked for beside keyfolio and in
            ../libexec/keyfolio; every word goes to it as it is.

            Examples:
              keyfolio serve --dev
              keyfolio serve --help
            """
    )

    @Argument(parsing: .captureForPassthrough, help: "The server's own options: keyfolio serve --help.")
    var words: [String] = []

    func run() throws {
        let places = Self.places
        guard let path = places.first(where: { Files.status($0)?.isRegular == true }) else {
            if let word = words.first, ["-h", "--help"].contains(word) { throw CleanExit.helpRequest(self) }
            let failure = CommandFailure(
                "KF-SERVE-001",
                "the server's program is not installed: there is no \(places.joined(separator: " and no "))",
                fix: "install keyfolio-server beside keyfolio",
                status: .notFound
            )
            throw ExitCode(Main.report(failure).rawValue)
        }
        do {
            try Launch.replaceProcess(by: Program(path, arguments: words), environment: .current())
        } catch {
            throw ExitCode(Main.report(CommandFailure(error), status: error.exitStatus).rawValue)
        }
    }

    /// Where the server may be. What PATH says does not count: whatever it is, it gets the store's key.
    private static var places: [String] {
        let folder = Paths.parent(of: Paths.ofThisProgram)
        return [Paths.join(folder, name), Paths.join(Paths.parent(of: folder), "libexec/keyfolio/\(name)")]
    }

    private static let name = "keyfolio-server"
}
