/// Why an application was not started, or could not be watched to its end.
///
/// It names programs, variables and positions. It never holds an argument or a variable's value.
public struct LaunchError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name of what went wrong: `KF-RUN-001` and on.
    public var code: String { kind.rawValue }
    /// What happened, in one sentence.
    public let message: String
    /// What mends it: a command or a sentence.
    public let fix: String
    /// The status that the command should end with: 127 when no such program was found, 126 when one was found that
    /// cannot be executed, 125 when Keyfolio itself could not do its part. These are env(1)'s.
    public var exitStatus: Int32 { kind.exitStatus }

    private let kind: Kind

    init(_ kind: Kind, _ message: String, fix: String) {
        self.kind = kind
        self.message = message
        self.fix = fix
    }

    /// Code, message and fix.
    public var description: String { "\(message) [\(code)]\n  \(fix)" }

    /// What can go wrong. A number is never given to another kind.
    enum Kind: String, Sendable, CaseIterable {
        case notFound = "KF-RUN-001"
        case notExecutable = "KF-RUN-002"
        case isFolder = "KF-RUN-003"
        case interpreterMissing = "KF-RUN-004"
        case wrongFormat = "KF-RUN-005"
        case tooLong = "KF-RUN-006"
        case variableTooLong = "KF-RUN-007"
        case argumentTooLong = "KF-RUN-008"
        case argumentWithNul = "KF-RUN-009"
        case variableName = "KF-RUN-010"
        case variableWithNul = "KF-RUN-011"
        case variableReserved = "KF-RUN-012"
        case busy = "KF-RUN-013"
        case notStarted = "KF-RUN-014"
        case noProcess = "KF-RUN-015"
        case noTerminal = "KF-RUN-016"
        case outputLost = "KF-RUN-017"
        case tooMuchToRedact = "KF-RUN-018"

        var exitStatus: Int32 {
            switch self {
            case .notFound: 127
            case .notExecutable, .isFolder, .interpreterMissing, .wrongFormat, .tooLong, .variableTooLong,
                .argumentTooLong, .argumentWithNul, .busy, .notStarted:
                126
            case .variableName, .variableWithNul, .variableReserved, .noProcess, .noTerminal, .outputLost,
                .tooMuchToRedact:
                125
            }
        }
    }
}
