import Findings
import Manifest
import Testing

@Suite struct NoLeakTests {
    static let canary = "cAnArY7f3e9b"

    /// A manifest with the canary in every value's place, and with keys that are wrong in every other one.
    @Test(arguments: 0..<400)
    func `no finding holds a value of the manifest, whatever is wrong with it`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let base = Array(try Repository.text(of: "Examples/PortfolioSuite/keyfolio.yaml").split(separator: "\n"))
        let start = Int.random(in: 0..<(base.count - 40), using: &generator)
        var lines = base.prefix(28).map(String.init) + base[start..<(start + 40)].map(String.init)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let index = Int.random(in: 0..<lines.count, using: &generator)
            lines[index] = broken(lines[index], using: &generator)
        }
        let reading = ManifestReader.examine(bytes: Array(lines.joined(separator: "\n").utf8))
        for finding in reading.findings {
            let said = "\(finding.message) \(finding.fix?.description ?? "") \(finding.place) \(finding.reason)"
            #expect(!said.contains(Self.canary), "\(finding.code.id): \(said)")
        }
    }

    /// A line with the canary where its value was, in a form that may be wrong.
    private func broken(_ line: String, using generator: inout SeededGenerator) -> String {
        let key = line.prefix { $0 != ":" }
        let forms = [
            "\(key): \(Self.canary)", "\(key): '\(Self.canary)", "\(key): [\(Self.canary)", "\(key): {\(Self.canary)}",
            "\(key): \(Self.canary): \(Self.canary)", "\(key): @\(Self.canary)", "\(key): *\(Self.canary)",
            "\(key): &\(Self.canary) x", "\(key): !\(Self.canary) x", "\(key): \"\\q\(Self.canary)\"",
            "\(key): |\(Self.canary)", "\(key) \(Self.canary)",
            "  \(key): [\(Self.canary), {\(Self.canary) x: \(Self.canary)}]",
            "\(key): \(Self.canary)\u{1}", "\(key): {when: \(Self.canary)}",
            "\(key): https://\(Self.canary):\(Self.canary)@[",
            "\(key): (\(Self.canary)[", "%\(Self.canary)", "\(key): ghp_\(Self.canary)0123456789",
        ]
        return forms.randomElement(using: &generator) ?? line
    }

    @Test(arguments: 0..<300)
    func `whatever the bytes are, reading ends with findings or a manifest`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let alphabet = Array("versionprojctmaA01: \n-[]{},'\"#|>&*!%@`?\\\t~<".utf8) + [0, 0x80, 0xC3, 0xA9, 0xFF]
        let bytes = (0..<Int.random(in: 0...400, using: &generator)).map { _ in
            alphabet.randomElement(using: &generator) ?? 0
        }
        let reading = ManifestReader.examine(bytes: bytes)
        #expect((reading.manifest == nil) == reading.findings.contains { $0.severity == .error })
        for finding in reading.findings { #expect(finding.place.line ?? 0 >= 1 && finding.place.column ?? 0 >= 1) }
    }
}
