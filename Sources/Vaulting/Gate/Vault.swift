internal import Crypto
public import SecretStore
public import Secrets

/// The gate: the one way to the secrets of a store.
///
/// Every operation here goes through one function, ``decide(_:_:_:)``: who asks was told when the vault was opened, the
/// policy decides, the act is done, and the decision is written to the audit log in the same transaction. There is no
/// answer whose record is not committed. A vault is a value: copies lead to the same store, one thread at a time.
public struct Vault: Sendable {
    let engine: Engine
    /// Who stands here.
    public let identity: Identity
    /// Through which process it is asked.
    public let source: AuditSource

    init(engine: Engine, identity: Identity, source: AuditSource) {
        self.engine = engine
        self.identity = identity
        self.source = source
    }

    /// The same store for somebody else.
    public func acting(as identity: Identity, source: AuditSource? = nil) -> Vault {
        Vault(engine: engine, identity: identity, source: source ?? self.source)
    }

    /// The store's id in hexadecimal.
    public var storeID: String { Hex.encode(engine.keys.storeID) }

    /// What stands for a value when values are compared. It asks nothing of the store and tells nothing that its
    /// caller does not know, so it leaves no record.
    public func fingerprint(of value: Secret<String>) -> Fingerprint {
        engine.synchronized { engine.keys.fingerprint(of: value) }
    }
}

extension Vault {
    /// What somebody wants to do.
    struct Request {
        let action: AuditAction
        let capability: Capability
        let path: SecretPath?
        let fields: [String]
        /// Whether it is about what lies under the path, of which a part may be allowed.
        let isListing: Bool

        init(
            _ action: AuditAction,
            needs capability: Capability,
            path: SecretPath? = nil,
            fields: [String] = [],
            isListing: Bool = false
        ) {
            self.action = action
            self.capability = capability
            self.path = path
            self.fields = fields
            self.isListing = isListing
        }

        func isAllowed(by policy: Policy) -> Bool {
            isListing ? policy.mayAllow(capability, under: path) : policy.allows(capability, on: path)
        }
    }

    /// What the act adds to its record.
    struct Passage {
        /// The time of the record, and of whatever is written with it.
        let time: Timestamp
        /// The fields that were changed, when they were not named in the request.
        var fields: [String] = []
        var version: Int?
        var detail: String?
        /// The log that takes the record instead of the store's own: only when a snapshot's log is continued.
        var continuedLog: AuditLog?
        /// Set before the first row is changed: when the act fails after that, everything is rolled back.
        var isChanging = false
    }

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
        try engine.synchronized { () throws(StoreError) -> Result in
            let outcome: Swift.Result<Result, StoreError>
            do throws(StoreError) {
                outcome = try engine.commit(mode) { (log) throws(StoreError) in try decide(request, &log, act) }
            } catch {
                guard error.isDecision else { throw mode == .journal ? error.withoutAnswer : error }
                outcome = .failure(error)
                try recordFailure(of: request, error)
            }
            return try outcome.get()
        }
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
        try engine.synchronized { () throws(StoreError) in
            var failed: Request?
            do throws(StoreError) {
                try engine.commit(.durable) { (log) throws(StoreError) in
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
    }

    /// Records what was rolled back: that it was tried, and why it failed.
    private func recordFailure(of request: Request, _ error: StoreError) throws(StoreError) {
        _ = try engine.commit(.journal) { (log) throws(StoreError) in
            try decide(request, &log) { (_) throws(StoreError) -> Void in throw error }
        }
    }

    /// Passes many requests in one transaction that changes no secret; each ends in its own way.
    func passEach<Result>(
        _ requests: [Request],
        _ act: (Int, inout Passage) throws(StoreError) -> Result
    ) throws(StoreError) -> [Swift.Result<Result, StoreError>] {
        try engine.synchronized { () throws(StoreError) -> [Swift.Result<Result, StoreError>] in
            do throws(StoreError) {
                return try engine.commit(.journal) { (log) throws(StoreError) in
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
        guard request.isAllowed(by: identity.policy) else {
            let error = StoreError.denied(request.action.rawValue, request.path)
            try log.append(record(of: request, passage, .denied, error))
            return .failure(error)
        }
        do throws(StoreError) {
            let result = try act(&passage)
            if let continued = passage.continuedLog { log = continued }
            try log.append(record(of: request, passage, .allowed, nil))
            return .success(result)
        } catch {
            guard !passage.isChanging, error.isDecision else { throw error }
            try log.append(record(of: request, passage, .failed, error))
            return .failure(error)
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
            principal: identity.principal,
            action: request.action,
            path: request.path,
            fields: request.fields.isEmpty ? passage.fields : request.fields,
            version: passage.version,
            outcome: outcome,
            code: error?.code,
            detail: passage.detail,
            source: source
        )
    }
}
