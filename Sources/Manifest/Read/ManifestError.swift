internal import Findings

/// Why a manifest cannot be used: the first error in it.
///
/// It never holds a value, a default or an example of the manifest: names and places only.
public struct ManifestError: Error, Sendable, Hashable, CustomStringConvertible {
    private let finding: Finding

    /// Takes a finding for an error.
    init(_ finding: Finding) { self.finding = finding }

    /// The stable name of what is wrong, such as `KF-MAN-010`.
    public var code: String { finding.code.id }
    /// Whether a newer version of Keyfolio reads it.
    public var isNewerFormat: Bool { finding.code == .manifestNewer }
    /// What is wrong, in one sentence.
    public var message: String { finding.message }
    /// The command or sentence that mends it.
    public var fix: String { finding.fix?.description ?? finding.code.remedy }
    /// The manifest's file.
    public var file: String? { finding.place.file }
    /// The line, from 1, where it has one.
    public var line: Int? { finding.place.line }
    /// The column, from 1, where it has one.
    public var column: Int? { finding.place.column }

    /// `keyfolio.yaml:12:5: message`.
    public var description: String { "\(finding.place): \(message)" }
}
