/// What a variable's values are. Each type has its own syntax check with precise findings.
public enum ValueType: Sendable, Hashable {
    /// One line of text.
    case string
    /// Text of any number of lines.
    case text
    /// A whole number.
    case integer
    /// A decimal number.
    case number
    /// A switch: true/false, yes/no, on/off, 1/0, in any case.
    case boolean
    /// One of these words.
    case enumeration([String])
    /// A URL with a scheme and a host (RFC 3986).
    case url
    /// An HTTP origin: scheme, host, port and nothing more (RFC 6454).
    case httpOrigin
    /// HTTP origins, separated by commas; `*` for any.
    case httpOriginList
    /// Host names or addresses, separated by commas; `*` for any.
    case hostList
    /// E-mail addresses, separated by commas.
    case emailList
    /// A length of time: `30s`, `15m`, `12h`, `90d`, or a plain number of seconds.
    case duration
    /// A TCP port, 1 to 65535.
    case port
    /// A path of the file system.
    case path
    /// A JSON text (RFC 8259).
    case json
    /// Base64 (RFC 4648), standard or URL-safe.
    case base64
    /// Hexadecimal digits, an even number of them.
    case hex
    /// A PostgreSQL connection URI (PostgreSQL documentation, 34.1.1.2).
    case postgresURL
    /// A Sentry DSN: a URL with a public key and a project's number.
    case sentryDSN
    /// An AWS access key id: `AKIA…` or `ASIA…`, 20 characters.
    case awsAccessKeyID
    /// An AWS secret access key: 40 characters of base64.
    case awsSecretKey
    /// An AWS region: `eu-central-1`.
    case awsRegion
    /// The name of an S3 bucket, by S3's rules for general-purpose buckets.
    case s3Bucket
    /// An opaque secret: text whose strength counts.
    case secret

    /// Whether an empty text is a value of the type, and not the lack of one.
    public var takesEmpty: Bool {
        switch self {
        case .string, .text, .httpOriginList, .hostList, .emailList, .path, .base64, .hex, .secret: true
        case .enumeration(let words): words.contains("")
        case .integer, .number, .boolean, .url, .httpOrigin, .duration, .port, .json, .postgresURL, .sentryDSN,
            .awsAccessKeyID, .awsSecretKey, .awsRegion, .s3Bucket:
            false
        }
    }

    /// The type's name in the manifest, without an enumeration's words.
    public var name: String {
        switch self {
        case .string: "string"
        case .text: "text"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .enumeration: "enumeration"
        case .url: "url"
        case .httpOrigin: "http-origin"
        case .httpOriginList: "http-origin-list"
        case .hostList: "host-list"
        case .emailList: "email-list"
        case .duration: "duration"
        case .port: "port"
        case .path: "path"
        case .json: "json"
        case .base64: "base64"
        case .hex: "hex"
        case .postgresURL: "postgres-url"
        case .sentryDSN: "sentry-dsn"
        case .awsAccessKeyID: "aws-access-key-id"
        case .awsSecretKey: "aws-secret-key"
        case .awsRegion: "aws-region"
        case .s3Bucket: "s3-bucket"
        case .secret: "secret"
        }
    }

    /// Every type that needs no further words, for the reader, the schema and completions.
    public static let simple: [ValueType] = [
        .string, .text, .integer, .number, .boolean, .url, .httpOrigin, .httpOriginList, .hostList, .emailList,
        .duration, .port,
        .path, .json, .base64, .hex, .postgresURL, .sentryDSN, .awsAccessKeyID, .awsSecretKey, .awsRegion, .s3Bucket,
        .secret,
    ]

    /// How sensitive values of the type usually are, when the manifest does not say.
    ///
    /// A PostgreSQL URL has a password in it. A Sentry DSN is no secret by Sentry's own word, but lets anyone send
    /// events, so it is not for the world either.
    public var usualSensitivity: Variable.Sensitivity {
        switch self {
        case .secret, .postgresURL, .awsSecretKey: .secret
        default: .internal
        }
    }
}
