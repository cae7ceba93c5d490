import ArgumentParser
import Launch
import Workspace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `keyfolio serve` becomes this program: what answers on the network is apart from what starts in milliseconds.
@main
enum Main {
    static func main() {
        ProcessHardening.apply()
        exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    /// - Returns: What the process ends with: the statuses of the command.
    private static func run(_ words: [String]) -> Int32 {
        let command: ServeCommand
        do { command = try ServeCommand.parse(words) } catch {
            // Help was asked for.
            if ServeCommand.exitCode(for: error) == .success {
                Console.say(ServeCommand.fullMessage(for: error))
                return 0
            }
            return misused(UsageText.safe(ServeCommand.message(for: error), words: words))
        }
        do {
            try command.check()
            try ServerRun(command).run()
            return 0
        } catch let error as ValidationError {
            return misused(error.message)
        } catch let error as ServerFailure {
            Console.complain(error.text)
            return error.status
        } catch {
            Console.complain("KF-BUG-001: an error of type \(type(of: error)) that should have been explained")
            return 70
        }
    }

    private static func misused(_ message: String) -> Int32 {
        Console.complain("KF-USAGE-001: \(message)\n  → keyfolio serve --help")
        return 2
    }
}
