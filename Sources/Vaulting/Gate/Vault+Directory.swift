public import AccessPolicy
public import Findings
public import SecretStore

extension Vault {
    /// Does something with the directory: the one way to principals, tokens, policies and whatever the served protocols
    /// keep, as the other methods are to secrets.
    ///
    /// - Parameters:
    ///   - action: What the audit log calls it.
    ///   - capability: What must be allowed.
    ///   - resource: On what, in the layout of ``Resource``.
    ///   - isChanging: Whether it may change the directory; what changes nothing need not wait for the disk.
    ///   - detail: What the record says beside the action, also of a refusal: names and numbers, never a value.
    ///   - parameters: What was sent with it, for policies that look at parameters.
    ///   - act: What to do. It must be quick and not use the vault.
    /// - Throws: ``StoreError``, and what the closure throws; then nothing was changed.
    public func perform<Result>(
        _ action: AuditAction,
        _ capability: Capability,
        on resource: String,
        changing isChanging: Bool,
        detail: String? = nil,
        parameters: JSONObject? = nil,
        _ act: (inout Directory) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let request = Request(action, needs: capability, on: resource, detail: detail, parameters: parameters)
        return try pass(request, isChanging ? .durable : .journal) { (passage) throws(StoreError) in
            var directory = Directory(engine: engine, time: passage.time, identity: identity)
            do throws(StoreError) {
                let result = try act(&directory)
                passage.detail = directory.detail ?? detail
                passage.isChanging = directory.isChanged
                return result
            } catch {
                passage.detail = directory.detail ?? detail
                passage.isChanging = directory.isChanged
                throw error
            }
        }
    }

    /// Finds out who somebody is, inside a group. Nobody acts by it: what they then do has a record of its own.
    ///
    /// - Parameters:
    ///   - credential: What they show.
    ///   - address: Where they come from.
    ///   - isCounted: Whether it is a use of a token that has few of them: not when the same request passes again.
    /// - Throws: ``StoreError`` when the store cannot tell.
    public func authenticate(
        _ credential: Credential,
        from address: String,
        isCounted: Bool = true
    ) throws(StoreError) -> Result<Session, AuthenticationError> {
        precondition(joins, "a token of few uses is counted in the group's transaction")
        return try engine.authenticate(credential, from: address, at: engine.options.clock(), isCounted: isCounted)
    }

    /// Writes down that somebody was not let in.
    ///
    /// - Parameters:
    ///   - error: Why.
    ///   - detail: What they showed to be, such as the id of a key; never what was to prove it.
    public func recordRefusal(_ error: AuthenticationError, detail: String?) throws(StoreError) {
        let request = Request(.refuse, needs: .read, on: "auth", detail: detail, parameters: nil)
        try record(refusal: request, error)
    }

    /// A session for a principal without a credential: for what somebody with one explains about another.
    public func session(
        ofPrincipal name: String
    ) throws(StoreError) -> Result<Session, AuthenticationError> {
        try exclusively { () throws(StoreError) in
            try engine.session(principal: name, policies: [], at: engine.options.clock())
        }
    }

    /// Whether an address may not come in: asked before anything else is, also of a login.
    public func isBlocked(_ address: String) throws(StoreError) -> Bool {
        try exclusively { () throws(StoreError) in try engine.isBlocked(address, at: engine.options.clock()) }
    }
}

extension AuditAction {
    /// Somebody was not let in.
    public static let refuse = AuditAction(rawValue: "auth.refuse")
}
