public import Findings

/// Reads `keyfolio.yaml`.
///
/// ```swift
/// let manifest = try ManifestReader.read(bytes: bytes, file: "keyfolio.yaml")
/// ```
///
/// The format is version 1, described by the JSON Schema of ``ManifestSchema``. Errors name keys and places; no value
/// of the file gets into one.
public enum ManifestReader {
    /// The manifest's usual file name.
    public static let fileName = "keyfolio.yaml"

    /// A manifest that was read, with all that is wrong with it.
    public struct Reading: Sendable {
        /// The manifest, or nil when something in it is an error.
        public var manifest: Manifest?
        /// What is wrong, in the order of the file: errors and warnings.
        public var findings: [Finding]
    }

    /// Reads a manifest that must be right.
    ///
    /// - Parameters:
    ///   - bytes: The file's content: UTF-8, at most 4 MiB.
    ///   - file: The file's name, as errors show it.
    /// - Returns: The manifest. Warnings are left out: ``examine(bytes:file:)`` gives them.
    /// - Throws: The first error in the order of the file.
    public static func read(bytes: [UInt8], file: String = fileName) throws(ManifestError) -> Manifest {
        let reading = examine(bytes: bytes, file: file)
        if let manifest = reading.manifest { return manifest }
        // What else is wrong with a newer format is only what this version does not know.
        let error =
            reading.findings.first { $0.code == .manifestNewer } ?? reading.findings.first { $0.severity == .error }
        throw ManifestError(error ?? Finding(.manifestEmpty, at: Place(file: file), "the manifest is empty"))
    }

    /// Reads a manifest and says everything that is wrong with it.
    ///
    /// - Parameters:
    ///   - bytes: The file's content: UTF-8, at most 4 MiB.
    ///   - file: The file's name, as findings show it.
    /// - Returns: The manifest, unless it has errors, and up to 500 findings.
    public static func examine(bytes: [UInt8], file: String = fileName) -> Reading {
        var list = FindingList(file: file)
        let composed: (root: YAMLNode?, repeated: [YAMLProblem])
        do {
            composed = try YAMLComposer.compose(bytes)
        } catch {
            list.add(error)
            return Reading(manifest: nil, findings: list.findings)
        }
        for problem in composed.repeated { list.add(problem) }
        guard let root = composed.root, !root.isNull else {
            let fix = "Run `keyfolio init` to have one written from what is there."
            list.add(.manifestEmpty, at: .start, "the manifest is empty", fix: fix)
            return Reading(manifest: nil, findings: list.findings)
        }
        var checker = ShapeChecker(list: list)
        checker.check(root, as: .object(ManifestShapes.manifest), at: .manifest)
        guard root.pairs != nil else { return Reading(manifest: nil, findings: checker.list.findings) }
        var decoder = ManifestDecoder(list: checker.list)
        let manifest = decoder.manifest(root)
        let findings = decoder.list.findings.sortedForReport()
        return Reading(manifest: decoder.list.hasError ? nil : manifest, findings: findings)
    }
}
