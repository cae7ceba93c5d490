import Foundation
import Testing

/// `--json` of every command there is: one document on standard output or none, as its published schema says.
@Suite struct JSONOutputTests {
    private static func schema(_ name: String) throws -> String {
        let outcome = try Command.run([Command.keyfolio, "schema", name])
        #expect(outcome.status == 0, "\(name): \(outcome.error)")
        return outcome.output
    }

    @Test(.enabled(if: Python.hasJSONSchema, "needs Python's jsonschema"), arguments: JSONCase.all)
    func `an answer is one document, and valid`(example: JSONCase) throws {
        let sandbox = try FirstPathTests.shop()
        let server = example.needsServer ? try RemoteServer(isPlain: true) : nil
        let variables = example.environment.merging(server?.environment ?? [:]) { own, _ in own }
        var words = example.words
        if !example.before.isEmpty {
            let prepared = try sandbox.run("sh", "-ec", example.before, environment: server?.environment ?? [:])
            try #require(prepared.status == 0, "\(prepared.error)")
        }
        if let place = words.firstIndex(of: "ACCESSOR") {
            words[place] = try sandbox.read("id").trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let outcome = try Command.run(
            [Command.keyfolio] + words,
            input: example.input == "TOKEN" ? server?.token ?? "" : example.input,
            in: sandbox.project,
            environment: sandbox.variables(variables)
        )
        #expect(example.statuses.contains(outcome.status), "\(outcome.status): \(outcome.error)")
        let document: String
        switch example.place {
        case .output:
            document = outcome.output
            // Nothing else is said: whoever asks for JSON reads no prose.
            #expect(outcome.error.isEmpty, "\(outcome.error)")
        case .error:
            document = outcome.error
            #expect(!outcome.output.hasPrefix("{\n"))
        }
        let mistakes = try Python.mistakes([(example.schema, document, try Self.schema(example.schema))])
        #expect(mistakes.isEmpty, "\(mistakes)\(document)")
    }

    @Test(.enabled(if: Python.hasJSONSchema, "needs Python's jsonschema"))
    func `a failure is one document on standard error, and standard output is empty`() throws {
        let sandbox = try Sandbox()
        let schema = try Self.schema("error")
        var documents: [(String, String, String)] = []
        let mistyped = try CommandList.withJSON().map { $0 + ["--json", "--no-such-option"] }
        for words in JSONCase.failing + mistyped + [["chekc", "--json"], ["--json"]] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                in: sandbox.project,
                environment: sandbox.variables([:])
            )
            #expect(outcome.status > 1, "\(words)")
            #expect(outcome.output.isEmpty, "\(words): \(outcome.output)")
            documents.append((words.joined(separator: " "), outcome.error, schema))
        }
        let mistakes = try Python.mistakes(documents)
        #expect(mistakes.isEmpty, "\(mistakes)")
    }

    @Test func `--json behind -- is the application's`() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.keyfolio("run", "--no-such-option", "--", "true", "--json")
        #expect(outcome.error.hasPrefix("error["))
    }

    @Test func `an application that run starts has both streams for itself`() throws {
        let sandbox = try FirstPathTests.shop()
        let outcome = try sandbox.keyfolio(
            "run",
            "--json",
            "-c",
            "backend",
            "--no-check",
            "--",
            "sh",
            "-c",
            "printf out; printf err >&2; exit 9"
        )
        #expect(outcome.status == 9 && outcome.output == "out" && outcome.error == "err")
    }

    @Test func `every command with --json has a schema, an example and a failure`() throws {
        let commands = try CommandList.withJSON()
        #expect(commands.count > 25)
        let schemas = try CommandList.schemas()
        for command in commands {
            #expect(schemas.contains(command.joined(separator: "-")), "\(command) has no schema")
            #expect(JSONCase.all.contains { $0.isOf(command) }, "\(command) has no example")
            #expect(JSONCase.failing.contains { $0.starts(with: command) }, "\(command) has no failure")
        }
        for schema in schemas where schema != "error" {
            #expect(JSONCase.all.contains { $0.schema == schema }, "nothing is held against the schema \(schema)")
        }
    }

    @Test func `what goes to standard output beside the document on standard error is whole`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "whole-canary")
        let exported = try sandbox.keyfolio("export", "--json", "--path", "shop/development", "--format", "shell")
        #expect(exported.output == "export SECRET_KEY='whole-canary'\n")
        #expect(!exported.error.contains("whole-canary"))
        let log = try sandbox.keyfolio("audit", "export", "--json")
        let lines = log.output.split(separator: "\n")
        let told = try JSONSerialization.jsonObject(with: Data(log.error.utf8)) as? [String: Int]
        #expect(told == ["lines": lines.count])
        #expect(lines.count > 2 && lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    }
}
