internal import AccessPolicy
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Vaulting

/// What the audit log has of a login: that it begins, where its proof takes time to look at, and how it ended. A login that
/// was turned away is `denied` with the reason's code, whatever its client is told.
extension LogicalContext {
    /// What the records are about: the way to log in, without the name that was sent, which may be a password in the wrong
    /// place.
    private var loginResource: String { mount.path + "/login" }

    /// Looks up what a proof is held against. Nothing is decided by it, and the record says so.
    func beginLogin<Result>(_ body: (inout Directory) throws -> Result) throws -> Result {
        try Self.run(trusted, action, .update, on: loginResource, changing: false, begins: true, body)
    }

    /// Gives a token, or turns somebody away: whatever the handler throws at a client is a refusal.
    func endLogin<Result>(_ body: (inout Directory) throws -> Result) throws -> Result {
        try Self.run(trusted, action, .update, on: loginResource, changing: true) { directory in
            do { return try body(&directory) } catch let fault as LogicalFault where fault.isRefusal {
                directory.refusal = directory.refusal ?? .invalid
                throw fault
            }
        }
    }

    /// Says that a login was begun and its proof could not be looked at: nothing was right or wrong. Not inside a group.
    func giveUpLogin(_ error: any Error) throws {
        let fault = LogicalFault(any: error)
        let detail = "the proof was not looked at (\(fault.status))"
        try trusted.recordFailure(of: action, on: loginResource, detail: detail, error as? StoreError)
    }

    /// Turns away whoever may not come from their address.
    func checkAddress(_ admitted: [String], else fault: LogicalFault, _ directory: inout Directory) throws {
        guard !NetworkList.admits(request.origin.address, admitted) else { return }
        directory.refusal = .address
        throw fault
    }

    /// Says in the record which role was asked for.
    ///
    /// - Parameters:
    ///   - name: As it was sent, in its one spelling.
    ///   - isKnown: Whether there is one.
    func note(role name: String, isKnown: Bool, _ directory: inout Directory) {
        directory.detail = isKnown ? "role \(name)" : "role: \(directory.unknownName(name))"
    }
}

extension LogicalFault {
    /// Whether it tells somebody that they are not let in.
    fileprivate var isRefusal: Bool { status == 400 || status == 403 }
}
