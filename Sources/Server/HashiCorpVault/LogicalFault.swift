internal import Findings
internal import HTTPModel

/// An answer that is no success, as Vault gives it: a status and `{"errors":[…]}`.
///
/// The texts are Vault's own where a client shows or compares them. No text holds a value that was sent: who mistypes a
/// request may have put a secret where something else belongs (CVE-2025-4166 was that).
struct LogicalFault: Error, Sendable, Equatable {
    /// The HTTP status.
    let status: Int
    /// The texts; none for what is not there.
    let errors: [String]
    /// What a login that must wait is told, in seconds.
    var retryAfter: Int?

    init(_ status: Int, _ errors: String...) {
        self.status = status
        self.errors = errors
    }

    /// The request is wrong.
    static func invalid(_ text: String) -> LogicalFault { LogicalFault(400, text) }

    /// What handlers of a secrets engine answer to an error of the framework: one text in the form of a list.
    static func listed(_ status: Int, _ text: String) -> LogicalFault {
        LogicalFault(status, "1 error occurred:\n\t* \(text)\n\n")
    }

    /// There is nothing at the path.
    static let notFound = LogicalFault(404)
    /// A policy does not allow it.
    static let denied = listed(403, "permission denied")
    /// There is no token, and the path needs one.
    static let missingToken = LogicalFault(403, "permission denied")
    /// There is a token that opens nothing.
    static let invalidToken = LogicalFault(
        403,
        "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"
    )
    /// No path of the mount fits.
    static let unsupportedPath = listed(404, "unsupported path")
    /// The path fits, and the verb does not.
    static let unsupportedOperation = listed(405, "unsupported operation")
    /// The store's keys are not in memory.
    static let sealed = LogicalFault(503, "Vault is sealed")

    /// No mount is at the path.
    static func noRoute(_ path: String) -> LogicalFault {
        LogicalFault(404, "no handler for route \"\(path)\". route entry not found.")
    }

    /// The answer's body: `{"errors":[…]}`.
    var body: JSONValue { ["errors": .array(errors.map(JSONValue.string))] }

    /// The answer.
    var response: HTTPResponse {
        var response = HTTPResponse.json(status, body)
        if let retryAfter { response.headers.add("Retry-After", String(retryAfter)) }
        return response
    }
}

extension HTTPResponse {
    /// An answer in JSON as Vault sends it. Clients compare the content type for equality: it has no `charset`.
    static func json(_ status: Int, _ body: JSONValue) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: body.bytes() + [0x0A]
        )
    }
}
