/// The stable name of one kind of finding, with what its page says about it.
///
/// A code is never given to another kind and never renumbered: suppressions, dashboards and documents rely on it.
/// Each module that finds things declares its codes as static constants and lists them, so that one generated page
/// documents them all.
public struct FindingCode: Sendable, Hashable {
    /// The stable name: `KF-`, the area in capitals, a number. Example: `KF-ENV-012`.
    public let id: String
    /// What it is, in a few words, without a value or a name in it.
    public let title: String
    /// How bad it is unless the check that finds it says otherwise.
    public let severity: Severity
    /// Why it matters, in a sentence or two.
    public let reason: String
    /// How it is mended in general; the finding itself carries the exact command.
    public let remedy: String

    /// Declares a code.
    ///
    /// - Parameters:
    ///   - id: The stable name, such as `KF-ENV-012`.
    ///   - title: What it is, in a few words.
    ///   - severity: How bad it is by default.
    ///   - reason: Why it matters.
    ///   - remedy: How it is mended in general.
    public init(_ id: String, title: String, severity: Severity, reason: String, remedy: String) {
        self.id = id
        self.title = title
        self.severity = severity
        self.reason = reason
        self.remedy = remedy
    }

    /// Two codes are one when their names are.
    public static func == (left: FindingCode, right: FindingCode) -> Bool { left.id == right.id }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
