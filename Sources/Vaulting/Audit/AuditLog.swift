internal import SecretStore

/// The end of the audit log inside one transaction: records go in, blocks and a new head come out.
///
/// The records of one commit are sealed together, up to a bound. Each is a link of the chain all the same.
struct AuditLog {
    private static let blockRecords = 512
    private static let blockBytes = 128 << 10

    private let keys: RootKeys
    private let storage: any VaultStorage
    private let now: Timestamp
    private var head: AuditHeadRow
    private let begin: Int64
    /// The records that are in no block yet, and the number of the last one that is.
    private var block = CanonicalWriter()
    private var written: Int64
    /// Where blocks end that are full, and could not be written yet.
    private var cuts: [Cut] = []
    private var scratch: [UInt8] = []
    /// Whether no block is written: the records since a mark may yet be taken back.
    private var isHeld = false
    /// What was changed, for those who watch: it is undone with the records when a request is.
    private(set) var changes: [SecretChange] = []
    /// The last record's time as text: it is the same for all records of a commit, as a rule.
    private var timeText = (time: Timestamp.earliest, text: Timestamp.earliest.description)

    init(after head: AuditHeadRow, now: Timestamp, keys: RootKeys, storage: any VaultStorage) {
        self.head = head
        begin = head.sequence
        written = head.sequence
        self.now = now
        self.keys = keys
        self.storage = storage
    }

    /// The time that the next record will have: the clock's, or the last record's when the clock went back.
    var time: Timestamp { max(now, Timestamp(microseconds: head.time)) }

    /// Whether nothing was appended.
    var isEmpty: Bool { head.sequence == begin }

    /// Where the log has come to.
    var position: (sequence: Int64, hash: [UInt8]) { (head.sequence, head.hash) }

    /// Takes note of a change that the last record tells of.
    mutating func note(_ change: SecretChange) { changes.append(change) }

    /// Appends a record. Its sequence, time and skew are set here.
    mutating func append(_ draft: AuditRecord) throws(StoreError) {
        var record = draft
        record.sequence = head.sequence + 1
        record.skew = max(0, head.time - now.microseconds)
        record.time = time
        scratch.removeAll(keepingCapacity: true)
        if timeText.time != record.time { timeText = (record.time, record.time.description) }
        record.appendCanonicalJSON(to: &scratch, timeText: timeText.text)
        try append(canonical: scratch, time: record.time)
    }

    /// Appends a record that is canonical already: of a log that is continued.
    mutating func append(canonical record: [UInt8], time: Timestamp) throws(StoreError) {
        head.hash = AuditChain.hash(after: head.hash, record)
        head.sequence += 1
        head.time = time.microseconds
        block.write(record)
        let count = head.sequence - (cuts.last?.sequence ?? written)
        let bytes = block.bytes.count - (cuts.last?.bytes ?? 0)
        guard count >= Self.blockRecords || bytes >= Self.blockBytes else { return }
        if isHeld { cuts.append(cut) } else { try flush() }
    }

    /// Where a block ends.
    private struct Cut {
        let sequence: Int64
        let hash: [UInt8]
        /// How many bytes of the records that are in no block come before it.
        let bytes: Int
    }

    private var cut: Cut { Cut(sequence: head.sequence, hash: head.hash, bytes: block.bytes.count) }

    /// Where the log is, to go back to.
    struct Mark {
        fileprivate let head: AuditHeadRow
        fileprivate let bytes: Int
        fileprivate let cuts: Int
        fileprivate let changes: Int
    }

    /// Marks where the log is, and keeps all records that come now until ``release()``.
    mutating func hold() -> Mark {
        isHeld = true
        return Mark(head: head, bytes: block.bytes.count, cuts: cuts.count, changes: changes.count)
    }

    /// Takes back the records after a mark, which are kept still.
    mutating func goBack(to mark: Mark) {
        head = mark.head
        block.cut(to: mark.bytes)
        cuts.removeSubrange(mark.cuts...)
        changes.removeSubrange(mark.changes...)
    }

    /// Keeps records no longer than others are.
    mutating func release() { isHeld = false }

    /// Writes what is left and the signed head.
    ///
    /// - Parameter state: The state of the rows that are committed with it.
    /// - Returns: The new head.
    mutating func close(state: [UInt8]) throws(StoreError) -> AuditHeadRow {
        try flush()
        let signed = AuditHeadRow(
            sequence: head.sequence,
            hash: head.hash,
            time: head.time,
            state: state,
            signedWith: keys
        )
        try storage.setHead(signed)
        return signed
    }

    private mutating func flush() throws(StoreError) {
        var (last, bytes) = (written, 0)
        for cut in cuts {
            try write(Array(block.bytes[bytes..<cut.bytes]), after: last, upTo: cut)
            (last, bytes) = (cut.sequence, cut.bytes)
        }
        if head.sequence > last {
            try write(cuts.isEmpty ? block.bytes : Array(block.bytes[bytes...]), after: last, upTo: cut)
        }
        written = head.sequence
        block = CanonicalWriter()
        cuts.removeAll()
    }

    private func write(_ records: [UInt8], after last: Int64, upTo end: Cut) throws(StoreError) {
        let count = end.sequence - last
        let context = Place.auditBlock(storeID: keys.storeID, last: end.sequence, count: count, hash: end.hash)
        let sealed = Cipher.seal(records, key: keys.audit, context: context)
        try storage.appendAudit(AuditBlockRow(last: end.sequence, count: count, hash: end.hash, sealed: sealed))
    }
}

extension AuditBlockRow {
    /// The block's records as canonical JSON, or nil when the block does not authenticate.
    func open(keys: RootKeys) -> [[UInt8]]? {
        guard first != nil, hash.count == 32 else { return nil }
        let context = Place.auditBlock(storeID: keys.storeID, last: last, count: count, hash: hash)
        let records = unsafe Cipher.open(sealed, key: keys.audit, context: context) { memory -> [[UInt8]]? in
            var reader = unsafe CanonicalReader(memory)
            var records: [[UInt8]] = []
            while !reader.isAtEnd {
                guard let record = reader.array() else { return nil }
                records.append(record)
            }
            return records
        }
        guard let records = records ?? nil, records.count == count else { return nil }
        return records
    }

    /// The number of the block's first record, or nil when the row's numbers are none that a block has.
    var first: Int64? {
        guard StoreLimits.isCount(last), (1...max(1, last)).contains(count) else { return nil }
        return last - count + 1
    }
}
