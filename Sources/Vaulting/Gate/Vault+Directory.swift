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
    ///   - begins: Whether nothing is decided by it, and another record will say how it ended.
    ///   - act: What to do. It must be quick and not use the vault.
    /// - Throws: ``StoreError``, and what the closure throws; then nothing was changed.
    public func perform<Result>(
        _ action: AuditAction,
        _ capability: Capability,
        on resource: String,
        changing isChanging: Bool,
        detail: String? = nil,
        parameters: JSONObject? = nil,
        begins: Bool = false,
        _ act: (inout Directory) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        var request = Request(action, needs: capability, on: resource, detail: detail, parameters: parameters)
        request.begins = begins
        return try pass(request, isChanging ? .durable : .journal) { (passage) throws(StoreError) in
            var directory = Directory(engine: engine, time: passage.time, identity: identity)
            do throws(StoreError) {
                let result = try act(&directory)
                passage.detail = directory.detail ?? detail
                passage.caller = directory.caller
                passage.isChanging = directory.isChanged
                return result
            } catch {
                passage.detail = directory.detail ?? detail
                passage.refusal = directory.refusal
                passage.rule = directory.rule
                passage.caller = directory.caller
                passage.isChanging = directory.isChanged
                throw error
            }
        }
    }

    /// Does what takes time, behind a record that says `begins` and before the one that says how it ended: when it cannot be
    /// done, there is one that says so. Not inside a group.
    ///
    /// - Parameters:
    ///   - action: What the record calls it, as the one before does.
    ///   - resource: On what.
    ///   - detail: What the record says beside the action.
    ///   - act: What to do.
    /// - Throws: ``StoreError``: what the closure throws, unless its record cannot be written.
    public func begun<Result>(
        _ action: AuditAction,
        on resource: String,
        detail: String? = nil,
        _ act: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try begun(Request(action, needs: .read, on: resource, detail: detail), recordsDecisions: false, act)
    }

    /// The same, for a request.
    ///
    /// - Parameters:
    ///   - request: What was begun.
    ///   - recordsDecisions: Whether the closure passes the gate again, which leaves a record of whatever says something of
    ///     the request: then only what says something of the moment needs one here.
    ///   - act: What to do.
    func begun<Result>(
        _ request: Request,
        recordsDecisions: Bool,
        _ act: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do { return try act() } catch {
            if !recordsDecisions || !error.isDecision { try record(failure: request, error) }
            throw error
        }
    }

    /// Writes down that what was begun could not be done.
    ///
    /// - Parameters:
    ///   - action: What the record calls it, as the one before does.
    ///   - resource: On what.
    ///   - detail: What the record says beside the action.
    ///   - error: Why; nil when it is no error of the store.
    public func recordFailure(
        of action: AuditAction,
        on resource: String,
        detail: String? = nil,
        _ error: StoreError?
    ) throws(StoreError) {
        try record(failure: Request(action, needs: .read, on: resource, detail: detail), error)
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

    /// Takes a token away whose last use was this request, with what is kept with it. Called inside a group, when the request
    /// has ended; a token that nobody takes away opens nothing, and is swept.
    ///
    /// - Parameter session: Who was let in. Nothing is done when it was not their last use.
    public func endLastUse(of session: Session) throws(StoreError) {
        guard let token = session.token, token.uses == 1, token.kind == .service else { return }
        precondition(joins, "what a request leaves goes in the group's transaction")
        try exclusively { () throws(StoreError) in
            var directory = Directory(engine: engine, time: engine.options.clock(), identity: session.identity)
            try directory.revoke(accessor: token.accessor)
            engine.noteChange()
        }
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
