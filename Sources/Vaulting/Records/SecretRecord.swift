internal import Crypto
internal import SecretStore

/// What a secret's row keeps sealed: where it is, which versions there are, and the labels.
///
/// The versions' states are here and not in their rows: whoever edits the file cannot bring a deleted version back, and
/// reading the current version opens this one record and the payload.
struct SecretRecord {
    /// One version as the secret knows it.
    struct Version {
        var number: Int64
        /// 16 random bytes, which the version's row is bound to: the number alone is given twice when an older state of
        /// the store was accepted, and the other row of that number must not open.
        var id: [UInt8]
        var state: VersionState
        var created: Timestamp

        init(number: Int64, id: [UInt8] = randomBytes(SecretRecord.idBytes), state: VersionState, created: Timestamp) {
            self.number = number
            self.id = id
            self.state = state
            self.created = created
        }
    }

    /// 16 random bytes, new for each secret that is made.
    var id: [UInt8]
    var path: SecretPath
    var created: Timestamp
    /// By ascending number; the last is the current one.
    var versions: [Version]
    var labels: [Label: Int64]

    static let idBytes = 16

    /// The version with a number.
    func version(_ number: Int64) -> Version? { versions.last { $0.number == number } }

    /// The id of a version; empty when the secret has no such version, and then nothing opens as it.
    func versionID(_ number: Int64) -> [UInt8] { version(number)?.id ?? [] }

    /// Which labels stand on a version, the ones that move by themselves among them.
    func labels(on number: Int64) -> Set<Label> {
        var result = Set(labels.filter { $0.value == number }.keys)
        if number == versions.last?.number { result.insert(.current) }
        if number == versions.dropLast().last?.number { result.insert(.previous) }
        return result
    }

    /// The number that a reference means.
    func number(of reference: VersionReference) throws(StoreError) -> Int64 {
        let current = versions.last?.number ?? 0
        switch reference {
        case .current: return current
        case .number(let number):
            guard version(Int64(number)) != nil else { throw .noSuchVersion(path, number) }
            return Int64(number)
        case .label(.current): return current
        case .label(.previous):
            guard let previous = versions.dropLast().last else { throw .noSuchLabel(path, .previous) }
            return previous.number
        case .label(let label):
            guard let number = labels[label] else { throw .noSuchLabel(path, label) }
            return number
        }
    }
}

extension SecretRecord {
    /// Seals the record for its row. The row's other columns must be final: they are authenticated with it.
    func seal(into row: inout SecretRow, keys: RootKeys) {
        var writer = CanonicalWriter(reserving: 128 + versions.count * 33)
        writer.write(fixed: id)
        writer.write(path.text)
        writer.write(created.microseconds)
        writer.write(UInt32(versions.count))
        for version in versions {
            writer.write(version.number)
            writer.write(fixed: version.id)
            writer.write(byte: version.state.code)
            writer.write(version.created.microseconds)
        }
        writer.write(UInt32(labels.count))
        for (label, number) in labels.sorted(by: { $0.key < $1.key }) {
            writer.write(label.text)
            writer.write(number)
        }
        row.sealed = Cipher.seal(
            writer.bytes,
            key: keys.metadata,
            context: Place.secret(storeID: keys.storeID, row)
        )
    }

    /// Opens the record of a row.
    init(opening row: SecretRow, keys: RootKeys) throws(StoreError) {
        // A number that no secret is given would be passed over where secrets are counted.
        guard StoreLimits.secretNumbers.contains(row.id) else { throw .tampered("the row of a secret") }
        let context = Place.secret(storeID: keys.storeID, row)
        let record = unsafe Cipher.open(row.sealed, key: keys.metadata, context: context) { memory in
            var reader = unsafe CanonicalReader(memory)
            return SecretRecord(reading: &reader)
        }
        guard let record = record ?? nil, record.versions.last?.number == row.current else {
            throw .tampered("the row of a secret")
        }
        self = record
    }

    private init?(reading reader: inout CanonicalReader) {
        guard let id = reader.fixed(Self.idBytes), let text = reader.text(), let path = try? SecretPath(text),
            let created = reader.int64(), let count = reader.uint32()
        else { return nil }
        var versions: [Version] = []
        for _ in 0..<count {
            guard let number = reader.int64(), let id = reader.fixed(Self.idBytes),
                let state = reader.byte().flatMap(VersionState.init(code:)),
                let created = reader.int64()
            else { return nil }
            versions.append(Version(number: number, id: id, state: state, created: Timestamp(microseconds: created)))
        }
        var labels: [Label: Int64] = [:]
        guard let labelCount = reader.uint32() else { return nil }
        for _ in 0..<labelCount {
            guard let text = reader.text(), let label = try? Label(text), let number = reader.int64() else {
                return nil
            }
            labels[label] = number
        }
        guard reader.isAtEnd else { return nil }
        self.init(
            id: id,
            path: path,
            created: Timestamp(microseconds: created),
            versions: versions,
            labels: labels
        )
    }
}

extension VersionState {
    fileprivate var code: UInt8 {
        switch self {
        case .live: 1
        case .deleted: 2
        case .destroyed: 3
        }
    }

    fileprivate init?(code: UInt8) {
        switch code {
        case 1: self = .live
        case 2: self = .deleted
        case 3: self = .destroyed
        default: return nil
        }
    }
}
