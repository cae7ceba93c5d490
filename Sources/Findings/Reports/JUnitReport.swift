/// The report for services that show test results: JUnit's XML as Jenkins and GitLab read it.
///
/// A test suite is an environment and component, or a file; a test case is what was checked there: a variable, or the
/// file as a whole. A case fails when it has a finding of at least ``ReportOptions/failOn``, so the report agrees with
/// the exit status. A case has one `failure` that tells all of them, because GitLab reads only the first. What does not
/// fail stands in `system-out`: neither service has a word for a warning.
public enum JUnitReport {
    /// The report, ending in a line break.
    public static func render(_ findings: some Sequence<Finding>, options: ReportOptions) -> String {
        var suites = Suites()
        for place in options.checked { suites.add(place, finding: nil) }
        for finding in findings.sortedForReport() { suites.add(finding.place, finding: finding) }
        // A report without any test case is taken for a broken run.
        if suites.all.isEmpty { suites.add(Place(), finding: nil) }

        let tests = suites.all.reduce(0) { $0 + $1.cases.count }
        let failures = suites.all.reduce(0) { $0 + $1.failures(options.failOn) }
        var xml = XMLWriter()
        xml.open("testsuites", [("name", options.tool)] + counts(tests, failures))
        for suite in suites.all { write(suite, to: &xml, options: options) }
        xml.close("testsuites")
        return xml.text
    }

    private static func write(_ suite: Suite, to xml: inout XMLWriter, options: ReportOptions) {
        let failures = suite.failures(options.failOn)
        xml.open("testsuite", [("name", suite.name)] + counts(suite.cases.count, failures) + [("skipped", "0")])
        // Jenkins takes what stands before the last dot for a package.
        let className = "\(options.tool).\(suite.name.map { $0 == "." ? "_" : String($0) }.joined())"
        for testCase in suite.cases {
            let attributes = [("name", testCase.name), ("classname", className)]
            guard !testCase.findings.isEmpty else {
                xml.empty("testcase", attributes)
                continue
            }
            xml.open("testcase", attributes)
            let failing = testCase.findings.filter { $0.severity >= options.failOn }
            if let first = failing.first {
                let more = failing.count == 1 ? "" : " (and \(failing.count - 1) more)"
                let body = failing.map(paragraph).joined(separator: "\n")
                xml.element("failure", [("message", first.message + more), ("type", first.code.id)], body)
            }
            let passing = testCase.findings.filter { $0.severity < options.failOn }
            if !passing.isEmpty { xml.element("system-out", [], passing.map(paragraph).joined(separator: "\n")) }
            xml.close("testcase")
        }
        xml.close("testsuite")
    }

    private static func counts(_ tests: Int, _ failures: Int) -> [(String, String)] {
        [("tests", String(tests)), ("failures", String(failures)), ("errors", "0")]
    }

    private static func paragraph(_ finding: Finding) -> String {
        var lines = ["\(finding.severity)[\(finding.code.id)] \(finding.place)", finding.message]
        if !finding.reason.isEmpty { lines.append("why: \(finding.reason)") }
        if let fix = finding.fix { lines.append("fix: \(fix)") }
        return lines.map { VisibleText.escape($0) }.joined(separator: "\n") + "\n"
    }
}

private struct TestCase {
    let name: String
    var findings: [Finding] = []
}

private struct Suite {
    let name: String
    var cases: [TestCase] = []
    var positions: [String: Int] = [:]

    func failures(_ severity: Severity) -> Int {
        cases.count { $0.findings.contains { $0.severity >= severity } }
    }
}

/// The suites in the order in which they first come, each with its cases likewise.
private struct Suites {
    private(set) var all: [Suite] = []
    private var positions: [String: Int] = [:]

    mutating func add(_ place: Place, finding: Finding?) {
        let around = [place.environment, place.component].compactMap { $0 }.joined(separator: ", ")
        let suite = around.isEmpty ? place.file ?? "project" : around
        let name = place.variable ?? place.file ?? "project"
        let index = positions[suite] ?? all.count
        if index == all.count {
            positions[suite] = index
            all.append(Suite(name: suite))
        }
        let caseIndex = all[index].positions[name] ?? all[index].cases.count
        if caseIndex == all[index].cases.count {
            all[index].positions[name] = caseIndex
            all[index].cases.append(TestCase(name: name))
        }
        if let finding { all[index].cases[caseIndex].findings.append(finding) }
    }
}

/// XML 1.0 (Fifth Edition), as little of it as the report needs.
private struct XMLWriter {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private var depth = 0

    mutating func open(_ name: String, _ attributes: [(String, String)]) {
        line("<\(tag(name, attributes))>")
        depth += 1
    }

    mutating func close(_ name: String) {
        depth -= 1
        line("</\(name)>")
    }

    mutating func empty(_ name: String, _ attributes: [(String, String)]) { line("<\(tag(name, attributes))/>") }

    mutating func element(_ name: String, _ attributes: [(String, String)], _ content: String) {
        line("<\(tag(name, attributes))>\(Self.escape(content))</\(name)>")
    }

    private mutating func line(_ line: String) {
        text += String(repeating: "  ", count: depth) + line + "\n"
    }

    private func tag(_ name: String, _ attributes: [(String, String)]) -> String {
        // Line breaks and tabs in an attribute would be read as spaces, so they are shown as text.
        name + attributes.map { " \($0)=\"\(Self.escape(VisibleText.escape($1)))\"" }.joined()
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case _ where !isAllowed(scalar): escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Section 2.2: other characters may not stand in a document, not even as a reference.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
