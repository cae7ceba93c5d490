import Logging
import Testing

@testable import PortfolioBackend

struct SettingsTests {
    private static let complete = [
        "ENVIRONMENT": "production", "SECRET_KEY": String(repeating: "k", count: 32),
        "DATABASE_URL": "postgresql://u:p@db.example.com:5432/d?sslmode=require",
        "ALLOWED_HOSTS": "app.example.com,api.example.com",
    ]

    @Test func `the guide's production settings are read`() throws {
        let settings = try Settings(
            environment: Self.complete.merging([
                "DEBUG": "False", "RATE_LIMIT_ENABLED": "True", "HSTS_ENABLED": "True", "HSTS_MAX_AGE": "31536000",
                "LOG_LEVEL": "WARNING", "LOG_FORMAT": "json", "SECURITY_EMAIL_ALERTS_ENABLED": "True",
                "SECURITY_ALERT_RECIPIENTS": "security@example.com", "PORT": "0",
            ]) { $1 }
        )
        #expect(settings.environment == .production)
        #expect(settings.rateLimitEnabled && !settings.debug)
        #expect(settings.strictTransportSeconds == 31_536_000)
        #expect(settings.logLevel == .warning && settings.logFormat == .json)
        #expect(settings.port == 0 && settings.host == "127.0.0.1")
        #expect(
            settings.integrations.first { $0.name == "security-alerts" }?.state
                == .incomplete(missing: ["SMTP_HOST"])
        )
    }

    @Test func `what is not said is closed`() throws {
        let settings = try Settings(environment: Self.complete.filter { $0.key != "ALLOWED_HOSTS" })
        #expect(settings.rateLimitEnabled && !settings.debug)
        #expect(settings.allowedHosts.accepts("localhost:8000") && !settings.allowedHosts.accepts("example.com"))
        #expect(settings.integrations.allSatisfy { $0.state == .off })
    }

    @Test(arguments: [
        ("ENVIRONMENT", ""), ("ENVIRONMENT", "live"), ("SECRET_KEY", ""),
        ("SECRET_KEY", "too-short-by-one-character-0000"),
        ("DATABASE_URL", ""), ("DATABASE_URL", "mysql://u:p@h/d"), ("DATABASE_URL", "postgresql://u:p%zz@h/d"),
        ("DATABASE_URL", "postgresql://h/d?no_such_word=1"), ("DEBUG", "True"), ("DEBUG", "perhaps"),
        ("ALLOWED_HOSTS", "*"), ("RATE_LIMIT_ENABLED", "maybe"), ("HSTS_MAX_AGE", "a year"), ("HSTS_MAX_AGE", "-1"),
        ("LOG_LEVEL", "LOUD"), ("LOG_FORMAT", "xml"), ("PORT", "65536"), ("PORT", "http"),
    ])
    func `a wrong variable is named, and its value is not`(name: String, value: String) throws {
        let error = try #require(throws: BackendError.self) {
            try Settings(environment: Self.complete.merging([name: value]) { $1 })
        }
        #expect(error.message.contains("- \(name) "))
        #expect(error.code == "PB-CONFIG-001" && error.exitStatus == 78)
        let harmless = ["", "True", "*", "-1"]
        #expect(harmless.contains(value) || !error.description.contains(value))
    }

    @Test func `everything that is wrong is said at once`() throws {
        let error = try #require(throws: BackendError.self) { try Settings(environment: ["PORT": "x"]) }
        for name in ["ENVIRONMENT", "SECRET_KEY", "DATABASE_URL", "PORT"] {
            #expect(error.message.contains("- \(name) "))
        }
    }

    @Test func `a secret does not print`() throws {
        let settings = try Settings(environment: Self.complete)
        var dumped = "\(settings) \(String(reflecting: settings)) \(settings.secretKey) \(settings.databaseURL)"
        dump(settings, to: &dumped)
        #expect(!dumped.contains("kkkk") && !dumped.contains("db.example.com"))
    }
}
