internal import SecretStore

extension AzureError {
    /// What the store says, where the operation does not matter.
    init(store error: StoreError) {
        switch error.category {
        case .notFound: self.init(status: 404, code: "SecretNotFound", message: error.message)
        case .denied: self.init(status: 403, code: "Forbidden", message: error.message, inner: "ForbiddenByPolicy")
        case .conflict: self.init(status: 409, code: "Conflict", message: error.message)
        case .invalid: self = .badParameter(error.message)
        case .sealed, .unavailable:
            self.init(status: 503, code: "ServiceUnavailable", message: "The store cannot answer now (\(error.code)).")
        case .corrupt, .newerFormat:
            self.init(status: 500, code: "InternalServerError", message: "The store cannot be read (\(error.code)).")
        }
    }

    /// What the store says about an operation, in the service's words.
    ///
    /// - Parameters:
    ///   - error: Why it was not done.
    ///   - call: What was asked.
    ///   - principal: Who asked, for the text of a refusal.
    init(_ error: StoreError, _ call: AzureCall, principal: String) {
        let name = call.operation.name?.text ?? ""
        if error.isVersionDisabled {
            self = .disabled
        } else if error.isDenied {
            self = .denied(call.operation.permission, to: principal, call.host.vaultName, call.settings.region)
        } else {
            switch call.operation {
            case .set where error.isSecretDeleted: self = .deletedButRecoverable(name)
            case .get(_, let version?), .update(_, let version?):
                self = error.category == .notFound ? .secretNotFound(name, version: version) : AzureError(store: error)
            case .get, .update, .delete, .listVersions, .backup, .set:
                self = error.category == .notFound ? .secretNotFound(name) : AzureError(store: error)
            case .getDeleted, .recover, .purge:
                self = error.category == .notFound ? .deletedSecretNotFound(name) : AzureError(store: error)
            case .restore:
                switch error.code {
                case "KF-STORE-061": self = .nameTaken
                case "KF-STORE-076": self = .backupUnreadable
                default: self = AzureError(store: error)
                }
            case .list, .listDeleted: self = AzureError(store: error)
            }
        }
    }
}
