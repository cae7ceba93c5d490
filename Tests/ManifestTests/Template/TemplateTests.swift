import Findings
import Foundation
import Secrets
import Testing

@testable import Manifest

@Suite struct TemplateTests {
    static let yaml = """
        version: 1
        project: shop
        environment-variable: ENVIRONMENT
        environments: [dev, staging, production]
        components:
          api: {folder: services/api, files: {"*": ["conf/{environment}.conf", .env.shared], dev: ../../dev.conf}}
          script: {folder: script, dialect: posix}
          web: {folder: web, audience: browser}
        variables:
          ENVIRONMENT: {values: [dev, staging, production], components: [api]}
          KEY:
            type: secret
            description: "Signs tokens.\\nAnd more."
            components: [api, script]
            generate: hex
            rules: {required: true, length: {minimum: 32, maximum: 64}, strength: 128, unique: true}
            environments: {production: {rules: {source: store, required: {when: ENVIRONMENT}}}}
          REAL: {type: secret, example: 9f8e7d6c5b4a39281706f5e4d3c2b1a0, components: api, rules: {required: true}}
          DB: {type: postgres-url, components: [api], rules: {required: true, password-length: {minimum: 20}, tls: true}}
          OPTIONAL: {type: secret, components: [api]}
          GREETING:
            default: it's "nice" to $see you
            components: [api]
          MOTTO: {default: 'a b # c', components: [api]}
          LEVEL: {values: [low, high], default: low, components: [api], environments: {dev: {default: high}}}
          LATER: {type: email-list, example: a@example.com, components: [api], rules: {must-not-be: [x@example.com]}}
          SITE: {type: url, components: [api, web], sensitivity: public, rules: {required: true, wildcard: false, tls: true}}
        """

    static func manifest() throws -> Manifest {
        // `wildcard` fits no URL: leave the rule that makes the finding out.
        try ManifestReader.read(bytes: Array(yaml.replacing("wildcard: false, ", with: "").utf8))
    }

    @Test func `a template has every variable of its component, in words, with public values`() throws {
        let manifest = try Self.manifest()
        let api = try #require(manifest.component(named: "api"))
        let expected = #"""
            # shop: what api reads. Copy this file and fill it in.
            # Written by `keyfolio template` from keyfolio.yaml; change it there.

            # One of dev, staging, production.
            ENVIRONMENT=dev

            # Signs tokens.
            # And more.
            # A secret. Required. From 32 to 64 characters. At least 128 bits of strength. Different in every environment.
            # In production: required when ENVIRONMENT is set; comes from the store, never from a file.
            # Generate it: keyfolio generate KEY
            KEY=<KEY>

            # A secret. Required.
            REAL=<REAL>

            # A PostgreSQL URL: postgresql://user:password@host:port/database, secret. Required. A password of at least 20
            # characters. Encrypted connections only.
            DB=postgresql://<USER>:<PASSWORD>@<HOST>:5432/<DATABASE>

            # A secret.
            OPTIONAL=

            # Text. Usually it's "nice" to $see you.
            GREETING="it's \"nice\" to \$see you"

            # Text. Usually a b # c.
            MOTTO='a b # c'

            # One of low, high. Usually low.
            # In dev: usually high.
            LEVEL=high

            # E-mail addresses, separated by commas. Must not be x@example.com.
            # Example: a@example.com
            LATER=

            # A URL. Required. Encrypted connections only.
            SITE=https://<HOST>

            """#
        #expect(TemplateWriter.example(for: api, manifest: manifest) == expected)
    }

    @Test func `a shell that reads a template takes no placeholder for a file`() throws {
        let manifest = try Self.manifest()
        let script = try #require(manifest.component(named: "script"))
        #expect(TemplateWriter.example(for: script, manifest: manifest).hasSuffix("\nKEY='<KEY>'\n"))
    }

    @Test func `text of a manifest cannot end a comment's line`() throws {
        let variable = Variable(
            name: "A",
            description: "x\u{2028}EVIL=1\r\nEVIL=2",
            components: ["c"],
            rules: {
                var rules = Rules()
                rules.oneOf = ["a\nEVIL=3"]
                return rules
            }()
        )
        let component = Component(name: "c\nEVIL=4", folder: ".")
        var other = variable
        other.components = [component.name]
        let manifest = Manifest(
            project: "p\nEVIL=5",
            environments: [],
            components: [component],
            variables: [other]
        )
        let text = TemplateWriter.example(for: component, manifest: manifest)
        for line in text.split(whereSeparator: \.isNewline) { #expect(line.hasPrefix("#") || line == "A=", "\(line)") }
    }

    @Test func `the ignore lines keep values out and templates in`() throws {
        let expected = """
            # Files with values stay out of the repository; templates belong in it.
            .env*
            !.env.example
            /dev.conf
            /services/api/conf/*.conf

            """
        #expect(TemplateWriter.gitIgnore(for: try Self.manifest()) == expected)
    }

    @Test func `git itself ignores files with values and keeps templates`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("keyfolio-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(TemplateWriter.gitIgnore(for: try Self.manifest()).utf8)
            .write(to: folder.appendingPathComponent(".gitignore"))
        func git(_ arguments: String...) throws -> (status: Int32, output: String) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["git", "-C", folder.path] + arguments
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            try process.run()
            let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (process.terminationStatus, output)
        }
        try #require(try git("init", "-q").status == 0)
        let paths = [
            ".env", "web/.env.local", "services/api/.env.production", "services/api/conf/prod.conf", "dev.conf",
            ".env.example", "web/.env.example", "services/api/conf/readme", "keyfolio.yaml",
        ]
        let ignored = paths.filter { (try? git("check-ignore", "-q", $0).status) == 0 }
        #expect(ignored == Array(paths.prefix(5)))
    }

    @Test func `a template is compared with the manifest`() throws {
        let manifest = try Self.manifest()
        let web = try #require(manifest.component(named: "web"))
        let entries: [TemplateCheck.Entry] = [
            .init(name: "SIET", line: 1),
            .init(name: "KEY", line: 2, value: Secret("9f8e7d6c5b4a39281706f5e4d3c2b1a0")),
            .init(name: "OTHER", line: 3, value: Secret("x")),
        ]
        let findings = TemplateCheck.findings(for: web, manifest: manifest, entries: entries, file: "web/.env.example")
        #expect(
            findings.map { "\($0.place): \($0.code.id) \($0.message)" } == [
                "web/.env.example:1: KF-TPL-002 the manifest has no variable `SIET`; did you mean `SITE`?",
                "web/.env.example:2: KF-TPL-003 `KEY` is read by `api`, `script`, not by `web`",
                "web/.env.example:2: KF-TPL-004 the value of `KEY` looks like a real secret: •••• (32 characters)",
                "web/.env.example:3: KF-TPL-002 the manifest has no variable `OTHER`",
                "web/.env.example: KF-TPL-001 `SITE` is missing in `web/.env.example`",
            ]
        )
        #expect(findings.allSatisfy { $0.fix != nil })
        let right = TemplateCheck.findings(
            for: web,
            manifest: manifest,
            entries: [.init(name: "SITE", line: 1, value: Secret("https://<HOST>"))],
            file: "f"
        )
        #expect(right.isEmpty)
        #expect(Set(TemplateCodes.all.map(\.id)).count == 4)
    }

    @Test(
        arguments: [
            ([("KEY", ""), ("URL", ""), ("PORT", "8000")], []),
            ([("KEY", "an-example"), ("URL", "postgresql://<USER>:<PASSWORD>@h/d"), ("PORT", "")], []),
            ([("KEY", "changeme"), ("URL", "postgresql://postgres:postgres@localhost/d"), ("PORT", "")], []),
            ([("KEY", "<KEY>"), ("URL", "")], [TemplateCodes.missing]),
            ([], Array(repeating: TemplateCodes.missing, count: 3)),
            ([("KEY", "kR7-vBn2_qLx"), ("URL", ""), ("PORT", "")], [TemplateCodes.realSecret]),
            ([("KEY", ""), ("URL", "postgresql://app:kR7-vBn2_qLx@h/d"), ("PORT", "")], [TemplateCodes.realSecret]),
            ([("KEY", ""), ("URL", ""), ("PORT", ""), ("EXTRA", "1")], [TemplateCodes.undeclared]),
        ] as [([(String, String)], [FindingCode])]
    )
    func `a template names every variable and has no secret`(entries: [(String, String)], codes: [FindingCode]) {
        let findings = TemplateCheck.findings(
            for: CheckerTests.backend,
            manifest: FileCheckTests.manifest,
            entries: entries.enumerated().map { .init(name: $1.0, line: $0 + 1, value: Secret($1.1)) },
            file: "backend/.env.example"
        )
        #expect(findings.map(\.code) == codes)
    }

    @Test func `what the writer writes, the check finds right`() throws {
        let whole = try Repository.text(of: "Examples/PortfolioSuite/keyfolio.yaml")
        let manifest = try ManifestReader.read(bytes: Array(whole.utf8))
        for component in manifest.components {
            let text = TemplateWriter.example(for: component, manifest: manifest)
            let entries = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
                .filter { !$0.element.hasPrefix("#") && $0.element.contains("=") }
                .map { index, line in
                    let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return TemplateCheck.Entry(name: String(parts[0]), line: index + 1, value: Secret(String(parts[1])))
                }
            #expect(TemplateCheck.findings(for: component, manifest: manifest, entries: entries, file: "f") == [])
        }
    }
}
