import ArgumentParser
import Findings
import Workspace

/// What is said of a command line that cannot be understood.
///
/// The parser's own messages repeat the words of the command line, and one of those may be a password that somebody
/// typed where it does not belong. So a word is repeated only when it looks like a name and is close to one that exists.
enum UsageReport {
    /// Ends a run whose command line was not understood, or that only asked for help.
    static func finish(_ error: any Error, words: [String]) -> ExitStatus {
        let status = Keyfolio.exitCode(for: error)
        if status == .success {
            let text = Keyfolio.fullMessage(for: error)
            Terminal.write(text.hasSuffix("\n") ? text : text + "\n")
            return .success
        }
        if let code = error as? ExitCode, let status = ExitStatus(rawValue: code.rawValue) { return status }
        let commands = commandNames(of: Keyfolio.self)
        // The options were not understood, so that this one is looked for among the words. After -- they are not ours.
        let asJSON = words.prefix { $0 != "--" }.contains("--json")
        if let word = words.first, !word.hasPrefix("-"), !commands.contains(word) {
            return Main.report(unknownCommand(word, among: commands), asJSON: asJSON)
        }
        if let group = group(named: words.first), let word = words.dropFirst().first, !word.hasPrefix("-"),
            !commandNames(of: group).contains(word),
            let near = Suggest.nearest(to: word, among: commandNames(of: group))
        {
            return Main.report(unknownCommand(near: near, in: words.first), asJSON: asJSON)
        }
        return Main.report(
            CommandFailure(
                "KF-USAGE-001",
                UsageText.safe(Keyfolio.message(for: error), words: values(of: words))
                    + hint(on: Keyfolio.message(for: error)),
                fix: help(for: words, among: commands),
                status: .usage
            ),
            asJSON: asJSON
        )
    }

    /// What the parser leaves out where the value of an option is none of those that it takes: the one that was probably
    /// meant, or that it takes a number.
    private static func hint(on message: String) -> String {
        let quoted: [Substring] = message.split(separator: "'", omittingEmptySubsequences: false)
        // The value, what it is invalid for, and what stands behind that.
        guard quoted.count >= 5, quoted[0].hasSuffix("The value "), quoted[2] == " is invalid for " else { return "" }
        let rest: String = quoted[4...].joined(separator: "'")
        if rest.isEmpty, quoted[3].hasSuffix("<count>") || quoted[3].hasSuffix("<number>") {
            return ": it takes a whole number"
        }
        guard rest.contains("Please provide one of") else { return "" }
        // The names stand in quotes, behind a colon with commas between, or one a line with a dash before.
        let words: [Substring] = rest.split { (character: Character) -> Bool in
            !character.isLetter && !character.isNumber && character != "-"
        }
        let known: Set<Substring> = ["Please", "provide", "one", "of", "the", "following", "or", "-"]
        let names: [String] = words.filter { !known.contains($0) }.map { String($0) }
        return Suggest.nearest(to: String(quoted[1]), among: names).map { " Did you mean '\($0)'?" } ?? ""
    }

    private static func unknownCommand(_ word: String, among commands: [String]) -> CommandFailure {
        guard let near = Suggest.nearest(to: word, among: commands) else {
            return CommandFailure(
                "KF-USAGE-002",
                "there is no such command",
                fix: "keyfolio --help lists the commands",
                status: .usage
            )
        }
        return unknownCommand(near: near, in: nil)
    }

    private static func unknownCommand(near: String, in group: String?) -> CommandFailure {
        CommandFailure(
            "KF-USAGE-002",
            "there is no such command; did you mean '\(near)'?",
            fix: (["keyfolio", group, near] as [String?]).compactMap { $0 }.joined(separator: " "),
            status: .usage
        )
    }

    /// What may be a value: the words without the names of the command and of the one below it.
    private static func values(of words: [String]) -> [String] {
        guard let name = words.first, commandNames(of: Keyfolio.self).contains(name) else { return words }
        guard let group = group(named: name), let second = words.dropFirst().first,
            commandNames(of: group).contains(second)
        else { return Array(words.dropFirst()) }
        return Array(words.dropFirst(2))
    }

    /// A command that has commands of its own.
    private static func group(named name: String?) -> (any ParsableCommand.Type)? {
        Keyfolio.configuration.subcommands.first {
            $0.configuration.commandName == name && !$0.configuration.subcommands.isEmpty
        }
    }

    private static func help(for words: [String], among commands: [String]) -> String {
        guard let command = words.first, commands.contains(command) else { return "keyfolio --help" }
        // The application of run comes after two dashes; who forgets them has typed it already.
        if command == "run", words.count > 1, !words.contains("--"), !words.contains("--help"), !words.contains("-h") {
            return "keyfolio run -- COMMAND [ARGUMENTS] (keyfolio run --help)"
        }
        let inner = Keyfolio.configuration.subcommands.first { $0.configuration.commandName == command }
        if let second = words.dropFirst().first, let inner, commandNames(of: inner).contains(second) {
            return "keyfolio \(command) \(second) --help"
        }
        return "keyfolio \(command) --help"
    }

    private static func commandNames(of command: any ParsableCommand.Type) -> [String] {
        command.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    }
}
