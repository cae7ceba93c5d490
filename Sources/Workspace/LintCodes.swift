public import DotEnv
public import Findings

/// The linter's rules as codes of findings: module DotEnv depends on nothing, so the translation is here.
public enum LintCodes {
    /// Every code.
    public static let all: [FindingCode] = DotEnvLint.Rule.allCases.map(code)

    /// The code of a rule.
    public static func code(_ rule: DotEnvLint.Rule) -> FindingCode {
        FindingCode(
            rule.rawValue,
            title: rule.message.sentence,
            severity: severity(rule.severity),
            reason: "Readers of .env files disagree about it, or it is probably a mistake.",
            remedy: rule.fix.sentence
        )
    }

    /// A finding of the linter.
    ///
    /// - Parameters:
    ///   - lint: What it found.
    ///   - file: In which file.
    public static func finding(for lint: DotEnvLint, file: String) -> Finding {
        Finding(
            code(lint.rule),
            at: Place(file: file, line: lint.line, column: lint.column),
            lint.message,
            fix: .advice(lint.fix)
        )
    }

    private static func severity(_ severity: DotEnvLint.Severity) -> Findings.Severity {
        switch severity {
        case .note: .note
        case .warning: .warning
        case .error: .error
        }
    }
}

extension String {
    /// The text with a capital first letter.
    fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() }
}
