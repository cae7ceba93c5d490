internal import AccessPolicy
public import SecretStore

extension Vault {
    /// The public key that signs the head of the audit log, in hexadecimal. Keep it where the store is not: with it an
    /// export is told from one that was made up.
    public var auditPublicKey: String { exclusively { Hex.encode(engine.keys.signing.publicKey) } }

    /// Goes through the audit log from its beginning, or from a record on. The closure may use the vault; what that
    /// adds to the log is not met.
    ///
    /// - Parameters:
    ///   - first: The number of the first record that is wanted, counted from 1.
    ///   - body: Called for each record.
    /// - Throws: ``StoreError``, and what the closure throws.
    public func forEachAuditRecord(from first: Int64 = 1, _ body: (AuditRecord) throws -> Void) throws {
        let end = try beginAudit(.readAudit).sequence
        try forEachRecord(from: first, to: end) { (number, bytes, _) in
            guard let record = AuditRecord(canonicalJSON: bytes) else { throw StoreError.auditBroken(record: number) }
            try body(record)
        }
    }

    /// The newest records of the audit log, the newest last. The record of this reading is not among them.
    ///
    /// - Parameter limit: How many.
    /// - Throws: ``StoreError``.
    public func auditRecords(last limit: Int) throws -> [AuditRecord] {
        let end = try beginAudit(.readAudit).sequence - 1
        var records: [AuditRecord] = []
        try forEachRecord(from: max(1, end - Int64(max(0, limit)) + 1), to: end) { (number, bytes, _) in
            guard let record = AuditRecord(canonicalJSON: bytes) else { throw StoreError.auditBroken(record: number) }
            records.append(record)
        }
        return records
    }

    /// Verifies the audit log: every block authenticates, every record is a link of the chain, and the chain ends in
    /// the signed head; and the rows of the store are those that the head was signed with.
    ///
    /// - Parameters:
    ///   - checkpoints: Signed heads that were kept elsewhere; the chain must lead through each.
    ///   - publicKeys: Keys in hexadecimal that may have signed them, beside the store's own: those of stores that this
    ///     one was restored from.
    /// - Returns: What was found; the first place that does not fit.
    /// - Throws: ``StoreError`` when the log cannot be read at all.
    public func verifyAudit(
        through checkpoints: [AuditCheckpoint] = [],
        signedBy publicKeys: Set<String> = []
    ) throws(StoreError) -> AuditVerification {
        let head = try beginAudit(.verifyAudit)
        var result = AuditVerification(records: 0, publicKey: auditPublicKey, storeID: storeID)
        var route = AuditRoute(checkpoints, signedBy: publicKeys.union([auditPublicKey]))
        if let fault = route.fault {
            (result.brokenAt, result.fault) = (fault.record, fault.text)
            return result
        }
        var hash = AuditChain.genesis
        func broken(_ fault: String) -> AuditVerification {
            result.brokenAt = result.records + 1
            result.fault = fault
            return result
        }
        while result.records < head.sequence {
            guard let block = try nextBlock(from: result.records + 1), let first = block.first,
                first == result.records + 1
            else { return broken("a record is missing") }
            guard let records = block.open(keys: engine.keys) else {
                return broken("a block of records was changed")
            }
            for (number, bytes) in zip(first..., records) {
                guard AuditRecord.sequence(inCanonicalJSON: bytes) == number else {
                    return broken("another record stands here")
                }
                hash = AuditChain.hash(after: hash, bytes)
                guard route.leads(through: number, hash) else {
                    return broken("the chain does not lead through the checkpoint of this record: it was written anew")
                }
                if number == head.sequence, hash != head.hash { return broken("the chain does not end in its head") }
                result.records += 1
            }
            guard block.hash == hash else { return broken("a block's hash does not follow from its records") }
        }
        if let missing = route.next {
            return broken("the log ends before the checkpoint of record \(missing): it was cut off, or is an old copy")
        }
        do throws(StoreError) { try checkRows() } catch {
            guard error.category == .corrupt else { throw error }
            result.fault =
                "the store's secrets, data keys or slots are not those of the signed head: rows were put "
                + "back, changed or taken away"
            return result
        }
        do throws(StoreError) { try checkVersions() } catch {
            guard error.category == .corrupt else { throw error }
            result.fault = "a version of a secret was put back, changed or taken away"
        }
        return result
    }

    /// Checks that each secret has the versions that its row names, and that what is known of them was written for them. What
    /// is in them shows when it is read, or backed up. A few at a time: nobody waits for all. Each few in one view of the
    /// store: another process may write a version between two look-ups.
    private func checkVersions() throws(StoreError) {
        var last: Int64 = 0
        while let end = try exclusively({ () throws(StoreError) in
            try engine.storage.transaction(.snapshot) { () throws(StoreError) -> Int64? in
                let rows = try engine.storage.secrets(after: last, limit: 32)
                for row in rows {
                    _ = try engine.versionRecords(of: try SecretRecord(opening: row, keys: engine.keys), row)
                }
                return rows.last?.id
            }
        }) { last = end }
    }

    /// Writes the audit log out as ``AuditExport`` describes, this export's own record included.
    ///
    /// - Parameter sink: Takes the pieces of the export in their order.
    /// - Throws: ``StoreError``, and what the closure throws.
    public func exportAudit(_ sink: ([UInt8]) throws -> Void) throws {
        let head = try beginAudit(.exportAudit)
        try sink(AuditExport.header(storeID: engine.keys.storeID, publicKey: engine.keys.signing.publicKey))
        var lines: [UInt8] = []
        try forEachRecord(from: 1, to: head.sequence) { (_, bytes, hash) in
            AuditExport.append(hash: hash, record: bytes, to: &lines)
            guard lines.count >= 64 << 10 else { return }
            try sink(lines)
            lines.removeAll(keepingCapacity: true)
        }
        try sink(lines + AuditExport.footer(head))
    }
}

extension Vault {
    /// What a policy must allow reading of.
    static let auditResource = "sys/audit/log"

    /// Records that the log is looked at, and gives its signed head after that record.
    func beginAudit(_ action: AuditAction, detail: String? = nil) throws(StoreError) -> AuditHeadRow {
        try pass(Request(action, needs: .read, on: Self.auditResource, detail: detail)) {
            (passage) throws(StoreError) in
            passage.detail = detail
        }
        return try exclusively { () throws(StoreError) in try engine.head() }
    }

    /// Goes through the records as they were hashed.
    ///
    /// - Parameter body: Takes the number, the canonical JSON, and, when the first record was asked for, the chain's
    ///   hash after it.
    private func forEachRecord(from first: Int64, to end: Int64, _ body: (Int64, [UInt8], [UInt8]) throws -> Void)
        throws
    {
        var next = max(1, first)
        var hash = AuditChain.genesis
        while next <= end {
            guard let block = try nextBlock(from: next), let first = block.first, first <= next else {
                throw StoreError.auditBroken(record: next)
            }
            guard let records = block.open(keys: engine.keys) else { throw StoreError.auditBroken(record: first) }
            for (number, bytes) in zip(first..., records) where number >= next && number <= end {
                guard AuditRecord.sequence(inCanonicalJSON: bytes) == number else {
                    throw StoreError.auditBroken(record: number)
                }
                hash = AuditChain.hash(after: hash, bytes)
                try body(number, bytes, hash)
            }
            next = block.last + 1
        }
    }

    /// The first block that ends at or after a record. Nobody else waits but for this one look-up.
    func nextBlock(from sequence: Int64) throws(StoreError) -> AuditBlockRow? {
        try exclusively { () throws(StoreError) in
            try engine.storage.auditBlock(endingAtOrAfter: sequence)
        }
    }
}
