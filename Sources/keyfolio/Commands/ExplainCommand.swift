import ArgumentParser
import Findings
import Launch

/// `keyfolio explain`: what a code means.
struct ExplainCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a code means, why it matters, and how it is mended.",
        discussion: """
            Examples:
              keyfolio explain KF-ENV-003
              keyfolio explain --all > docs/codes.md
            """
    )

    @Argument(help: ArgumentHelp("A code, such as KF-ENV-003.", valueName: "code"))
    var code: String?

    @Flag(help: "Print the page of all codes.")
    var all = false

    @Flag(help: "Print which variables every started application receives, and why.")
    var baseEnvironment = false

    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        if all {
            if display.json {
                let codes = Codes.findings.map(json) + Codes.errors.map(json)
                Terminal.tell(["codes": .array(codes)])
                return .success
            }
            Terminal.write(CodePage.markdown(for: Codes.findings, errors: Codes.errors))
            return .success
        }
        if baseEnvironment {
            if display.json {
                Terminal.tell(Self.baseEnvironmentJSON)
                return .success
            }
            Terminal.write(BaseEnvironment.documentation())
            return .success
        }
        guard let code else {
            throw CommandFailure(
                "KF-EXPLAIN-001",
                "no code was named",
                fix: "keyfolio explain KF-ENV-003, or --all",
                status: .usage
            )
        }
        let wanted = code.uppercased()
        if let finding = Codes.findings.first(where: { $0.id == wanted }) {
            if display.json {
                Terminal.tell(json(finding))
            } else {
                Terminal.write(text(finding.id, finding.title, finding.reason, finding.remedy))
            }
            return .success
        }
        if let error = Codes.errors.first(where: { $0.code == wanted }) {
            if display.json {
                Terminal.tell(json(error))
            } else {
                Terminal.write(text(error.code, error.title, error.reason, error.fix))
            }
            return .success
        }
        let known = Codes.findings.map(\.id) + Codes.errors.map(\.code)
        let hint = Suggest.nearest(to: wanted, among: known).map { "; did you mean \($0)?" } ?? ""
        throw CommandFailure(
            "KF-EXPLAIN-002",
            "there is no such code\(hint)",
            fix: "keyfolio explain --all lists them",
            status: .notFound
        )
    }

    private func text(_ code: String, _ title: String, _ reason: String, _ remedy: String) -> String {
        "\(code): \(title)\n\nWhy it matters: \(reason)\nHow it is mended: \(remedy)\n"
    }

    private func json(_ finding: FindingCode) -> JSONValue {
        [
            "code": .string(finding.id), "title": .string(finding.title),
            "severity": .string(finding.severity.rawValue), "reason": .string(finding.reason),
            "remedy": .string(finding.remedy),
        ]
    }

    private func json(_ error: CodePage.ErrorEntry) -> JSONValue {
        [
            "code": .string(error.code), "title": .string(error.title), "reason": .string(error.reason),
            "remedy": .string(error.fix),
        ]
    }

    private static var baseEnvironmentJSON: JSONValue {
        let variables = BaseEnvironment.table.map { row -> JSONValue in
            ["name": .string(row.name), "group": .string(row.group.rawValue), "reason": .string(row.reason)]
        }
        let leftBehind = BaseEnvironment.leftBehind.map { row -> JSONValue in
            ["name": .string(row.name), "reason": .string(row.reason)]
        }
        return ["variables": .array(variables), "leftBehind": .array(leftBehind)]
    }
}
