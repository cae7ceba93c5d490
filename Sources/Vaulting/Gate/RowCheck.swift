public import SecretStore
internal import Synchronization

/// Compares the rows that a storage has with what its signed head says of them: see ``StateRows``.
///
/// It holds what it needs of the keys, so that it can be used apart from the engine, in another thread.
struct RowCheck: Sendable {
    private let storeID: [UInt8]
    private let publicKey: [UInt8]
    private let key: Authenticator
    /// A head that was there before; nil when none was seen.
    private let earlier: AuditHeadRow?

    /// How many rows are read at once.
    private static let batch = 64

    init(keys: RootKeys, after earlier: AuditHeadRow? = nil) {
        self.earlier = earlier
        storeID = keys.storeID
        publicKey = keys.signing.publicKey
        key = keys.state
    }

    /// Checks what a storage has now, its head too, in one view of it.
    ///
    /// - Parameter pause: Is called after every few rows; what it throws ends the check.
    /// - Throws: ``StoreError``: `KF-STORE-041` when the rows are not those of the head, `KF-STORE-044` when that is not signed,
    ///   `KF-STORE-042` when it is older than one that was there before.
    func run(on storage: any VaultStorage, pause: () throws(StoreError) -> Void) throws(StoreError) {
        try storage.transaction(.snapshot) { () throws(StoreError) in
            let header = try storage.header()
            guard header.id == storeID, header.head.isSigned(storeID: storeID, publicKey: publicKey) else {
                throw .auditBroken(record: nil)
            }
            if let earlier, !header.head.isAtOrAfter(earlier) {
                throw .rolledBack(storeAt: header.head.sequence, anchorAt: earlier.sequence)
            }
            try run(on: storage, state: header.head.state, pause: pause)
        }
    }

    /// Checks that the rows are those of a signed state. Only inside a transaction.
    ///
    /// - Throws: ``StoreError``: `KF-STORE-041` when they are not.
    func run(
        on storage: any VaultStorage,
        state: [UInt8],
        pause: () throws(StoreError) -> Void = {}
    ) throws(StoreError) {
        guard let expected = MultisetHash(state, under: key) else { throw .oldRows() }
        var found = MultisetHash()
        for slot in try storage.slots() { found.add(StateRows.element(slot), under: key) }
        for dataKey in try storage.dataKeys() { found.add(StateRows.element(dataKey), under: key) }
        // From below all numbers: none that the engine does not give may be passed over.
        var last = Int64.min
        while found.count <= expected.count {
            let rows = try storage.secrets(after: last, limit: Self.batch)
            guard let end = rows.last?.id else { break }
            last = end
            for row in rows { found.add(StateRows.element(row), under: key) }
            try pause()
        }
        var place: (collection: [UInt8], key: [UInt8]) = ([], [])
        while found.count <= expected.count {
            let rows = try storage.entries(after: place.collection, place.key, limit: Self.batch)
            guard let end = rows.last else { break }
            place = (end.collection, end.key)
            for row in rows { found.add(StateRows.element(row), under: key) }
            try pause()
        }
        guard found == expected else { throw .oldRows() }
    }
}

extension AuditHeadRow {
    /// Whether this can be the head of a log that another one was the head of before.
    func isAtOrAfter(_ other: AuditHeadRow) -> Bool {
        sequence > other.sequence || (sequence == other.sequence && hash == other.hash)
    }
}

extension StoreError {
    /// Rows were put back, changed or taken away.
    static func oldRows() -> StoreError { .tampered("the set of rows in the store") }
}

extension Engine {
    /// How many rows a store may have to be checked whenever it is opened: sixty-four secrets, and as many data keys and
    /// slots. A project has a handful; a larger store is checked with its audit log, when it is backed up, and again and again
    /// while it is served.
    private static let rowsCheckedAtOpen: Int64 = 160

    /// Checks that the rows are those of the signed head, when they are few.
    func checkFewRows() throws(StoreError) {
        // The head was read and found to be signed when the anchor was looked at, or is now; it counts the rows.
        let state = try head().state
        guard let count = MultisetHash.count(in: state), count > Self.rowsCheckedAtOpen else { return try checkRows() }
    }

    /// Checks that the rows are those of the signed head, in one view of the store.
    func checkRows() throws(StoreError) {
        try storage.transaction(.snapshot) { () throws(StoreError) in try checkRows(of: try head()) }
    }

    /// Checks that the rows are those of a signed head. Only inside a transaction.
    func checkRows(of head: AuditHeadRow) throws(StoreError) {
        try RowCheck(keys: keys).run(on: storage, state: head.state)
    }
}

extension Vault {
    /// Whether the store's files were found to be changed by somebody without its key: rows that the head does not sign, an older
    /// head, another layout, another file in their place. Nothing is read or written since. Callable from any thread.
    public var isTampered: Bool { engine.isTampered.load(ordering: .relaxed) }

    /// Checks that the rows in the store's file are those of its signed head: as ``checkRowsApart(pause:)`` where that can be
    /// done, else while nobody passes the gate.
    ///
    /// - Throws: ``StoreError``: `KF-STORE-041`, `-042` or `-044` when rows were put back, changed or taken away.
    public func checkRows() throws(StoreError) {
        if try checkRowsApart(pause: { true }) == nil {
            try exclusively { () throws(StoreError) in try engine.checkRows() }
        }
    }

    /// Checks that the rows in the store's file are those of its signed head, in a view of the file of its own and beside
    /// everybody who passes the gate. What is found ends all passing.
    ///
    /// - Parameter pause: Is called after every few rows; says whether to go on.
    /// - Returns: Whether all rows were looked at; nil when the storage gives no such view, because it is not shared with
    ///   anybody, or serves no server.
    /// - Throws: ``StoreError``: `KF-STORE-041`, `-042` or `-044` when rows were put back, changed or taken away, and what kept it
    ///   from looking.
    public func checkRowsApart(pause: () -> Bool) throws(StoreError) -> Bool? {
        guard let sync = engine.sync else { return nil }
        // The keys are derived when they are first needed, by one thread at a time.
        let check = exclusively { RowCheck(keys: engine.keys, after: engine.trustedHead) }
        var isWhole = true
        do throws(StoreError) {
            let found: Void? = try sync.look { (view) throws(StoreError) in
                try check.run(on: view) { () throws(StoreError) in
                    isWhole = pause()
                    if !isWhole { throw .busy() }
                }
            }
            return found.map { true }
        } catch {
            guard isWhole else { return false }
            if [.corrupt, .newerFormat].contains(error.category) {
                engine.isTampered.store(true, ordering: .relaxed)
            }
            throw error
        }
    }

    /// How long the storage's log is, in bytes; nil when it has none. Callable from any thread.
    public var logBytes: Int? { engine.sync?.logBytes() }
}
