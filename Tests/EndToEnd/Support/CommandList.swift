import Foundation

/// What commands there are, as the argument parser itself tells it: a new command is in this list without anybody's doing.
enum CommandList {
    private struct Help: Decodable {
        var command: Entry
    }

    private struct Entry: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable {
                var name: String
                var kind: String

                /// As it is typed.
                var typed: String { (kind == "long" ? "--" : "-") + name }
            }

            var names: [Name]?
        }

        var commandName: String
        var subcommands: [Entry]?
        var arguments: [Argument]?
    }

    /// The words of every command that has `--json`, such as `["audit", "show"]`.
    static func withJSON() throws -> [[String]] {
        let outcome = try Command.run([Command.keyfolio, "--experimental-dump-help"])
        let help = try JSONDecoder().decode(Help.self, from: Data(outcome.output.utf8))
        return words(help.command, after: [])
    }

    private static func words(_ entry: Entry, after above: [String]) -> [[String]] {
        var found: [[String]] = []
        for inner in entry.subcommands ?? [] {
            let words = above + [inner.commandName]
            let names = (inner.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name)
            if names.contains("json") { found.append(words) }
            found += self.words(inner, after: words)
        }
        return found
    }

    /// The options of every command, by the command's words. Those of `serve` are the server's own.
    static func options() throws -> [[String]: Set<String>] {
        var found: [[String]: Set<String>] = [:]
        func add(_ entry: Entry, _ words: [String]) {
            found[words] = Set((entry.arguments ?? []).flatMap { $0.names ?? [] }.map(\.typed))
            for inner in entry.subcommands ?? [] { add(inner, words + [inner.commandName]) }
        }
        for (program, words) in [(Command.keyfolio, []), (Command.server, ["serve"])] {
            let outcome = try Command.run([program, "--experimental-dump-help"])
            add(try JSONDecoder().decode(Help.self, from: Data(outcome.output.utf8)).command, words)
        }
        return found
    }

    /// The names of the schemas that the command lists, without the manifest's.
    static func schemas() throws -> [String] {
        try Command.run([Command.keyfolio, "schema"]).output.split(separator: "\n").map(String.init)
            .filter { $0 != "manifest" }
    }
}
