public import Logging

/// The backend's configuration, all of it from the environment of the process and checked before anything starts.
public struct Settings: Sendable {
    /// Where the backend runs.
    public enum Environment: String, Sendable, CaseIterable {
        /// The three environments of the guide.
        case development, staging, production
    }

    /// How a log line looks.
    public enum LogFormat: String, Sendable, CaseIterable {
        /// For people, or one JSON object per line for machines.
        case text, json
    }

    /// `ENVIRONMENT`.
    public var environment: Environment
    /// `DEBUG`: answers tell the cause of a failure. Development only.
    public var debug: Bool
    /// `SECRET_KEY`, which signs the tokens: 32 characters or more.
    public var secretKey: Sensitive
    /// `DATABASE_URL`, a PostgreSQL connection URI.
    public var databaseURL: Sensitive
    /// `ALLOWED_HOSTS`: the names by which requests may call this server.
    public var allowedHosts: HostList
    /// `RATE_LIMIT_ENABLED`: whether logins are limited per client address. On unless it is turned off.
    public var rateLimitEnabled: Bool
    /// `HSTS_MAX_AGE` in seconds when `HSTS_ENABLED`, nil when not.
    public var strictTransportSeconds: Int?
    /// `LOG_LEVEL`.
    public var logLevel: Logger.Level
    /// `LOG_FORMAT`.
    public var logFormat: LogFormat
    /// `HOST`: the address to listen at.
    public var host: String
    /// `PORT`: 0 takes a free one.
    public var port: Int
    /// What the optional variables turn on.
    public var integrations: [Integration]
}

/// A part of the suite that optional variables turn on.
///
/// This backend keeps none of their values: it reports at start what is there. The suite's mailer, backup job and agents
/// are what reads them.
public struct Integration: Sendable, Equatable {
    /// Whether the variables make sense together.
    public enum State: Sendable, Equatable {
        /// None, all, or only some of the variables are there.
        case off, configured, incomplete(missing: [String])
    }

    /// What it is called in the log.
    public let name: String
    /// What the environment says about it.
    public let state: State
}
