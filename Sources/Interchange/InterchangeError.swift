internal import Findings

/// Why values could not be read from a format, or not written in one without loss.
public struct InterchangeError: Error, Sendable, Hashable {
    /// The stable name, such as `KF-IO-003`.
    public var code: String { kind.rawValue }
    /// What happened and why; names and lines, never a value.
    public let message: String
    /// What mends it.
    public let fix: String
    /// The line, from 1, where one is known.
    public let line: Int?
    /// Whether writing all the same was asked for would help.
    public var isLoss: Bool { kind == .lossy }

    private let kind: Kind

    private enum Kind: String, CaseIterable {
        case lossy = "KF-IO-001"
        case syntax = "KF-IO-002"
        case notText = "KF-IO-003"
        case shape = "KF-IO-004"
        case nul = "KF-IO-005"

        var title: String {
            switch self {
            case .lossy: "The format cannot hold a value as it is"
            case .syntax: "The text is not what its format says"
            case .notText: "A value is not UTF-8 text"
            case .shape: "The document has another shape than a list of names and values"
            case .nul: "A value has a NUL character in it"
            }
        }

        var explanation: (reason: String, fix: String) {
            switch self {
            case .lossy:
                (
                    "A value that comes out of the file as something else is worse than none: it is found when the "
                        + "application fails.",
                    "Choose another `--format` (json holds everything), or `--force` writes all that can be written."
                )
            case .syntax:
                (
                    "A text that breaks its format's rules could be read in more than one way, so nothing of it is taken.",
                    "The message has the line and what is wrong there; `--format` says which format is meant."
                )
            case .notText:
                (
                    "An environment variable is text, and readers of other bytes disagree about what they are.",
                    "Encode the value first: `base64 FILE | keyfolio set NAME`; save a file as UTF-8."
                )
            case .shape:
                (
                    "Variables are names with texts. Of lists in lists nobody knows which name a value has.",
                    "Give one flat list of names and texts, such as {\"NAME\": \"text\"}."
                )
            case .nul:
                (
                    "No environment variable can hold a NUL character: the value would end there.",
                    "Encode the value first: `base64 FILE | keyfolio set NAME`."
                )
            }
        }
    }

    private init(_ kind: Kind, _ message: String, fix: String, line: Int? = nil) {
        self.kind = kind
        self.message = message
        self.fix = fix
        self.line = line
    }

    /// Every code, for the page of codes: what it is, why it is so, and what mends it.
    public static let allCodes: [(code: String, title: String, reason: String, fix: String)] = Kind.allCases.map {
        let (reason, fix) = $0.explanation
        return ($0.rawValue, $0.title, reason, fix)
    }

    /// How many names an error tells before it counts the rest.
    private static let namesTold = 20

    static func lossy(_ losses: [Loss], _ format: Format) -> Self {
        let told = losses.prefix(namesTold).map { "\(VisibleText.escape($0.name)) (\($0.why))" }
        let rest = losses.count > told.count ? "; and \(losses.count - told.count) more" : ""
        return .init(
            .lossy,
            "\(format.rawValue) cannot hold as it is: \(told.joined(separator: "; "))\(rest)",
            fix: "choose another --format, or add --force to write all that can be written"
        )
    }

    static func syntax(_ format: Format, _ message: String, line: Int?, fix: String) -> Self {
        .init(.syntax, message, fix: fix, line: line)
    }

    static func notText(_ name: String, line: Int? = nil) -> Self {
        .init(
            .notText,
            "the value of \(VisibleText.escape(name)) is not UTF-8 text",
            fix: "encode it first, for example with base64",
            line: line
        )
    }

    static func notText() -> Self {
        .init(.notText, "the text is not UTF-8", fix: "save the file as UTF-8")
    }

    static func nul(_ name: String, line: Int?) -> Self {
        .init(
            .nul,
            "the value of \(VisibleText.escape(name)) has a NUL character in it, which no environment variable can hold",
            fix: "encode it first, for example with base64",
            line: line
        )
    }

    static func shape(_ format: Format, _ message: String, line: Int? = nil) -> Self {
        .init(.shape, message, fix: "give one flat \(format.rawValue) list of names and texts", line: line)
    }
}
