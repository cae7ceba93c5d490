import Findings
import Manifest
import Secrets
import Testing

@Suite struct FileCheckTests {
    static let manifest = CheckerTests.manifest([
        Variable(name: "KEY", type: .secret, example: "an-example"), Variable(name: "URL", type: .postgresURL),
        Variable(name: "TITLE", sensitivity: .public, components: ["frontend"]), Variable(name: "PORT", type: .port),
    ])

    @Test(arguments: [
        ("backend/.env", FileUse.values(component: "backend", environment: "development")),
        ("./backend/.env.production", .values(component: "backend", environment: "production")),
        ("backend/.env.production.local", .values(component: "backend", environment: "production")),
        ("web/.env.local", .values(component: "frontend", environment: "development")),
        ("backend/.env.example", .template(component: "backend")), ("backend/.env.prod", .unread(component: "backend")),
        ("backend/.env.bak", .unread(component: "backend")), ("backend/sub/.env", .stray), (".env", .stray),
        (".env.example", .other),
        ("docs/.env.staging", .stray), ("backend/.envrc", .other), ("backend/main.py", .other), ("", .other),
    ])
    func `a path tells what a file is for`(path: String, use: FileUse) {
        #expect(FileUse(of: path, in: Self.manifest) == use)
    }

    @Test func `a project's own files are known, in the root and below it`() {
        var manifest = Self.manifest
        manifest.components = [
            Component(name: "all", folder: ".", files: ["*": ["config/{environment}.env"]]),
            Component(name: "web", folder: "web"),
        ]
        #expect(FileUse(of: "config/staging.env", in: manifest) == .values(component: "all", environment: "staging"))
        #expect(FileUse(of: "web/.env", in: manifest) == .values(component: "web", environment: "development"))
        #expect(FileUse(of: ".env", in: manifest) == .unread(component: "all"))
        #expect(FileUse(of: ".env.example", in: manifest) == .template(component: "all"))
    }

    static let templates = [
        FileFacts(path: "backend/.env.example", mode: 0o644, isTracked: true, isIgnored: false),
        FileFacts(path: "web/.env.example", mode: 0o644, isTracked: true, isIgnored: false),
    ]

    static let rows: [(FileFacts, [FindingCode], Severity?, String?)] = [
        (.init(path: "backend/.env", mode: 0o600, isIgnored: true), [], nil, nil),
        (.init(path: "backend/.env", mode: 0o400, isIgnored: nil), [], nil, nil),
        (
            .init(path: "backend/.env", mode: 0o600, isTracked: true), [FileCodes.committed], .error,
            "git rm --cached backend/.env"
        ),
        (
            .init(path: "backend/.env", mode: 0o600, isIgnored: false), [FileCodes.notIgnored], .error,
            "printf '\\n.env*\\n!.env.example\\n' >> .gitignore"
        ),
        (
            .init(path: "backend/.env", mode: 0o644, isIgnored: true), [FileCodes.looseMode], .warning,
            "chmod 600 backend/.env"
        ),
        (
            .init(path: "backend/.env", mode: 0o640, isIgnored: true), [FileCodes.looseMode], .warning,
            "chmod 600 backend/.env"
        ),
        (
            .init(path: "backend/.env", mode: 0o601, isIgnored: true), [FileCodes.looseMode], .warning,
            "chmod 600 backend/.env"
        ),
        (
            .init(path: "backend/.env.production", mode: 0o644, isIgnored: true, holdsSecret: true),
            [FileCodes.looseMode, FileCodes.strictFileHere], .error, "chmod 600 backend/.env.production"
        ),
        (
            .init(path: "backend/.env.production", mode: 0o600, isIgnored: true, holdsSecret: true),
            [FileCodes.strictFileHere], .note, "keyfolio import backend/.env.production --env production --move"
        ),
        (.init(path: "backend/.env.production", mode: 0o600, isIgnored: true), [], nil, nil),
        (
            .init(path: "backend/.env", mode: 0o600, isIgnored: true, isOwnedByOther: true), [FileCodes.otherOwner],
            .warning,
            "sudo chown \"$USER\" backend/.env"
        ),
        (
            .init(path: "backend/.env", mode: 0o600, isIgnored: true, isSymlink: true), [FileCodes.symbolicLink],
            .warning, nil
        ),
        (.init(path: "web/.env.local", mode: 0o644, isIgnored: true), [], nil, nil),
        (
            .init(path: "web/.env.local", mode: 0o600, isTracked: true), [FileCodes.committed], .error,
            "git rm --cached web/.env.local"
        ),
        (
            .init(path: "backend/.env.prod", mode: 0o600, isIgnored: true), [FileCodes.unknownName], .warning,
            "mv backend/.env.prod backend/.env.production"
        ),
        (
            .init(path: "backend/.env.stagign.local", mode: 0o600, isIgnored: true), [FileCodes.unknownName], .warning,
            "mv backend/.env.stagign.local backend/.env.staging.local"
        ),
        (.init(path: "backend/.env.xyz", mode: 0o600, isIgnored: true), [FileCodes.unknownName], .warning, nil),
        (.init(path: "docs/.env", mode: 0o600, isIgnored: true), [FileCodes.misplaced], .warning, nil),
        (
            .init(path: "docs/.env", mode: 0o600, isTracked: true), [FileCodes.strayCommitted, FileCodes.misplaced],
            .error,
            "git rm --cached docs/.env"
        ),
        (
            .init(path: "it's/.env", mode: 0o600, isTracked: true), [FileCodes.strayCommitted, FileCodes.misplaced],
            .error, #"git rm --cached 'it'\''s/.env'"#
        ),
        (.init(path: "backend/.env"), [], nil, nil),
        (.init(path: "README.md", mode: 0o644, isTracked: true), [], nil, nil),
    ]

    @Test(arguments: rows)
    func `each fault of a file is its own finding`(
        facts: FileFacts,
        codes: [FindingCode],
        severity: Severity?,
        command: String?
    ) {
        let findings = FileCheck.findings(Self.templates + [facts], in: Self.manifest)
        #expect(findings.map(\.code.id) == codes.map(\.id))
        #expect(findings.first?.severity == severity)
        if let command { #expect(findings.first?.fix == .command(command)) }
    }

    @Test(arguments: [(UInt32(0o644), "644"), (0o4755, "4755"), (0o666, "666")])
    func `the mode is told in octal`(mode: UInt32, octal: String) {
        let facts = FileFacts(path: "backend/.env", mode: mode, isIgnored: true)
        let message = FileCheck.findings(Self.templates + [facts], in: Self.manifest).first?.message
        #expect(message?.contains("mode \(octal):") == true)
    }

    @Test func `templates are there, committed and not ignored`() {
        let manifest = Self.manifest
        #expect(FileCheck.findings(Self.templates, in: manifest).isEmpty)
        let missing = FileCheck.findings([Self.templates[0]], in: manifest)
        #expect(missing.map(\.code) == [FileCodes.templateMissing])
        #expect(missing.map(\.place.file) == ["web/.env.example"])
        for (facts, code) in [
            (FileFacts(path: "web/.env.example", mode: 0o644, isIgnored: false), FileCodes.templateNotCommitted),
            (FileFacts(path: "web/.env.example", mode: 0o644, isIgnored: true), FileCodes.templateIgnored),
        ] {
            #expect(FileCheck.findings([Self.templates[0], facts], in: manifest).map(\.code) == [code])
        }
        // Outside of a repository nothing can be committed.
        let loose = FileFacts(path: "web/.env.example", mode: 0o644)
        #expect(FileCheck.findings([Self.templates[0], loose], in: manifest).isEmpty)
    }
}
