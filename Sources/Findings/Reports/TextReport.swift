/// The report for people: findings in groups of one file, environment and component, then a line that counts them.
///
///     backend/.env, production: 1 error, 1 warning
///
///       error[KF-ENV-003]   backend/.env:4:1  SECRET_KEY (production)
///           SECRET_KEY still holds its placeholder.
///           why: Everyone who has read the template knows it.
///           fix: keyfolio generate SECRET_KEY --env production
///
/// Commands are never broken over lines, so that they can be copied. Whatever could drive a terminal is escaped.
public enum TextReport {
    /// The report, ending in a line break.
    public static func render(_ findings: some Sequence<Finding>, options: ReportOptions) -> String {
        let sorted = findings.sortedForReport()
        var page = Page(options: options)
        for group in groups(of: sorted) { page.add(group) }
        page.add(summary(of: sorted, options: options))
        return page.text
    }

    /// The last line: `2 errors, 1 warning in production.` or `No findings.`
    public static func summary(of findings: [Finding], options: ReportOptions) -> String {
        var line = findings.isEmpty ? "No findings" : SeverityCounts(findings).description
        if let subject = options.subject {
            line += " in " + VisibleText.escape(subject, ascii: options.ascii)
        } else if !findings.isEmpty {
            let files = Set(findings.compactMap(\.place.file))
            if files.count == 1, let file = files.first {
                line += " in " + VisibleText.escape(file, ascii: options.ascii)
            } else if files.count > 1 {
                line += " in \(files.count) files"
            }
        }
        return line + "."
    }

    /// The findings by file, environment and component, in the order in which these first come.
    private static func groups(of findings: [Finding]) -> [[Finding]] {
        var order: [Place: Int] = [:]
        var groups: [[Finding]] = []
        for finding in findings {
            let place = finding.place
            let key = Place(file: place.file, environment: place.environment, component: place.component)
            if let index = order[key] {
                groups[index].append(finding)
            } else {
                order[key] = groups.count
                groups.append([finding])
            }
        }
        return groups
    }
}

private struct Page {
    let options: ReportOptions
    var text = ""

    private static let detailIndent = 6

    mutating func add(_ line: String) { text += line + "\n" }

    mutating func add(_ group: [Finding]) {
        guard let first = group.first?.place else { return }
        let names = [first.file, first.environment, first.component].compactMap { $0 }.map(show)
        let heading = names.isEmpty ? "The project" : names.joined(separator: ", ")
        add("\(heading): \(SeverityCounts(group))\n")

        let labels = group.map { "\($0.severity)[\(show($0.code.id))]" }
        let places = group.map(location)
        let labelWidth = labels.map(DisplayWidth.of).max() ?? 0
        let placeWidth = places.map(DisplayWidth.of).max() ?? 0
        for (finding, (label, place)) in zip(group, zip(labels, places)) {
            var line = "  " + coloured(label, finding.severity) + spaces(labelWidth - DisplayWidth.of(label))
            if placeWidth > 0 { line += " " + place }
            if let subject = subject(of: finding.place) {
                if placeWidth > 0 { line += spaces(placeWidth - DisplayWidth.of(place)) }
                line += " " + subject
            }
            add(line)
            addDetails(of: finding)
        }
    }

    private mutating func addDetails(of finding: Finding) {
        add(finding.message, label: "", breaks: true)
        if !finding.reason.isEmpty { add(finding.reason, label: "why: ", breaks: true) }
        switch finding.fix {
        case .command(let command): add(command, label: "fix: ", breaks: false)
        case .advice(let advice): add(advice, label: "fix: ", breaks: true)
        case nil: break
        }
        add("")
    }

    private mutating func add(_ paragraph: String, label: String, breaks: Bool) {
        let indent = Self.detailIndent + label.utf8.count
        // A terminal of a few columns would get a word a line: below 20 the terminal itself breaks better.
        let columns = breaks ? options.width.map { max($0 - indent, 20) } : nil
        for (index, line) in WrappedText.lines(show(paragraph), columns: columns).enumerated() {
            add(index == 0 ? spaces(Self.detailIndent) + label + line : spaces(indent) + line)
        }
    }

    /// `file:line:column`, or nothing without a file.
    private func location(_ finding: Finding) -> String {
        let place = finding.place
        return show(Place(file: place.file, line: place.line, column: place.column).description)
    }

    /// `SECRET_KEY (production, backend)`, or what of it is known.
    private func subject(of place: Place) -> String? {
        let around = [place.environment, place.component].compactMap { $0 }.map(show).joined(separator: ", ")
        let parts = [place.variable.map(show), around.isEmpty ? nil : "(\(around))"].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    private func show(_ text: String) -> String { VisibleText.escape(text, ascii: options.ascii) }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

    /// Colours the severity's word, which stands at the beginning of the label (ECMA-48, Select Graphic Rendition).
    private func coloured(_ label: String, _ severity: Severity) -> String {
        guard options.colour else { return label }
        let word = severity.rawValue
        let colour =
            switch severity {
            case .error: "1;31"
            case .warning: "1;33"
            case .note: "1;36"
            }
        return "\u{1B}[\(colour)m\(word)\u{1B}[0m\(label.dropFirst(word.count))"
    }
}
