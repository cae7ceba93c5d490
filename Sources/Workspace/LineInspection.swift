internal import DotEnv
internal import Findings
internal import Manifest

/// Lines of `.env` files that the component's own reader passes over without a word, or that do not count: what was
/// written there is not what the application gets.
struct LineInspection {
    let session: Session
    private(set) var findings: [Finding] = []
    private var seen: Swift.Set<String> = []
    /// Where a name stands in a line that gives it no value, by component and environment.
    private var broken: [String: Place] = [:]

    init(session: Session) { self.session = session }

    /// Only what loses a line; what readers merely disagree about is the linter's business.
    private static let rules: Swift.Set<DotEnvLint.Rule> = [
        .duplicateKey, .unterminatedQuote, .unreadable, .missingValue,
    ]

    /// Looks at the files that a component reads in an environment.
    mutating func look(at component: Component, in environment: Environment) {
        let dialect = component.dialect.flatMap(Dialect.named) ?? .keyfolio
        let folder = session.project.folder(of: component)
        for name in component.files(in: environment) {
            let path = Paths.absolute(name, in: folder)
            guard let bytes = try? session.readIfThere(path) else { continue }
            let shown = Paths.relative(path, to: session.project.root)
            let lints = DotEnvDocument.lint(bytes: bytes, dialect: dialect).filter { Self.rules.contains($0.rule) }
            guard !lints.isEmpty else { continue }
            let isNew = seen.insert("\(component.name)\u{0}\(path)").inserted
            let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            for lint in lints {
                if isNew {
                    var finding = LintCodes.finding(for: lint, file: shown)
                    finding.severity = .warning
                    finding.place.component = component.name
                    findings.append(finding)
                }
                guard lint.rule != .duplicateKey, lines.indices.contains(lint.line - 1),
                    let key = Self.key(lines[lint.line - 1])
                else { continue }
                broken[Self.place(key, component.name, environment.name)] = Place(file: shown, line: lint.line)
            }
        }
    }

    /// A finding about a value that is missing, at the line that should give it.
    func pointed(_ finding: Finding) -> Finding {
        guard finding.code == RuleCodes.missing, let name = finding.place.variable,
            let component = finding.place.component, let environment = finding.place.environment,
            let line = broken[Self.place(name, component, environment)]
        else { return finding }
        var finding = finding
        (finding.place.file, finding.place.line) = (line.file, line.line)
        finding.message += ": its line cannot be read"
        return finding
    }

    private static func place(_ name: String, _ component: String, _ environment: String) -> String {
        "\(name)\u{0}\(component)\u{0}\(environment)"
    }

    /// The name that a line begins with.
    private static func key(_ line: ArraySlice<UInt8>) -> String? {
        var words = String(decoding: line.prefix(300), as: UTF8.self).split { " \t=:".contains($0) }
        if words.first == "export" { words.removeFirst() }
        return words.first.map(String.init)
    }
}
