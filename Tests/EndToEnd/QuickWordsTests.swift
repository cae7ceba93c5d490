import ArgumentParser
import Testing

@testable import keyfolio

/// The direct reading of plain command lines, held to what the argument parser makes of the same words.
@Suite struct QuickWordsTests {
    @Test(arguments: [
        "run -- app", "run -- app --env x -- y", "run --env production -- app", "run -e production -c backend -- app a",
        "run --component backend --inherit --redact --no-check --json -- app", "run -C /tmp --store /tmp/s.db -- app",
        "get NAME", "get NAME --env production", "get -e production NAME --json", "get --path a/b NAME --store s.db",
        "get NAME -C /tmp", "check", "check --all", "check -e a --env b -c c --component d --strict --json",
        "check -C x --store y",
    ])
    func `a plain command line means the same both ways`(line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let quick = try #require(QuickWords.action(words))
        #expect(describe(quick) == describe(try parsed(words)))
    }

    @Test(arguments: [
        "", "run", "run app", "run --", "run -- ", "run --help", "run --env", "run --env -- app", "run --nope -- app",
        "run --env=production -- app", "run -eproduction -- app", "run --env a --env b -- app", "run extra -- app",
        "run --color never -- app", "run -h", "get", "get A B", "get --version 3 A", "get --path", "get -x A",
        "get -- A", "get --help", "check --format sarif", "check extra", "check --explain A", "check --help",
        "set A", "--version", "--help", "init",
    ])
    func `everything else is left to the argument parser`(line: String) {
        #expect(QuickWords.action(line.split(separator: " ").map(String.init)) == nil)
    }

    @Test func `random words never make the direct reading mean something else`() throws {
        let words = [
            "--env", "-e", "production", "-c", "--component", "backend", "--inherit", "--redact", "--no-check",
            "--json",
            "-C", "/tmp", "--store", "s.db", "--path", "a/b", "NAME", "--all", "--strict", "--", "app", "-x", "--check",
        ]
        var generator = SystemRandomNumberGenerator()
        var compared = 0
        for _ in 0..<3000 {
            let command = ["run", "get", "check"].randomElement(using: &generator) ?? "run"
            let count = Int.random(in: 0...6, using: &generator)
            let line = [command] + (0..<count).compactMap { _ in words.randomElement(using: &generator) }
            guard let quick = QuickWords.action(line) else { continue }
            compared += 1
            #expect(describe(quick) == describe(try parsed(line)), "\(line)")
        }
        #expect(compared > 100)
    }

    private func parsed(_ words: [String]) throws -> any Action {
        switch try Keyfolio.parseAsRoot(words) {
        case let command as RunCommand: return command.action
        case let command as GetCommand: return command.action
        case let command as CheckCommand: return command.action
        default: throw NotAnAction()
        }
    }

    private struct NotAnAction: Error {}

    private func describe(_ action: any Action) -> String { String(reflecting: action) }
}

extension Optional where Wrapped == any Action {
    fileprivate static func == (action: Self, none: _OptionalNilComparisonType) -> Bool {
        if case .none = action { true } else { false }
    }
}
