internal import CSQLite
public import SecretStore
public import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A store in a SQLite file.
///
/// Journal mode WAL: a writer and readers of several processes do not stop one another. A durable transaction runs with
/// `synchronous=FULL`: it is on the disk when it returns. A journal transaction, which holds records of reads, runs with
/// `NORMAL`: it survives `kill -9` at any instant, because the system has it, and may be lost with the power; the next
/// durable one takes it along.
public final class SQLiteStorage: VaultStorage {
    private let connection: Connection
    private var statements: [Statement?] = Array(repeating: nil, count: Query.allCases.count)
    private var isSynchronousFull = true
    private var isSyncDeferred = false
    /// How much of the file a server keeps in memory: 48 MiB.
    private static let serverCacheKiB = 48 << 10
    private let path: String

    private init(_ connection: Connection, path: String) {
        self.connection = connection
        self.path = path
    }

    /// Has the pages of a server's cache lie close together: see `pages.h`. Before the process opens its first store; later
    /// it changes nothing.
    public static func useLargePages() {
        // And something for the cache of the connection that looks after the log.
        _ = kf_sqlite_use_large_pages((serverCacheKiB + (4 << 10)) << 10)
    }

    /// Opens a store's file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - patience: How long to wait for another process that writes, in milliseconds.
    /// - Throws: ``StoreError``: damaged, not a store, of a newer format, not to be opened.
    public static func open(_ path: String, patience: Int = 5000) throws(StoreError) -> SQLiteStorage {
        let connection = try Connection(path: path, patience: patience)
        // Not by SELECT: a table of the pragma's name would answer in its place.
        let application = try connection.prepare("PRAGMA application_id").first { $0.integer(0) }
        guard application == Schema.applicationID else { throw .notAStore() }
        if try format(of: connection) == 1 { try upgrade(connection) }
        guard try format(of: connection) == Schema.format else { throw .notAStore() }
        guard try objects(of: connection) == Schema.objects else { throw .tampered("the layout of the store file") }
        return SQLiteStorage(connection, path: path)
    }

    /// Opens a store's file beside the process's own storage, for what reads all of it once.
    static func view(of path: String) throws(StoreError) -> SQLiteStorage {
        let connection = try Connection(path: path, patience: 1000)
        // Nothing is met twice. In KiB.
        try connection.execute("PRAGMA cache_size = -256; PRAGMA query_only = ON")
        // Before it has read anything it has no log open.
        _ = try connection.prepare("SELECT count(*) FROM main.sqlite_master").first { $0.integer(0) }
        return SQLiteStorage(connection, path: path)
    }

    /// Forgets what was read, so that it is read from the files again, and checks that those have the layout that they had when
    /// the process opened them.
    func refresh() throws(StoreError) {
        try connection.execute("PRAGMA shrink_memory")
        let application = try connection.prepare("PRAGMA application_id").first { $0.integer(0) }
        guard application == Schema.applicationID, try Self.format(of: connection) == Schema.format,
            try Self.objects(of: connection) == Schema.objects
        else { throw .tampered("the layout of the store file") }
    }

    private static func format(of connection: Connection) throws(StoreError) -> Int64 {
        let format = try connection.prepare("PRAGMA user_version").first { $0.integer(0) } ?? 0
        guard format <= Schema.format else { throw .newerFormat(found: format, known: Schema.format) }
        return format
    }

    private static func objects(of connection: Connection) throws(StoreError) -> [SchemaObject] {
        // One row more than there may be is enough to know.
        let limit = Schema.objects.count + 1
        return try connection.prepare(
            "SELECT type, name, tbl_name, sql FROM main.sqlite_master ORDER BY name LIMIT \(limit)"
        )
        .all { SchemaObject(type: $0.text(0), name: $0.text(1), table: $0.text(2), sql: $0.text(3)) }
    }

    /// Makes a file of the first format one of this format: all of it, or nothing. Programs of the first format that have
    /// it open meet a table that is not theirs with their next new secret, and lose nothing.
    static func upgrade(_ connection: Connection) throws(StoreError) {
        try connection.execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            // Another process may have done it meanwhile.
            if try format(of: connection) == 1 {
                guard try objects(of: connection) == Schema.firstObjects else {
                    throw .tampered("the layout of the store file")
                }
                try connection.execute(Schema.upgrade)
            }
            try connection.execute("COMMIT")
        } catch {
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }

    /// Makes the tables in an empty file.
    static func create(in path: String) throws(StoreError) -> SQLiteStorage {
        let connection = try Connection(path: path, patience: 0)
        try connection.execute("BEGIN IMMEDIATE; \(Schema.statements) COMMIT")
        return SQLiteStorage(connection, path: path)
    }

    /// Turns the write-ahead log on; the file remembers it.
    func useLog() throws(StoreError) {
        let mode = try connection.prepare("PRAGMA journal_mode = WAL").first { $0.text(0) }
        guard mode == "wal" else { throw .cannotOpen("its file system has no shared memory for a write-ahead log") }
    }

    var lastInsertedRow: Int64 { connection.lastInsertedRow }

    func statement(_ query: Query) throws(StoreError) -> Statement {
        if let statement = statements[query.rawValue] { return statement }
        let statement = try connection.prepare(query.sql)
        statements[query.rawValue] = statement
        return statement
    }
}

extension SQLiteStorage {
    /// Does something in one transaction.
    public func transaction<Result>(
        _ mode: TransactionMode,
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        if mode != .snapshot { try setSynchronous(full: mode == .durable) }
        try statement(mode == .snapshot ? .begin : .beginImmediate).run()
        let result: Result
        do throws(StoreError) {
            result = try body()
            try statement(.commit).run()
        } catch {
            // Some errors, a full disk among them, have rolled back already.
            if connection.isInTransaction { try? statement(.rollback).run() }
            throw error
        }
        // Only a commit that wrote tells how long the log is.
        if mode != .snapshot { connection.tidyLog() }
        return result
    }

    /// Does something that can be taken back alone.
    public func attempt<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        // Outside of a transaction a savepoint would be one of its own.
        guard connection.isInTransaction else { throw .abandoned() }
        try statement(.savepoint).run()
        do throws(StoreError) {
            let result = try body()
            try statement(.release).run()
            return result
        } catch {
            // An error that rolled everything back took the savepoint along.
            if connection.isInTransaction {
                try statement(.rollbackToSavepoint).run()
                try statement(.release).run()
            }
            throw error
        }
    }

    /// Whether a transaction is under way: some errors end it.
    public var isInTransaction: Bool { connection.isInTransaction }

    /// Leaves waiting for the disk to another thread.
    public func deferSync(isTemporary: Bool) throws(StoreError) -> any StorageSync {
        // What other programs have changed in the file's header, and which file it is when its name is a link's.
        try useLog()
        guard let real = unsafe realpath(path, nil) else { throw .cannotOpen("its file is not there any more") }
        defer { unsafe free(real) }
        let log = try LogSync(
            path: unsafe String(cString: real),
            connection: try Connection(path: path, patience: 0),
            isTemporary: isTemporary
        )
        connection.leaveLogAlone()
        try connection.gatherLog()
        // What a transaction changes stays in memory until it ends, and that is bounded by what a group of requests may be.
        // SQLite 3.40 would write the log wrongly where a part of a transaction is taken back that it has written already:
        // it commits, all read it, and it is gone with the process. (GatheredLogTests: its random transactions fail without.)
        try connection.execute("PRAGMA cache_spill = OFF")
        let spills = try connection.prepare("PRAGMA cache_spill").first { $0.integer(0) }
        guard spills == 0 else {
            throw .cannotOpen("the SQLite library would write transactions to the log in parts")
        }
        // A server reads all over its store: what it read once is found again without a system call. In KiB.
        try connection.execute("PRAGMA cache_size = -\(Self.serverCacheKiB)")
        // What a large transaction left of the log's length goes when the log begins anew.
        _ = try connection.prepare("PRAGMA journal_size_limit = \(320 << 20)").first { $0.integer(0) }
        isSyncDeferred = true
        return log
    }

    private func setSynchronous(full wanted: Bool) throws(StoreError) {
        let full = wanted && !isSyncDeferred
        guard full != isSynchronousFull else { return }
        try connection.execute(full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
        isSynchronousFull = full
    }

    /// Fills an empty storage.
    public func initialize(_ header: StoreHeader, slot: SlotRow) throws(StoreError) {
        try transaction(.durable) { () throws(StoreError) in
            try statement(.initialize).runOnOne(
                .bytes(header.id),
                .integer(header.head.sequence),
                .bytes(header.head.hash),
                .integer(header.head.time),
                .bytes(header.head.state),
                .bytes(header.head.signature)
            )
            try putSlot(slot)
        }
    }

    /// The store's row.
    public func header() throws(StoreError) -> StoreHeader {
        let header = try statement(.header).first { row in
            StoreHeader(
                id: row.bytes(0),
                head: AuditHeadRow(
                    sequence: row.integer(1),
                    hash: row.bytes(2),
                    time: row.integer(3),
                    state: row.bytes(4),
                    signature: row.bytes(5)
                )
            )
        }
        guard let header, header.id.count == 16 else { throw .damaged() }
        return header
    }

    /// Replaces the head of the audit log.
    public func setHead(_ head: AuditHeadRow) throws(StoreError) {
        try statement(.setHead).runOnOne(
            .integer(head.sequence),
            .bytes(head.hash),
            .integer(head.time),
            .bytes(head.state),
            .bytes(head.signature)
        )
    }

    /// Asks SQLite to check the file's structure.
    public func checkIntegrity() throws(StoreError) {
        let answer = try connection.prepare("PRAGMA integrity_check(1)").first { $0.text(0) }
        guard answer == "ok" else { throw .damaged() }
    }
}

extension SQLiteStorage {
    /// The slots of the seal.
    public func slots() throws(StoreError) -> [SlotRow] {
        try statement(.slots).all { row in
            SlotRow(number: row.integer(0), kind: row.integer(1), parameters: row.bytes(2), wrapped: row.bytes(3))
        }
    }

    /// Adds or replaces a slot.
    public func putSlot(_ slot: SlotRow) throws(StoreError) {
        try statement(.putSlot).runOnOne(
            .integer(slot.number),
            .integer(slot.kind),
            .bytes(slot.parameters),
            .bytes(slot.wrapped)
        )
    }

    /// Removes a slot.
    public func removeSlot(_ number: Int64) throws(StoreError) { try statement(.removeSlot).runOnOne(.integer(number)) }

    /// A data key of a ring.
    public func dataKey(environment: [UInt8], generation: Int64?) throws(StoreError) -> DataKeyRow? {
        if let generation {
            return try statement(.dataKey).first(.bytes(environment), .integer(generation), read: Self.dataKey)
        }
        return try statement(.newestDataKey).first(.bytes(environment), read: Self.dataKey)
    }

    /// Every data key.
    public func dataKeys() throws(StoreError) -> [DataKeyRow] { try statement(.dataKeys).all(read: Self.dataKey) }

    /// Adds a data key.
    public func insertDataKey(_ row: DataKeyRow) throws(StoreError) {
        try statement(.insertDataKey).runOnOne(.bytes(row.environment), .integer(row.generation), .bytes(row.wrapped))
    }

    /// Removes a data key.
    public func removeDataKey(environment: [UInt8], generation: Int64) throws(StoreError) {
        try statement(.removeDataKey).runOnOne(.bytes(environment), .integer(generation))
    }

    private static func dataKey(_ row: Row) -> DataKeyRow {
        DataKeyRow(environment: row.bytes(0), generation: row.integer(1), wrapped: row.bytes(2))
    }
}

extension SQLiteStorage {
    /// An entry of the directory.
    public func entry(collection: [UInt8], key: [UInt8]) throws(StoreError) -> EntryRow? {
        try statement(.entry).first(.bytes(collection), .bytes(key), read: Self.entry)
    }

    /// Adds or replaces an entry.
    public func putEntry(_ row: EntryRow) throws(StoreError) {
        try statement(.putEntry).runOnOne(.bytes(row.collection), .bytes(row.key), .bytes(row.sealed))
    }

    /// Removes an entry.
    public func removeEntry(collection: [UInt8], key: [UInt8]) throws(StoreError) {
        try statement(.removeEntry).runOnOne(.bytes(collection), .bytes(key))
    }

    /// Entries of a collection.
    public func entries(
        collection: [UInt8],
        after key: [UInt8],
        limit: Int
    ) throws(StoreError) -> [EntryRow] {
        try statement(.entriesOfCollection)
            .all(.bytes(collection), .bytes(key), .integer(Int64(limit)), read: Self.entry)
    }

    /// Entries of all collections.
    public func entries(
        after collection: [UInt8],
        _ key: [UInt8],
        limit: Int
    ) throws(StoreError) -> [EntryRow] {
        try statement(.entriesAfter).all(.bytes(collection), .bytes(key), .integer(Int64(limit)), read: Self.entry)
    }

    private static func entry(_ row: Row) -> EntryRow {
        EntryRow(collection: row.bytes(0), key: row.bytes(1), sealed: row.bytes(2))
    }
}

extension SQLiteStorage {
    /// Adds a block to the audit log.
    public func appendAudit(_ block: AuditBlockRow) throws(StoreError) {
        try statement(.appendAudit).runOnOne(
            .integer(block.last),
            .integer(block.count),
            .bytes(block.hash),
            .bytes(block.sealed)
        )
    }

    /// The first block that ends at or after a record.
    public func auditBlock(endingAtOrAfter sequence: Int64) throws(StoreError) -> AuditBlockRow? {
        try statement(.auditBlock).first(.integer(sequence), read: Self.auditBlock)
    }

    /// The last block.
    public func lastAuditBlock() throws(StoreError) -> AuditBlockRow? {
        try statement(.lastAuditBlock).first(read: Self.auditBlock)
    }

    /// Removes every block.
    public func removeAuditBlocks() throws(StoreError) { try statement(.removeAuditBlocks).run() }

    private static func auditBlock(_ row: Row) -> AuditBlockRow {
        AuditBlockRow(last: row.integer(0), count: row.integer(1), hash: row.bytes(2), sealed: row.bytes(3))
    }
}
