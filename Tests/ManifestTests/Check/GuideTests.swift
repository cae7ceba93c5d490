import Findings
import Manifest
import Secrets
import Testing

/// The guide's own three example files: filled in they are clean, and everything that the guide warns of is found as
/// what it is and as nothing else.
@Suite struct GuideTests {
    @Test func `the three files are clean once their placeholders are filled`() {
        #expect(GuideFixture.findings().map(\.code.id) == [])
    }

    @Test func `staging and production are told that require does not check the server, as a note`() {
        let resolutions = ["staging", "production"].map {
            GuideFixture.resolution($0, GuideFixture.entries(of: $0))
        }
        let findings = Checker(GuideFixture.manifest).check(resolutions) { $0.reveal() }
        #expect(findings.map(\.code) == [RuleCodes.tlsUnverified, RuleCodes.tlsUnverified])
        #expect(findings.allSatisfy { $0.severity == .note && $0.message.contains("verify-full") })
    }

    static let allPlaceholders = ["development", "staging", "production"].flatMap { environment in
        GuideFixture.placeholders(in: environment).map { (environment, $0) }
    }

    @Test(arguments: allPlaceholders)
    func `each placeholder left in is one finding, at its variable`(environment: String, placeholder: String) throws {
        let findings = GuideFixture.findings(changing: environment, leaving: placeholder)
        #expect(findings.map(\.code) == [RuleCodes.placeholder])
        let finding = try #require(findings.first)
        let variable = GuideFixture.entries(of: environment, leaving: placeholder).first {
            $0.value.contains(placeholder)
        }
        #expect(finding.place.variable == variable?.name)
        #expect(finding.place.environment == environment)
        // Development forgives placeholders, but a key that is also too short is too short there too.
        let isShort = placeholder == "<DEV_SECRET_KEY_MIN_32_CHARS>"
        #expect(finding.severity == (environment == "development" && !isShort ? .warning : .error))
    }

    /// Every switch and word of the files, with the value that it must not have there and what is found then.
    static let flips: [(String, String, String, FindingCode?)] = [
        ("development", "ENVIRONMENT", "production", RuleCodes.environmentMismatch),
        ("development", "DEBUG", "False", nil), ("development", "ALLOWED_HOSTS", "localhost", nil),
        ("development", "RATE_LIMIT_ENABLED", "True", nil), ("development", "LOG_LEVEL", "INFO", nil),
        ("staging", "ENVIRONMENT", "production", RuleCodes.environmentMismatch),
        ("staging", "DEBUG", "True", RuleCodes.mustBe), ("staging", "DEBUG", "1", RuleCodes.mustBe),
        ("staging", "ALLOWED_HOSTS", "*", RuleCodes.wildcard),
        ("staging", "ALLOWED_HOSTS", "a.com,*", RuleCodes.wildcard),
        ("staging", "RATE_LIMIT_ENABLED", "False", RuleCodes.mustBe),
        ("staging", "HSTS_ENABLED", "True", RuleCodes.missingCompanion),
        ("staging", "LOG_LEVEL", "DEBUG", RuleCodes.mustNotBe),
        ("staging", "SECURITY_EMAIL_ALERTS_ENABLED", "False", RuleCodes.mustBe),
        ("production", "ENVIRONMENT", "staging", RuleCodes.environmentMismatch),
        ("production", "DEBUG", "True", RuleCodes.mustBe), ("production", "DEBUG", "yes", RuleCodes.mustBe),
        ("production", "ALLOWED_HOSTS", "*", RuleCodes.wildcard),
        ("production", "ALLOWED_HOSTS", "*.com", RuleCodes.wildcard),
        ("production", "RATE_LIMIT_ENABLED", "off", RuleCodes.mustBe),
        ("production", "HSTS_ENABLED", "False", RuleCodes.mustBe),
        ("production", "HSTS_MAX_AGE", "3600", RuleCodes.belowMinimum),
        ("production", "LOG_LEVEL", "DEBUG", RuleCodes.mustNotBe),
        ("production", "LOG_FORMAT", "text", RuleCodes.mustBe),
        ("production", "SECURITY_EMAIL_ALERTS_ENABLED", "False", RuleCodes.mustBe),
        ("production", "SECURITY_ALERT_RECIPIENTS", "security", TypeCodes.mailAt),
        ("production", "DEBUG", "Flase", TypeCodes.notBoolean),
        ("production", "LOG_LEVEL", "warning", TypeCodes.notAWord),
        ("production", "HSTS_MAX_AGE", "one year", TypeCodes.notInteger),
    ]

    @Test(arguments: flips)
    func `each flipped switch is one finding`(environment: String, name: String, value: String, code: FindingCode?) {
        let findings = GuideFixture.findings(changing: environment) { entries in
            guard let index = entries.firstIndex(where: { $0.name == name }) else { return }
            entries[index].value = value
        }
        #expect(findings.map(\.code) == [code].compactMap(\.self))
        #expect(findings.allSatisfy { $0.place.environment == environment && $0.severity == .error })
    }

    @Test func `every line of the files is among the flips or has a placeholder`() {
        for (environment, _) in GuideFixture.files {
            for entry in GuideFixture.entries(of: environment) {
                let isFlipped = Self.flips.contains { $0.0 == environment && $0.1 == entry.name }
                let hasPlaceholder =
                    GuideFixture.files[environment]?.contains("\n\(entry.name)=") == true
                    && Self.allPlaceholders.contains { left in
                        left.0 == environment
                            && GuideFixture.entries(of: environment, leaving: left.1).contains {
                                $0.name == entry.name && $0.value.contains(left.1)
                            }
                    }
                #expect(isFlipped || hasPlaceholder, "\(environment) \(entry.name)")
            }
        }
    }

    /// A value that is formally right and too weak, and what is found. Passwords replace the one in the URL.
    static let weakened: [(String, String, FindingCode)] = [
        ("SECRET_KEY", "short-but-Kx8rQ2mZ", RuleCodes.tooShort), ("SECRET_KEY", "Kx8rQ2mZ", RuleCodes.tooShort),
        ("SECRET_KEY", "summersummersummersummersummer25!", RuleCodes.weak),
        ("SECRET_KEY", "0123456789abcdef0123456789abcdef", RuleCodes.weak),
        ("SECRET_KEY", "portfolio-production-summer-2025!!", RuleCodes.weak),
        ("SECRET_KEY", "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6", RuleCodes.weak),
        ("SECRET_KEY", "change-me-change-me-change-me-change-me", RuleCodes.placeholder),
        ("password", "kR7-vBn2_qLx", RuleCodes.passwordTooShort),
        ("password", "kr7-vbn2_qlx9wm4tz8pd", RuleCodes.charactersMissing),
        ("password", "kRvBn2qLx9wM4tZ8pDcYh", RuleCodes.charactersMissing),
        ("password", "suite_app", RuleCodes.defaultCredentials),
        ("password", "Password-Password-12345", RuleCodes.weak),
        ("password", "suite_app1", RuleCodes.defaultCredentials),
        ("password", "Aa1-Aa1-Aa1-Aa1-Aa1-Aa1-", RuleCodes.weak),
        ("password", "your_password_here", RuleCodes.placeholder),
        ("password", "kR7-v@n2_qLx9wM4tZ8pD", TypeCodes.pgReserved),
        ("password", "kR7-v%n2_qLx9wM4tZ8pD", TypeCodes.pgEscape),
    ]

    @Test(arguments: weakened, ["development", "staging", "production"])
    func `each weakened value is one finding`(row: (String, String, FindingCode), environment: String) {
        let (what, value, code) = row
        let findings = GuideFixture.findings(changing: environment) { entries in
            guard let index = entries.firstIndex(where: { $0.name == (what == "password" ? "DATABASE_URL" : what) })
            else { return }
            let old = entries[index].value
            entries[index].value =
                what == "password"
                ? old.replacing(#/suite_app:[^@]*@/#, with: "suite_app:\(value)@") : value
        }
        #expect(findings.map(\.code.id) == [code.id])
        let isStrengthOnly = [
            RuleCodes.weak, RuleCodes.placeholder, RuleCodes.defaultCredentials, RuleCodes.charactersMissing,
        ].contains(code)
        #expect(findings.first?.severity == (environment == "development" && isStrengthOnly ? .warning : .error))
    }

    static let connections: [(String, FindingCode?)] = [
        ("", RuleCodes.tlsRequired), ("?sslmode=disable", RuleCodes.tlsRequired),
        ("?sslmode=allow", RuleCodes.tlsRequired),
        ("?sslmode=prefer", RuleCodes.tlsRequired), ("?ssl=false", RuleCodes.tlsRequired),
        ("?sslmode=verify-full", nil),
        ("?sslmode=require", nil), ("?sslmode=verify-ca", nil), ("?sslmode=on", TypeCodes.pgSSLMode),
    ]

    @Test(arguments: connections, ["staging", "production"])
    func `a connection in the clear is found`(row: (String, FindingCode?), environment: String) {
        let findings = GuideFixture.findings(changing: environment) { entries in
            guard let index = entries.firstIndex(where: { $0.name == "DATABASE_URL" }) else { return }
            entries[index].value = entries[index].value.replacing("?sslmode=require", with: row.0)
        }
        #expect(findings.map(\.code.id) == [row.1?.id].compactMap(\.self))
    }

    @Test(arguments: [
        ("staging", "SECRET_KEY"), ("production", "SECRET_KEY"), ("production", "DATABASE_URL"),
        ("production", "DEBUG"),
        ("production", "HSTS_MAX_AGE"), ("production", "SENTRY_DSN"), ("production", "AWS_ACCESS_KEY_ID"),
        ("production", "AWS_SECRET_ACCESS_KEY"), ("production", "SECURITY_ALERT_RECIPIENTS"),
        ("development", "SECRET_KEY"),
        ("development", "LOG_LEVEL"), ("production", "ALLOWED_HOSTS"),
    ])
    func `each line left out is one finding`(environment: String, name: String) {
        let findings = GuideFixture.findings(changing: environment) { $0.removeAll { $0.name == name } }
        let isCompanion = ["HSTS_MAX_AGE", "SECURITY_ALERT_RECIPIENTS"].contains(name) || name.hasPrefix("AWS")
        #expect(findings.map(\.code) == [isCompanion ? RuleCodes.missingCompanion : RuleCodes.missing])
        #expect(findings.first?.place.variable == name)
    }

    @Test func `without any AWS key production is clean: a role may be in use`() {
        let findings = GuideFixture.findings(changing: "production") { $0.removeAll { $0.name.hasPrefix("AWS") } }
        #expect(findings.isEmpty)
    }

    @Test func `every production secret in a plain file is one finding`() {
        let environment = Environment(name: "production")
        let entries = GuideFixture.entries(of: "production")
        let resolution = Resolver.resolve(
            manifest: GuideFixture.manifest,
            component: GuideFixture.backend,
            environment: environment,
            files: [
                ResolverFile(
                    path: ".env.production",
                    entries: entries.enumerated().map { .init(name: $1.name, value: Secret($1.value), line: $0 + 1) }
                )
            ],
            store: nil,
            process: { _ in nil }
        )
        let findings = Checker(GuideFixture.manifest).check([resolution]) { $0.reveal() }.filter { $0.severity > .note }
        #expect(Set(findings.map(\.code)) == [RuleCodes.notFromStore])
        #expect(
            findings.map(\.place.variable)
                == ["SECRET_KEY", "DATABASE_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
        )
        #expect(findings.allSatisfy { $0.place.file == ".env.production" && $0.place.line != nil })
    }

    @Test(arguments: ["SECRET_KEY", "DATABASE_URL"])
    func `a secret of one environment in another is one finding, at the later`(name: String) {
        var shared = ""
        let resolutions = GuideFixture.manifest.environments.map { environment in
            var entries = GuideFixture.entries(of: environment.name)
            if let index = entries.firstIndex(where: { $0.name == name }) {
                if environment.name == "development" { shared = entries[index].value }
                if environment.name == "production" {
                    // The whole value; of a URL the password is enough, on another host and with TLS.
                    entries[index].value =
                        shared.replacing("localhost", with: "prod.example.com")
                        + (name == "DATABASE_URL" ? "?sslmode=require" : "")
                }
            }
            return GuideFixture.resolution(environment.name, entries)
        }
        let findings = Checker(GuideFixture.manifest).check(resolutions) { $0.reveal() }.filter { $0.severity > .note }
        #expect(findings.map(\.code) == [RuleCodes.reusedAcrossEnvironments])
        #expect(findings.first?.place.environment == "production")
        #expect(findings.first?.message.contains("development") == true)
    }
}
