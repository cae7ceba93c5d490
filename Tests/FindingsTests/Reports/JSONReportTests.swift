import Findings
import Foundation
import Testing

@Suite struct JSONReportTests {
    static let options = ReportOptions(version: "1.2.3")

    @Test func `every finding is there with every key`() {
        #expect(
            JSONReport.render(Array(Samples.ordinary.suffix(2)), options: Self.options) == """
                {
                  "schema": "urn:keyfolio:schema:findings:1",
                  "tool": "keyfolio",
                  "version": "1.2.3",
                  "summary": {
                    "findings": 2,
                    "errors": 1,
                    "warnings": 0,
                    "notes": 1
                  },
                  "findings": [
                    {
                      "code": "KF-ENV-020",
                      "title": "Nobody reads the variable",
                      "severity": "note",
                      "file": null,
                      "line": null,
                      "column": null,
                      "variable": "OLD_FLAG",
                      "environment": null,
                      "component": null,
                      "message": "OLD_FLAG is read by no component.",
                      "reason": "",
                      "fix": null
                    },
                    {
                      "code": "KF-ENV-003",
                      "title": "A placeholder was left in",
                      "severity": "error",
                      "file": "backend/.env",
                      "line": 4,
                      "column": 1,
                      "variable": "SECRET_KEY",
                      "environment": "production",
                      "component": "backend",
                      "message": "SECRET_KEY still holds its placeholder: •••• (24 characters).",
                      "reason": "Everyone who has read the template knows the value.",
                      "fix": {
                        "kind": "command",
                        "text": "keyfolio generate SECRET_KEY --env production"
                      }
                    }
                  ]
                }

                """
        )
    }

    @Test func `hostile names come back exactly and drive no terminal`() throws {
        let text = JSONReport.render(Samples.hostile, options: Self.options)
        #expect(!text.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || $0.value == 0x202E })
        let finding = try #require(try JSONValue(parsing: Array(text.utf8))["findings"]?.asArray?.first)
        #expect(finding["file"]?.asString == Samples.hostile[0].place.file)
        #expect(finding["variable"]?.asString == Samples.hostile[0].place.variable)
    }

    /// `KEYFOLIO_UPDATE=1 swift test --filter JSONReportTests` writes the file anew.
    @Test func `the published schema is the one that the code makes`() throws {
        let file = Files.root.appending(path: "Schemas/findings.schema.json")
        let schema = JSONReport.schema.text(.pretty) + "\n"
        if ProcessInfo.processInfo.environment["KEYFOLIO_UPDATE"] == "1" {
            try Data(schema.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == schema)
    }

    @Test(
        .enabled(if: Python.hasJSONSchema, "needs Python's jsonschema"),
        arguments: [Samples.ordinary, Samples.hostile, []]
    )
    func `reports are valid against the schema`(findings: [Finding]) throws {
        let report = JSONReport.render(findings, options: Self.options)
        let result = try Python.run(Python.validateJSON, files: [report, JSONReport.schema.text()])
        #expect(result.status == 0, "\(result.text)")
    }

    @Test(
        .enabled(if: Python.hasJSONSchema, "needs Python's jsonschema"),
        arguments: [
            ("\"error\"", "\"fatal\""), ("\"KF-ENV-003\"", "\"ENV-3\""), ("\"line\": 4", "\"line\": 0"),
            ("\"command\"", "\"script\""), ("\"errors\"", "\"mistakes\""), ("findings:1\"", "findings:2\""),
            ("\"reason\"", "\"why\""), ("\"file\": null", "\"file\": 1"),
        ]
    )
    func `the schema refuses what is no report`(part: String, other: String) throws {
        let report = JSONReport.render(Samples.ordinary, options: Self.options)
        let broken = report.replacingOccurrences(of: part, with: other)
        #expect(broken != report)
        let result = try Python.run(Python.validateJSON, files: [broken, JSONReport.schema.text()])
        #expect(result.status == 1, "\(result.text)")
    }
}
