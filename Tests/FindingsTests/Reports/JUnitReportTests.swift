import Findings
import Foundation
import Testing

@Suite struct JUnitReportTests {
    static let options: ReportOptions = {
        var options = ReportOptions(version: "1.2.3")
        options.checked = ["DEBUG", "SECRET_KEY", "PORT"].map {
            Place(variable: $0, environment: "production", component: "backend")
        }
        return options
    }()

    @Test func `a suite for each environment and component, a case for each variable`() {
        #expect(
            JUnitReport.render(Samples.ordinary, options: Self.options) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="keyfolio" tests="4" failures="1" errors="0">
                  <testsuite name="production, backend" tests="3" failures="1" errors="0" skipped="0">
                    <testcase name="DEBUG" classname="keyfolio.production, backend">
                      <system-out>warning[KF-ENV-010] backend/.env:12:7
                DEBUG is on in production.
                why: Debug pages show the configuration to whoever provokes an error.
                fix: Set it to false, or leave it out: false is the default in production.
                </system-out>
                    </testcase>
                    <testcase name="SECRET_KEY" classname="keyfolio.production, backend">
                      <failure message="SECRET_KEY still holds its placeholder: •••• (24 characters)." type="KF-ENV-003">\
                error[KF-ENV-003] backend/.env:4:1
                SECRET_KEY still holds its placeholder: •••• (24 characters).
                why: Everyone who has read the template knows the value.
                fix: keyfolio generate SECRET_KEY --env production
                </failure>
                    </testcase>
                    <testcase name="PORT" classname="keyfolio.production, backend"/>
                  </testsuite>
                  <testsuite name="project" tests="1" failures="0" errors="0" skipped="0">
                    <testcase name="OLD_FLAG" classname="keyfolio.project">
                      <system-out>note[KF-ENV-020] OLD_FLAG
                OLD_FLAG is read by no component.
                </system-out>
                    </testcase>
                  </testsuite>
                </testsuites>

                """
        )
    }

    @Test func `warnings fail a case when they fail the command`() {
        var options = Self.options
        options.failOn = .warning
        let xml = JUnitReport.render(Samples.ordinary, options: options)
        #expect(xml.contains("tests=\"4\" failures=\"2\""))
        #expect(xml.contains("<failure message=\"DEBUG is on in production.\" type=\"KF-ENV-010\">"))
    }

    @Test func `a case has one failure that tells all of its findings`() {
        let findings = (1...3).map { (line: Int) in
            Finding(Samples.placeholder, at: Place(file: "f", line: line, variable: "A"), "wrong \(line)")
        }
        let xml = JUnitReport.render(findings, options: ReportOptions(version: "1"))
        #expect(xml.components(separatedBy: "<failure").count == 2)
        #expect(xml.contains("message=\"wrong 1 (and 2 more)\""))
        #expect(xml.contains("f:3\nwrong 3"))
    }

    /// Reads the report with Python's parser and prints what the names, messages and texts are to it.
    static let read = """
        import sys, xml.etree.ElementTree as tree
        root = tree.parse(sys.argv[1]).getroot()
        cases = root.findall("./testsuite/testcase")
        assert int(root.get("tests")) == len(cases)
        assert int(root.get("failures")) == len(root.findall(".//failure"))
        for case in cases:
            print(repr(case.get("name")), repr(case.get("classname")))
            for part in case: print(part.tag, repr(part.get("message")), repr(part.text))
        """

    @Test(arguments: [[], Samples.ordinary, Samples.hostile])
    func `Python's parser reads the report`(findings: [Finding]) throws {
        let result = try Python.run(Self.read, files: [JUnitReport.render(findings, options: Self.options)])
        #expect(result.status == 0, "\(result.text)")
        if findings == Samples.hostile {
            #expect(
                result.text.contains(#"a\\u{1B}[2J\\n::error::forged/über,b:c/<x>&\\u{202E}_env"#),
                "\(result.text)"
            )
            #expect(result.text.contains(#"100%\\r\\nand [here](http://example.com) {0} \#u{FFFD}."#), "\(result.text)")
        }
    }

    @Test func `without anything checked there is still a case`() {
        let xml = JUnitReport.render([], options: ReportOptions(version: "1"))
        #expect(xml.contains("<testsuite name=\"project\" tests=\"1\" failures=\"0\""))
    }

    // MARK: The schema of Jenkins

    static let schema = Files.standard("junit-10.xsd")
    static let canValidate = schema != nil && Python.hasXMLSchema
    static let validate = """
        import sys, xmlschema
        errors = [e.reason for e in xmlschema.XMLSchema(sys.argv[2]).iter_errors(sys.argv[1])]
        print("\\n".join(map(str, errors)))
        sys.exit(1 if errors else 0)
        """

    @Test(
        .enabled(if: canValidate, "needs Python's xmlschema and scripts/fetch-report-schemas"),
        arguments: [[], Samples.ordinary, Samples.hostile]
    )
    func `reports are valid against the schema of Jenkins`(findings: [Finding]) throws {
        let report = JUnitReport.render(findings, options: Self.options)
        let result = try Python.run(Self.validate, files: [report], paths: [Self.schema ?? ""])
        #expect(result.status == 0, "\(result.text)")
    }

    @Test(
        .enabled(if: canValidate, "needs Python's xmlschema and scripts/fetch-report-schemas"),
        arguments: [("testcase", "test"), ("failures=", "failed="), ("system-out", "output")]
    )
    func `the schema of Jenkins refuses what is no report`(part: String, other: String) throws {
        let report = JUnitReport.render(Samples.ordinary, options: Self.options)
        let broken = report.replacingOccurrences(of: part, with: other)
        let result = try Python.run(Self.validate, files: [broken], paths: [Self.schema ?? ""])
        #expect(result.status == 1, "\(result.text)")
    }
}
