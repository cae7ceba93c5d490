internal import Crypto
internal import SecretStore
internal import Secrets

/// What a version's row keeps sealed beside the payload: who wrote it, when, and the age of each field.
struct VersionRecord {
    /// One field of the version. A payload that is one text or bytes has one field without a name.
    struct Field {
        var info: FieldInfo
        /// What this version did to it.
        var change: HistoryEntry.Change
    }

    var created: Timestamp
    var principal: Principal
    /// By the byte order of names.
    var fields: [Field]
    /// Fields that the version before had and this one has not.
    var removed: [String]
    /// What the owner says of the version. Whether it is enabled stands in the secret's record, where every read looks.
    var attributes = VersionAttributes()

    init(created: Timestamp, principal: Principal, fields: [Field], removed: [String]) {
        self.created = created
        self.principal = principal
        self.fields = fields
        self.removed = removed
    }

    /// Describes a new payload, with the ages of the fields that stay the same.
    ///
    /// - Parameter previous: The record of the version before, if there is one.
    init(
        of payload: Payload,
        number: Int64,
        created: Timestamp,
        principal: Principal,
        after previous: VersionRecord?,
        keys: RootKeys
    ) {
        self.created = created
        self.principal = principal
        let before = Dictionary(
            (previous?.fields ?? []).map { ($0.info.name, $0.info) },
            uniquingKeysWith: { first, _ in first }
        )
        fields = Self.fingerprints(of: payload, keys: keys).map { name, fingerprint in
            let old = before[name]
            if let old, old.fingerprint == fingerprint { return Field(info: old, change: .unchanged) }
            let info = FieldInfo(
                name: name,
                version: Int(number),
                changed: created,
                principal: principal,
                fingerprint: fingerprint
            )
            return Field(info: info, change: old == nil ? .created : .changed)
        }
        let names = Set(fields.map(\.info.name))
        removed = before.keys.filter { !names.contains($0) }.sorted()
    }

    private static func fingerprints(of payload: Payload, keys: RootKeys) -> [(String, Fingerprint)] {
        switch payload {
        case .fields(let fields):
            fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { ($0.key, keys.fingerprint(of: $0.value)) }
        case .text(let text): [("", keys.fingerprint(of: text))]
        case .bytes(let bytes): [("", keys.fingerprint(of: bytes))]
        }
    }
}

extension RootKeys {
    private static let fingerprintBytes = 16

    /// The fingerprint of a value: HMAC-SHA256 under a key of its own, cut to 16 bytes.
    func fingerprint<Value>(of value: Secret<Value>) -> Fingerprint {
        unsafe value.withUnsafeBytes { bytes in
            Fingerprint(bytes: unsafe fingerprint.code(for: bytes, count: Self.fingerprintBytes))
        }
    }
}

extension VersionRecord {
    /// Seals the record for its row.
    func seal(into row: inout VersionRow, of secret: SecretRecord, keys: RootKeys) {
        var writer = CanonicalWriter(reserving: 64 + fields.count * 64)
        writer.write(created.microseconds)
        // Principals repeat: most fields of a version were changed by the same few.
        var principals = [principal.name]
        var positions = [principal.name: UInt32(0)]
        for field in fields where positions[field.info.principal.name] == nil {
            positions[field.info.principal.name] = UInt32(principals.count)
            principals.append(field.info.principal.name)
        }
        writer.write(UInt32(principals.count))
        for name in principals { writer.write(name) }
        writer.write(UInt32(fields.count))
        for field in fields {
            writer.write(field.info.name)
            writer.write(fixed: field.info.fingerprint.bytes)
            writer.write(Int64(field.info.version))
            writer.write(field.info.changed.microseconds)
            writer.write(positions[field.info.principal.name] ?? 0)
            writer.write(byte: field.change.code)
        }
        writer.write(UInt32(removed.count))
        for name in removed { writer.write(name) }
        attributes.write(to: &writer)
        row.sealed = Cipher.seal(
            writer.bytes,
            key: keys.metadata,
            context: Place.version(storeID: keys.storeID, secret, row)
        )
    }

    /// Opens the record of a row.
    init(opening row: VersionRow, of secret: SecretRecord, keys: RootKeys) throws(StoreError) {
        let context = Place.version(storeID: keys.storeID, secret, row)
        let record = unsafe Cipher.open(row.sealed, key: keys.metadata, context: context) { memory in
            var reader = unsafe CanonicalReader(memory)
            return VersionRecord(reading: &reader)
        }
        guard let record = record ?? nil else { throw .tampered("the row of a version") }
        self = record
    }

    private init?(reading reader: inout CanonicalReader) {
        guard let created = reader.int64(), let principalCount = reader.uint32() else { return nil }
        var principals: [Principal] = []
        for _ in 0..<principalCount {
            guard let name = reader.text() else { return nil }
            principals.append(Principal(name))
        }
        guard let principal = principals.first, let fieldCount = reader.uint32() else { return nil }
        var fields: [Field] = []
        for _ in 0..<fieldCount {
            guard let name = reader.text(), let fingerprint = reader.fixed(16), let version = reader.int64(),
                let changed = reader.int64(), let position = reader.uint32(), position < principals.count,
                let change = reader.byte().flatMap(HistoryEntry.Change.init(code:))
            else { return nil }
            let info = FieldInfo(
                name: name,
                version: Int(version),
                changed: Timestamp(microseconds: changed),
                principal: principals[Int(position)],
                fingerprint: Fingerprint(bytes: fingerprint)
            )
            fields.append(Field(info: info, change: change))
        }
        var removed: [String] = []
        guard let removedCount = reader.uint32() else { return nil }
        for _ in 0..<removedCount {
            guard let name = reader.text() else { return nil }
            removed.append(name)
        }
        guard let attributes = VersionAttributes(reading: &reader), reader.isAtEnd else { return nil }
        self.attributes = attributes
        self.created = Timestamp(microseconds: created)
        self.principal = principal
        self.fields = fields
        self.removed = removed
    }
}

extension HistoryEntry.Change {
    fileprivate var code: UInt8 {
        switch self {
        case .created: 1
        case .changed: 2
        case .removed: 3
        case .unchanged: 4
        }
    }

    fileprivate init?(code: UInt8) {
        switch code {
        case 1: self = .created
        case 2: self = .changed
        case 3: self = .removed
        case 4: self = .unchanged
        default: return nil
        }
    }
}
