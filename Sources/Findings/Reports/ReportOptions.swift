/// What a report needs to know beside its findings.
public struct ReportOptions: Sendable, Hashable {
    /// The name of the program that reports.
    public var tool = "keyfolio"
    /// The program's version, such as `0.1.0`.
    public var version: String
    /// What was looked at, for the text report's last line: `production`, `3 environments`. Nil names the files.
    public var subject: String?
    /// The findings from which on the exit status is 1 and a JUnit test case fails.
    public var failOn: Severity = .error

    /// Text only: how many columns a line has; nil does not break lines. Give it on a terminal.
    public var width: Int?
    /// Text only: whether severities are coloured. Give true only on a terminal, and only when `NO_COLOR` is unset.
    public var colour = false
    /// Text only: whether only ASCII may come out, because the locale's encoding is not UTF-8.
    public var ascii = false

    /// JUnit only: every place that was looked at, so that what passed is a test case too.
    public var checked: [Place] = []
    /// SARIF only: the file, relative to the project's folder, that a finding without a file is shown at. Services that
    /// show SARIF refuse a result without a file, and the manifest is where every variable is declared.
    public var manifest = "keyfolio.yaml"
    /// SARIF only: the address of the page of codes, to which `#kf-env-003` is added. Nil gives no links.
    public var codePage: String?

    /// The options of a report for a file or a pipe: not broken, not coloured.
    ///
    /// - Parameter version: The program's version.
    public init(version: String) { self.version = version }
}
