public import SecretStore

/// Where the engine's rows rest.
///
/// A storage keeps opaque rows and knows nothing of secrets: what it holds is sealed, numbers or keyed hashes. The
/// engine calls it from one thread at a time. Every method throws ``StoreError``.
public protocol VaultStorage: AnyObject {
    /// Does something in one transaction: all of it is kept, or, when it throws, nothing.
    func transaction<Result>(
        _ mode: TransactionMode,
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result

    /// Does something inside the transaction that is under way: all of it is kept with the transaction, or, when it
    /// throws, nothing of it, and the transaction goes on.
    func attempt<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result

    /// Whether a transaction is under way: some errors of a disk end it, and everything that was done in it is undone.
    var isInTransaction: Bool { get }

    /// From now on a durable transaction returns before it is on the disk, and whoever needs it there asks what this
    /// gives. Called once, before the storage is used by a service.
    ///
    /// - Parameter isTemporary: Whether the storage's files may lose their names, as those in memory do.
    func deferSync(isTemporary: Bool) throws(StoreError) -> any StorageSync

    /// Fills an empty storage, in a transaction of its own.
    func initialize(_ header: StoreHeader, slot: SlotRow) throws(StoreError)
    /// The store's row.
    func header() throws(StoreError) -> StoreHeader
    /// Replaces the head of the audit log.
    func setHead(_ head: AuditHeadRow) throws(StoreError)

    /// The slots of the seal.
    func slots() throws(StoreError) -> [SlotRow]
    /// Adds a slot, or replaces the one of the same number.
    func putSlot(_ slot: SlotRow) throws(StoreError)
    /// Removes a slot.
    func removeSlot(_ number: Int64) throws(StoreError)

    /// The data key of a ring: of one generation, or of the newest when none is given.
    func dataKey(environment: [UInt8], generation: Int64?) throws(StoreError) -> DataKeyRow?
    /// Every data key of every ring.
    func dataKeys() throws(StoreError) -> [DataKeyRow]
    /// Adds a data key.
    func insertDataKey(_ row: DataKeyRow) throws(StoreError)
    /// Removes a data key.
    func removeDataKey(environment: [UInt8], generation: Int64) throws(StoreError)

    /// The secret of a path.
    func secret(index: [UInt8]) throws(StoreError) -> SecretRow?
    /// Adds a secret.
    /// - Returns: Its row number.
    func insertSecret(_ row: SecretRow) throws(StoreError) -> Int64
    /// Replaces the current version and the sealed part of a secret.
    func updateSecret(_ row: SecretRow) throws(StoreError)
    /// Removes a secret with its versions.
    func removeSecret(_ id: Int64) throws(StoreError)
    /// The sealed attributes of a secret; empty when there are none.
    func attributes(secret: Int64) throws(StoreError) -> [UInt8]
    /// Replaces the sealed attributes of a secret.
    func setAttributes(_ sealed: [UInt8], secret: Int64) throws(StoreError)
    /// Whether there is any secret.
    func hasSecrets() throws(StoreError) -> Bool
    /// Up to `limit` secrets with row numbers above `id`, by row number.
    func secrets(after id: Int64, limit: Int) throws(StoreError) -> [SecretRow]

    /// The secret of a path with its current version, as one look-up. The version comes without its sealed part, which
    /// no payload needs; it is nil when its row is missing.
    func currentVersion(index: [UInt8]) throws(StoreError) -> (secret: SecretRow, version: VersionRow?)?
    /// One version with its payload.
    func version(secret: Int64, number: Int64) throws(StoreError) -> VersionRow?
    /// One version without its payload.
    func versionPart(secret: Int64, number: Int64) throws(StoreError) -> VersionRow?
    /// The sealed parts of a secret's versions, without payloads, by number.
    func versionParts(secret: Int64) throws(StoreError) -> [VersionRow]
    /// Adds a version.
    func insertVersion(_ row: VersionRow) throws(StoreError)
    /// Replaces the payload of a version, with its salt, kind and generation.
    func updateVersionPayload(_ row: VersionRow) throws(StoreError)
    /// Removes a version.
    func removeVersion(secret: Int64, number: Int64) throws(StoreError)

    /// An entry of the directory.
    func entry(collection: [UInt8], key: [UInt8]) throws(StoreError) -> EntryRow?
    /// Adds an entry, or replaces the one of the same key.
    func putEntry(_ row: EntryRow) throws(StoreError)
    /// Removes an entry.
    func removeEntry(collection: [UInt8], key: [UInt8]) throws(StoreError)
    /// Up to `limit` entries of a collection with keys above `key`, by key.
    func entries(collection: [UInt8], after key: [UInt8], limit: Int) throws(StoreError) -> [EntryRow]
    /// Up to `limit` entries of all collections after one of them, by collection and key.
    func entries(after collection: [UInt8], _ key: [UInt8], limit: Int) throws(StoreError) -> [EntryRow]

    /// Adds a block to the audit log.
    func appendAudit(_ block: AuditBlockRow) throws(StoreError)
    /// The first block that ends at or after a record.
    func auditBlock(endingAtOrAfter sequence: Int64) throws(StoreError) -> AuditBlockRow?
    /// The last block.
    func lastAuditBlock() throws(StoreError) -> AuditBlockRow?
    /// Removes every block: only for the log of a new store that a snapshot replaces.
    func removeAuditBlocks() throws(StoreError)

    /// Asks the storage to check its own structure.
    func checkIntegrity() throws(StoreError)
}

/// What waits for the disk, apart from the storage, so that nobody else waits meanwhile.
public protocol StorageSync: Sendable {
    /// Returns when everything that was committed before the call is on the disk, in files that are there. Callable from any
    /// thread.
    func sync() throws(StoreError)
    /// Takes what has gathered in the storage's log into its file, when it is time. Callable from any thread; it may take
    /// long, and a failure loses nothing.
    func tidy()
    /// Gives back what the storage's log keeps of the disk: when nothing much is done. As ``tidy()``.
    func rest()
    /// Calls a closure with another view of what is in the storage's files, read from them anew. Callable from any thread; one
    /// is called at a time.
    ///
    /// - Returns: What the closure gives; nil when nobody else can get at the files, and it is not called.
    /// - Throws: ``StoreError``: `KF-STORE-041` when other files have their names, or they have another layout than they had.
    func look<Result: Sendable>(
        _ body: (any VaultStorage) throws(StoreError) -> Result
    ) throws(StoreError) -> Result?
    /// How long the storage's log is. Callable from any thread, and quick.
    func logBytes() -> Int
    /// How many bytes the disk has left for it; nil when that is not known. Callable from any thread, and quick.
    func room() -> Int?
}

/// How a transaction is done.
public enum TransactionMode: Sendable, Hashable {
    /// A consistent view, nothing written.
    case snapshot
    /// Written and atomic, safe from the end of the process at any instant; a loss of power may take the latest.
    case journal
    /// Written, atomic and on the disk when it returns.
    case durable
}

/// The store's own row.
public struct StoreHeader: Sendable {
    /// 16 random bytes.
    public var id: [UInt8]
    /// The head of the audit log.
    public var head: AuditHeadRow

    /// Puts the parts together.
    public init(id: [UInt8], head: AuditHeadRow) {
        self.id = id
        self.head = head
    }
}

/// Where the audit log ends.
public struct AuditHeadRow: Sendable, Equatable {
    /// The number of the last record.
    public var sequence: Int64
    /// Its hash, 32 bytes.
    public var hash: [UInt8]
    /// Its time in microseconds since 1970.
    public var time: Int64
    /// The keyed hash of every secret, data key and slot that there is then.
    public var state: [UInt8]
    /// The Ed25519 signature over store, sequence, hash, time and state.
    public var signature: [UInt8]

    /// Puts the parts together.
    public init(sequence: Int64, hash: [UInt8], time: Int64, state: [UInt8], signature: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
        self.time = time
        self.state = state
        self.signature = signature
    }
}

/// One way to open the store.
public struct SlotRow: Sendable, Equatable {
    /// The slot's number.
    public var number: Int64
    /// 1: key file, 2: passphrase.
    public var kind: Int64
    /// What the kind needs to derive its wrapping key.
    public var parameters: [UInt8]
    /// The wrapped root key.
    public var wrapped: [UInt8]

    /// Puts the parts together.
    public init(number: Int64, kind: Int64, parameters: [UInt8], wrapped: [UInt8]) {
        self.number = number
        self.kind = kind
        self.parameters = parameters
        self.wrapped = wrapped
    }
}

/// One data key of an environment's ring.
public struct DataKeyRow: Sendable {
    /// The keyed hash of the environment's name, 16 bytes.
    public var environment: [UInt8]
    /// The generation, counted from 1.
    public var generation: Int64
    /// The wrapped data key, with the environment's name.
    public var wrapped: [UInt8]

    /// Puts the parts together.
    public init(environment: [UInt8], generation: Int64, wrapped: [UInt8]) {
        self.environment = environment
        self.generation = generation
        self.wrapped = wrapped
    }
}

/// One secret.
public struct SecretRow: Sendable {
    /// The row's number; 0 before it is inserted.
    public var id: Int64
    /// The keyed hash of the path, 16 bytes.
    public var index: [UInt8]
    /// The keyed hash of the environment's name, 16 bytes.
    public var environment: [UInt8]
    /// The number of the current version.
    public var current: Int64
    /// The sealed record of the secret: path, versions, labels.
    public var sealed: [UInt8]

    /// Puts the parts together.
    public init(id: Int64, index: [UInt8], environment: [UInt8], current: Int64, sealed: [UInt8]) {
        self.id = id
        self.index = index
        self.environment = environment
        self.current = current
        self.sealed = sealed
    }
}

/// One entry of the directory: who there is, what they may do, and what the served protocols keep.
public struct EntryRow: Sendable {
    /// The keyed hash of the collection's name, 16 bytes.
    public var collection: [UInt8]
    /// The keyed hash of the entry's name, 16 bytes.
    public var key: [UInt8]
    /// The sealed name and content.
    public var sealed: [UInt8]

    /// Puts the parts together.
    public init(collection: [UInt8], key: [UInt8], sealed: [UInt8]) {
        self.collection = collection
        self.key = key
        self.sealed = sealed
    }
}

/// One version of a secret.
public struct VersionRow: Sendable {
    /// The secret's row number.
    public var secret: Int64
    /// The version's number, counted from 1.
    public var number: Int64
    /// The payload's kind: 1 fields, 2 text, 3 bytes.
    public var kind: Int64
    /// The generation of the data key.
    public var generation: Int64
    /// 32 random bytes; empty when the version is destroyed.
    public var salt: [UInt8]
    /// The sealed payload; empty when the version is destroyed or the payload was not asked for.
    public var payload: [UInt8]
    /// The sealed metadata: who, when, the fields' ages.
    public var sealed: [UInt8]

    /// Puts the parts together.
    public init(
        secret: Int64,
        number: Int64,
        kind: Int64,
        generation: Int64,
        salt: [UInt8],
        payload: [UInt8],
        sealed: [UInt8]
    ) {
        self.secret = secret
        self.number = number
        self.kind = kind
        self.generation = generation
        self.salt = salt
        self.payload = payload
        self.sealed = sealed
    }
}

/// One sealed block of the audit log: the records of one commit.
public struct AuditBlockRow: Sendable {
    /// The number of the block's last record.
    public var last: Int64
    /// How many records it has.
    public var count: Int64
    /// The chain's hash after the last record.
    public var hash: [UInt8]
    /// The sealed records.
    public var sealed: [UInt8]

    /// Puts the parts together.
    public init(last: Int64, count: Int64, hash: [UInt8], sealed: [UInt8]) {
        self.last = last
        self.count = count
        self.hash = hash
        self.sealed = sealed
    }
}
