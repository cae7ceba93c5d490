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
    private let wrappedSeconds: Int?

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
    /// What somebody wants to do.
    struct Request {
        /// What must be allowed.
        enum Need {
            /// One capability on one resource, with what was sent when a policy may look at that.
            case capability(Capability, String, JSONObject? = nil)
            /// Writing a payload: `create` when the secret is not there, else `update`.
            case write(SecretPath)
            /// Seeing what lies under a prefix, of which a part may be allowed.
            case listing(String)
        }

        let action: AuditAction
        let need: Need
        let path: SecretPath?
        let fields: [String]
        /// What the record says beside the action, until the act says better.
        var detail: String?
        /// Whether another record will say how it ended.
        var begins = false

        /// What is about one secret.
        init(
            _ action: AuditAction,
            needs capability: Capability,
            _ aspect: Resource.Aspect,
            of path: SecretPath,
            fields: [String] = []
        ) {
            self.action = action
            need = .capability(capability, Resource.text(aspect, path))
            self.path = path
            self.fields = fields
        }

        /// What is about the store, or about what is no secret.
        init(
            _ action: AuditAction,
            needs capability: Capability,
            on resource: String,
            detail: String? = nil,
            parameters: JSONObject? = nil
        ) {
            self.action = action
            need = .capability(capability, resource, parameters)
            path = nil
            fields = []
            self.detail = detail
        }

        /// Writing a payload.
        init(writing path: SecretPath, _ action: AuditAction) {
            self.action = action
            need = .write(path)
            self.path = path
            fields = []
        }

        /// Listing.
        init(listing prefix: SecretPath?) {
            action = .list
            need = .listing(Resource.listing(prefix))
            path = prefix
            fields = []
        }

        /// Watching: what reading one secret needs, or listing those below a path.
        init(watching place: WatchedPlace) {
            action = .watch
            fields = []
            switch place {
            case .secret(let path):
                need = .capability(.read, Resource.text(.data, path))
                self.path = path
            case .below(let above):
                need = .listing(Resource.listing(above))
                path = above
            }
        }

        /// What every write sends, in the words of policies that look at parameters.
        private static let payload: JSONObject = {
            var object = JSONObject()
            object["data"] = [:]
            return object
        }()

        /// - Parameter seconds: For how long the answer will be wrapped; nil when it is not.
        /// - Returns: What refuses it; nil when it is allowed. ``Engine/decided`` is what it has found.
        func refusal(by access: AccessControl, wrapped seconds: Int?, _ engine: Engine) throws(StoreError) -> Refusal? {
            let capability: Capability
            let decision: Decision
            switch need {
            case .capability(let needed, let resource, let parameters):
                capability = needed
                decision = access.decide(needed, on: resource, parameters: parameters)
            case .write(let path):
                let found = try engine.secret(at: path)
                engine.decided = (path, found)
                capability = found == nil ? .create : .update
                decision = access.decide(capability, on: Resource.text(.data, path), parameters: Self.payload)
            case .listing(let prefix):
                return access.mayHold(.list, under: prefix) ? nil : Refusal(rule: "no rule gives list below it")
            }
            if decision.admits(wrapping: seconds) { return nil }
            return Refusal(
                rule: AuditRecord.shown(decision.refusalText(of: capability)),
                condition: unmetCondition(decision, by: access, wrapped: seconds, Self.payload)
            )
        }

        /// - Parameter seconds: For how long the answer will be wrapped; nil when it is not.
        func isAllowed(by access: AccessControl, wrapped seconds: Int?, _ engine: Engine) throws(StoreError) -> Bool {
            defer { engine.decided = nil }
            return try refusal(by: access, wrapped: seconds, engine) == nil
        }

        /// What the request is about when it is no secret.
        var resource: String? {
            guard path == nil, case .capability(_, let resource, _) = need else { return nil }
            return AuditRecord.shown(resource)
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
        /// The keyed hash of a payload that was written.
        var hash: [UInt8]?
        /// The log that takes the record instead of the store's own: only when a snapshot's log is continued.
        var continuedLog: AuditLog?
        /// Further secrets that are changed beside the request's own: those who watch are told of each.
        var alsoChanged: [SecretPath] = []
        /// Why the act lets somebody in not: then the record says so, and the act's error is for the answer only.
        var refusal: AuthenticationError?
        /// The rule that refuses, when it is the act that finds out.
        var rule: String?
        /// Who it was, when it is the act that finds out: a login.
        var caller: Principal?
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
