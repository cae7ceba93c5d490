import ArgumentParser
import Findings

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
                safeMessage(Keyfolio.message(for: error), words: words),
                fix: help(for: words, among: commands),
                status: .usage
            ),
            asJSON: asJSON
        )
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

    /// A command that has commands of its own.
    private static func group(named name: String?) -> (any ParsableCommand.Type)? {
        Keyfolio.configuration.subcommands.first {
            $0.configuration.commandName == name && !$0.configuration.subcommands.isEmpty
        }
    }

    /// The parser's message without any word that could be a value.
    private static func safeMessage(_ message: String, words: [String]) -> String {
        // What is allowed stands on the lines below the first.
        let lines = message.split(separator: "\n").map { line in
            let text = line.drop { $0 == " " }
            // A bullet goes; the dashes of an option stay.
            return text.hasPrefix("- ") ? text.dropFirst(2).drop { $0 == " " } : text
        }
        let first = lines.first.map(String.init) ?? message
        var safe = first
        if first.hasSuffix(":"), lines.count > 1 {
            safe += " " + lines.dropFirst().map(String.init).joined(separator: ", ")
        }
        var candidates: [String] = []
        // The names of the command and of the one below it are no values.
        var rest = words[...]
        if let first = rest.first, commandNames(of: Keyfolio.self).contains(first) {
            rest = rest.dropFirst()
            if let second = rest.first, let group = group(named: first), commandNames(of: group).contains(second) {
                rest = rest.dropFirst()
            }
        }
        for word in rest {
            candidates.append(word)
            if let equals = word.firstIndex(of: "=") {
                candidates.append(String(word[word.index(after: equals)...]))
                candidates.append(String(word[..<equals]))
            }
        }
        for word in candidates.sorted(by: { $0.count > $1.count }) where !isOptionName(word) && !word.isEmpty {
            safe = replacing(word, in: safe)
        }
        return safe
    }

    /// Whether a word is spelled like an option: dashes and lower-case letters, nothing that a value would have.
    private static func isOptionName(_ word: String) -> Bool {
        guard word.hasPrefix("-"), word.count <= 24 else { return false }
        return word.allSatisfy { $0 == "-" || ("a"..."z").contains($0) || (word.count == 2 && $0.isLetter) }
    }

    /// Takes the quoted forms of a word out of a message.
    private static func replacing(_ word: String, in message: String) -> String {
        var result = message
        for quote in ["'\(word)'", "‘\(word)’", "\"\(word)\""] {
            while let range = firstRange(of: quote, in: result) {
                result.replaceSubrange(range, with: "(a word that is not repeated here: it may be a value)")
            }
        }
        if word.count >= 4, firstRange(of: word, in: result) != nil {
            return "the command line cannot be understood"
        }
        return result
    }

    private static func firstRange(of needle: String, in text: String) -> Range<String.Index>? {
        guard !needle.isEmpty else { return nil }
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(needle) {
                return start..<(text.index(start, offsetBy: needle.count, limitedBy: text.endIndex) ?? text.endIndex)
            }
            start = text.index(after: start)
        }
        return nil
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
