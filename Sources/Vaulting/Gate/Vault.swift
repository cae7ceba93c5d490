internal import AccessPolicy
internal import Crypto
internal import Findings
public import SecretStore
public import Secrets
internal import Synchronization

/// The gate: the one way to the secrets of a store.
///
/// Every operation here goes through one function, ``decide(_:_:_:)``: who asks was told when the vault was opened or
/// the credential was checked, the policy decides, the act is done, and the decision is written to the audit log in the
/// same transaction. There is no answer whose record is not committed. A vault is a value: copies lead to the same
/// store, one thread at a time.
public struct Vault: Sendable {
    let engine: Engine
    /// Who stands here.
    public let identity: Identity
    /// Through which process it is asked.
    public let source: AuditSource
    /// Whether what is asked here belongs to the group of requests that is under way: see ``group(_:)``.
    let joins: Bool
    /// For how many seconds what is answered will be wrapped; nil when it is not. Policies may ask for it.
    let wrappedSeconds: Int?

    init(engine: Engine, identity: Identity, source: AuditSource, joins: Bool = false, wrappedSeconds: Int? = nil) {
        self.engine = engine
        self.identity = identity
        self.source = source
        self.joins = joins
        self.wrappedSeconds = wrappedSeconds
    }

    /// The same store for somebody else.
    public func acting(as identity: Identity, source: AuditSource? = nil) -> Vault {
        Vault(
            engine: engine,
            identity: identity,
            source: source ?? self.source,
            joins: joins,
            wrappedSeconds: wrappedSeconds
        )
    }

    /// The same store for somebody who gets the answer wrapped, and not in the clear. Whoever calls this sees to it.
    ///
    /// - Parameter seconds: How long the wrapped answer can be got; nil when it is not wrapped.
    public func wrapping(for seconds: Int?) -> Vault {
        Vault(engine: engine, identity: identity, source: source, joins: joins, wrappedSeconds: seconds)
    }

    /// The same store outside of the group that is under way, for a thread of its own.
    public var apart: Vault { Vault(engine: engine, identity: identity, source: source) }

    /// The store's id in hexadecimal.
    public var storeID: String { Hex.encode(engine.keys.storeID) }

    /// What stands for a value when values are compared. It asks nothing of the store and tells nothing that its
    /// caller does not know, so it leaves no record.
    public func fingerprint(of value: Secret<String>) -> Fingerprint {
        exclusively { engine.keys.fingerprint(of: value) }
    }

    /// Does something while no other thread is behind the gate.
    func exclusively<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        joins ? try body() : try engine.synchronized(body)
    }

    /// Runs a transaction, or a part of the group's.
    private func commit<Result>(
        _ mode: TransactionMode,
        _ body: (inout AuditLog) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        joins ? try engine.join(mode, body) : try engine.commit(mode, body)
    }

    /// Whether the last transaction that had something to write could not, because there was no room, or nothing may be
    /// written.
    public var isFull: Bool { engine.isFull.load(ordering: .relaxed) }

    /// Waits for the disk, when the storage has not done so and nobody else will.
    private func confirm(_ mode: TransactionMode) throws(StoreError) {
        if mode == .durable, !joins { try sync() }
    }
}

extension Vault {
    /// Passes one request: authorise, act, audit, commit, in one transaction.
    ///
    /// A refusal and a failure are recorded like a success, and thrown after their record is committed.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - mode: ``TransactionMode/durable`` for what changes secrets.
    ///   - act: What to do. Its changes are kept only together with the record.
    func pass<Result>(
        _ request: Request,
        _ mode: TransactionMode = .journal,
        _ act: (inout Passage) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let outcome = try exclusively { () throws(StoreError) -> Swift.Result<Result, StoreError> in
            var failed: Passage?
            do throws(StoreError) {
                return try commit(mode) { (log) throws(StoreError) in
                    try decide(request, &log) { (passage) throws(StoreError) in
                        do throws(StoreError) { return try act(&passage) } catch {
                            failed = passage
                            throw error
                        }
                    }
                }
            } catch {
                guard error.isDecision else { throw mode == .journal ? error.withoutAnswer : error }
                try recordFailure(of: request, error, failed)
                return .failure(error)
            }
        }
        try confirm(mode)
        return try outcome.get()
    }

    /// Passes many requests that change secrets, in one transaction: all are done or none.
    ///
    /// - Parameters:
    ///   - items: What to do; taken one by one, so that they need not be in memory together.
    ///   - request: What is asked for an item.
    ///   - act: What to do for an item.
    func passAll<Items: Sequence>(
        _ items: Items,
        _ request: (Items.Element) -> Request,
        _ act: (Items.Element, inout Passage) throws(StoreError) -> Void
    ) throws(StoreError) {
        try exclusively { () throws(StoreError) in
            var failed: Request?
            do throws(StoreError) {
                try commit(.durable) { (log) throws(StoreError) in
                    for item in items {
                        let request = request(item)
                        failed = request
                        try decide(request, &log) { (passage) throws(StoreError) in try act(item, &passage) }.get()
                    }
                }
            } catch {
                if let failed, error.isDecision { try recordFailure(of: failed, error) }
                throw error
            }
        }
        try confirm(.durable)
    }

    /// Records what was rolled back: that it was tried, and why it failed.
    ///
    /// - Parameter failed: What the act had to say of it.
    private func recordFailure(
        of request: Request,
        _ error: StoreError,
        _ failed: Passage? = nil
    ) throws(StoreError) {
        _ = try commit(.journal) { (log) throws(StoreError) in
            try decide(request, &log) { (passage) throws(StoreError) -> Void in
                passage.detail = failed?.detail
                passage.refusal = failed?.refusal
                passage.rule = failed?.rule
                passage.caller = failed?.caller
                throw error
            }
        }
    }

    /// Passes many requests in one transaction that changes no secret; each ends in its own way.
    func passEach<Result>(
        _ requests: [Request],
        _ act: (Int, inout Passage) throws(StoreError) -> Result
    ) throws(StoreError) -> [Swift.Result<Result, StoreError>] {
        try exclusively { () throws(StoreError) -> [Swift.Result<Result, StoreError>] in
            do throws(StoreError) {
                return try commit(.journal) { (log) throws(StoreError) in
                    var outcomes: [Swift.Result<Result, StoreError>] = []
                    outcomes.reserveCapacity(requests.count)
                    for (position, request) in requests.enumerated() {
                        outcomes.append(
                            try decide(request, &log) { (passage) throws(StoreError) in try act(position, &passage) }
                        )
                    }
                    return outcomes
                }
            } catch {
                throw error.withoutAnswer
            }
        }
    }

    /// The one decision: is it allowed, then do it, then write down how it ended.
    ///
    /// - Returns: How it ended, once the transaction is committed.
    /// - Throws: What leaves no record in this transaction: it must be rolled back.
    private func decide<Result>(
        _ request: Request,
        _ log: inout AuditLog,
        _ act: (inout Passage) throws(StoreError) -> Result
    ) throws(StoreError) -> Swift.Result<Result, StoreError> {
        var passage = Passage(time: log.time)
        defer { engine.decided = nil }
        if let refusal = try request.refusal(by: identity.access, wrapped: wrappedSeconds, engine) {
            let error = request.denial(refusal.condition)
            var record = record(of: request, passage, .denied, error)
            record.rule = refusal.rule
            try log.append(record)
            return .failure(error)
        }
        engine.asking = (identity, source, request.action)
        defer { engine.asking = nil }
        do throws(StoreError) {
            let result = try act(&passage)
            if let continued = passage.continuedLog { log = continued }
            // Reading a version notes which secret it was, and so waits for that one only.
            if request.action != .read { engine.noteView() }
            try log.append(record(of: request, passage, request.begins ? .begins : .allowed, nil))
            if passage.isChanging, engine.tellChanges != nil, let own = request.path {
                for path in [own] + passage.alsoChanged {
                    log.note(
                        SecretChange(
                            sequence: log.position.sequence,
                            path: path,
                            version: passage.version,
                            action: request.action,
                            time: log.time
                        )
                    )
                }
            }
            return .success(result)
        } catch {
            guard !passage.isChanging, error.isDecision else { throw error }
            engine.noteView()
            // The secret's own policy refuses when the secret was found, a login when the proof was looked at.
            let isRefused = error.isDenied || passage.refusal != nil
            var record = record(of: request, passage, isRefused ? .denied : .failed, error)
            if let refusal = passage.refusal { record.code = refusal.code }
            record.rule = (error.isDeniedByResource ? engine.resourceRule : passage.rule).map(AuditRecord.shown)
            try log.append(record)
            return .failure(error)
        }
    }

    /// Writes down that somebody was not let in.
    func record(refusal request: Request, _ error: AuthenticationError) throws(StoreError) {
        try exclusively { () throws(StoreError) in
            try commit(.journal) { (log) throws(StoreError) in
                var record = record(of: request, Passage(time: log.time), .denied, nil)
                record.code = error.code
                try log.append(record)
            }
        }
    }

    /// Writes down that what was begun could not be done, for whatever reason: also one that says something of the moment
    /// only, and so has no record else.
    ///
    /// - Parameter error: Why; nil when it is no error of the store.
    func record(failure request: Request, _ error: StoreError?) throws(StoreError) {
        try exclusively { () throws(StoreError) in
            try commit(.journal) { (log) throws(StoreError) in
                try log.append(record(of: request, Passage(time: log.time), .failed, error))
            }
        }
    }

    private func record(
        of request: Request,
        _ passage: Passage,
        _ outcome: AuditRecord.Outcome,
        _ error: StoreError?
    ) -> AuditRecord {
        AuditRecord(
            sequence: 0,
            time: passage.time,
            principal: passage.caller ?? identity.principal,
            action: request.action,
            path: request.path,
            resource: request.resource,
            fields: request.fields.isEmpty ? passage.fields : request.fields,
            version: passage.version,
            hash: passage.hash,
            outcome: outcome,
            code: error?.code,
            detail: passage.detail ?? request.detail,
            session: identity.session,
            source: source
        )
    }
}
