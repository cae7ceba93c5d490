import Findings
import Manifest
import Secrets
import Testing

@Suite struct NameTests {
    typealias Fixture = CheckerTests

    static let manifest = Fixture.manifest([
        Variable(name: "SECRET_KEY", type: .secret), Variable(name: "DATABASE_URL"), Variable(name: "LOG_LEVEL"),
        Variable(name: "TLS"),
        Variable(name: "REACT_APP_TITLE", sensitivity: .public, components: ["frontend"]),
    ])

    @Test(arguments: [
        ("SECRET_KYE", "SECRET_KEY"), ("SECRETKEY", "SECRET_KEY"), ("secret_key", "SECRET_KEY"),
        ("SECRET-KEY", "SECRET_KEY"),
        ("DATABSE_URL", "DATABASE_URL"), ("DATABASEURI", "DATABASE_URL"), ("LOGLEVELS", "LOG_LEVEL"), ("TSL", "TLS"),
        ("REACT_APP_TITEL", "REACT_APP_TITLE"),
    ])
    func `a misspelt name gets the name that was meant`(name: String, meant: String) throws {
        let findings = Fixture.check(Self.manifest, [Fixture.resolve(Self.manifest, [name: "x"])])
        let finding = try #require(findings.first)
        #expect(findings.map(\.code) == [RuleCodes.undeclared])
        #expect(finding.message == "\(name) is not declared in keyfolio.yaml; did you mean \(meant)?")
        #expect(finding.place.file == "backend/.env.production")
        #expect(finding.place.line == 1)
    }

    @Test(arguments: ["SOMETHING_ELSE", "X", "URL", "KEY", "T"])
    func `an unknown name that is like none gets no guess`(name: String) {
        let findings = Fixture.check(Self.manifest, [Fixture.resolve(Self.manifest, [name: "x"])])
        #expect(findings.map(\.message) == ["\(name) is not declared in keyfolio.yaml"])
    }

    @Test func `a name is reported once for a file that several environments read`() {
        let undeclared = UndeclaredName(name: "X_Y", file: ".env", line: 3)
        let resolutions = Fixture.environments.map {
            Resolution(component: Fixture.backend, environment: $0, variables: [], undeclared: [undeclared])
        }
        #expect(Fixture.check(Self.manifest, resolutions).count == 1)
    }

    @Test(arguments: [
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7", "q8vJ2xKzQ1LmN4pR7sTwYb3Df",
        "dGhpc2lzYXNlY3JldHZhbHVlMTIz",
    ])
    func `a line of a key that reads like a name is not shown`(name: String) {
        let findings = Fixture.check(Self.manifest, [Fixture.resolve(Self.manifest, [name: "="])])
        #expect(findings.map(\.code) == [RuleCodes.undeclared])
        #expect(!"\(findings)".contains(name.prefix(6)))
    }

    @Test func `a variable of another component is told apart from an unknown one`() {
        let findings = Fixture.check(Self.manifest, [Fixture.resolve(Self.manifest, ["REACT_APP_TITLE": "x"])])
        #expect(findings.map(\.code) == [RuleCodes.wrongComponent])
        #expect(findings.first?.message == "REACT_APP_TITLE belongs to frontend, not to backend")
    }

    @Test func `a server's secret in a browser component's file is an error`() {
        let findings = Fixture.check(
            Self.manifest,
            [Fixture.resolve(Self.manifest, ["SECRET_KEY": "kR7-vBn2"], for: Fixture.frontend)]
        )
        #expect(findings.map(\.code) == [RuleCodes.secretInBrowserFile])
        #expect(findings.first?.severity == .error)
    }

    @Test(arguments: [
        ("REACT_APP_AWS_SECRET_ACCESS_KEY", RuleCodes.secretInBrowserFile),
        ("VITE_DB_PASSWORD", RuleCodes.secretInBrowserFile), ("REACT_APP_COLOUR", RuleCodes.undeclared),
        ("AWS_SECRET_ACCESS_KEY", RuleCodes.undeclared),
    ])
    func `a name that nobody declared and that ships a secret to browsers is an error`(
        name: String,
        code: FindingCode
    ) {
        let findings = Fixture.check(
            Self.manifest,
            [Fixture.resolve(Self.manifest, [name: "kR7-vBn2"], for: Fixture.frontend)]
        )
        #expect(findings.map(\.code) == [code])
        #expect(!"\(findings)".contains("kR7"))
    }

    static let audiences: [(Variable, FindingCode?)] = [
        (Variable(name: "KEY", type: .secret, components: ["frontend"]), RuleCodes.browserSecret),
        (Variable(name: "REACT_APP_KEY", type: .secret, components: ["frontend"]), RuleCodes.browserSecret),
        (Variable(name: "A", components: ["frontend"]), RuleCodes.browserInternal),
        (Variable(name: "A", sensitivity: .public, components: ["frontend"]), nil),
        (
            Variable(name: "A", components: ["frontend"], rules: GuideFixture.rules { $0.public = false }),
            RuleCodes.browserSecret
        ),
        (Variable(name: "A", components: ["frontend"], rules: GuideFixture.rules { $0.public = true }), nil),
        (Variable(name: "VITE_KEY", type: .secret, components: ["backend"]), RuleCodes.publicName),
        (Variable(name: "NEXT_PUBLIC_KEY", type: .secret, components: ["backend"]), RuleCodes.publicName),
        (
            Variable(name: "REACT_APP_A", components: ["backend"], rules: GuideFixture.rules { $0.public = false }),
            RuleCodes.publicName
        ),
        (Variable(name: "REACT_APP_A", components: ["backend"]), nil),
        (Variable(name: "KEY", type: .secret, components: ["backend"]), nil),
    ]

    @Test(arguments: audiences)
    func `what browsers load is public`(variable: Variable, code: FindingCode?) {
        let manifest = Fixture.manifest([variable])
        // Once, however many environments are looked at.
        let resolutions = Fixture.environments.flatMap { environment in
            [Fixture.backend, Fixture.frontend].map {
                Fixture.resolve(manifest, [:], in: environment.name, for: $0)
            }
        }
        #expect(Fixture.check(manifest, resolutions).map(\.code) == [code].compactMap(\.self))
    }

    @Test func `a file that names another environment is found where it says so`() {
        let manifest = Fixture.manifest([], environmentVariable: "ENVIRONMENT")
        let findings = Fixture.check(manifest, [Fixture.resolve(manifest, ["ENVIRONMENT": "staging"])])
        #expect(findings.map(\.code) == [RuleCodes.environmentMismatch])
        #expect(findings.first?.place.file == "backend/.env.production")
        #expect(findings.first?.place.line == 1)
        #expect(Fixture.check(manifest, [Fixture.resolve(manifest, ["ENVIRONMENT": "Production"])]).isEmpty)
    }
}
