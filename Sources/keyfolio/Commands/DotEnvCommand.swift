import ArgumentParser
import DotEnv
import Findings
import Secrets
import Workspace

/// `keyfolio dotenv`: tools for `.env` files that need no project.
struct DotEnvCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dotenv",
        abstract: "Read, explain and lint .env files.",
        discussion: """
            Examples:
              keyfolio dotenv parse --dialect python .env
              keyfolio dotenv explain .env
              keyfolio dotenv lint .env
            """,
        subcommands: [DotEnvParseCommand.self, DotEnvExplainCommand.self, DotEnvLintCommand.self]
    )
}

extension Dialect: ExpressibleByArgument {
    /// The dialect of a name.
    public init?(argument: String) {
        guard let dialect = Dialect.named(argument) else { return nil }
        self = dialect
    }

    /// Every name, for help and completions.
    public static var allValueStrings: [String] { all.map(\.id) }
}

/// Where the tools read: a file, or standard input.
enum DotEnvInput {
    static func bytes(of file: String) throws -> [UInt8] {
        file == "-" ? try Files.read(descriptor: 0, named: "standard input") : try Files.read(file)
    }
}

/// `keyfolio dotenv parse`.
struct DotEnvParseCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Print a .env file's values as one JSON object, in the clear.",
        discussion: """
            Exit status 10 on a syntax error, which is told with line and column and
            without the value.

            Examples:
              keyfolio dotenv parse .env
              keyfolio dotenv parse --dialect compose --no-interpolate .env
            """
    )

    @Option(
        help: ArgumentHelp("Whose reading: \(Dialect.all.map(\.id).joined(separator: ", ")).", valueName: "dialect")
    )
    var dialect: Dialect = .keyfolio

    @Flag(inversion: .prefixedNo, help: "Put values in the place of ${NAME}.")
    var interpolate = true

    @Argument(help: "The file, - for standard input.", completion: .file())
    var file: String

    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let document = try DotEnvDocument(parsing: try DotEnvInput.bytes(of: file), dialect: dialect)
        var object = JSONObject()
        let values = try document.values(environment: User.variable, interpolate: interpolate)
        for value in values.lastOfEachKey() { object[value.key] = .string(value.value) }
        Terminal.write(JSONValue.object(object).text(.pretty) + "\n")
        return .success
    }
}

/// `keyfolio dotenv explain`.
struct DotEnvExplainCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show, line by line, which readers would disagree and how.",
        discussion: """
            Values are masked unless --reveal is given.

            Examples:
              keyfolio dotenv explain .env
              keyfolio dotenv explain --reveal .env.example
            """
    )

    @Flag(help: "Show the values in the clear.")
    var reveal = false

    @Argument(help: "The file, - for standard input.", completion: .file())
    var file: String

    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let found = DotEnvDocument.explain(bytes: try DotEnvInput.bytes(of: file), environment: User.variable)
        if display.json {
            let document: JSONValue = ["lines": .array(found.map(json))]
            Terminal.tell(document)
        } else {
            for disagreement in found { Terminal.write(text(disagreement)) }
            if found.isEmpty { Terminal.say("All readers read the same.") }
        }
        return found.isEmpty ? .success : .findings
    }

    private func text(_ disagreement: DotEnvDisagreement) -> String {
        var text = "\(VisibleText.escape(file)):\(disagreement.line)\n"
        for reading in disagreement.readings {
            let readers = reading.readers.map(\.id).joined(separator: ", ")
            text += "  \(readers): \(words(for: reading))\n"
        }
        for cause in disagreement.causes { text += "  why: \(cause.text)\n" }
        return text
    }

    /// What a reader makes of a line: names, and values in a masked form unless they are asked for.
    private func words(for reading: DotEnvDisagreement.Reading) -> String {
        switch reading.outcome {
        case .refused: return "refused"
        case .notRead: return "not read"
        case .read:
            let entries = reading.entries.map { entry -> String in
                let name = VisibleText.escape(entry.key)
                guard let value = entry.value else { return "\(name) without a value" }
                return "\(name) = " + (reveal ? VisibleText.escape(value) : Mask.describe(Secret(value)))
            }
            return entries.joined(separator: "; ")
        }
    }

    private func json(_ disagreement: DotEnvDisagreement) -> JSONValue {
        let readings = disagreement.readings.map { reading -> JSONValue in
            ["readers": .array(reading.readers.map { .string($0.id) }), "reading": .string(words(for: reading))]
        }
        let key = disagreement.readings.lazy.flatMap(\.entries).first?.key
        return [
            "line": .integer(disagreement.line), "key": .string(orNull: key), "readings": .array(readings),
        ]
    }
}

/// `keyfolio dotenv lint`.
struct DotEnvLintCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Find what readers disagree about, and what is probably a mistake.",
        discussion: """
            Examples:
              keyfolio dotenv lint .env
              keyfolio dotenv lint --format github .env.example
            """
    )

    @Option(
        help: ArgumentHelp("Whose reading: \(Dialect.all.map(\.id).joined(separator: ", ")).", valueName: "dialect")
    )
    var dialect: Dialect = .keyfolio

    @Option(help: ArgumentHelp("text, json, sarif, junit or github.", valueName: "format"))
    var format: ReportFormat?

    @Argument(help: "The file, - for standard input.", completion: .file())
    var file: String

    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let found = DotEnvDocument.lint(bytes: try DotEnvInput.bytes(of: file), dialect: dialect)
        let findings = found.map { LintCodes.finding(for: $0, file: file) }.sortedForReport()
        let format = display.json ? .json : (self.format ?? .text)
        let options = ReportOptions.standard(colour: format == .text && display.useColour)
        Terminal.write(format.render(findings, options: options))
        return findings.worstSeverity == .error ? .findings : .success
    }
}
