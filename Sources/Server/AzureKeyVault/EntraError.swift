internal import SecretStore

/// An error as Entra ID answers it (RFC 6749, section 5.2, with the service's own members beside).
struct EntraError: Error, Hashable {
    /// The HTTP status.
    var status: Int
    /// OAuth's code, such as `invalid_client`.
    var code: String
    /// The service's number, the one after `AADSTS`.
    var number: Int
    /// What happened.
    var message: String

    /// The answer's body.
    ///
    /// - Parameters:
    ///   - trace: The request's identity.
    ///   - correlation: What the client called its request, or the request's identity.
    ///   - now: The time.
    func body(trace: String, correlation: String, now: Timestamp) -> [UInt8] {
        let time = Self.format(now)
        let description =
            "AADSTS\(number): \(message) Trace ID: \(trace) Correlation ID: \(correlation) Timestamp: \(time)"
        var object = AzureObject()
        object.add("error", code)
        object.add("error_description", description)
        object.add("error_codes", numbers: [number])
        object.add("timestamp", time)
        object.add("trace_id", trace)
        object.add("correlation_id", correlation)
        return object.bytes
    }

    /// `2026-01-02 03:04:05Z`.
    private static func format(_ time: Timestamp) -> String {
        let text = Timestamp(microseconds: time.seconds * 1_000_000).description
        return String(text.prefix(10)) + " " + String(text.dropFirst(11).prefix(8)) + "Z"
    }
}

extension EntraError {
    /// An unknown client, a wrong secret and a client that may not come from this address are one answer: who guesses
    /// must not learn which half was right.
    ///
    /// - Parameter client: What was sent as the client's id. Only a UUID is repeated: anything else may be the secret.
    static func badClient(_ client: String) -> EntraError {
        let app = VersionID(uuid: client) == nil ? "" : ", for a secret added to app '\(client)'"
        return EntraError(
            status: 401,
            code: "invalid_client",
            number: 7_000_215,
            message: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                + "value, not the client secret ID\(app)."
        )
    }

    static let noSecret = EntraError(
        status: 401,
        code: "invalid_client",
        number: 7_000_218,
        message: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
    )

    static func missing(_ parameter: String) -> EntraError {
        invalid(900_144, "The request body must contain the following parameter: '\(parameter)'.")
    }

    static func invalid(_ number: Int, _ message: String) -> EntraError {
        EntraError(status: 400, code: "invalid_request", number: number, message: message)
    }

    static func unknownTenant(_ tenant: String) -> EntraError {
        invalid(
            90_002,
            "Tenant '\(AzureError.shown(tenant))' not found. Check to make sure you have the correct tenant ID and are "
                + "signing into the correct cloud."
        )
    }

    static func unsupportedGrant(_ grant: String) -> EntraError {
        EntraError(
            status: 400,
            code: "unsupported_grant_type",
            number: 70_003,
            message: "The app requested an unsupported grant type '\(AzureError.shown(grant))'."
        )
    }

    static func badScope(_ scope: String) -> EntraError {
        // A secret may have been put there; one that looks like an address is none.
        let isAddress = scope.hasPrefix("https://") || scope.hasPrefix("api://")
        return EntraError(
            status: 400,
            code: "invalid_scope",
            number: 1_002_012,
            message:
                "The provided value for scope \(isAddress ? AzureError.shown(scope) : "(not shown)") is not valid. Client credential flows must "
                + "have a scope value with /.default suffixed to the resource identifier (application ID URI)."
        )
    }

    static func badResource(_ resource: String) -> EntraError {
        EntraError(
            status: 400,
            code: "invalid_resource",
            number: 500_011,
            message: "The resource principal named \(AzureError.shown(resource)) was not found in the tenant."
        )
    }

    /// Too many wrong secrets. Without `Retry-After`: the SDK would wait for it and send the wrong secret again.
    static let locked = EntraError(
        status: 400,
        code: "invalid_grant",
        number: 50_053,
        message: "The client is locked because it tried to sign in too many times with a wrong identifier or secret."
    )

    static let unavailable = EntraError(
        status: 503,
        code: "temporarily_unavailable",
        number: 90_033,
        message: "A transient error has occurred. Please try again."
    )
}
