internal import Findings

/// The findings of one manifest, gathered up to a bound: a broken file is not described line by line for ever.
struct FindingList {
    /// The most findings that are kept.
    static let most = 500

    /// The manifest's file, as findings name it.
    let file: String
    /// What was found.
    private(set) var findings: [Finding] = []
    /// The variable that is being read.
    var variable: String?
    /// The environment that is being read.
    var environment: String?
    /// The component that is being read.
    var component: String?

    init(file: String) { self.file = file }

    /// Adds a finding at a place.
    ///
    /// - Parameters:
    ///   - code: Which kind of thing it is.
    ///   - mark: Where it is.
    ///   - message: What is wrong, with names and without values.
    ///   - fix: What mends it.
    mutating func add(_ code: FindingCode, at mark: YAMLMark, _ message: String, fix: String) {
        guard findings.count < Self.most else { return }
        let place = Place(
            file: file,
            line: mark.line,
            column: mark.column,
            variable: variable,
            environment: environment,
            component: component
        )
        findings.append(Finding(code, at: place, message, fix: .advice(fix)))
    }

    /// Adds what the composer says.
    mutating func add(_ problem: YAMLProblem) {
        add(problem.code, at: problem.mark, problem.message, fix: problem.fix)
    }

    /// Whether something of a kind that must be mended was found.
    var hasError: Bool { findings.contains { $0.severity == .error } }
}

/// Names in messages.
enum Named {
    /// A key as messages show it: itself when it has the look of a name, and nothing of it otherwise, because a value
    /// may have slipped into a key's place.
    static func key(_ key: String) -> String {
        let isName =
            !key.isEmpty && key.utf8.count <= 40
            && key.utf8.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
            }
        return isName ? "`\(key)`" : "this key"
    }
}
