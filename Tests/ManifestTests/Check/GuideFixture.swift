import Findings
import Manifest
import Secrets

/// The guide's three example files and a manifest of its rules, in Swift.
enum GuideFixture {
    static let development = """
        # .env (local development)
        ENVIRONMENT=development
        DEBUG=True
        SECRET_KEY=<DEV_SECRET_KEY_MIN_32_CHARS>
        DATABASE_URL=postgresql://<DEV_DB_USER>:<DEV_DB_PASSWORD>@localhost:5432/<DEV_DB_NAME>
        ALLOWED_HOSTS=*
        RATE_LIMIT_ENABLED=False
        LOG_LEVEL=DEBUG
        """

    static let staging = """
        # .env (staging server)
        ENVIRONMENT=staging
        DEBUG=False
        SECRET_KEY=<STAGING_SECRET_KEY_64_CHARS>
        DATABASE_URL=postgresql://<STAGING_DB_USER>:<STAGING_DB_PASSWORD>@<STAGING_DB_HOST>:5432/<STAGING_DB_NAME>?sslmode=require
        ALLOWED_HOSTS=staging.example.com
        RATE_LIMIT_ENABLED=True
        HSTS_ENABLED=False  # Optional for staging
        LOG_LEVEL=INFO
        SECURITY_EMAIL_ALERTS_ENABLED=True
        """

    static let production = """
        # .env (production server)
        ENVIRONMENT=production
        DEBUG=False
        SECRET_KEY=<PROD_SECRET_KEY_FROM_SECRETS_MANAGER>
        DATABASE_URL=postgresql://<PROD_DB_USER>:<PROD_DB_PASSWORD>@<PROD_DB_HOST>:5432/<PROD_DB_NAME>?sslmode=require
        ALLOWED_HOSTS=app.example.com,api.example.com
        RATE_LIMIT_ENABLED=True
        HSTS_ENABLED=True
        HSTS_MAX_AGE=31536000
        LOG_LEVEL=WARNING
        LOG_FORMAT=json
        SECURITY_EMAIL_ALERTS_ENABLED=True
        SECURITY_ALERT_RECIPIENTS=security@example.com,ops@example.com

        # Production-specific
        SENTRY_DSN=<SENTRY_DSN>
        AWS_ACCESS_KEY_ID=<AWS_ACCESS_KEY_ID_FROM_SECRETS_MANAGER>
        AWS_SECRET_ACCESS_KEY=<AWS_SECRET_ACCESS_KEY_FROM_SECRETS_MANAGER>
        """

    static let files = ["development": development, "staging": staging, "production": production]

    /// What stands in a file where somebody has to fill something in.
    static func placeholders(in environment: String) -> [String] {
        var found: [String] = []
        var rest = Substring(files[environment] ?? "")
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            found.append(String(rest[open...close]))
            rest = rest[rest.index(after: close)...]
        }
        return found
    }

    /// A strong value for a placeholder, another one at each call.
    static func filling(for placeholder: String) -> String {
        func has(_ word: String) -> Bool { placeholder.contains(word) }
        if has("DB_USER") { return "suite_app" }
        if has("DB_PASSWORD") { return Generator.password(length: 24).make().reveal() }
        if has("DB_HOST") { return "db.internal.example.com" }
        if has("DB_NAME") { return "portfolio" }
        if has("SENTRY") { return "https://\(Generator.hex(bytes: 16).make().reveal())@o7.ingest.sentry.io/42" }
        if has("AWS_ACCESS") { return "AKIA" + Generator.hex(bytes: 8).make().reveal().uppercased() }
        if has("AWS_SECRET") { return Generator.base64(bytes: 30).make().reveal() }
        return Generator.hex(bytes: 32).make().reveal()
    }

    /// The names and values of an environment's file, with every placeholder filled but one.
    static func entries(of environment: String, leaving left: String? = nil) -> [(name: String, value: String)] {
        var text = files[environment] ?? ""
        for placeholder in placeholders(in: environment) where placeholder != left {
            text = text.replacing(placeholder, with: filling(for: placeholder), maxReplacements: 1)
        }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            let value = line[line.index(after: equals)...].prefix { $0 != "#" }
            return (String(line[..<equals]), String(value.reversed().drop { $0 == " " }.reversed()))
        }
    }

    static let backend = Component(name: "backend", folder: "portfolio-backend")

    static let manifest = Manifest(
        project: "portfolio-suite",
        environments: ["development", "staging", "production"].map { Environment(name: $0) },
        components: [backend],
        variables: variables,
        environmentVariable: "ENVIRONMENT"
    )

    static func rules(_ change: (inout Rules) -> Void) -> Rules {
        var rules = Rules()
        change(&rules)
        return rules
    }

    private static func variable(
        _ name: String,
        _ type: ValueType,
        sensitivity: Variable.Sensitivity? = nil,
        defaultValue: String? = nil,
        generator: Generator? = nil,
        _ general: (inout Rules) -> Void = { _ in },
        staging: ((inout Rules) -> Void)? = nil,
        production: ((inout Rules) -> Void)? = nil
    ) -> Variable {
        var environments: [String: Variable.EnvironmentOverride] = [:]
        if let staging { environments["staging"] = .init(rules: rules(staging)) }
        if let production { environments["production"] = .init(rules: rules(production)) }
        return Variable(
            name: name,
            type: type,
            sensitivity: sensitivity,
            defaultValue: defaultValue,
            components: ["backend"],
            rules: rules(general),
            environments: environments,
            generator: generator
        )
    }

    private static func mustBe(_ value: String) -> (inout Rules) -> Void {
        {
            $0.required = .always
            $0.mustBe = value
        }
    }

    private static func fromStore(_ rules: inout Rules) { rules.source = .store }

    private static let variables: [Variable] = [
        variable("ENVIRONMENT", .enumeration(["development", "staging", "production"]), { $0.required = .always }),
        variable(
            "DEBUG",
            .boolean,
            { $0.required = .always },
            staging: { $0.mustBe = "false" },
            production: mustBe("false")
        ),
        variable(
            "SECRET_KEY",
            .secret,
            generator: .hex(bytes: 32),
            {
                $0.required = .always
                $0.minimumLength = 32
                $0.strengthBits = 128
                $0.unique = true
            },
            production: fromStore
        ),
        variable(
            "DATABASE_URL",
            .postgresURL,
            {
                $0.required = .always
                $0.minimumPasswordLength = 20
                $0.characters = Set(Rules.CharacterKind.allCases)
                $0.strengthBits = 80
                $0.unique = true
            },
            staging: { $0.tls = true },
            production: {
                $0.tls = true
                $0.source = .store
            }
        ),
        variable(
            "ALLOWED_HOSTS",
            .hostList,
            { $0.required = .always },
            staging: { $0.wildcard = false },
            production: { $0.wildcard = false }
        ),
        variable(
            "RATE_LIMIT_ENABLED",
            .boolean,
            { $0.required = .always },
            staging: mustBe("true"),
            production: mustBe("true")
        ),
        variable("HSTS_ENABLED", .boolean, defaultValue: "false", production: mustBe("true")),
        variable(
            "HSTS_MAX_AGE",
            .integer,
            { $0.required = .whenEqual(variable: "HSTS_ENABLED", value: "true") },
            production: { $0.minimum = 31_536_000 }
        ),
        variable(
            "SECURITY_EMAIL_ALERTS_ENABLED",
            .boolean,
            defaultValue: "false",
            staging: mustBe("true"),
            production: mustBe("true")
        ),
        variable(
            "SECURITY_ALERT_RECIPIENTS",
            .emailList,
            production: { $0.required = .whenEqual(variable: "SECURITY_EMAIL_ALERTS_ENABLED", value: "true") }
        ),
        variable(
            "LOG_LEVEL",
            .enumeration(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
            { $0.required = .always },
            staging: { $0.mustNotBe = ["DEBUG"] },
            production: { $0.mustNotBe = ["DEBUG"] }
        ),
        variable("LOG_FORMAT", .enumeration(["text", "json"]), defaultValue: "text", production: mustBe("json")),
        variable("SENTRY_DSN", .sentryDSN, production: { $0.required = .always }),
        variable(
            "AWS_ACCESS_KEY_ID",
            .awsAccessKeyID,
            sensitivity: .secret,
            {
                $0.required = .whenSet(variable: "AWS_SECRET_ACCESS_KEY")
                $0.unique = true
            },
            production: fromStore
        ),
        variable(
            "AWS_SECRET_ACCESS_KEY",
            .awsSecretKey,
            {
                $0.required = .whenSet(variable: "AWS_ACCESS_KEY_ID")
                $0.unique = true
            },
            production: fromStore
        ),
    ]

    /// What an environment's component gets when its file is read, and in production the secrets from a store.
    static func resolution(_ name: String, _ entries: [(name: String, value: String)]) -> Resolution {
        let environment = manifest.environment(named: name) ?? Environment(name: name)
        let secrets = Set(manifest.variables.filter(\.isSecret).map(\.name))
        let stored = entries.filter { name == "production" && secrets.contains($0.name) }
        let inFile = entries.enumerated().filter { entry in !stored.contains { $0.name == entry.element.name } }
        return Resolver.resolve(
            manifest: manifest,
            component: backend,
            environment: environment,
            files: [
                ResolverFile(
                    path: "portfolio-backend/.env.\(name)",
                    entries: inFile.map { .init(name: $1.name, value: Secret($1.value), line: $0 + 1) }
                )
            ],
            store: StoreValues(
                path: "portfolio-suite/\(name)",
                version: 1,
                fields: Dictionary(stored.map { ($0.name, Secret($0.value)) }) { _, last in last }
            ),
            process: { _ in nil }
        )
    }

    /// What a check of all three environments finds, notes aside, when the entries of one are changed.
    static func findings(
        changing environment: String? = nil,
        leaving placeholder: String? = nil,
        _ change: (inout [(name: String, value: String)]) -> Void = { _ in }
    ) -> [Finding] {
        let resolutions = manifest.environments.map { one in
            var entries = entries(of: one.name, leaving: one.name == environment ? placeholder : nil)
            if one.name == environment { change(&entries) }
            return resolution(one.name, entries)
        }
        return Checker(manifest).check(resolutions) { $0.reveal() }.filter { $0.severity > .note }
    }
}
