internal import SecretStore
internal import Vaulting

extension LogicalFault {
    /// What a client is told of an error of the store.
    ///
    /// What is not there and what may not be known are told apart by the status alone, as Vault does; what is broken
    /// shows its stable code, which names the page that says what to do, and nothing from inside.
    init(_ error: StoreError) {
        switch error.category {
        case .notFound: self = .notFound
        case .denied: self = error.isVersionDisabled ? LogicalFault(403, "the version is disabled") : .denied
        case .sealed: self = .sealed
        case .conflict: self = .invalid(Self.conflict(error))
        case .invalid: self = error.isTooLarge ? LogicalFault(413, error.message) : .invalid(error.message)
        case .unavailable where error.isTooManyListings: self = LogicalFault(503, error.message)
        case .unavailable, .corrupt, .newerFormat: self = .listed(500, "internal error (\(error.code))")
        }
    }

    /// What a client is told when it is not let in.
    init(_ error: AuthenticationError) {
        switch error {
        case .missing: self = .missingToken
        case .invalid, .badSignature, .disabled: self = .invalidToken
        case .address: self = .denied
        case .locked(let seconds):
            self = .denied
            retryAfter = seconds
        }
    }

    /// Any error of a handler.
    init(any error: any Error) {
        switch error {
        case let fault as LogicalFault: self = fault
        case let error as StoreError: self.init(error)
        case let error as AuthenticationError: self.init(error)
        default: self = .listed(500, "internal error")
        }
    }

    private static func conflict(_ error: StoreError) -> String {
        if error.isVersionConflict { return "check-and-set parameter did not match the current version" }
        if error.isCheckAndSetRequired { return "check-and-set parameter required for this call" }
        return error.message
    }
}
