internal import SecretStore

/// The rows that say what is true now: secrets, data keys, slots. This is the one place where they are changed.
///
/// Each row authenticates by itself, and an older one of the same place does so too: whoever puts it back, or takes a
/// row away, would bring an old value back unnoticed. So a ``MultisetHash`` of all of them stands in the store's row and
/// is signed with the head of the audit log: it is of this moment's rows and of no others. Payloads and versions need no
/// place in it: a secret's row binds each of its versions by an id.
final class StateRows {
    private let keys: RootKeys
    private let storage: any VaultStorage
    /// What the store's row had when the transaction began.
    private var before: [UInt8] = []
    /// What it is with the transaction's changes, once there is one.
    private var changed: MultisetHash?
    /// How many changes of rows the transaction has made, and kept.
    private(set) var count = 0

    init(keys: RootKeys, storage: any VaultStorage) {
        self.keys = keys
        self.storage = storage
    }

    /// The state of a new store, which has nothing but its first slot.
    static func initial(_ slot: SlotRow, keys: RootKeys) -> [UInt8] {
        var hash = MultisetHash()
        hash.add(element(slot), under: keys.state)
        return hash.bytes(under: keys.state)
    }

    /// What is remembered of the transaction so far, to go back to when a part of it fails.
    struct Mark {
        fileprivate let changed: MultisetHash?
        fileprivate let count: Int
    }

    /// Whether the transaction has changed rows.
    var isChanged: Bool { changed != nil }

    /// Marks where the transaction is.
    func mark() -> Mark { Mark(changed: changed, count: count) }

    /// Forgets what came after a mark.
    func goBack(to mark: Mark) { (changed, count) = (mark.changed, mark.count) }

    /// Begins a transaction.
    func begin(_ state: [UInt8]) {
        before = state
        (changed, count) = (nil, 0)
    }

    /// The state that belongs to the rows with the transaction's changes.
    func end() -> [UInt8] {
        defer { changed = nil }
        return changed?.bytes(under: keys.state) ?? before
    }

    /// Adds a secret.
    /// - Returns: Its row number.
    func insert(_ row: SecretRow) throws(StoreError) -> Int64 {
        var inserted = row
        inserted.id = try storage.insertSecret(row)
        try change(adding: Self.element(inserted))
        return inserted.id
    }

    /// Replaces the current version and the sealed part of a secret.
    ///
    /// - Parameters:
    ///   - old: The row as it was read.
    ///   - new: The row as it shall be.
    func replace(_ old: SecretRow, with new: SecretRow) throws(StoreError) {
        try storage.updateSecret(new)
        try change(removing: Self.element(old), adding: Self.element(new))
    }

    /// Removes a secret with its versions.
    func remove(_ row: SecretRow) throws(StoreError) {
        try storage.removeSecret(row.id)
        try change(removing: Self.element(row))
    }

    /// Adds a data key.
    func insert(_ row: DataKeyRow) throws(StoreError) {
        try storage.insertDataKey(row)
        try change(adding: Self.element(row))
    }

    /// Removes a data key.
    func remove(_ row: DataKeyRow) throws(StoreError) {
        try storage.removeDataKey(environment: row.environment, generation: row.generation)
        try change(removing: Self.element(row))
    }

    /// Adds a slot, whose number must be free.
    func insert(_ slot: SlotRow) throws(StoreError) {
        try storage.putSlot(slot)
        try change(adding: Self.element(slot))
    }

    /// Removes a slot.
    func remove(_ slot: SlotRow) throws(StoreError) {
        try storage.removeSlot(slot.number)
        try change(removing: Self.element(slot))
    }

    /// Adds an entry to the directory, or replaces the one that is there.
    ///
    /// - Parameters:
    ///   - old: The row as it was read; nil when there is none.
    ///   - new: The row as it shall be.
    func put(_ old: EntryRow?, _ new: EntryRow) throws(StoreError) {
        try storage.putEntry(new)
        try change(removing: old.map(Self.element), adding: Self.element(new))
    }

    /// Removes an entry from the directory.
    func remove(_ row: EntryRow) throws(StoreError) {
        try storage.removeEntry(collection: row.collection, key: row.key)
        try change(removing: Self.element(row))
    }

    private func change(removing old: [UInt8]? = nil, adding new: [UInt8]? = nil) throws(StoreError) {
        guard var hash = changed ?? MultisetHash(before, under: keys.state) else {
            throw .tampered("the store's state")
        }
        if let old { hash.remove(old, under: keys.state) }
        if let new { hash.add(new, under: keys.state) }
        changed = hash
        count += 1
    }
}

// What of a row is in the hash.
extension StateRows {
    static func element(_ row: EntryRow) -> [UInt8] {
        var writer = CanonicalWriter(reserving: 64 + row.sealed.count)
        writer.write("entry")
        writer.write(row.collection)
        writer.write(row.key)
        writer.write(row.sealed)
        return writer.bytes
    }

    static func element(_ row: SecretRow) -> [UInt8] {
        var writer = CanonicalWriter(reserving: 64 + row.sealed.count)
        writer.write("secret")
        writer.write(row.id)
        writer.write(row.index)
        writer.write(row.environment)
        writer.write(row.current)
        writer.write(row.sealed)
        return writer.bytes
    }

    static func element(_ row: DataKeyRow) -> [UInt8] {
        var writer = CanonicalWriter(reserving: 64 + row.wrapped.count)
        writer.write("data key")
        writer.write(row.environment)
        writer.write(row.generation)
        writer.write(row.wrapped)
        return writer.bytes
    }

    static func element(_ row: SlotRow) -> [UInt8] {
        var writer = CanonicalWriter(reserving: 64 + row.parameters.count + row.wrapped.count)
        writer.write("slot")
        writer.write(row.number)
        writer.write(row.kind)
        writer.write(row.parameters)
        writer.write(row.wrapped)
        return writer.bytes
    }
}
