/// How many findings there are of each severity.
public struct SeverityCounts: Sendable, Hashable {
    /// Of severity error.
    public private(set) var errors = 0
    /// Of severity warning.
    public private(set) var warnings = 0
    /// Of severity note.
    public private(set) var notes = 0

    /// Counts findings.
    public init(_ findings: some Sequence<Finding>) {
        for finding in findings {
            switch finding.severity {
            case .error: errors += 1
            case .warning: warnings += 1
            case .note: notes += 1
            }
        }
    }
}

extension SeverityCounts: CustomStringConvertible {
    /// `2 errors, 1 warning`, leaving out what there is none of.
    public var description: String {
        [(errors, "error"), (warnings, "warning"), (notes, "note")]
            .filter { $0.0 > 0 }
            .map { count, word in "\(count) \(word)\(count == 1 ? "" : "s")" }
            .joined(separator: ", ")
    }
}

extension Sequence where Element == Finding {
    /// The exit status that a check ends with: 1 when a finding is at least that bad, otherwise 0.
    ///
    /// - Parameter severity: The least severity that fails: ``Severity/warning`` is the strict form for CI.
    public func exitStatus(failOn severity: Severity = .error) -> Int32 {
        contains { $0.severity >= severity } ? 1 : 0
    }
}
