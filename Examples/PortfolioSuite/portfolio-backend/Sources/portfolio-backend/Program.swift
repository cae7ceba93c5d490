import Logging
import PortfolioBackend

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `portfolio-backend [serve|seed]`: all configuration comes from the environment of the process.
@main
enum Program {
    static func main() async {
        do {
            try await run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            complain(error.description, status: error.exitStatus)
        }
    }

    private static func run(_ arguments: [String]) async throws(BackendError) {
        let environment = ProcessInfo.processInfo.environment
        switch arguments.first {
        case nil, "serve":
            try await serve(Settings(environment: environment))
        case "seed":
            let settings = try Settings(environment: environment)
            let password = Sensitive(environment["DEMO_PASSWORD"] ?? "")
            try await Seed(database: Database(url: settings.databaseURL, connections: 1)).run(password: password)
            say("seeded: the tables are there, and the user \(Seed.username)")
        case "--version":
            say("portfolio-backend \(Product.version)")
        case "--help", "-h":
            say(help)
        default:
            throw .usage("there is no such command")
        }
    }

    private static func serve(_ settings: Settings) async throws(BackendError) {
        let logger = Logger(label: "portfolio-backend") { _ in
            LineLogHandler(level: settings.logLevel, format: settings.logFormat)
        }
        let backend = await Backend(settings: settings, logger: logger)
        try await backend.run { url in
            say("listening on \(url)")
        }
    }

    /// One write, unbuffered: whoever waits for the line behind a pipe gets it at once.
    private static func say(_ line: String) {
        var line = line + "\n"
        line.withUTF8 { bytes in _ = unsafe write(STDOUT_FILENO, bytes.baseAddress, bytes.count) }
    }

    private static func complain(_ text: String, status: Int32) -> Never {
        LineLogHandler.toStandardError("portfolio-backend: \(text)\n")
        exit(status)
    }

    private static let help = """
        portfolio-backend [serve]   answer requests until SIGTERM
        portfolio-backend seed      create the tables and the user `demo` with DEMO_PASSWORD

        All configuration comes from the environment: ENVIRONMENT, SECRET_KEY and DATABASE_URL are required.
        HOST (127.0.0.1) and PORT (8000; 0 takes a free one) say where to listen.
        Exit status: 0 stopped as asked, 64 usage, 69 unavailable, 70 internal, 78 configuration.
        """
}
