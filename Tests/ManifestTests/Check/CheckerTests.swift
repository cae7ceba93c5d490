import Findings
import Manifest
import Secrets
import Testing

@Suite struct CheckerTests {
    static let backend = Component(name: "backend", folder: "backend")
    static let frontend = Component(name: "frontend", folder: "web", audience: .browser)
    static let environments = ["development", "staging", "production"].map { Environment(name: $0) }

    /// A manifest of these variables, read by the backend unless they say otherwise.
    static func manifest(_ variables: [Variable], environmentVariable: String? = nil) -> Manifest {
        Manifest(
            project: "suite",
            environments: environments,
            components: [backend, frontend],
            variables: variables.map { variable in
                var variable = variable
                if variable.components.isEmpty { variable.components = ["backend"] }
                return variable
            },
            environmentVariable: environmentVariable
        )
    }

    static func resolve(
        _ manifest: Manifest,
        _ values: [String: String],
        in environment: String = "production",
        for component: Component = backend
    ) -> Resolution {
        Resolver.resolve(
            manifest: manifest,
            component: component,
            environment: manifest.environment(named: environment) ?? Environment(name: environment),
            files: [
                ResolverFile(
                    path: "\(component.folder)/.env.\(environment)",
                    entries: values.sorted { $0.key < $1.key }.enumerated().map {
                        .init(name: $1.key, value: Secret($1.value), line: $0 + 1)
                    }
                )
            ],
            store: nil,
            process: { _ in nil }
        )
    }

    static func check(_ manifest: Manifest, _ resolutions: [Resolution]) -> [Finding] {
        Checker(manifest).check(resolutions) { $0.reveal() }
    }

    static func rules(_ change: (inout Rules) -> Void) -> Rules { GuideFixture.rules(change) }

    /// A rule, a type, a value that breaks it, and one that keeps it.
    struct Row: Sendable {
        var code: FindingCode
        var type: ValueType = .string
        var sensitivity: Variable.Sensitivity?
        var rules: Rules
        var broken: String?
        var kept: String?
    }

    static let rows: [Row] = [
        Row(code: RuleCodes.missing, rules: rules { $0.required = .always }, broken: nil, kept: "x"),
        Row(code: RuleCodes.empty, rules: rules { $0.required = .always }, broken: "", kept: "x"),
        Row(code: RuleCodes.tooShort, rules: rules { $0.minimumLength = 4 }, broken: "abc", kept: "äbcd"),
        Row(code: RuleCodes.tooLong, rules: rules { $0.maximumLength = 4 }, broken: "abcde", kept: "äöüß"),
        Row(code: RuleCodes.belowMinimum, type: .integer, rules: rules { $0.minimum = 10 }, broken: "9", kept: "10"),
        Row(
            code: RuleCodes.aboveMaximum,
            type: .number,
            rules: rules { $0.maximum = 0.5 },
            broken: "0.51",
            kept: "0.5"
        ),
        Row(code: RuleCodes.belowMinimum, type: .duration, rules: rules { $0.minimum = 60 }, broken: "59s", kept: "1m"),
        Row(code: RuleCodes.aboveMaximum, type: .port, rules: rules { $0.maximum = 1023 }, broken: "8080", kept: "443"),
        Row(code: RuleCodes.patternMismatch, rules: rules { $0.pattern = "[a-z]+" }, broken: "a1", kept: "a"),
        Row(code: RuleCodes.patternInvalid, rules: rules { $0.pattern = "(" }, broken: "a", kept: nil),
        Row(code: RuleCodes.notOneOf, rules: rules { $0.oneOf = ["a", "b"] }, broken: "c", kept: "b"),
        Row(code: RuleCodes.notOneOf, type: .integer, rules: rules { $0.oneOf = ["1", "2"] }, broken: "3", kept: "02"),
        Row(
            code: RuleCodes.weak,
            type: .secret,
            rules: rules { $0.strengthBits = 60 },
            broken: "Summer2025",
            kept: "kR7-vBn2_qLx"
        ),
        Row(code: RuleCodes.placeholder, type: .secret, rules: Rules(), broken: "changeme", kept: "kR7-vBn2_qLx"),
        Row(code: RuleCodes.placeholder, type: .integer, rules: Rules(), broken: "<PORT>", kept: "1"),
        Row(
            code: RuleCodes.placeholder,
            type: .hostList,
            rules: Rules(),
            broken: "your-domain.com",
            kept: "app.example.com"
        ),
        Row(
            code: RuleCodes.placeholder,
            type: .s3Bucket,
            rules: Rules(),
            broken: "<AWS_S3_BUCKET_NAME>",
            kept: "uploads"
        ),
        Row(
            code: RuleCodes.placeholder,
            type: .sentryDSN,
            rules: Rules(),
            broken: "https://<KEY>@<ORG>.ingest.sentry.io/<PROJECT>",
            kept: "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42"
        ),
        Row(
            code: RuleCodes.placeholder,
            type: .postgresURL,
            rules: Rules(),
            broken: "postgresql://username:password@host:port/database",
            kept: "postgresql://app:kR7-vBn2_qLx@host/db"
        ),
        Row(
            code: RuleCodes.placeholder,
            type: .postgresURL,
            rules: Rules(),
            broken: "postgresql://${DB_USER}:${DB_PASSWORD}@db/app",
            kept: "postgresql://app:kR7-vBn2_qLx@host/db"
        ),
        Row(
            code: RuleCodes.placeholder,
            type: .awsSecretKey,
            rules: Rules(),
            broken: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            kept: "kQ7+xV2/mT9pLzR4wYc8NbD1sFhJ6uEaGo3iKtBv"
        ),
        Row(
            code: RuleCodes.defaultCredentials,
            type: .postgresURL,
            rules: Rules(),
            broken: "postgresql://postgres:postgres@db/app",
            kept: "postgresql://postgres:kR7-vBn2_qLx@db/app"
        ),
        Row(code: RuleCodes.mustBe, type: .boolean, rules: rules { $0.mustBe = "false" }, broken: "True", kept: "No"),
        Row(code: RuleCodes.mustNotBe, rules: rules { $0.mustNotBe = ["x", "y"] }, broken: "y", kept: "z"),
        Row(code: RuleCodes.notFromStore, rules: rules { $0.source = .store }, broken: "x", kept: nil),
        Row(
            code: RuleCodes.tlsRequired,
            type: .url,
            rules: rules { $0.tls = true },
            broken: "http://a.com",
            kept: "https://a.com"
        ),
        Row(
            code: RuleCodes.tlsRequired,
            type: .httpOriginList,
            rules: rules { $0.tls = true },
            broken: "https://a.com,http://b.com",
            kept: "https://a.com"
        ),
        Row(
            code: RuleCodes.tlsRequired,
            type: .url,
            rules: rules { $0.tls = true },
            broken: "redis://c:1/0",
            kept: "rediss://c:1/0"
        ),
        Row(
            code: RuleCodes.tlsRequired,
            type: .postgresURL,
            rules: rules { $0.tls = true },
            broken: "postgresql://app:kR7-vBn2_qLx@db/app",
            kept: "postgresql://app:kR7-vBn2_qLx@%2Frun/app"
        ),
        Row(
            code: RuleCodes.tlsUnverified,
            type: .postgresURL,
            rules: rules { $0.tls = true },
            broken: "postgresql://app:kR7-vBn2_qLx@db/app?sslmode=require",
            kept: "postgresql://app:kR7-vBn2_qLx@db/app?sslmode=verify-full"
        ),
        Row(
            code: RuleCodes.wildcard,
            type: .hostList,
            rules: rules { $0.wildcard = false },
            broken: "a.com,*",
            kept: ".a.com"
        ),
        Row(
            code: RuleCodes.wildcard,
            type: .httpOriginList,
            rules: rules { $0.wildcard = false },
            broken: "https://*",
            kept: "https://*.a.com"
        ),
        Row(
            code: RuleCodes.wildcard,
            type: .httpOrigin,
            rules: rules { $0.wildcard = false },
            broken: "*",
            kept: "https://a.com"
        ),
        Row(code: TypeCodes.urlScheme, type: .httpOrigin, rules: Rules(), broken: "*", kept: "https://a.com"),
        Row(
            code: RuleCodes.passwordTooShort,
            type: .postgresURL,
            rules: rules { $0.minimumPasswordLength = 20 },
            broken: "postgresql://app:kR7-vBn2_qLx@db/app",
            kept: "postgresql://app:kR7-vBn2_qLxkR7-vBn2_qLx@db/app"
        ),
        Row(
            code: RuleCodes.charactersMissing,
            rules: rules { $0.characters = [.digit, .symbol] },
            broken: "abc1",
            kept: "abc1-"
        ),
        Row(
            code: RuleCodes.tooLargeForProcess,
            type: .text,
            rules: Rules(),
            broken: String(repeating: "a", count: 131_072),
            kept: String(repeating: "a", count: 131_060)
        ),
    ]

    @Test(arguments: rows)
    func `a broken rule is one finding, and a kept one is none`(row: Row) {
        let variable = Variable(name: "NAME", type: row.type, sensitivity: row.sensitivity, rules: row.rules)
        let manifest = Self.manifest([variable])
        let broken = Self.resolve(manifest, row.broken.map { ["NAME": $0] } ?? [:])
        #expect(Self.check(manifest, [broken]).map(\.code.id) == [row.code.id])
        if let kept = row.kept {
            #expect(Self.check(manifest, [Self.resolve(manifest, ["NAME": kept])]) == [])
        }
    }

    @Test func `rules of one environment speak there only`() {
        var variable = Variable(name: "DEBUG", type: .boolean)
        variable.environments["production"] = .init(rules: Self.rules { $0.mustBe = "false" })
        let manifest = Self.manifest([variable])
        #expect(Self.check(manifest, [Self.resolve(manifest, ["DEBUG": "true"], in: "staging")]).isEmpty)
        #expect(Self.check(manifest, [Self.resolve(manifest, ["DEBUG": "true"])]).map(\.code) == [RuleCodes.mustBe])
    }

    @Test func `a finding says where, what, why and the command that mends it`() throws {
        let variable = Variable(
            name: "SECRET_KEY",
            type: .secret,
            rules: Self.rules { $0.minimumLength = 32 },
            generator: .hex(bytes: 32)
        )
        let manifest = Self.manifest([variable])
        let finding = try #require(
            Self.check(manifest, [Self.resolve(manifest, ["A": "", "SECRET_KEY": "kR7-vBn2_qLx"])]).first
        )
        #expect(
            finding.place
                == Place(
                    file: "backend/.env.production",
                    line: 2,
                    variable: "SECRET_KEY",
                    environment: "production",
                    component: "backend"
                )
        )
        #expect(finding.message == "SECRET_KEY is too short: •••• (12 characters), at least 32 characters are needed")
        #expect(finding.reason == RuleCodes.tooShort.reason)
        #expect(finding.fix == .command("keyfolio generate SECRET_KEY --env production"))
    }

    @Test func `without a generator the command asks for a value, and what the process brings cannot be set`() {
        let variable = Variable(name: "A", type: .integer, components: ["backend"])
        let manifest = Self.manifest([variable])
        let file = Self.check(manifest, [Self.resolve(manifest, ["A": "x"])])
        #expect(file.map(\.fix) == [.command("keyfolio set A --env production")])
        let process = Resolver.resolve(
            manifest: manifest,
            component: Self.backend,
            environment: Self.environments[2],
            files: [],
            store: nil,
            process: { _ in "x" }
        )
        #expect(
            Self.check(manifest, [process]).map(\.fix) == [
                .advice("Correct A in the environment that starts the command, or unset it there.")
            ]
        )
    }

    @Test func `a missing variable points to its line in the manifest`() {
        let variable = Variable(name: "A", rules: Self.rules { $0.required = .always }, line: 12)
        let manifest = Self.manifest([variable])
        let place = Self.check(manifest, [Self.resolve(manifest, [:])]).first?.place
        #expect(place?.file == "keyfolio.yaml")
        #expect(place?.line == 12)
    }

    @Test(arguments: [
        (RuleCodes.placeholder, "changeme", Rules()), (RuleCodes.weak, "Summer2025", rules { $0.strengthBits = 60 }),
        (RuleCodes.charactersMissing, "kRvBn2qLx", rules { $0.characters = [.symbol] }),
    ])
    func `strength is a warning in development and an error elsewhere`(code: FindingCode, value: String, rules: Rules) {
        let manifest = Self.manifest([Variable(name: "A", type: .secret, rules: rules)])
        for (environment, severity) in [("development", Severity.warning), ("staging", .error), ("production", .error)]
        {
            let findings = Self.check(manifest, [Self.resolve(manifest, ["A": value], in: environment)])
            #expect(findings.map(\.code) == [code])
            #expect(findings.map(\.severity) == [severity])
        }
    }

    @Test func `the length is an error in development too, also of a placeholder`() {
        let manifest = Self.manifest([Variable(name: "A", type: .secret, rules: Self.rules { $0.minimumLength = 32 })])
        for (value, code) in [("kR7-vBn2_qLx", RuleCodes.tooShort), ("<KEY>", RuleCodes.placeholder)] {
            let findings = Self.check(manifest, [Self.resolve(manifest, ["A": value], in: "development")])
            #expect(findings.map(\.code) == [code])
            #expect(findings.map(\.severity) == [.error])
        }
    }

    @Test func `an optional variable that is empty is not judged`() {
        let manifest = Self.manifest([Variable(name: "A", type: .port, rules: Self.rules { $0.minimumLength = 3 })])
        #expect(Self.check(manifest, [Self.resolve(manifest, ["A": ""])]).isEmpty)
    }

    @Test func `a malformed URL is still judged by its password and encryption`() {
        let rules = Self.rules {
            $0.tls = true
            $0.minimumPasswordLength = 20
        }
        let manifest = Self.manifest([Variable(name: "A", type: .postgresURL, rules: rules)])
        let findings = Self.check(manifest, [Self.resolve(manifest, ["A": "postgresql://app:kR7-vBn2_qLx@db:x/"])])
        #expect(
            findings.map(\.code) == [
                TypeCodes.pgPort, TypeCodes.pgDatabase, RuleCodes.tlsRequired, RuleCodes.passwordTooShort,
            ]
        )
    }

    static let conditions: [(Rules.Requirement, [String: String], FindingCode?)] = [
        (.whenSet(variable: "B"), ["B": "x"], RuleCodes.missingCompanion), (.whenSet(variable: "B"), [:], nil),
        (.whenSet(variable: "B"), ["B": ""], nil), (.whenSet(variable: "B"), ["B": "x", "A": "y"], nil),
        (.whenSet(variable: "B"), ["B": "x", "A": ""], RuleCodes.missingCompanion),
        (.whenEqual(variable: "C", value: "true"), ["C": "YES"], RuleCodes.missingCompanion),
        (.whenEqual(variable: "C", value: "true"), ["C": "off"], nil),
        (.whenEqual(variable: "C", value: "true"), [:], nil), (.never, [:], nil),
        // The frontend's variable counts where the backend has none of the name.
        (.whenSet(variable: "D"), ["D": "x"], RuleCodes.missingCompanion),
    ]

    @Test(arguments: conditions)
    func `a condition looks at the other variable`(
        requirement: Rules.Requirement,
        values: [String: String],
        code: FindingCode?
    ) {
        let manifest = Self.manifest([
            Variable(name: "A", rules: Self.rules { $0.required = requirement }), Variable(name: "B"),
            Variable(name: "C", type: .boolean), Variable(name: "D", sensitivity: .public, components: ["frontend"]),
        ])
        let resolutions = [Self.backend, Self.frontend].map { component in
            let own = values.filter { (component == Self.frontend) == ($0.key == "D") }
            return Self.resolve(manifest, own, for: component)
        }
        #expect(Self.check(manifest, resolutions).map(\.code) == [code].compactMap(\.self))
    }

    @Test func `variables that need each other are one finding each way`() {
        let both = ["HOST", "PASSWORD"]
        let manifest = Self.manifest(
            zip(both, both.reversed()).map { name, other in
                Variable(name: name, rules: Self.rules { $0.required = .whenSet(variable: other) })
            }
        )
        #expect(Self.check(manifest, [Self.resolve(manifest, [:])]).isEmpty)
        for name in both {
            let findings = Self.check(manifest, [Self.resolve(manifest, [name: "x"])])
            #expect(findings.map(\.place.variable) == both.filter { $0 != name })
        }
    }
}
