/// The page that documents every code, and the answer of `keyfolio explain`.
public enum CodePage {
    /// What the page says about an error, which has no severity of its own: what it is, why it is so, and what mends it.
    public typealias ErrorEntry = (code: String, title: String, reason: String, fix: String)

    /// The name by which a code's paragraph is linked to: `kf-env-003`.
    public static func anchor(_ code: String) -> String { code.lowercased() }

    /// The page in Markdown: a table of all codes, then a paragraph for each, sorted.
    ///
    /// - Parameters:
    ///   - codes: The codes of findings, of all modules.
    ///   - errors: The codes of errors, of all modules.
    public static func markdown(for codes: [FindingCode], errors: [ErrorEntry] = []) -> String {
        let entries = entries(codes, errors)
        var page = """
            # Codes

            What a check finds and every error has a stable code. A code is never given to another thing and never \
            renumbered. `keyfolio explain CODE` says on the terminal what this page says. The page is generated.

            | code | severity | what it is |
            |---|---|---|

            """
        for entry in entries {
            let title = escape(entry.title, inTable: true)
            page += "| [\(entry.code)](#\(anchor(entry.code))) | \(entry.kind) | \(title) |\n"
        }
        var area = ""
        for entry in entries {
            if entry.area != area {
                area = entry.area
                page += "\n## \(area)\n"
            }
            page += "\n<a id=\"\(anchor(entry.code))\"></a>\n### \(entry.code): \(escape(entry.title))\n\n"
            page += "Severity: \(entry.kind).\n"
            if !entry.reason.isEmpty { page += "\nWhy it matters: \(escape(entry.reason))\n" }
            if !entry.remedy.isEmpty { page += "\nWhat mends it: \(escape(entry.remedy))\n" }
        }
        return page
    }

    /// What there is to say about one code, for a terminal; nil when there is no such code.
    ///
    /// - Parameters:
    ///   - code: The code; upper and lower case are one.
    ///   - codes: The codes of findings, of all modules.
    ///   - errors: The codes of errors, of all modules.
    ///   - options: Width and character set.
    public static func explain(
        _ code: String,
        among codes: [FindingCode],
        errors: [ErrorEntry] = [],
        options: ReportOptions
    ) -> String? {
        let wanted = code.uppercased()
        guard let entry = entries(codes, errors).first(where: { $0.code == wanted }) else { return nil }
        var text = "\(entry.kind)[\(entry.code)] \(VisibleText.escape(entry.title, ascii: options.ascii))\n"
        for (label, paragraph) in [("why: ", entry.reason), ("fix: ", entry.remedy)] where !paragraph.isEmpty {
            let shown = VisibleText.escape(paragraph, ascii: options.ascii)
            let lines = WrappedText.lines(shown, columns: options.width.map { max($0 - 7, 20) })
            text += "  " + label + lines.joined(separator: "\n       ") + "\n"
        }
        return text
    }

    /// The codes that are declared more than once, for the test that keeps that from happening.
    public static func duplicates(in codes: [FindingCode], errors: [ErrorEntry] = []) -> [String] {
        var seen: Set<String> = []
        return entries(codes, errors).map(\.code).filter { !seen.insert($0).inserted }
    }

    private struct Entry {
        let code: String
        let kind: String
        let title: String
        let reason: String
        let remedy: String

        /// `KF-ENV` of `KF-ENV-003`.
        var area: String { code.lastIndex(of: "-").map { String(code[..<$0]) } ?? code }
    }

    private static func entries(_ codes: [FindingCode], _ errors: [ErrorEntry]) -> [Entry] {
        let all =
            codes.map {
                Entry(code: $0.id, kind: $0.severity.rawValue, title: $0.title, reason: $0.reason, remedy: $0.remedy)
            }
            + errors.map { Entry(code: $0.code, kind: "error", title: $0.title, reason: $0.reason, remedy: $0.fix) }
        return all.sorted { ($0.area, $0.code, $0.title) < ($1.area, $1.code, $1.title) }
    }

    /// Text for Markdown. What stands between backticks is code there too and stays as it is.
    private static func escape(_ text: String, inTable: Bool = false) -> String {
        var escaped = ""
        var inCode = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "`": inCode.toggle()
            case "|" where inTable, "*" where !inCode, "[" where !inCode, "<" where !inCode, "\\" where !inCode:
                escaped += "\\"
            default: break
            }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }
}
