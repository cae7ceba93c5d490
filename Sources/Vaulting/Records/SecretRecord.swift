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
        /// The version's other name, which a client may choose.
        var name: VersionID
        var state: VersionState
        var isEnabled = true
        /// Whether its owner says more of it than that: only then is its row opened to see what.
        var hasAttributes = false
        var created: Timestamp
        /// When it was deleted, or will be by itself.
        var deleted: Timestamp?

        init(
            number: Int64,
            id: [UInt8] = uniqueBytes(SecretRecord.idBytes),
            name: VersionID = VersionID(random: uniqueBytes(16)),
            state: VersionState,
            created: Timestamp
        ) {
            self.number = number
            self.id = id
            self.name = name
            self.state = state
            self.created = created
        }

        /// Whether it can be read at a moment: a version may be deleted by the clock alone.
        func state(at now: Timestamp) -> VersionState {
            guard state == .live, let deleted, deleted <= now else { return state }
            return .deleted
        }
    }

    /// 16 random bytes, new for each secret that is made.
    var id: [UInt8]
    var path: SecretPath
    var created: Timestamp
    /// When anything of it changed last.
    var updated: Timestamp
    /// By ascending number.
    var versions: [Version]
    /// The version with the label `current`; the row's column is authenticated with the record.
    var current: Int64
    /// The version with the label `previous`.
    var previous: Int64?
    /// The labels of the owner's own.
    var labels: [Label: Int64]
    /// That the whole of it is marked for deletion.
    var deletion: SecretDeletion?
    /// 16 random bytes, new for each state of the attributes, which are bound to them; empty when there are none.
    var attributesID: [UInt8] = []

    static let idBytes = 16

    /// A secret without versions.
    ///
    /// - Parameter id: 16 bytes; nil for new ones. Making some takes a system call, and nearly every record is only read.
    init(path: SecretPath, created: Timestamp, id: [UInt8]? = nil) {
        self.id = id ?? uniqueBytes(Self.idBytes)
        self.path = path
        self.created = created
        updated = created
        versions = []
        current = 0
        labels = [:]
    }

    /// The highest number of a version.
    var latest: Int64 { versions.last?.number ?? 0 }

    /// The version with a number.
    func version(_ number: Int64) -> Version? { versions.last { $0.number == number } }

    /// The id of a version; empty when the secret has no such version, and then nothing opens as it.
    func versionID(_ number: Int64) -> [UInt8] { version(number)?.id ?? [] }

    /// Which labels stand on a version, the ones that move by themselves among them.
    func labels(on number: Int64) -> Set<Label> {
        var result: Set<Label> = []
        for (label, place) in labels where place == number { result.insert(label) }
        if number == current { result.insert(.current) }
        if number == previous { result.insert(.previous) }
        return result
    }

    /// Makes a version the current one; the one that was becomes the previous one.
    mutating func makeCurrent(_ number: Int64) {
        guard number != current else { return }
        previous = current > 0 ? current : nil
        current = number
    }

    /// The number that a reference means.
    func number(of reference: VersionReference) throws(StoreError) -> Int64 {
        switch reference {
        case .current: return current
        case .number(let number):
            guard version(Int64(number)) != nil else { throw .noSuchVersion(path, number) }
            return Int64(number)
        case .label(.current): return current
        case .label(.previous):
            guard let previous else { throw .noSuchLabel(path, .previous) }
            return previous
        case .label(let label):
            guard let number = labels[label] else { throw .noSuchLabel(path, label) }
            return number
        case .id(let id):
            guard let version = versions.last(where: { $0.name == id }) else { throw .noSuchVersionID(path) }
            return version.number
        }
    }
}

extension SecretRecord {
    /// Seals the record for its row. The row's other columns must be final: they are authenticated with it.
    func seal(into row: inout SecretRow, keys: RootKeys) {
        var writer = CanonicalWriter(reserving: 160 + versions.count * 58)
        writer.write(fixed: id)
        writer.write(path.text)
        writer.write(created.microseconds)
        writer.write(updated.microseconds)
        writer.write(previous ?? 0)
        writer.write(deletion?.deleted.microseconds ?? 0)
        writer.write(deletion?.purged.microseconds ?? 0)
        writer.write(attributesID)
        writer.write(UInt32(versions.count))
        for version in versions {
            writer.write(version.number)
            writer.write(fixed: version.id)
            writer.write(fixed: version.name.bytes)
            writer.write(
                byte: version.state.code | (version.isEnabled ? 0 : Self.disabled)
                    | (version.hasAttributes ? Self.attributed : 0)
            )
            writer.write(version.created.microseconds)
            writer.write(version.deleted?.microseconds ?? 0)
        }
        writer.write(UInt32(labels.count))
        for (label, number) in labels.sorted(by: { $0.key < $1.key }) {
            writer.write(label.text)
            writer.write(number)
        }
        row.current = current
        row.sealed = Cipher.seal(
            writer.bytes,
            key: keys.metadata,
            context: Place.secret(storeID: keys.storeID, row)
        )
    }

    /// The bit of a version that may not be read though it is live.
    private static let disabled: UInt8 = 0x80
    /// The bit of a version of which more is said.
    private static let attributed: UInt8 = 0x40

    /// Opens the record of a row.
    init(opening row: SecretRow, keys: RootKeys) throws(StoreError) {
        // A number that no secret is given would be passed over where secrets are counted.
        guard StoreLimits.secretNumbers.contains(row.id) else { throw .tampered("the row of a secret") }
        let context = Place.secret(storeID: keys.storeID, row)
        let record = unsafe Cipher.open(row.sealed, key: keys.metadata, context: context) { memory in
            var reader = unsafe CanonicalReader(memory)
            return SecretRecord(reading: &reader, current: row.current)
        }
        guard let record = record ?? nil, record.version(row.current) != nil else {
            throw .tampered("the row of a secret")
        }
        self = record
    }

    private init?(reading reader: inout CanonicalReader, current: Int64) {
        guard let id = reader.fixed(Self.idBytes), let text = reader.text(), let path = try? SecretPath(text),
            let created = reader.int64(), let updated = reader.int64(), let previous = reader.int64(),
            let deleted = reader.int64(), let purged = reader.int64(), let attributesID = reader.array(),
            let count = reader.uint32()
        else { return nil }
        self.init(path: path, created: Timestamp(microseconds: created), id: id)
        self.updated = Timestamp(microseconds: updated)
        self.current = current
        self.previous = previous == 0 ? nil : previous
        if deleted != 0 {
            deletion = SecretDeletion(
                deleted: Timestamp(microseconds: deleted),
                purged: Timestamp(microseconds: purged)
            )
        }
        self.attributesID = attributesID
        for _ in 0..<count {
            guard let version = Self.version(&reader) else { return nil }
            versions.append(version)
        }
        guard let labelCount = reader.uint32() else { return nil }
        for _ in 0..<labelCount {
            guard let text = reader.text(), let label = try? Label(text), let number = reader.int64() else {
                return nil
            }
            labels[label] = number
        }
        guard reader.isAtEnd else { return nil }
    }

    private static func version(_ reader: inout CanonicalReader) -> Version? {
        guard let number = reader.int64(), let id = reader.fixed(idBytes),
            let name = reader.fixed(idBytes).flatMap(VersionID.init(bytes:)), let flags = reader.byte(),
            let state = VersionState(code: flags & ~(disabled | attributed)), let created = reader.int64(),
            let deleted = reader.int64()
        else { return nil }
        var version = Version(
            number: number,
            id: id,
            name: name,
            state: state,
            created: Timestamp(microseconds: created)
        )
        version.isEnabled = flags & disabled == 0
        version.hasAttributes = flags & attributed != 0
        version.deleted = deleted == 0 ? nil : Timestamp(microseconds: deleted)
        return version
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
