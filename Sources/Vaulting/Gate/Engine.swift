internal import Crypto
internal import SecretStore
internal import Synchronization

/// What stands behind the gate: the storage, the keys, the end of the audit log. Only ``Vault`` calls it.
///
/// One thread at a time: everything here is used inside ``synchronized(_:)``, which is what makes it sendable.
final class Engine: @unchecked Sendable {
    private let lock = Mutex(())
    let storage: any VaultStorage
    let keys: RootKeys
    let keyring: Keyring
    /// Changes secrets, data keys, slots and entries, and keeps the hash of all of them.
    let stateRows: StateRows
    let options: VaultOptions
    let anchor: Anchor?
    /// What waits for the disk after a commit, when the storage does not do that itself.
    private(set) var sync: (any StorageSync)?
    let syncState = SyncState()
    /// Every path in order, once somebody asked for them; kept up to date from then on.
    var paths = PathCatalogue()
    /// One thread at a time gathers them.
    let gathering = Mutex(())
    /// How the request of a group that is under way must be done instead of within the group.
    var detour = Detour()
    /// Who there is and what they may do, as it was read last.
    let directory: DirectoryCache
    /// Says what of a secret's own policy refuses something; nil when secrets have none that is asked.
    var resourcePolicy: (@Sendable (ResourcePolicyQuestion) -> String?)?
    /// The secret that the decision under way has found, for its act, which looks for the same one: nothing has changed
    /// between the two.
    var decided: (path: SecretPath, secret: (row: SecretRow, record: SecretRecord)?)?
    /// What of a secret's own policy has refused something last.
    var resourceRule: String?
    /// Who is asking what, while the gate acts.
    var asking: (identity: Identity, source: AuditSource, action: AuditAction)?
    /// Takes the changes that the disk has confirmed; nil when nobody can watch, and then none are kept.
    var tellChanges: (@Sendable ([SecretChange]) -> Void)?
    /// The changes that were committed and not confirmed yet, by the generation of their commit.
    private var unconfirmed: [(generation: UInt64, changes: [SecretChange])] = []
    /// The head that was last seen and found to be signed: its signature is not verified again.
    private(set) var trustedHead: AuditHeadRow?
    /// The log of the group of requests that is under way.
    private var openLog: AuditLog?
    /// Where that log was when the request under way began to act, and how many changes of rows there were.
    private var attempt: (log: AuditLog.Mark, rows: Int)?
    private var freshness = Freshness()
    /// Whether the last transaction that had something to write could not: see ``Vault/isFull``.
    let isFull = Atomic<Bool>(false)
    /// Whether the files were found to be changed by somebody without the key: see ``Vault/isTampered``.
    let isTampered = Atomic<Bool>(false)

    init(storage: any VaultStorage, keys: RootKeys, options: VaultOptions, anchor: Anchor?) {
        self.storage = storage
        self.keys = keys
        self.options = options
        self.anchor = anchor
        stateRows = StateRows(keys: keys, storage: storage)
        keyring = Keyring(keys: keys, storage: storage, stateRows: stateRows)
        directory = DirectoryCache()
    }

    /// Does something while no other thread is behind the gate.
    func synchronized<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try lock.alone(body)
    }

    /// Runs a transaction that ends with records in the audit log and a new signed head.
    func commit<Result>(
        _ mode: TransactionMode,
        _ body: (inout AuditLog) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do throws(StoreError) {
            try checkTrust()
            let (result, log, head) = try storage.transaction(mode) {
                () throws(StoreError) -> (Result, AuditLog, AuditHeadRow) in
                let head = try self.head()
                stateRows.begin(head.state)
                var log = AuditLog(after: head, now: options.clock(), keys: keys, storage: storage)
                let result = try body(&log)
                let end = try log.close(state: stateRows.end())
                return (result, log, end)
            }
            trustedHead = head
            paths.keep()
            note(isFull: false)
            keep(log.changes)
            if mode == .durable {
                if sync == nil { anchor?.write(head, keys: keys) } else { freshness.commit() }
            }
            return result
        } catch {
            forgetUncommitted()
            if error.isFullOrReadOnly { note(isFull: true) }
            throw error
        }
    }

    private func note(isFull now: Bool) {
        if isFull.load(ordering: .relaxed) != now { isFull.store(now, ordering: .relaxed) }
    }

    /// The head as the storage has it, once its signature is verified.
    func head() throws(StoreError) -> AuditHeadRow {
        let head = try storage.header().head
        if head != trustedHead {
            guard head.isSigned(storeID: keys.storeID, publicKey: keys.signing.publicKey) else {
                throw .auditBroken(record: nil)
            }
            if let known = trustedHead {
                // Whoever writes goes on from what is there. An older state is whole, its head is signed, and it is not what was
                // acknowledged: nothing may be built on it.
                guard head.isAtOrAfter(known) else {
                    isTampered.store(true, ordering: .relaxed)
                    throw .rolledBack(storeAt: head.sequence, anchorAt: known.sequence)
                }
                // Another process wrote meanwhile: what was read before may not be true any more, unless it only read.
                if known.state != head.state {
                    keyring.forgetNewest()
                    directory.forget()
                    followPaths(from: known, to: head)
                }
            }
            trustedHead = head
        }
        return head
    }

    /// Stops here when the files were changed by somebody without the key: nothing is decided by them, read or written. The log of what was
    /// done until then is given out all the same.
    private func checkTrust() throws(StoreError) {
        guard !isTampered.load(ordering: .relaxed) else { throw .oldRows() }
    }

    /// Forgets what a transaction made that was not kept: it was never there.
    ///
    /// - Parameter paths: What is kept of what it said of paths.
    private func forgetUncommitted(after paths: Int = 0) {
        keyring.forget()
        directory.forget()
        self.paths.goBack(to: paths)
    }
}

extension Engine {
    /// Runs a transaction for a group of requests: each passes with ``join(_:_:)``, and all their records get one signed
    /// head.
    ///
    /// - Returns: Whether something was changed that must be on the disk before its request is answered.
    func group(_ body: () -> Void) throws(StoreError) -> Bool {
        var isDurable = false
        var changes: [SecretChange] = []
        var isWritten = false
        do throws(StoreError) {
            try checkTrust()
            let head = try storage.transaction(sync == nil ? .durable : .journal) { () throws(StoreError) in
                let head = try self.head()
                stateRows.begin(head.state)
                openLog = AuditLog(after: head, now: options.clock(), keys: keys, storage: storage)
                freshness.begin()
                detour = Detour()
                body()
                guard var log = openLog.take(), storage.isInTransaction else { throw .abandoned() }
                isDurable = freshness.isChanged
                changes = log.changes
                // Counting a token's use changes rows and leaves no record of its own: the head is signed anew all the same.
                isWritten = !log.isEmpty || stateRows.isChanged
                return isWritten ? try log.close(state: stateRows.end()) : head
            }
            trustedHead = head
            paths.keep()
            // A group that had nothing to write says nothing of the disk.
            if isWritten { note(isFull: false) }
            keep(changes)
            if isDurable { freshness.commit() }
            return isDurable
        } catch {
            openLog = nil
            forgetUncommitted()
            if error.isFullOrReadOnly { note(isFull: true) }
            throw error
        }
    }

    /// Passes one request of a group.
    func join<Result>(
        _ mode: TransactionMode,
        _ body: (inout AuditLog) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        guard var log = openLog.take() else { preconditionFailure("one request passes after the other, in a group") }
        // An error of the disk has undone everything: nothing of this group may be kept or answered.
        guard storage.isInTransaction else {
            openLog = log
            throw .abandoned()
        }
        guard mode == .durable else {
            defer { openLog = log }
            return try body(&log)
        }
        let (place, mark, paths) = (log.hold(), stateRows.mark(), paths.mark)
        defer {
            if attempt == nil { log.release() }
            openLog = log
        }
        do throws(StoreError) {
            let result = try storage.attempt { () throws(StoreError) in try body(&log) }
            noteChange()
            return result
        } catch {
            log.goBack(to: place)
            stateRows.goBack(to: mark)
            forgetUncommitted(after: paths)
            throw error
        }
    }

    /// Begins what may turn out to be done in another way.
    ///
    /// - Parameter obstacle: Why not all paths can be known; nil when nobody found that out.
    func beginAttempt(_ obstacle: StoreError?) {
        detour = Detour(obstacle: obstacle)
        if let mark = openLog?.hold() { attempt = (mark, stateRows.count) }
    }

    /// Keeps what the attempt has recorded so far, however it ends.
    func keepRecords() {
        if let attempt, let mark = openLog?.hold() { self.attempt = (mark, attempt.rows) }
    }

    /// Ends it.
    ///
    /// - Returns: Why it is to be done in another way: then it has changed nothing, and leaves nothing behind.
    func endAttempt() -> DetourReason? {
        var reason = detour.reason
        // Changes are kept, and so are their records: it is not done twice.
        if let attempt, attempt.rows != stateRows.count { reason = nil }
        if reason != nil, let attempt { openLog?.goBack(to: attempt.log) }
        openLog?.release()
        (attempt, detour) = (nil, Detour())
        return reason
    }

    /// Whether what was answered since this was asked last depends on something that may not be on the disk yet.
    func takeIsFresh() -> Bool { freshness.takeIsFresh() }

    /// Remembers that a secret was changed by a transaction that the disk has not confirmed.
    func noteWrite(of row: SecretRow) { if sync != nil { freshness.noteWrite(of: row.id) } }

    /// Remembers that a key of the encryption service was changed, and whoever uses it next waits with that: what was
    /// encrypted with a version that a loss of power takes back would never open again.
    func noteWrite(of place: TransitKeyCache.Place) { if sync != nil { freshness.noteWrite(of: place) } }

    /// Remembers that a key was used, when the disk has not confirmed it.
    func noteUse(of place: TransitKeyCache.Place) { freshness.noteUse(of: place) }

    /// Whether the disk has not confirmed a key yet.
    func isFresh(_ place: TransitKeyCache.Place) -> Bool { freshness.isFresh(place) }

    /// Remembers that something else was changed.
    func noteChange() {
        freshness.isChanged = true
        freshness.noteChange()
    }

    /// Remembers that something was told that any change may have a part in: a listing, a document, that there is no such
    /// secret.
    func noteView() { freshness.noteView() }

    /// Remembers that a secret was read, when the disk has not confirmed what was read.
    func noteRead(of row: SecretRow) { freshness.noteRead(of: row.id) }
}

extension Engine {
    /// Leaves waiting for the disk to whoever answers.
    func deferSync(isTemporary: Bool) throws(StoreError) {
        if sync == nil { sync = try storage.deferSync(isTemporary: isTemporary) }
    }

    /// Where the log has come to, to tell ``confirm(_:)`` when it is on the disk.
    func mark() -> (generation: UInt64, head: AuditHeadRow?) { (freshness.generation, trustedHead) }

    /// Whether anything was changed that is not known to be on the disk.
    var isPending: Bool { freshness.isPending }

    /// Takes note that everything up to a mark is on the disk.
    ///
    /// - Returns: What was changed by it, in order: from now on it may be told.
    func confirm(_ generation: UInt64) -> [SecretChange] {
        freshness.confirm(generation)
        guard !unconfirmed.isEmpty else { return [] }
        let end = unconfirmed.firstIndex { $0.generation >= generation } ?? unconfirmed.endIndex
        defer { unconfirmed.removeSubrange(..<end) }
        return unconfirmed[..<end].flatMap(\.changes)
    }

    /// Keeps what a transaction has changed until the disk has confirmed it. To be called before the generation ends.
    private func keep(_ changes: [SecretChange]) {
        if !changes.isEmpty, sync != nil { unconfirmed.append((freshness.generation, changes)) }
    }
}

/// What was changed and is not known to be on the disk. Whoever reads it waits as long as whoever wrote it: no answer
/// shows what a loss of power could still take back.
private struct Freshness {
    private(set) var generation: UInt64 = 1
    private var confirmed: UInt64 = 1
    private var secrets: [Int64: UInt64] = [:]
    private var transitKeys: [TransitKeyCache.Place: UInt64] = [:]
    private var isFresh = false
    /// Whether a request of the group has changed something.
    var isChanged = false

    mutating func begin() {
        isChanged = false
        isFresh = false
    }

    mutating func noteWrite(of secret: Int64) {
        secrets[secret] = generation
        isFresh = true
    }

    mutating func noteWrite(of place: TransitKeyCache.Place) {
        transitKeys[place] = generation
        isFresh = true
    }

    mutating func noteUse(of place: TransitKeyCache.Place) { if isFresh(place) { isFresh = true } }

    func isFresh(_ place: TransitKeyCache.Place) -> Bool { !transitKeys.isEmpty && transitKeys[place] != nil }

    mutating func noteChange() { isFresh = true }

    /// Whether anything was changed that is not known to be on the disk.
    var isPending: Bool { isChanged || generation > confirmed }

    mutating func noteView() { if isPending { isFresh = true } }

    mutating func noteRead(of secret: Int64) {
        if !secrets.isEmpty, secrets[secret] != nil { isFresh = true }
    }

    mutating func takeIsFresh() -> Bool {
        defer { isFresh = false }
        return isFresh
    }

    mutating func commit() {
        generation += 1
        isChanged = false
    }

    mutating func confirm(_ confirmed: UInt64) {
        self.confirmed = max(self.confirmed, confirmed)
        if confirmed >= generation {
            secrets.removeAll(keepingCapacity: true)
            transitKeys.removeAll(keepingCapacity: true)
        } else {
            secrets = secrets.filter { $0.value >= confirmed }
            transitKeys = transitKeys.filter { $0.value >= confirmed }
        }
    }
}

extension StoreError {
    /// Whether the error says something about the request, and so belongs into the audit log, or about the moment.
    var isDecision: Bool { category != .unavailable }

    /// The error of a read whose record could not be written.
    var withoutAnswer: StoreError {
        isFullOrReadOnly ? .auditUnwritable(self) : self
    }
}
