/// The forms in which findings are reported.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    /// For people: ``TextReport``.
    case text
    /// For programs: ``JSONReport``.
    case json
    /// For services that show static analysis: ``SARIFReport``.
    case sarif
    /// For services that show test results: ``JUnitReport``.
    case junit
    /// For a step of a GitHub workflow: ``GitHubReport``.
    case github

    /// The findings as a report of this form, sorted as every report is. It ends in a line break unless it is empty, which
    /// only the report for GitHub is, without findings.
    ///
    /// - Parameters:
    ///   - findings: The findings, in any order.
    ///   - options: What the report needs to know beside the findings.
    public func render(_ findings: some Sequence<Finding>, options: ReportOptions) -> String {
        switch self {
        case .text: TextReport.render(findings, options: options)
        case .json: JSONReport.render(findings, options: options)
        case .sarif: SARIFReport.render(findings, options: options)
        case .junit: JUnitReport.render(findings, options: options)
        case .github: GitHubReport.render(findings)
        }
    }
}
