import ArgumentParser
import Findings
import Launch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The entry: parse, run, and turn whatever happened into output and an exit status.
///
/// There is no `async` here on purpose: an asynchronous main starts four threads before the first line of it runs.
@main
enum Main {
    static func main() {
        ProcessHardening.apply()
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ words: [String]) -> ExitStatus {
        if let action = QuickWords.action(words) { return perform(action) }
        do {
            var command = try Keyfolio.parseAsRoot(words)
            if let ours = command as? any KeyfolioCommand { return perform(ours) }
            // `help`, `--version` and the like: the parser's own.
            try command.run()
            return .success
        } catch {
            return UsageReport.finish(error, words: words)
        }
    }

    private static func perform(_ action: any Action) -> ExitStatus {
        do {
            return try action.execute()
        } catch {
            return report(CommandFailure(error), asJSON: action.display.json)
        }
    }

    /// Shows a failure on standard error.
    ///
    /// - Parameter status: What the process ends with, when that is none of ours.
    static func report(_ failure: CommandFailure, asJSON: Bool = false, status: Int32? = nil) -> ExitStatus {
        if asJSON {
            let document: JSONValue = [
                "error": [
                    "code": .string(failure.code), "message": .string(failure.message), "fix": .string(failure.fix),
                    "status": .integer(Int(status ?? failure.status.rawValue)),
                ]
            ]
            Terminal.tell(document, asData: false)
            return failure.status
        }
        let bold = ColourChoice.auto.applies(toTerminal: Terminal.errorIsTerminal)
        let word = bold ? "\u{1B}[1;31merror\u{1B}[0m" : "error"
        Terminal.say("\(word)[\(failure.code)]: \(failure.message)")
        Terminal.say("  fix: \(failure.fix)")
        return failure.status
    }
}

/// A command of ours: an action that the argument parser reads.
protocol KeyfolioCommand: ParsableCommand, Action {
    /// The options that say how it shows what it has to say.
    var outputOptions: OutputOptions { get }
}

extension KeyfolioCommand {
    var display: Display { outputOptions.display }

    mutating func run() throws {
        let status = try execute()
        if status != .success { throw ExitCode(status.rawValue) }
    }
}
