import Findings
import Testing

@Suite struct ReportFormatTests {
    static let options = ReportOptions(version: "1.2.3")

    @Test(arguments: ReportFormat.allCases)
    func `a report does not depend on the order in which things were found`(format: ReportFormat) {
        let findings = Samples.ordinary + Samples.hostile
        let report = format.render(findings, options: Self.options)
        #expect(format.render(findings.reversed(), options: Self.options) == report)
        #expect(report.last == "\n")
    }

    @Test(arguments: zip(ReportFormat.allCases, ["error[KF-", "{\n", "{\n", "<?xml", "::"]))
    func `each format has its own report`(format: ReportFormat, beginning: String) {
        let report = format.render([Samples.hostile[0]], options: Self.options)
        #expect(format == .text ? report.contains(beginning) : report.hasPrefix(beginning))
        #expect(report.contains("$schema") == (format == .sarif))
        #expect(report.contains("urn:keyfolio") == (format == .json))
    }

    @Test(
        arguments: [
            ([], .note, 0), ([.note], .error, 0), ([.warning], .error, 0), ([.note, .error], .error, 1),
            ([.warning], .warning, 1), ([.note], .warning, 0), ([.error], .warning, 1), ([.note], .note, 1),
        ] as [([Severity], Severity, Int32)]
    )
    func `the exit status is 1 from the severity on that fails`(found: [Severity], failOn: Severity, status: Int32) {
        let findings = found.map { Finding(Samples.debug, severity: $0, "x") }
        #expect(findings.exitStatus(failOn: failOn) == status)
        if failOn == .error { #expect(findings.exitStatus() == status) }
    }
}
