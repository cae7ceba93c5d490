import Findings
import Secrets
import Testing

@testable import Manifest

@Suite struct ManifestInferenceTests {
    /// Reads plain `NAME=value` lines: what a `.env` file is without quotes. The command gives the real reader.
    static func entries(_ file: ProjectFile) -> [EnvironmentEntry]? {
        String(decoding: file.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
            .compactMap { index, line in
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !line.hasPrefix("#") else { return nil }
                return EnvironmentEntry(name: String(parts[0]), value: Secret(String(parts[1])), line: index + 1)
            }
    }

    static func infer(_ files: [String: String], project: String = "shop") -> InferredManifest {
        let files = files.map { ProjectFile(path: $0.key, bytes: Array($0.value.utf8)) }
        return ManifestInference.infer(project: project, files: files, entries: entries)
    }

    static let suite = [
        "portfolio-backend/requirements.txt": "fastapi\n",
        "portfolio-backend/.env.example": """
        ENVIRONMENT=development
        DEBUG=True

        # Signs login tokens.
        # At least 32 characters.
        SECRET_KEY=your-secret-key-here
        DATABASE_URL=postgresql://<DB_USER>:<DB_PASSWORD>@localhost:5432/<DB_NAME>
        ALLOWED_HOSTS=localhost,app.example.com
        RATE_LIMIT_ENABLED=False
        HSTS_MAX_AGE=31536000
        LOG_LEVEL=INFO
        LOG_FORMAT=json
        SECURITY_ALERT_RECIPIENTS=security@example.com
        SMTP_HOST=smtp.example.com
        SMTP_PORT=587
        SMTP_USERNAME=
        SMTP_PASSWORD=
        SENTRY_DSN=
        AWS_ACCESS_KEY_ID=
        AWS_SECRET_ACCESS_KEY=
        AWS_S3_BUCKET=shop-uploads
        AWS_REGION=eu-central-1
        BACKUP_ENCRYPTION_KEY=
        # CANARY_OLD=canary-in-a-comment
        TOKEN_LIFETIME_MINUTES=30
        """,
        "portfolio-backend/.env": """
        ENVIRONMENT=development
        SECRET_KEY=canary-f3a1b2c3d4e5f60718293a4b5c6d7e8f
        DATABASE_URL=postgresql://app:canary-password@localhost:5432/shop
        STRIPE_API_KEY=canary-sk-4242
        SUPPORT_NAME=canary-not-a-secret-but-not-committed-either
        """,
        "portfolio-backend/.env.staging": "ENVIRONMENT=staging\nSECRET_KEY=canary-staging\n",
        "portfolio-backend/.env.production": "ENVIRONMENT=production\nSECRET_KEY=canary-production\n",
        "portfolio-backend/.env.swp": "SWAP=canary\n",
        "backend-ui/package.json": #"{"dependencies": {"react": "18.0.0", "react-scripts": "5.0.1"}}"#,
        "backend-ui/.env.example": "REACT_APP_API_URL=http://localhost:8000\nREACT_APP_MAPS_KEY=<KEY>\nPORT=3000\n",
        "backend-ui/.env.local": "REACT_APP_AWS_SECRET_ACCESS_KEY=canary\nADMIN_PASSWORD=canary\n",
        "README.md": "SECRET_KEY=canary",
    ]

    @Test func `the guide's application is recognised`() throws {
        let inferred = Self.infer(Self.suite, project: "Portfolio Suite")
        let manifest = inferred.manifest
        #expect(manifest.project == "Portfolio-Suite")
        #expect(manifest.environments.map(\.name) == ["development", "staging", "production"])
        #expect(manifest.environmentVariable == "ENVIRONMENT")
        #expect(
            manifest.components == [
                Component(name: "backend-ui", folder: "backend-ui", audience: .browser, dialect: "node"),
                Component(name: "portfolio-backend", folder: "portfolio-backend", dialect: "python"),
            ]
        )
        let types = Dictionary(uniqueKeysWithValues: manifest.variables.map { ($0.name, $0.type.name) })
        let expected = [
            "ENVIRONMENT": "enumeration", "DEBUG": "boolean", "SECRET_KEY": "secret", "DATABASE_URL": "postgres-url",
            "ALLOWED_HOSTS": "host-list", "RATE_LIMIT_ENABLED": "boolean", "HSTS_MAX_AGE": "integer",
            "LOG_LEVEL": "enumeration", "LOG_FORMAT": "enumeration", "SECURITY_ALERT_RECIPIENTS": "email-list",
            "SMTP_HOST": "string", "SMTP_PORT": "port", "SMTP_USERNAME": "string", "SMTP_PASSWORD": "secret",
            "SENTRY_DSN": "sentry-dsn", "AWS_ACCESS_KEY_ID": "aws-access-key-id",
            "AWS_SECRET_ACCESS_KEY": "aws-secret-key", "AWS_S3_BUCKET": "s3-bucket", "AWS_REGION": "aws-region",
            "BACKUP_ENCRYPTION_KEY": "secret", "TOKEN_LIFETIME_MINUTES": "integer", "STRIPE_API_KEY": "secret",
            "SUPPORT_NAME": "string", "REACT_APP_API_URL": "url", "REACT_APP_MAPS_KEY": "string", "PORT": "port",
        ]
        #expect(types == expected)

        let key = try #require(manifest.variable(named: "SECRET_KEY"))
        #expect(key.description == "Signs login tokens. At least 32 characters.")
        #expect(key.generator == .hex(bytes: 32) && key.rotationDays == 90 && key.isSecret)
        #expect(key.rules.minimumLength == 32 && key.rules.unique == true && key.rules.required == .always)
        #expect(key.rules(in: "production").source == .store && key.rules(in: "staging").source == nil)
        #expect(manifest.variable(named: "BACKUP_ENCRYPTION_KEY")?.rotationDays == 365)
        #expect(manifest.variable(named: "SMTP_PASSWORD")?.rotationDays == 180)
        #expect(manifest.variable(named: "SMTP_PASSWORD")?.generator == nil)
        #expect(manifest.variable(named: "SMTP_HOST")?.rules.required == .whenSet(variable: "SMTP_PASSWORD"))
        #expect(
            manifest.variable(named: "AWS_ACCESS_KEY_ID")?.rules.required == .whenSet(variable: "AWS_SECRET_ACCESS_KEY")
        )
        #expect(manifest.variable(named: "DEBUG")?.rules(in: "production").mustBe == "false")
        #expect(manifest.variable(named: "DATABASE_URL")?.rules(in: "staging").tls == true)
        #expect(manifest.variable(named: "REACT_APP_API_URL")?.sensitivity == .public)
        #expect(manifest.variable(named: "REACT_APP_API_URL")?.example == "http://localhost:8000")
        #expect(manifest.variable(named: "LOG_LEVEL")?.example == "INFO")
        #expect(manifest.variable(named: "SUPPORT_NAME")?.example == nil)
    }

    @Test func `no value of a file that is not committed gets into the manifest or the notes`() {
        let inferred = Self.infer(Self.suite)
        let yaml = ManifestWriter.yaml(inferred.manifest)
        #expect(!yaml.contains("canary"), "\(yaml)")
        #expect(!inferred.notes.contains { $0.message.contains("canary") })
    }

    @Test func `secrets are kept away from browsers, with a note`() {
        let inferred = Self.infer(Self.suite)
        #expect(inferred.manifest.variable(named: "REACT_APP_AWS_SECRET_ACCESS_KEY") == nil)
        #expect(inferred.manifest.variable(named: "ADMIN_PASSWORD") == nil)
        let noted = inferred.notes.filter { $0.file == "backend-ui/.env.local" }.compactMap(\.line)
        #expect(noted == [1, 2])
        #expect(inferred.notes.contains { $0.message.contains("REACT_APP_MAPS_KEY") })
    }

    @Test func `a Compose file's services are components, through anchors and merge keys`() throws {
        let inferred = Self.infer([
            "compose.yaml": """
            x-common: &common
              LOG_LEVEL: warn
              PORT: 8080
            services:
              api:
                build: {context: ./services/api}
                env_file: [config/api.env, .env.api, {path: shared/.env}]
                environment:
                  <<: *common
                  JWT_SECRET: ${JWT_SECRET}
                  PORT: "9090"
              worker:
                build: ./services/worker
                environment: [QUEUE_URL=redis://cache:6379/0, API_TOKEN]
              db:
                image: postgres:16
                environment: {POSTGRES_PASSWORD: canary}
              remote: {build: "https://example.com/x.git"}
              outside: {build: ../elsewhere, environment: {A: b}}
            """,
            "shared/.env": "SHARED_NAME=x\n",
            "services/api/.env.example": "JWT_SECRET=\n",
        ])
        let manifest = inferred.manifest
        #expect(manifest.components.map(\.name) == ["api", "worker", "shared"])
        #expect(manifest.component(named: "api")?.files == ["*": ["../../shared/.env", ".env.{environment}"]])
        #expect(manifest.variable(named: "JWT_SECRET")?.components == ["api"])
        #expect(manifest.variable(named: "JWT_SECRET")?.generator == .hex(bytes: 32))
        #expect(manifest.variable(named: "PORT")?.example == "9090")
        #expect(manifest.variable(named: "LOG_LEVEL")?.example == "warn")
        #expect(manifest.variable(named: "QUEUE_URL")?.type == .url)
        #expect(manifest.variable(named: "API_TOKEN")?.type == .secret)
        #expect(manifest.variable(named: "SHARED_NAME")?.components == ["api", "shared"])
        #expect(manifest.variable(named: "POSTGRES_PASSWORD") == nil && manifest.variable(named: "A") == nil)
    }

    @Test func `an empty project gets a manifest to begin with`() throws {
        let inferred = Self.infer([:], project: "...")
        #expect(inferred.manifest.project == "project")
        #expect(inferred.manifest.environments.map(\.name) == ["development", "staging", "production"])
        #expect(inferred.notes.count == 1)
        _ = try ManifestReader.read(bytes: Array(ManifestWriter.yaml(inferred.manifest).utf8))
    }

    @Test func `environments come from file names and from what files say`() {
        let inferred = Self.infer([
            ".env.prod": "A=1\n", ".env.qa.local": "A=1\n", ".env.test": "A=1\n", ".env": "APP_ENV=local\n",
        ])
        #expect(inferred.manifest.environments.map(\.name) == ["local", "test", "qa", "prod"])
        #expect(inferred.manifest.environmentVariable == "APP_ENV")
        let other = Self.infer([".env": "ENVIRONMENT=blue\n"])
        #expect(other.manifest.environmentVariable == nil)
    }

    @Test(arguments: [
        ("API_KEY", ["abc"], "secret", Variable.Sensitivity.secret),
        ("PASSWORD_MIN_LENGTH", ["8"], "integer", .internal),
        ("JWT_ALGORITHM", ["HS256"], "string", .internal),
        ("STRIPE_PUBLISHABLE_KEY", ["pk_test"], "string", .internal),
        ("GOOGLE_CLIENT_ID", ["x.apps"], "string", .internal),
        ("GOOGLE_CLIENT_SECRET", [], "secret", .secret),
        ("NEXT_PUBLIC_API_KEY", ["abc"], "string", .public),
        ("VITE_DEBUG", ["true"], "boolean", .public),
        ("REDIS_URL", ["redis://:pw@cache:6379/0"], "url", .secret),
        ("MAIN_DB", ["postgres://u:p@h/d"], "postgres-url", .secret),
        ("DATABASE_URL", ["mysql://u:p@h/d"], "url", .secret),
        ("DATABASE_URL", ["sqlite:///x.db"], "string", .internal),
        ("DATABASE_URL", [], "postgres-url", .secret),
        ("METRICS_PORT", ["9100"], "port", .internal), ("METRICS_PORT", ["auto"], "string", .internal),
        ("CORS_ORIGINS", ["https://a.example,https://b.example"], "http-origin-list", .internal),
        ("USE_CACHE", ["1"], "boolean", .internal), ("WORKERS", ["4", "8"], "integer", .internal),
        ("RATIO", ["0.5", "1"], "number", .internal), ("ZIP", ["01234"], "string", .internal),
        ("SESSION_TTL", ["15m"], "duration", .internal), ("FEATURES", [#"{"a": true}"#], "json", .internal),
        ("LOG_LEVEL", ["debug"], "enumeration", .internal), ("LOG_LEVEL", ["loud"], "string", .internal),
        ("BANNER", ["a\nb"], "text", .internal), ("PRIVATE_KEY", ["-----BEGIN\nx"], "text", .secret),
        ("HOOK", ["ghp_0123456789abcdefghijABCDEFGHIJ"], "string", .secret), ("PLAIN", [], "string", .internal),
    ])
    func `type and sensitivity are guessed`(
        name: String,
        values: [String],
        type: String,
        sensitivity: Variable.Sensitivity
    ) throws {
        let inferred = ManifestInference.infer(
            project: "p",
            files: [ProjectFile(path: ".env", bytes: []), ProjectFile(path: "Package.swift", bytes: [])],
            entries: { _ in
                values.isEmpty
                    ? [EnvironmentEntry(name: name, value: Secret(""), line: 1)]
                    : values.map { EnvironmentEntry(name: name, value: Secret($0), line: 1) }
            }
        )
        let variable = try #require(inferred.manifest.variables.first)
        #expect(variable.type.name == type)
        #expect(variable.sensitivity == sensitivity)
    }

    @Test(arguments: 0..<200)
    func `whatever is found, the manifest is valid and says no value of a secret`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var files: [ProjectFile] = []
        for folder in ["", "a/", "b c/", "deep/er/", "-x/", "é/", "a\\b/"] where Bool.random(using: &generator) {
            for name in [".env", ".env.example", ".env.staging", ".env.local", "package.json", "go.mod", ".env.-"]
            where Bool.random(using: &generator) {
                files.append(ProjectFile(path: folder + name, bytes: Array(#"{"dependencies":{"vue":"3"}}"#.utf8)))
            }
        }
        let names = [
            "SECRET_KEY", "DB_PASSWORD", "API_TOKEN", "ENVIRONMENT", "PORT", "LOG_LEVEL", "X_URL", "REACT_APP_KEY",
            "bad name",
            "VITE_SECRET", "DEBUG", "ALLOWED_HOSTS", "SMTP_HOST", "SMTP_USER", "SMTP_PASS", "DATABASE_URL", "1A", "",
            "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ENCRYPTION_KEY",
        ]
        let values = [
            "", "canary", "canary-8f3a1b2c3d4e5f607182", "production", "true", "5432", "https://u:canary@h", "*",
            "a\nb",
            "postgres://u:canary@h/d", "<X>", "\u{1B}[31m", "\u{85}", "null", "~", "yes", "# x", "a: b", "'",
            "changeme",
        ]
        let inferred = ManifestInference.infer(project: "p", files: files) { file in
            (0..<8).map { line in
                EnvironmentEntry(
                    name: names.randomElement(using: &generator) ?? "A",
                    value: Secret(values.randomElement(using: &generator) ?? ""),
                    line: line + 1
                )
            }
        }
        let yaml = ManifestWriter.yaml(inferred.manifest)
        let errors = ManifestReader.examine(bytes: Array(yaml.utf8)).findings.filter { $0.severity == .error }
        #expect(errors.isEmpty, "\(errors.map { "\($0.place): \($0.message)" })\n\(yaml)")
        for variable in inferred.manifest.variables where variable.isSecret { #expect(variable.example == nil) }
        #expect(!inferred.notes.contains { $0.message.contains("canary") })
        #expect(!yaml.contains("8f3a1b2c3d4e5f607182") && !yaml.contains("u:canary"), "\(yaml)")
    }
}
