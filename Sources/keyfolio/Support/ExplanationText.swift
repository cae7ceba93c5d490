import Findings
import Manifest

/// How `check --explain` shows what it knows.
enum ExplanationText {
    static func text(_ explanation: Explanation) -> String {
        var text = "\(explanation.variable.name) in \(explanation.component), \(explanation.environment)\n"
        text += "  value: \(explanation.value ?? "none")\n"
        for (index, origin) in explanation.origins.enumerated() {
            text += (index == 0 ? "  from:  " : "  over:  ") + origin.description + "\n"
        }
        for verdict in explanation.verdicts {
            text += "  \(sign(verdict.outcome)) \(verdict.words) (\(words(for: verdict.source)))"
            if case .notAsked(let why) = verdict.outcome { text += ": not asked, \(why)" }
            text += "\n"
            for finding in verdict.findings { text += "      \(finding.code.id): \(finding.message)\n" }
        }
        return text
    }

    static func json(_ explanation: Explanation) -> JSONValue {
        let sources = explanation.origins.enumerated().map { index, origin -> JSONValue in
            ["origin": .string(origin.description), "wins": .bool(index == 0)]
        }
        let rules = explanation.verdicts.map { verdict -> JSONValue in
            [
                "rule": .string(verdict.words), "from": .string(words(for: verdict.source)),
                "verdict": .string(word(for: verdict.outcome)),
            ]
        }
        return [
            "component": .string(explanation.component), "environment": .string(explanation.environment),
            "value": .string(orNull: explanation.value), "sources": .array(sources), "rules": .array(rules),
        ]
    }

    private static func sign(_ outcome: Explanation.Outcome) -> String {
        switch outcome {
        case .holds: "ok "
        case .broken: "NOT"
        case .notAsked: " - "
        }
    }

    private static func word(for outcome: Explanation.Outcome) -> String {
        switch outcome {
        case .holds: "holds"
        case .broken: "broken"
        case .notAsked: "not-asked"
        }
    }

    private static func words(for source: Explanation.Source) -> String {
        switch source {
        case .general: "general rule"
        case .environment: "rule of the environment"
        case .builtIn: "always"
        }
    }
}
