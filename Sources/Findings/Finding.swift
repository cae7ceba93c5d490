/// What a check says: one thing that is wrong, where, why it matters and what mends it.
///
/// A finding never holds a value of a variable. What it must say about one it says in a masked form with its length.
public struct Finding: Sendable, Hashable {
    /// Which kind of thing it is.
    public var code: FindingCode
    /// How bad it is here: the code's own severity unless the check knows better (development is more lenient).
    public var severity: Severity
    /// Where it is.
    public var place: Place
    /// What is wrong, in one sentence, with names and without values.
    public var message: String
    /// Why it matters.
    public var reason: String
    /// The command that mends it, or a sentence where no command can.
    public var fix: Fix?

    /// Makes a finding of a kind.
    ///
    /// - Parameters:
    ///   - code: Which kind of thing it is.
    ///   - severity: How bad it is here; nil takes the code's own.
    ///   - place: Where it is.
    ///   - message: What is wrong, in one sentence.
    ///   - reason: Why it matters; nil takes the code's own.
    ///   - fix: What mends it.
    public init(
        _ code: FindingCode,
        severity: Severity? = nil,
        at place: Place = Place(),
        _ message: String,
        reason: String? = nil,
        fix: Fix? = nil
    ) {
        self.code = code
        self.severity = severity ?? code.severity
        self.place = place
        self.message = message
        self.reason = reason ?? code.reason
        self.fix = fix
    }

    /// What mends a finding.
    public enum Fix: Sendable, Hashable, CustomStringConvertible {
        /// A command line to run as it is.
        case command(String)
        /// A sentence, where a person must decide.
        case advice(String)

        /// The command or the sentence.
        public var description: String {
            switch self {
            case .command(let text), .advice(let text): text
            }
        }
    }
}

extension Sequence where Element == Finding {
    /// The findings in the order that every report has: by file, line, environment, component, variable, column, code.
    ///
    /// The message decides between findings that are alike in all of these, so that a report is the same in every run.
    public func sortedForReport() -> [Finding] {
        sorted { left, right in
            let (a, b) = (left.place, right.place)
            if a.file != b.file { return (a.file ?? "") < (b.file ?? "") }
            if a.line != b.line { return (a.line ?? 0) < (b.line ?? 0) }
            if a.environment != b.environment { return (a.environment ?? "") < (b.environment ?? "") }
            if a.component != b.component { return (a.component ?? "") < (b.component ?? "") }
            if a.variable != b.variable { return (a.variable ?? "") < (b.variable ?? "") }
            if a.column != b.column { return (a.column ?? 0) < (b.column ?? 0) }
            return (left.code.id, left.message) < (right.code.id, right.message)
        }
    }

    /// The worst severity among them, or nil when there is none.
    public var worstSeverity: Severity? { lazy.map(\.severity).max() }
}
