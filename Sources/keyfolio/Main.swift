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
        do {
            var command = try directly(words) ?? Keyfolio.parseAsRoot(words)
            guard let ours = command as? any KeyfolioCommand else {
                // `help`, `--version` and the like: the parser's own.
                try command.run()
                return .success
            }
            do {
                return try ours.execute()
            } catch {
                return report(CommandFailure(error), asJSON: ours.display.json)
            }
        } catch {
            return UsageReport.finish(error, words: words)
        }
    }

    /// The commands whose start counts, parsed without looking at all the others first, which takes longer than their
    /// work. Whatever they do not understand goes the long way, where mistakes are explained.
    private static func directly(_ words: [String]) -> (any ParsableCommand)? {
        let rest = Array(words.dropFirst())
        switch words.first {
        case "run": return try? RunCommand.parse(rest)
        case "get": return try? GetCommand.parse(rest)
        case "check": return try? CheckCommand.parse(rest)
        default: return nil
        }
    }

    /// Shows a failure on standard error.
    static func report(_ failure: CommandFailure, asJSON: Bool = false) -> ExitStatus {
        if asJSON {
            let document: JSONValue = [
                "error": [
                    "code": .string(failure.code), "message": .string(failure.message), "fix": .string(failure.fix),
                    "status": .integer(Int(failure.status.rawValue)),
                ]
            ]
            Terminal.say(document.text(.pretty))
            return failure.status
        }
        let bold = ColourChoice.auto.applies(toTerminal: Terminal.errorIsTerminal)
        let word = bold ? "\u{1B}[1;31merror\u{1B}[0m" : "error"
        Terminal.say("\(word)[\(failure.code)]: \(failure.message)")
        Terminal.say("  fix: \(failure.fix)")
        return failure.status
    }
}

/// What every command of ours can do: run and say how it ended.
protocol KeyfolioCommand: ParsableCommand {
    /// How it shows what it has to say.
    var display: OutputOptions { get }

    /// Does the work.
    ///
    /// - Returns: How it ended.
    func execute() throws -> ExitStatus
}

extension KeyfolioCommand {
    mutating func run() throws {
        let status = try execute()
        if status != .success { throw ExitCode(status.rawValue) }
    }
}
