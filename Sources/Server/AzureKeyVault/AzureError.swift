/// An error as Azure Key Vault answers it: `{"error":{"code","message","innererror":{"code"}}}`.
///
/// The texts are the service's where they are known (its recorded answers and its clients' tests), so that scripts which
/// look for them find them. None repeats anything of a body.
struct AzureError: Error, Hashable {
    /// The HTTP status.
    var status: Int
    /// The code, such as `SecretNotFound`.
    var code: String
    /// What happened.
    var message: String
    /// The code of the inner error, such as `SecretDisabled`.
    var inner: String?

    /// Puts an error together.
    init(status: Int, code: String, message: String, inner: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner
    }

    /// The answer's body.
    var body: [UInt8] {
        var error = AzureObject()
        error.add("code", code)
        error.add("message", message)
        if let inner {
            var object = AzureObject()
            object.add("code", inner)
            error.add("innererror", object)
        }
        var body = AzureObject()
        body.add("error", error)
        return body.bytes
    }

    /// What of a URL may stand in a message: visible ASCII, at most 127 characters of it. Anything else is left out: who
    /// mistypes a name may have put something else there.
    static func shown(_ text: String) -> String {
        text.utf8.count <= 127 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? text : "(not shown)"
    }
}

extension AzureError {
    static func badParameter(_ message: String) -> AzureError {
        AzureError(status: 400, code: "BadParameter", message: message)
    }

    static func invalidName(_ name: String) -> AzureError {
        .badParameter("The request URI contains an invalid name: \(shown(name))")
    }

    static func wrongMethod(_ method: String, _ operation: String) -> AzureError {
        .badParameter("Method \(shown(method)) does not allow operation '\(shown(operation))'")
    }

    /// - Parameters:
    ///   - name: As it was asked for.
    ///   - version: The version that was asked for, if one was.
    static func secretNotFound(_ name: String, version: String? = nil) -> AzureError {
        let id = version.map { "\(name)/\(shown($0))" } ?? name
        return AzureError(
            status: 404,
            code: "SecretNotFound",
            message:
                "A secret with (name/id) \(id) was not found in this key vault. If you recently deleted this secret "
                + "you may be able to recover it using the correct recovery command. For help resolving this issue, "
                + "please see https://go.microsoft.com/fwlink/?linkid=2125182"
        )
    }

    static func deletedSecretNotFound(_ name: String) -> AzureError {
        AzureError(status: 404, code: "SecretNotFound", message: "Deleted Secret not found: \(name)")
    }

    static let disabled = AzureError(
        status: 403,
        code: "Forbidden",
        message: "Operation get is not allowed on a disabled secret.",
        inner: "SecretDisabled"
    )

    static func deletedButRecoverable(_ name: String) -> AzureError {
        AzureError(
            status: 409,
            code: "Conflict",
            message:
                "Secret \(name) is currently in a deleted but recoverable state, and its name cannot be reused; in "
                + "this state, the secret can only be recovered or purged.",
            inner: "ObjectIsDeletedButRecoverable"
        )
    }

    /// A backup cannot be put back: there is a secret of its name, or one that can still be recovered.
    static let nameTaken = AzureError(
        status: 409,
        code: "Conflict",
        message: "A secret with this name already exists, or is in a deleted but recoverable state."
    )

    /// Two secrets of the store differ in case only, and the name means neither of them exactly.
    static func ambiguous(_ name: String) -> AzureError {
        AzureError(
            status: 409,
            code: "Conflict",
            message:
                "Several secrets are called \(name) when case is not regarded. Spell the name of one of them exactly."
        )
    }

    /// - Parameters:
    ///   - permission: Azure's word for what was asked: `get`, `set`, `list` and so on.
    ///   - principal: Who asked.
    ///   - vault: The vault's name.
    ///   - region: What the settings say.
    static func denied(_ permission: String, to principal: String, _ vault: String, _ region: String) -> AzureError {
        AzureError(
            status: 403,
            code: "Forbidden",
            message:
                "The user, group or application 'name=\(principal)' does not have secrets \(permission) permission on "
                + "key vault '\(vault);location=\(region)'. For help resolving this issue, please see "
                + "https://go.microsoft.com/fwlink/?linkid=2125287",
            inner: "ForbiddenByPolicy"
        )
    }

    static let firewall = AzureError(
        status: 403,
        code: "Forbidden",
        message: "Client address is not authorized and caller is not a trusted service.",
        inner: "ForbiddenByFirewall"
    )

    static let disabledCaller = AzureError(
        status: 403,
        code: "Forbidden",
        message: "The caller is disabled.",
        inner: "AccessDenied"
    )

    static let missingToken = AzureError(
        status: 401,
        code: "Unauthorized",
        message: "AKV10000: Request is missing a Bearer or PoP token."
    )

    static let badToken = AzureError(
        status: 401,
        code: "Unauthorized",
        message: "The token in the request is unknown here, expired or revoked."
    )

    static let throttled = AzureError(
        status: 429,
        code: "Throttled",
        message: "Request was not processed because too many requests were received."
    )

    static let backupUnreadable = AzureError.badParameter(
        "Cannot decrypt backup blob: it is damaged, or another store made it."
    )
}
