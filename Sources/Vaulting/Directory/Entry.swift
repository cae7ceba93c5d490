internal import Findings
internal import SecretStore

/// One entry of the directory in the clear: a JSON document under a name in a collection.
///
/// Principals, tokens, policies and what the served protocols keep are documents, not tables: what a protocol needs
/// changes with the protocol, and nothing here is searched but by name. Each is sealed and bound to its place, and all of
/// them are in the signed state: an old one that is put back, a revoked token's for instance, shows.
struct Entry {
    let collection: String
    let name: String
    /// The document as JSON text.
    let content: String

    /// Seals an entry for its row.
    func row(keys: RootKeys) -> EntryRow {
        let (tag, key) = (keys.tag(ofCollection: collection), keys.key(ofEntry: name))
        var writer = CanonicalWriter(reserving: 32 + name.utf8.count + content.utf8.count)
        defer { writer.wipe() }
        writer.write(collection)
        writer.write(name)
        writer.write(content)
        let place = Place.entry(storeID: keys.storeID, collection: tag, key: key)
        return EntryRow(
            collection: tag,
            key: key,
            sealed: Cipher.seal(writer.bytes, key: keys.metadata, context: place)
        )
    }

    init(collection: String, name: String, content: String) {
        self.collection = collection
        self.name = name
        self.content = content
    }

    /// Opens the entry of a row, and checks that it is where it belongs.
    init(opening row: EntryRow, keys: RootKeys) throws(StoreError) {
        let place = Place.entry(storeID: keys.storeID, collection: row.collection, key: row.key)
        let entry = unsafe Cipher.open(row.sealed, key: keys.metadata, context: place) { memory -> Entry? in
            var reader = unsafe CanonicalReader(memory)
            guard let collection = reader.text(), let name = reader.text(), let content = reader.text(),
                reader.isAtEnd
            else { return nil }
            return Entry(collection: collection, name: name, content: content)
        }
        guard let entry = entry ?? nil, keys.tag(ofCollection: entry.collection) == row.collection,
            keys.key(ofEntry: entry.name) == row.key
        else { throw .tampered("an entry of the directory") }
        self = entry
    }

    /// The document.
    func document() throws(StoreError) -> JSONValue {
        guard let value = try? JSONValue(parsing: Array(content.utf8)) else {
            throw .tampered("an entry of the directory")
        }
        return value
    }
}

extension Engine {
    func entry(_ collection: String, _ name: String) throws(StoreError) -> JSONValue? {
        guard
            let row = try storage.entry(collection: keys.tag(ofCollection: collection), key: keys.key(ofEntry: name))
        else { return nil }
        let entry = try Entry(opening: row, keys: keys)
        guard entry.name == name else { throw .tampered("an entry of the directory") }
        return try entry.document()
    }

    func putEntry(_ collection: String, _ name: String, _ document: JSONValue) throws(StoreError) {
        let row = Entry(collection: collection, name: name, content: document.text()).row(keys: keys)
        try stateRows.put(try storage.entry(collection: row.collection, key: row.key), row)
    }

    /// - Returns: Whether it was there.
    func removeEntry(_ collection: String, _ name: String) throws(StoreError) -> Bool {
        guard
            let row = try storage.entry(collection: keys.tag(ofCollection: collection), key: keys.key(ofEntry: name))
        else { return false }
        try stateRows.remove(row)
        return true
    }

    func forEachEntry(
        in collection: String,
        _ body: (String, JSONValue) throws(StoreError) -> Void
    ) throws(StoreError) {
        _ = try containsEntry(in: collection) { (name, document) throws(StoreError) in
            try body(name, document)
            return false
        }
    }

    /// Whether one of the entries of a collection is what is looked for: goes on until it has found one.
    func containsEntry(
        in collection: String,
        where isMeant: (String, JSONValue) throws(StoreError) -> Bool
    ) throws(StoreError) -> Bool {
        let tag = keys.tag(ofCollection: collection)
        var last: [UInt8] = []
        while true {
            let rows = try storage.entries(collection: tag, after: last, limit: 128)
            guard let end = rows.last else { return false }
            last = end.key
            for row in rows {
                let entry = try Entry(opening: row, keys: keys)
                if try isMeant(entry.name, try entry.document()) { return true }
            }
        }
    }
}
