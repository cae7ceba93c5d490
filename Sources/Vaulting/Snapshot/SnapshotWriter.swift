internal import SecretStore
internal import Secrets

/// Writes a store's content line by line, inside a transaction that sees one state of it.
struct SnapshotWriter {
    let engine: Engine
    /// Takes each line; the bytes are overwritten afterwards.
    let sink: ([UInt8]) throws(StoreError) -> Void
    private(set) var counts = SnapshotCounts()

    init(engine: Engine, sink: @escaping ([UInt8]) throws(StoreError) -> Void) {
        self.engine = engine
        self.sink = sink
    }

    mutating func write(now: Timestamp) throws(StoreError) {
        let head = try engine.head()
        // A backup of rows that were put back would make them the truth.
        try engine.checkRows(of: head)
        try writeHeader(head, now: now)
        try writeRecords(to: head.sequence)
        var last: Int64 = 0
        while true {
            let rows = try engine.storage.secrets(after: last, limit: 64)
            guard let end = rows.last?.id else { break }
            last = end
            for row in rows { try writeSecret(row) }
        }
        try writeEntries()
        try line { json in
            json.key("end")
            json.begin()
            json.member("entries", Int64(counts.entries))
            json.member("records", Int64(counts.records))
            json.member("secrets", Int64(counts.secrets))
            json.member("versions", Int64(counts.versions))
            json.end()
        }
    }

    private func writeHeader(_ head: AuditHeadRow, now: Timestamp) throws(StoreError) {
        try line { json in
            json.key("audit")
            json.begin()
            json.member("hash", Hex.encode(head.hash))
            json.member("public_key", Hex.encode(engine.keys.signing.publicKey))
            json.member("sequence", head.sequence)
            json.member("signature", Hex.encode(head.signature))
            json.member("state", Hex.encode(head.state))
            json.member("time", head.time)
            json.end()
            json.member("created", now.description)
            json.member("format", SnapshotFormat.name)
            json.member("store", Hex.encode(engine.keys.storeID))
        }
    }

    private mutating func writeRecords(to end: Int64) throws(StoreError) {
        var next: Int64 = 1
        while next <= end {
            guard let block = try engine.storage.auditBlock(endingAtOrAfter: next), block.first == next,
                let records = block.open(keys: engine.keys)
            else { throw .auditBroken(record: next) }
            for record in records {
                try sink(SnapshotFormat.recordPrefix + record + [UInt8(ascii: "}"), 0x0A])
                counts.records += 1
            }
            next = block.last + 1
        }
    }

    mutating func writeSecret(_ row: SecretRow) throws(StoreError) {
        let record = try SecretRecord(opening: row, keys: engine.keys)
        let environment = try engine.environment(of: row)
        let attributes = try engine.attributes(of: (row, record))
        try line { json in
            json.key("secret")
            json.begin()
            if !attributes.isEmpty { json.member("attributes", attributes.snapshot) }
            json.member("created", record.created.description)
            json.member("current", record.current)
            if let deletion = record.deletion {
                json.key("deletion")
                json.begin()
                json.member("deleted", deletion.deleted.description)
                json.member("purged", deletion.purged.description)
                json.end()
            }
            json.member("environment", environment.text)
            json.member("id", Hex.encode(record.id))
            json.list("labels", record.labels.sorted { $0.key < $1.key }) { json, entry in
                json.begin()
                json.member("label", entry.key.text)
                json.member("version", entry.value)
                json.end()
            }
            json.member("path", record.path.text)
            if let previous = record.previous { json.member("previous", previous) }
            json.member("updated", record.updated.description)
            json.member("versions", Int64(record.versions.count))
            json.end()
        }
        counts.secrets += 1
        for version in record.versions { try writeVersion(version, of: record, row) }
    }

    private mutating func writeVersion(
        _ version: SecretRecord.Version,
        of record: SecretRecord,
        _ row: SecretRow
    ) throws(StoreError) {
        guard let stored = try engine.storage.version(secret: row.id, number: version.number),
            let kind = PayloadBox.kind(of: stored.kind)
        else { throw .tampered("a version of a secret") }
        let details = try VersionRecord(opening: stored, of: record, keys: engine.keys)
        var attributes = details.attributes
        attributes.isEnabled = version.isEnabled
        var payload: Payload?
        if version.state != .destroyed {
            let key = try engine.keyring.key(environment: row.environment, generation: stored.generation)
            payload = try engine.open(stored, of: record, under: key)
        }
        try line { json in
            json.key("version")
            json.begin()
            if attributes != VersionAttributes() { json.member("attributes", attributes.snapshot) }
            json.member("created", version.created.description)
            if let deleted = version.deleted { json.member("deleted", deleted.description) }
            json.list("fields", details.fields) { json, field in Self.append(field, payload, to: &json) }
            json.member("id", version.name.hex)
            json.member("kind", kind.rawValue)
            json.member("number", version.number)
            json.member("principal", details.principal.name)
            json.member("removed", details.removed)
            json.member("state", version.state.rawValue)
            json.end()
        }
        counts.versions += 1
    }

    private mutating func writeEntries() throws(StoreError) {
        var place: (collection: [UInt8], key: [UInt8]) = ([], [])
        while true {
            let rows = try engine.storage.entries(after: place.collection, place.key, limit: 64)
            guard let end = rows.last else { return }
            place = (end.collection, end.key)
            for row in rows {
                let entry = try Entry(opening: row, keys: engine.keys)
                // The data keys stay behind, and with them since when they are used.
                guard entry.collection != CollectionName.rings else { continue }
                try line { json in
                    json.key("entry")
                    json.begin()
                    json.member("collection", entry.collection)
                    json.member("content", json: entry.content)
                    json.member("name", entry.name)
                    json.end()
                }
                counts.entries += 1
            }
        }
    }

    private static func append(_ field: VersionRecord.Field, _ payload: Payload?, to json: inout CanonicalJSON) {
        json.begin()
        json.member("change", field.change.rawValue)
        json.member("changed", field.info.changed.description)
        json.member("name", field.info.name)
        json.member("principal", field.info.principal.name)
        switch payload {
        case .fields(let fields): if let value = fields[field.info.name] { json.member("value", value) }
        case .text(let text): json.member("value", text)
        case .bytes(let bytes): json.member("value", base64: bytes)
        case nil: break
        }
        json.member("version", Int64(field.info.version))
        json.end()
    }

    /// One line: an object whose members the closure writes.
    private func line(_ body: (inout CanonicalJSON) -> Void) throws(StoreError) {
        var json = CanonicalJSON()
        json.begin()
        body(&json)
        json.end()
        var bytes = json.bytes
        json = CanonicalJSON()
        bytes.append(0x0A)
        defer { wipe(&bytes) }
        try sink(bytes)
    }
}
