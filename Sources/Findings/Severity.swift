/// How bad a finding is.
public enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Worth knowing; nothing is wrong.
    case note
    /// Should be mended; nothing refuses to go on because of it.
    case warning
    /// Must be mended: a check fails, an application does not start.
    case error

    /// Orders by badness: note < warning < error.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .note: 0
        case .warning: 1
        case .error: 2
        }
    }
}
