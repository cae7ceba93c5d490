import Logging

extension Settings {
    /// Reads the settings and collects everything that is wrong, so that one attempt shows it all.
    ///
    /// - Parameter environment: The variables of the process. An empty value counts as absent.
    /// - Throws: ``BackendError`` with a line per variable that is wrong; it names variables, never values.
    public init(environment: [String: String]) throws(BackendError) {
        var reader = SettingsReader(environment)
        let place = reader.choice("ENVIRONMENT", among: Environment.allCases)
        let debug = reader.boolean("DEBUG", default: false)
        let secretKey = reader.required("SECRET_KEY", fix: "openssl rand -hex 32") ?? ""
        let databaseURL = reader.required("DATABASE_URL", fix: "postgresql://USER:PASSWORD@HOST:5432/DATABASE") ?? ""
        let hosts = HostList(reader.text("ALLOWED_HOSTS") ?? "localhost,127.0.0.1,[::1]")

        if !secretKey.isEmpty, secretKey.count < 32 {
            reader.complain("SECRET_KEY has \(secretKey.count) characters; it needs 32 or more: openssl rand -hex 32")
        }
        if !databaseURL.isEmpty, !Database.isConnectionURI(databaseURL) {
            reader.complain("DATABASE_URL is not of the form postgresql://USER:PASSWORD@HOST:5432/DATABASE")
        }
        if debug, place != .development, place != nil {
            reader.complain("DEBUG must be False outside development: it tells strangers what failed")
        }
        if place == .production, hosts.acceptsAll {
            reader.complain("ALLOWED_HOSTS must name hosts in production; `*` accepts any")
        }

        self.environment = place ?? .production
        self.debug = debug
        self.secretKey = Sensitive(secretKey)
        self.databaseURL = Sensitive(databaseURL)
        allowedHosts = hosts
        rateLimitEnabled = reader.boolean("RATE_LIMIT_ENABLED", default: true)
        let seconds = reader.integer("HSTS_MAX_AGE", in: 0...Int(Int32.max), default: 31_536_000)
        strictTransportSeconds = reader.boolean("HSTS_ENABLED", default: false) ? seconds : nil
        logLevel = reader.logLevel()
        logFormat = reader.choice("LOG_FORMAT", among: LogFormat.allCases, default: .text)
        host = reader.text("HOST") ?? "127.0.0.1"
        port = reader.integer("PORT", in: 0...65_535, default: 8000)
        integrations = reader.integrations()
        guard reader.problems.isEmpty else { throw .settings(reader.problems) }
    }
}

/// Reads one variable after the other and keeps what is wrong with them.
private struct SettingsReader {
    private let variables: [String: String]
    private(set) var problems: [String] = []

    init(_ variables: [String: String]) {
        self.variables = variables
    }

    func text(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    mutating func complain(_ problem: String) {
        problems.append(problem)
    }

    mutating func required(_ name: String, fix: String) -> String? {
        if let value = text(name) { return value }
        complain("\(name) is not set: \(fix)")
        return nil
    }

    mutating func boolean(_ name: String, default fallback: Bool) -> Bool {
        switch text(name)?.lowercased() {
        case nil: return fallback
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default:
            complain("\(name) is neither True nor False")
            return fallback
        }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
        guard let value = text(name) else { return fallback }
        guard let number = Int(value), range.contains(number) else {
            complain("\(name) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
            return fallback
        }
        return number
    }

    mutating func choice<Choice: RawRepresentable<String>>(_ name: String, among choices: [Choice]) -> Choice? {
        let words = choices.map(\.rawValue).joined(separator: ", ")
        guard let value = text(name) else {
            complain("\(name) is not set: one of \(words)")
            return nil
        }
        guard let choice = Choice(rawValue: value.lowercased()) else {
            complain("\(name) is not one of \(words)")
            return nil
        }
        return choice
    }

    mutating func choice<Choice: RawRepresentable<String>>(
        _ name: String,
        among choices: [Choice],
        default fallback: Choice
    ) -> Choice {
        text(name) == nil ? fallback : choice(name, among: choices) ?? fallback
    }

    /// The levels have the names of the guide's Python application.
    mutating func logLevel() -> Logger.Level {
        switch text("LOG_LEVEL")?.uppercased() {
        case "DEBUG": return .debug
        case nil, "INFO": return .info
        case "WARNING": return .warning
        case "ERROR": return .error
        case "CRITICAL": return .critical
        default:
            complain("LOG_LEVEL is not one of DEBUG, INFO, WARNING, ERROR, CRITICAL")
            return .info
        }
    }

    mutating func integrations() -> [Integration] {
        let alerts = boolean("SECURITY_EMAIL_ALERTS_ENABLED", default: false)
        return [
            integration("mail", ["SMTP_HOST", "SMTP_PORT", "SMTP_USERNAME", "SMTP_PASSWORD"]),
            integration("security-alerts", ["SECURITY_ALERT_RECIPIENTS", "SMTP_HOST"], wanted: alerts),
            // On AWS a role stands in for the two keys; without a bucket there is nothing to store in.
            integration("storage", ["AWS_S3_BUCKET", "AWS_REGION"]),
            integration("error-tracking", ["SENTRY_DSN"]),
            integration("backup-encryption", ["BACKUP_ENCRYPTION_KEY"]),
            integration("agent-encryption", ["AGENT_KMS_KEY"]),
        ]
    }

    /// - Parameter wanted: What a switch says; nil where the presence of any variable is the switch.
    private func integration(_ name: String, _ names: [String], wanted: Bool? = nil) -> Integration {
        let missing = names.filter { text($0) == nil }
        guard wanted ?? (missing.count < names.count) else { return Integration(name: name, state: .off) }
        return Integration(name: name, state: missing.isEmpty ? .configured : .incomplete(missing: missing))
    }
}
