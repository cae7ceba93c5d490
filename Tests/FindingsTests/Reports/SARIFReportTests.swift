import Findings
import Foundation
import Testing

@Suite struct SARIFReportTests {
    static let options: ReportOptions = {
        var options = ReportOptions(version: "1.2.3")
        options.codePage = "https://example.com/codes"
        return options
    }()

    static func run(_ findings: [Finding]) throws -> JSONValue {
        let log = try JSONValue(parsing: Array(SARIFReport.render(findings, options: options).utf8))
        return try #require(log["runs"]?.asArray?.first)
    }

    static func results(_ findings: [Finding]) throws -> [JSONValue] {
        try #require(try run(findings)["results"]?.asArray)
    }

    static func fingerprint(_ result: JSONValue) -> String? {
        result["partialFingerprints"]?["primaryLocationLineHash"]?.asString
    }

    @Test func `a rule for each code and a result for each finding`() {
        #expect(
            SARIFReport.render([Samples.ordinary[1]], options: Self.options) == """
                {
                  "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
                  "version": "2.1.0",
                  "runs": [
                    {
                      "tool": {
                        "driver": {
                          "name": "keyfolio",
                          "version": "1.2.3",
                          "rules": [
                            {
                              "id": "KF-ENV-003",
                              "shortDescription": {
                                "text": "A placeholder was left in"
                              },
                              "fullDescription": {
                                "text": "Everyone who has read the template knows the value."
                              },
                              "help": {
                                "text": "Generate or set the variable's own value."
                              },
                              "helpUri": "https://example.com/codes#kf-env-003",
                              "defaultConfiguration": {
                                "level": "error"
                              },
                              "properties": {
                                "tags": [
                                  "configuration"
                                ]
                              }
                            }
                          ]
                        }
                      },
                      "columnKind": "unicodeCodePoints",
                      "originalUriBaseIds": {
                        "%SRCROOT%": {
                          "description": {
                            "text": "The project's folder."
                          }
                        }
                      },
                      "results": [
                        {
                          "ruleId": "KF-ENV-003",
                          "ruleIndex": 0,
                          "level": "error",
                          "message": {
                            "text": "SECRET_KEY still holds its placeholder: •••• (24 characters).\\nWhy: Everyone who has \
                read the template knows the value.\\nFix: keyfolio generate SECRET_KEY --env production"
                          },
                          "locations": [
                            {
                              "physicalLocation": {
                                "artifactLocation": {
                                  "uri": "backend/.env",
                                  "uriBaseId": "%SRCROOT%"
                                },
                                "region": {
                                  "startLine": 4,
                                  "startColumn": 1
                                }
                              },
                              "logicalLocations": [
                                {
                                  "name": "SECRET_KEY",
                                  "fullyQualifiedName": "production/backend/SECRET_KEY",
                                  "kind": "variable"
                                }
                              ]
                            }
                          ],
                          "partialFingerprints": {
                            "primaryLocationLineHash": "13958a68a8ac253a:1",
                            "keyfolio/v1": "13958a68a8ac253a:1"
                          },
                          "properties": {
                            "variable": "SECRET_KEY",
                            "environment": "production",
                            "component": "backend",
                            "fix": {
                              "kind": "command",
                              "text": "keyfolio generate SECRET_KEY --env production"
                            }
                          }
                        }
                      ]
                    }
                  ]
                }

                """
        )
    }

    @Test func `each result points at its rule, and severities become levels`() throws {
        let run = try Self.run(Samples.ordinary + Samples.hostile)
        let rules = try #require(run["tool"]?["driver"]?["rules"]?.asArray).compactMap { $0["id"]?.asString }
        #expect(rules == ["KF-ENV-003", "KF-ENV-010", "KF-ENV-020"])
        let results = try #require(run["results"]?.asArray)
        for result in results {
            let index = try #require(result["ruleIndex"]?.asInteger)
            #expect(rules[index] == result["ruleId"]?.asString)
        }
        #expect(results.map { $0["level"]?.asString } == ["note", "error", "error", "warning"])
    }

    @Test(
        arguments: [
            ("a b/ü%.env", "a%20b/%C3%BC%25.env", true), ("./x", "x", true), ("c:d?e#f", "c%3Ad%3Fe%23f", true),
            ("/etc/x y", "file:///etc/x%20y", false), ("a\u{1B}\n", "a%1B%0A", true), (nil, "keyfolio.yaml", true),
        ] as [(String?, String, Bool)]
    )
    func `files are URI references`(file: String?, uri: String, relative: Bool) throws {
        let finding = Finding(Samples.debug, at: Place(file: file, line: 3), "x")
        let physical = try Self.results([finding])[0]["locations"]?.asArray?[0]["physicalLocation"]
        #expect(physical?["artifactLocation"]?["uri"]?.asString == uri)
        #expect(physical?["artifactLocation"]?["uriBaseId"]?.asString == (relative ? "%SRCROOT%" : nil))
        #expect(physical?["region"]?["startLine"]?.asInteger == (file == nil ? 1 : 3))
    }

    @Test func `a fingerprint stays when the line moves and the message is worded anew, and nothing else shares it`()
        throws
    {
        func finding(_ line: Int, _ message: String, _ name: String, _ code: FindingCode = Samples.debug) -> Finding {
            Finding(code, at: Place(file: "f", line: line, variable: name), message)
        }
        let before = try Self.results([finding(1, "a", "A"), finding(2, "b", "B"), finding(3, "c", "A")])
        let after = try Self.results([finding(7, "d", "A"), finding(8, "e", "B"), finding(9, "f", "A")])
        #expect(before.map(Self.fingerprint) == after.map(Self.fingerprint))
        let others = try Self.results([
            finding(1, "a", "A"), finding(1, "a", "A"), finding(1, "a", "B"), finding(1, "a", "A", Samples.unused),
            Finding(Samples.debug, at: Place(file: "g", line: 1, variable: "A"), "a"),
            Finding(Samples.debug, at: Place(file: "f", variable: "A", environment: "e"), "a"),
            Finding(Samples.debug, at: Place(file: "f", variable: "A", component: "e"), "a"),
        ])
        #expect(Set(others.compactMap(Self.fingerprint)).count == 7)
    }

    @Test func `what looks like a placeholder or a link in a message is escaped, and control characters are shown`()
        throws
    {
        let text = try #require(try Self.results(Samples.hostile)[0]["message"]?["text"]?.asString)
        #expect(text.contains(#"[here\](http://example.com) {{0}} "#))
        #expect(text.contains(#"100%\r\nand"#))
        #expect(text.contains(#"N\u{9B}31mAME"#))
    }

    // MARK: The standard's own schema

    static let schema = Files.standard("sarif-2.1.0.json")
    static let canValidate = schema != nil && Python.hasJSONSchema

    @Test(
        .enabled(if: canValidate, "needs Python's jsonschema and scripts/fetch-report-schemas"),
        arguments: [Samples.ordinary, Samples.hostile, []]
    )
    func `reports are valid against the schema of SARIF`(findings: [Finding]) throws {
        let report = SARIFReport.render(findings, options: Self.options)
        let result = try Python.run(Python.validateJSON, files: [report], paths: [Self.schema ?? ""])
        #expect(result.status == 0, "\(result.text)")
    }

    @Test(
        .enabled(if: canValidate, "needs Python's jsonschema and scripts/fetch-report-schemas"),
        arguments: [
            ("\"error\"", "\"fatal\""), ("\"startLine\": 4", "\"startLine\": 0"), ("\"text\"", "\"words\""),
            ("\"2.1.0\"", "\"2.2.0\""),
        ]
    )
    func `the schema of SARIF refuses what is no report`(part: String, other: String) throws {
        let report = SARIFReport.render(Samples.ordinary, options: Self.options)
        let broken = report.replacingOccurrences(of: part, with: other)
        #expect(broken != report)
        let result = try Python.run(Python.validateJSON, files: [broken], paths: [Self.schema ?? ""])
        #expect(result.status == 1, "\(result.text)")
    }
}
