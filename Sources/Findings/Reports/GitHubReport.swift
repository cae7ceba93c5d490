/// The report for a step of a GitHub workflow: one workflow command per finding, which GitHub shows beside the line.
///
/// The form and its escaping are those of "Workflow commands for GitHub Actions" and of the `command` module of the
/// `@actions/core` package: `%`, CR and LF in the message; in a property `:` and `,` as well.
public enum GitHubReport {
    /// The report: a line per finding, nothing when there is none.
    public static func render(_ findings: some Sequence<Finding>) -> String {
        findings.sortedForReport().map { line(for: $0) + "\n" }.joined()
    }

    private static func line(for finding: Finding) -> String {
        let place = finding.place
        // GitHub wants a file before it takes a line, and a line before it takes a column.
        var properties: [(String, String)] = []
        if let file = place.file {
            properties.append(("file", file))
            if let line = place.line {
                properties.append(("line", String(line)))
                if let column = place.column { properties.append(("col", String(column))) }
            }
        }
        properties.append(("title", "\(finding.code.id): \(finding.code.title)"))
        let list = properties.map { "\($0)=\(escape(property: $1))" }.joined(separator: ",")
        let around = [place.environment, place.component].compactMap { $0 }.joined(separator: ", ")
        var paragraphs = [around.isEmpty ? finding.message : "\(finding.message) (\(around))"]
        if !finding.reason.isEmpty { paragraphs.append("Why: \(finding.reason)") }
        if let fix = finding.fix { paragraphs.append("Fix: \(fix)") }
        // The line breaks between the paragraphs are ours; one inside a paragraph is escaped as text first.
        let message = paragraphs.map { VisibleText.escape($0) }.joined(separator: "\n")
        return "::\(word(for: finding.severity)) \(list)::\(escape(message: message))"
    }

    private static func word(for severity: Severity) -> String {
        switch severity {
        case .error: "error"
        case .warning: "warning"
        case .note: "notice"
        }
    }

    private static func escape(message: String) -> String {
        escape(message, ["%": "%25", "\r": "%0D", "\n": "%0A"])
    }

    private static func escape(property: String) -> String {
        escape(VisibleText.escape(property), ["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"])
    }

    private static func escape(_ text: String, _ replacements: [Unicode.Scalar: String]) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if let replacement = replacements[scalar] {
                escaped += replacement
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
