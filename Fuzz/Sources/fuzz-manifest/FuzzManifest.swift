import Findings
import FuzzDriver
import Manifest
import Secrets

@main
enum FuzzManifest {
    static func main() { FuzzDriver.run { Trial(input: $0).run() } }
}

/// One input: its first byte chooses what the others are taken for. Half of the inputs are manifests.
private struct Trial {
    let input: [UInt8]

    func run() {
        let rest = Array(input.dropFirst())
        switch (input.first ?? 0) & 7 {
        case 0, 1, 2, 3: read(rest)
        case 4: infer(from: "compose.yaml", rest)
        case 5: infer(from: "web/package.json", rest)
        default: infer(from: "api/.env.example", rest)
        }
    }

    /// Any bytes as a manifest.
    private func read(_ bytes: [UInt8]) {
        let reading = ManifestReader.examine(bytes: bytes)
        let hasError = reading.findings.contains { $0.severity == .error }
        FuzzDriver.require((reading.manifest == nil) == hasError, "a manifest has errors, or none and is not there")
        FuzzDriver.require(reading.findings.count <= 500, "findings without end")
        for finding in reading.findings {
            FuzzDriver.require(
                (finding.place.line ?? 0) >= 1 && (finding.place.column ?? 0) >= 1,
                "a finding without a place"
            )
            FuzzDriver.require(finding.fix != nil, "a finding without a fix")
            FuzzDriver.require(
                finding.message.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F },
                "a control character in a message"
            )
        }
        guard let manifest = reading.manifest else { return }
        write(manifest)
        for component in manifest.components { _ = TemplateWriter.example(for: component, manifest: manifest) }
        _ = TemplateWriter.gitIgnore(for: manifest)
    }

    /// What is written reads back, and is written alike again.
    private func write(_ manifest: Manifest) {
        let text = ManifestWriter.yaml(manifest)
        let again = ManifestReader.examine(bytes: Array(text.utf8))
        guard let copy = again.manifest else { fatalError("what was written has errors") }
        FuzzDriver.require(withoutLines(copy) == withoutLines(manifest), "what was written reads differently")
        FuzzDriver.require(ManifestWriter.yaml(copy) == text, "what was read is written differently")
    }

    private func withoutLines(_ manifest: Manifest) -> Manifest {
        var result = manifest
        for index in result.variables.indices { result.variables[index].line = nil }
        return result
    }

    /// Any bytes as a file that `keyfolio init` learns from.
    private func infer(from path: String, _ bytes: [UInt8]) {
        let files = [
            ProjectFile(path: path, bytes: bytes), ProjectFile(path: "api/.env", bytes: Array("SECRET_KEY=x\n".utf8)),
            ProjectFile(path: "web/.env.local", bytes: Array("REACT_APP_X=1\nTOKEN=2\n".utf8)),
        ]
        let inferred = ManifestInference.infer(project: "p", files: files) { file in
            file.bytes.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
                let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                return EnvironmentEntry(
                    name: String(decoding: parts.first ?? [], as: UTF8.self),
                    value: Secret(String(decoding: parts.dropFirst().first ?? [], as: UTF8.self)),
                    line: index + 1
                )
            }
        }
        let text = ManifestWriter.yaml(inferred.manifest)
        FuzzDriver.require(
            ManifestReader.examine(bytes: Array(text.utf8)).manifest != nil,
            "what was inferred has errors"
        )
        for variable in inferred.manifest.variables where variable.isSecret {
            FuzzDriver.require(variable.example == nil && variable.defaultValue == nil, "a secret with a value")
        }
    }
}
