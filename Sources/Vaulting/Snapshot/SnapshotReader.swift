internal import Findings
internal import SecretStore
internal import Secrets

/// Takes a snapshot's lines and puts what they say into a new store, inside one transaction.
///
/// A state machine over lines: header, records, secrets with their versions, end. Whatever does not fit stops it, and
/// the transaction is rolled back.
struct SnapshotReader {
    private enum State {
        case header, records, secrets, end
    }

    /// A secret whose versions are coming.
    private struct Pending {
        var record: SecretRecord
        var row: SecretRow
        let environment: EnvironmentName
        var missing: Int
    }

    private let engine: Engine
    private var state = State.header
    private var line = 0
    private var origin = AuditHeadRow(sequence: 0, hash: [], time: 0, state: [], signature: [])
    private var pending: Pending?
    private(set) var log: AuditLog
    private(set) var counts = SnapshotCounts()
    private(set) var storeID = ""

    /// - Parameters:
    ///   - log: A log that begins anew.
    init(engine: Engine, log: AuditLog) {
        self.engine = engine
        self.log = log
    }

    /// Takes the next line, without its end.
    mutating func take(_ bytes: [UInt8]) throws(StoreError) {
        line += 1
        switch state {
        case .header: try takeHeader(try parse(bytes))
        case .records where bytes.starts(with: SnapshotFormat.recordPrefix): try takeRecord(bytes)
        case .records:
            try checkLog()
            state = .secrets
            try takeSecretOrEnd(try parse(bytes))
        case .secrets where pending != nil: try takeVersion(try parse(bytes))
        case .secrets: try takeSecretOrEnd(try parse(bytes))
        case .end: throw fault("something follows its end")
        }
    }

    /// Checks that the end was there.
    func finish() throws(StoreError) {
        guard state == .end else { throw fault("it is cut off") }
    }

    /// Takes the lines of one secret, which whoever reads it waits for like for any other that was written.
    mutating func takeSecret(_ lines: [[UInt8]]) throws(StoreError) {
        state = .secrets
        for line in lines {
            try take(line)
            if let row = pending?.row { engine.noteWrite(of: row) }
        }
        guard pending == nil, counts.secrets == 1 else { throw fault("it is cut off") }
    }

    private func fault(_ why: String) -> StoreError { .invalidSnapshot(why, line: line) }

    private func parse(_ bytes: [UInt8]) throws(StoreError) -> JSONValue {
        let limits = JSONLimits(bytes: SnapshotFormat.lineBytes, depth: 8, values: 100_000)
        guard let value = try? JSONValue(parsing: bytes, limits: limits) else { throw fault("a line is not JSON") }
        return value
    }

    private mutating func takeHeader(_ value: JSONValue) throws(StoreError) {
        guard let format = value["format"]?.asString else { throw fault("it is no snapshot") }
        guard format == SnapshotFormat.name else { throw fault("its format is not \(SnapshotFormat.name)") }
        guard let store = value["store"]?.asString, let id = Hex.decode(store), id.count == 16,
            let audit = value["audit"], let publicKey = audit["public_key"]?.asString.flatMap({ Hex.decode($0) }),
            let hash = audit["hash"]?.asString.flatMap({ Hex.decode($0) }), let time = audit["time"]?.asInteger,
            let signature = audit["signature"]?.asString.flatMap({ Hex.decode($0) }),
            let state = audit["state"]?.asString.flatMap({ Hex.decode($0) }),
            let sequence = audit["sequence"]?.asInteger, StoreLimits.isCount(Int64(sequence))
        else { throw fault("its first line is not complete") }
        origin = AuditHeadRow(
            sequence: Int64(sequence),
            hash: hash,
            time: Int64(time),
            state: state,
            signature: signature
        )
        guard origin.isSigned(storeID: id, publicKey: publicKey) else { throw fault("its audit log is not signed") }
        storeID = store
        self.state = .records
    }

    private mutating func takeRecord(_ bytes: [UInt8]) throws(StoreError) {
        guard bytes.count > SnapshotFormat.recordPrefix.count else { throw fault("a record is not complete") }
        let record = Array(bytes[SnapshotFormat.recordPrefix.count..<(bytes.count - 1)])
        guard bytes.last == UInt8(ascii: "}"), let value = try? JSONValue(parsing: record),
            value["sequence"]?.asInteger == counts.records + 1,
            let time = value["time"]?.asString.flatMap(Timestamp.init)
        else { throw fault("its audit log has another record here") }
        try log.append(canonical: record, time: time)
        counts.records += 1
    }

    /// The log must be the one that was signed.
    private func checkLog() throws(StoreError) {
        guard log.position == (origin.sequence, origin.hash) else { throw fault("its audit log was changed") }
    }

    private mutating func takeSecretOrEnd(_ value: JSONValue) throws(StoreError) {
        if let end = value["end"] { return try takeEnd(end) }
        if let entry = value["entry"] { return try takeEntry(entry) }
        guard let secret = value["secret"], let text = secret["path"]?.asString,
            let created = secret["created"]?.asString.flatMap(Timestamp.init),
            let environmentName = secret["environment"]?.asString, let versions = secret["versions"]?.asInteger,
            versions > 0, let labels = secret["labels"]?.asArray
        else { throw fault("a secret's line is not complete") }
        let path = try SecretPath(text)
        let environment = try EnvironmentName(environmentName)
        let index = engine.keys.index(of: path)
        guard try engine.storage.secret(index: index) == nil else { throw fault("a path is there twice") }
        // The id stays: the names that AWS's clients know a secret by end in some of it.
        guard let id = secret["id"]?.asString.flatMap({ Hex.decode($0) }), id.count == SecretRecord.idBytes else {
            throw fault("a secret has no id")
        }
        var record = SecretRecord(path: path, created: created, id: id)
        record.updated = secret["updated"]?.asString.flatMap(Timestamp.init) ?? created
        guard let number = secret["current"]?.asInteger, number > 0, StoreLimits.isCount(Int64(number)) else {
            throw fault("a secret has no current version")
        }
        record.current = Int64(number)
        record.previous = secret["previous"]?.asInteger.map(Int64.init)
        if let deletion = secret["deletion"] {
            guard let deleted = deletion["deleted"]?.asString.flatMap(Timestamp.init),
                let purged = deletion["purged"]?.asString.flatMap(Timestamp.init)
            else { throw fault("a deletion is not complete") }
            record.deletion = SecretDeletion(deleted: deleted, purged: purged)
        }
        let attributes = secret["attributes"].map(SecretAttributes.init(snapshot:)) ?? SecretAttributes()
        if !attributes.isEmpty { record.attributesID = randomBytes(SecretRecord.idBytes) }
        for entry in labels {
            guard let name = entry["label"]?.asString, let number = entry["version"]?.asInteger else {
                throw fault("a label is not complete")
            }
            record.labels[try Label(name)] = Int64(number)
        }
        var row = SecretRow(id: 0, index: index, environment: engine.keys.tag(of: environment), current: 0, sealed: [])
        // Its versions need its number; it is sealed when they are known.
        row.id = try engine.stateRows.insert(row)
        if !attributes.isEmpty {
            try engine.storage.setAttributes(attributes.sealed(of: record, keys: engine.keys), secret: row.id)
        }
        pending = Pending(record: record, row: row, environment: environment, missing: versions)
        counts.secrets += 1
    }

    private mutating func takeVersion(_ value: JSONValue) throws(StoreError) {
        guard var current = pending, let version = value["version"], let number = version["number"]?.asInteger,
            number > (current.record.versions.last.map { Int($0.number) } ?? 0), number <= StoreLimits.largestVersion,
            let created = version["created"]?.asString.flatMap(Timestamp.init),
            let principal = version["principal"]?.asString,
            let state = version["state"]?.asString.flatMap(VersionState.init(rawValue:)),
            let kind = version["kind"]?.asString.flatMap(Payload.Kind.init(rawValue:)),
            let entries = version["fields"]?.asArray, let removed = version["removed"]?.asArray
        else { throw fault("a version's line is not complete") }
        let (fields, payload) = try content(entries, kind, of: number, hasValues: state != .destroyed)
        try payload.validate()
        let attributes = version["attributes"].map(VersionAttributes.init(snapshot:)) ?? VersionAttributes()
        var known = SecretRecord.Version(
            number: Int64(number),
            name: version["id"]?.asString.flatMap(VersionID.init(hex:)) ?? VersionID(),
            state: state,
            created: created
        )
        known.isEnabled = attributes.isEnabled
        known.hasAttributes = attributes.saysMore
        known.deleted = version["deleted"]?.asString.flatMap(Timestamp.init)
        current.record.versions.append(known)
        var row = try engine.sealed(
            payload,
            number: Int64(number),
            of: current.record,
            current.row,
            in: current.environment
        )
        if state == .destroyed { (row.salt, row.payload) = ([], []) }
        var details = VersionRecord(
            created: created,
            principal: Principal(principal),
            fields: fields,
            removed: removed.compactMap(\.asString)
        )
        details.attributes = attributes
        details.seal(into: &row, of: current.record, keys: engine.keys)
        try engine.storage.insertVersion(row)
        current.missing -= 1
        counts.versions += 1
        pending = current
        if current.missing == 0 { try finish(current) }
    }

    private mutating func finish(_ secret: Pending) throws(StoreError) {
        var row = secret.row
        let numbers = secret.record.versions.map(\.number)
        let marked = Array(secret.record.labels.values) + [secret.record.current]
        guard marked.allSatisfy(numbers.contains), secret.record.previous.map(numbers.contains) ?? true else {
            throw fault("a label stands on a version that is not there")
        }
        secret.record.seal(into: &row, keys: engine.keys)
        try engine.stateRows.replace(secret.row, with: row)
        pending = nil
    }

    private mutating func takeEntry(_ entry: JSONValue) throws(StoreError) {
        guard let collection = entry["collection"]?.asString, let name = entry["name"]?.asString,
            let content = entry["content"]
        else { throw fault("an entry is not complete") }
        try engine.putEntry(collection, name, content)
        counts.entries += 1
    }

    private mutating func takeEnd(_ end: JSONValue) throws(StoreError) {
        guard end["secrets"]?.asInteger == counts.secrets, end["versions"]?.asInteger == counts.versions,
            end["records"]?.asInteger == counts.records, end["entries"]?.asInteger == counts.entries
        else { throw fault("its counts do not match what is in it") }
        state = .end
    }

    private func content(
        _ entries: [JSONValue],
        _ kind: Payload.Kind,
        of number: Int,
        hasValues: Bool
    ) throws(StoreError) -> ([VersionRecord.Field], Payload) {
        var fields: [VersionRecord.Field] = []
        var values: [String: Secret<String>] = [:]
        var payload: Payload?
        for entry in entries {
            guard let name = entry["name"]?.asString, let version = entry["version"]?.asInteger,
                (1...number).contains(version),
                let changed = entry["changed"]?.asString.flatMap(Timestamp.init),
                let principal = entry["principal"]?.asString,
                let change = entry["change"]?.asString.flatMap(HistoryEntry.Change.init(rawValue:)),
                (entry["value"] != nil) == hasValues
            else { throw fault("a field is not complete") }
            // A destroyed value has no fingerprint that could ever be met again.
            var fingerprint = Fingerprint(bytes: randomBytes(16))
            if let text = entry["value"]?.asString {
                switch kind {
                case .fields, .text:
                    let secret = Secret(text)
                    fingerprint = engine.keys.fingerprint(of: secret)
                    if kind == .text { payload = .text(secret) } else { values[name] = secret }
                case .bytes:
                    guard let bytes = Base64.decode(text) else { throw fault("a value is not base64") }
                    let secret = Secret(bytes)
                    fingerprint = engine.keys.fingerprint(of: secret)
                    payload = .bytes(secret)
                }
            }
            let info = FieldInfo(
                name: name,
                version: version,
                changed: changed,
                principal: Principal(principal),
                fingerprint: fingerprint
            )
            fields.append(.init(info: info, change: change))
        }
        guard kind == .fields || fields.map(\.info.name) == [""] else { throw fault("a version has other fields") }
        switch kind {
        case .fields:
            guard values.count == fields.count || !hasValues else { throw fault("a field is there twice") }
            return (fields, .fields(values))
        case .text: return (fields, try onlyPayload(payload, .text(Secret("")), hasValues))
        case .bytes: return (fields, try onlyPayload(payload, .bytes(Secret([])), hasValues))
        }
    }

    private func onlyPayload(_ found: Payload?, _ empty: Payload, _ hasValues: Bool) throws(StoreError) -> Payload {
        guard let found else {
            guard !hasValues else { throw fault("a version has no value") }
            return empty
        }
        return found
    }
}
