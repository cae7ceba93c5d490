internal import SecretStore
internal import Vaulting

/// What the gate says, in AWS's words.
extension AWSError {
    /// - Parameters:
    ///   - error: What the gate said.
    ///   - action: What was asked for.
    ///   - user: Who asked, as an ARN.
    ///   - name: About which secret.
    init(_ error: StoreError, _ action: SecretsManagerAction, user: String, _ name: AWSName?) {
        if error.isDeniedByResource {
            self = .deniedByResourcePolicy(user: user, action, name?.text ?? "*")
        } else if error.isDenied {
            self = .notAuthorized(user: user, "secretsmanager:\(action.rawValue)", on: name?.text)
        } else {
            self.init(error)
        }
    }

    /// - Parameter error: What the gate said to somebody whose name is not needed.
    init(_ error: StoreError) {
        if error.isNoSuchSecret {
            self = .secretNotFound
        } else if error.isSecretDeleted {
            self = .markedForDeletion
        } else if error.isVersionDeleted || error.isVersionDestroyed || error.isVersionDisabled || error.isNoSuchVersion
            || error.isNoSuchLabel
        {
            self = .valueNotFound("staging label: AWSCURRENT")
        } else if error.isVersionConflict || error.isLabelElsewhere || error.isCheckAndSetRequired {
            self.init(
                .invalidRequest,
                "The secret was changed by another request, or takes changes of another kind only."
            )
        } else if error.isVersionIDTaken {
            self = .versionExists
        } else {
            switch error.category {
            case .invalid: self.init(.invalidParameter, error.message)
            case .denied: self.init(.accessDenied, "Access is denied.")
            case .corrupt:
                self.init(.decryptionFailure, "Secrets Manager can't decrypt the protected secret text.")
            case .sealed:
                self.init(.serviceUnavailable, "The request has failed due to a temporary failure of the server.")
            default: self = .internalFailure
            }
        }
    }

    /// - Parameter error: Why somebody was not let in.
    init(_ error: AuthenticationError) {
        switch error {
        case .missing: self.init(.missingAuthenticationToken, "Missing Authentication Token")
        case .invalid: self = .unknownAccessKey
        case .badSignature: self = .signatureDoesNotMatch
        case .disabled: self = .unknownAccessKey
        case .address: self.init(.accessDenied, "Access from this address is not allowed.")
        case .locked: self.init(.throttling, "Rate exceeded")
        }
    }

    static func notAuthorized(user: String, _ action: String, on name: String?) -> AWSError {
        let resource = name.map { " on resource: \($0)" } ?? ""
        return AWSError(
            .accessDenied,
            "User: \(user) is not authorized to perform: \(action)\(resource) because no identity-based policy allows the "
                + "\(action) action"
        )
    }

    static func deniedByResourcePolicy(user: String, _ action: SecretsManagerAction, _ arn: String) -> AWSError {
        AWSError(
            .accessDenied,
            "User: \(user) is not authorized to perform: secretsmanager:\(action.rawValue) on resource: \(arn) with an "
                + "explicit deny in a resource-based policy"
        )
    }

    static func valueNotFound(_ what: String) -> AWSError {
        AWSError(.resourceNotFound, "Secrets Manager can't find the specified secret value for \(what)")
    }

    static let secretNotFound = AWSError(.resourceNotFound, "Secrets Manager can't find the specified secret.")
    static let markedForDeletion = AWSError(
        .invalidRequest,
        "You can't perform this operation on the secret because it was marked for deletion."
    )
    static let versionExists = AWSError(.resourceExists, "A resource with the ID you requested already exists.")
    static let internalFailure = AWSError(.internalService, "An error occurred on the server side.")
    static let noReplicas = AWSError(
        .invalidParameter,
        "The secret has no replicas. Replication to other Regions is not supported by this service."
    )
}
