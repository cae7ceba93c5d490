import Findings
import Manifest
import Testing

@Suite struct ExampleManifestTests {
    /// The guide's variables, in its order.
    static let backend = [
        "ENVIRONMENT", "DEBUG", "SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "RATE_LIMIT_ENABLED", "HSTS_ENABLED",
        "HSTS_MAX_AGE", "SECURITY_EMAIL_ALERTS_ENABLED", "SECURITY_ALERT_RECIPIENTS", "LOG_LEVEL", "LOG_FORMAT",
        "SENTRY_DSN", "SMTP_HOST", "SMTP_PORT", "SMTP_USERNAME", "SMTP_PASSWORD", "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY", "AWS_S3_BUCKET", "AWS_REGION", "BACKUP_ENCRYPTION_KEY", "AGENT_KMS_KEY",
    ]

    static func manifest() throws -> Manifest {
        let text = try Repository.text(of: "Examples/PortfolioSuite/keyfolio.yaml")
        let reading = ManifestReader.examine(bytes: Array(text.utf8))
        #expect(reading.findings.isEmpty, "\(reading.findings.map { "\($0.place): \($0.message)" })")
        return try #require(reading.manifest)
    }

    @Test func `the example's manifest has all of the guide's variables and no finding`() throws {
        let manifest = try Self.manifest()
        #expect(manifest.environments.map(\.name) == ["development", "staging", "production"])
        #expect(manifest.environmentVariable == "ENVIRONMENT")
        let backend = try #require(manifest.component(named: "backend"))
        let names = manifest.variables(of: backend).map(\.name)
        #expect(names.filter(Self.backend.contains) == Self.backend)
        let frontend = try #require(manifest.component(named: "frontend"))
        #expect(frontend.audience == .browser)
        #expect(manifest.variables(of: frontend).allSatisfy { $0.sensitivity == .public })
        #expect(manifest.variables.allSatisfy { $0.description != nil })
    }

    @Test func `every secret comes from the store in production and has a value of its own everywhere`() throws {
        let secrets = try Self.manifest().variables.filter(\.isSecret)
        #expect(secrets.count == 8)
        for secret in secrets {
            #expect(secret.rules(in: "production").source == .store, "\(secret.name)")
            #expect(secret.rules.unique == true, "\(secret.name)")
            #expect(secret.rules(in: "development").source == nil, "\(secret.name)")
        }
    }

    @Test(
        arguments: [
            ("SECRET_KEY", 90), ("DATABASE_URL", 90), ("SMTP_PASSWORD", 180), ("AWS_ACCESS_KEY_ID", 90),
            ("AWS_SECRET_ACCESS_KEY", 90), ("BACKUP_ENCRYPTION_KEY", 365), ("AGENT_KMS_KEY", 365), ("LOG_LEVEL", nil),
        ] as [(String, Int?)]
    )
    func `rotation follows the guide's table`(name: String, days: Int?) throws {
        #expect(try #require(try Self.manifest().variable(named: name)).rotationDays == days)
    }

    /// A rule of the guide: in which environment, and what it says.
    @Test func `every rule of the guide is there`() throws {
        let manifest = try Self.manifest()
        func rules(_ name: String, _ environment: String) throws -> Rules {
            try #require(manifest.variable(named: name)).rules(in: environment)
        }
        for environment in ["staging", "production"] {
            #expect(try rules("DEBUG", environment).mustBe == "False")
            #expect(try rules("ALLOWED_HOSTS", environment).wildcard == false)
            #expect(try rules("RATE_LIMIT_ENABLED", environment).mustBe == "True")
            #expect(try rules("DATABASE_URL", environment).tls == true)
            #expect(try rules("SECURITY_EMAIL_ALERTS_ENABLED", environment).mustBe == "True")
        }
        #expect(try rules("DEBUG", "development").mustBe == nil)
        #expect(try rules("ALLOWED_HOSTS", "development").wildcard == nil)
        #expect(try rules("HSTS_ENABLED", "production").mustBe == "True")
        #expect(try rules("HSTS_ENABLED", "staging").mustBe == nil)
        #expect(try rules("HSTS_MAX_AGE", "production").minimum == 31_536_000)
        #expect(try rules("LOG_FORMAT", "production").mustBe == "json")
        #expect(try rules("SENTRY_DSN", "production").required == .always)
        #expect(
            try rules("SECURITY_ALERT_RECIPIENTS", "production").required
                == .whenEqual(variable: "SECURITY_EMAIL_ALERTS_ENABLED", value: "true")
        )
        // The guide's staging file has alerts on and names no recipients.
        #expect(try rules("SECURITY_ALERT_RECIPIENTS", "staging").required == nil)
        for environment in ["development", "staging", "production"] {
            #expect(try rules("SECRET_KEY", environment).minimumLength == 32)
            #expect(try rules("SECRET_KEY", environment).required == .always)
            #expect(try rules("DATABASE_URL", environment).minimumPasswordLength == 20)
            #expect(try rules("DATABASE_URL", environment).characters == [.lower, .upper, .digit, .symbol])
            #expect(try rules("AWS_ACCESS_KEY_ID", environment).required == .whenSet(variable: "AWS_SECRET_ACCESS_KEY"))
            #expect(try rules("AWS_SECRET_ACCESS_KEY", environment).required == .whenSet(variable: "AWS_ACCESS_KEY_ID"))
        }
    }
}
