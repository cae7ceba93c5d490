public import SecretStore

/// What a verification of the audit log found.
public struct AuditVerification: Sendable, Hashable {
    /// How many records were verified.
    public var records: Int64
    /// The number of the first record that does not fit, or nil when all do. A log whose records all fit and whose end
    /// does not fit the signed head breaks at the record after its last.
    public var brokenAt: Int64?
    /// What is wrong there.
    public var fault: String?

    /// Whether every record fits.
    public var isIntact: Bool { brokenAt == nil }
}

extension Vault {
    /// Goes through the audit log from its beginning, or from a record on.
    ///
    /// - Parameters:
    ///   - first: The number of the first record that is wanted, counted from 1.
    ///   - body: Called for each record.
    /// - Throws: ``StoreError``, and what the closure throws.
    public func forEachAuditRecord(
        from first: Int64 = 1,
        _ body: (AuditRecord) throws(StoreError) -> Void
    ) throws(StoreError) {
        try pass(Request(.readAudit, needs: .audit)) { (_) throws(StoreError) in }
        var next = max(1, first)
        while let block = try nextBlock(from: next) {
            guard let records = block.open(keys: engine.keys) else { throw .auditBroken(record: block.first) }
            for (number, bytes) in zip(block.first..., records) where number >= next {
                guard let record = AuditRecord(canonicalJSON: bytes), record.sequence == number else {
                    throw .auditBroken(record: number)
                }
                try body(record)
            }
            next = block.last + 1
        }
    }

    /// The newest records of the audit log, the newest last.
    ///
    /// - Parameter limit: How many.
    /// - Throws: ``StoreError``.
    public func auditRecords(last limit: Int) throws(StoreError) -> [AuditRecord] {
        let end = try engine.synchronized { () throws(StoreError) in try engine.head().sequence }
        var records: [AuditRecord] = []
        try forEachAuditRecord(from: max(1, end - Int64(limit) + 1)) { record in
            // The record of this very reading is not what was asked for.
            if record.sequence <= end { records.append(record) }
        }
        return records
    }

    /// Verifies the audit log: every block authenticates, every record is a link of the chain, and the chain ends in
    /// the signed head.
    ///
    /// - Throws: ``StoreError`` when the log cannot be read; what does not fit is in the answer.
    public func verifyAudit() throws(StoreError) -> AuditVerification {
        try pass(Request(.verifyAudit, needs: .audit)) { (_) throws(StoreError) in }
        let head = try engine.synchronized { () throws(StoreError) in try engine.head() }
        var hash = AuditChain.genesis
        var verified: Int64 = 0
        func broken(_ fault: String) -> AuditVerification {
            AuditVerification(records: verified, brokenAt: verified + 1, fault: fault)
        }
        while verified < head.sequence {
            guard let block = try nextBlock(from: verified + 1), block.first == verified + 1 else {
                return broken("a record is missing")
            }
            guard let records = block.open(keys: engine.keys) else {
                return broken("a block of records does not authenticate")
            }
            for (number, bytes) in zip(block.first..., records) {
                guard let record = AuditRecord(canonicalJSON: bytes), record.sequence == number else {
                    return broken("a record is not what it must be")
                }
                hash = AuditChain.hash(after: hash, bytes)
                if number == head.sequence, hash != head.hash { return broken("the chain does not end in its head") }
                verified += 1
            }
            guard block.hash == hash else { return broken("a block's hash does not follow from its records") }
        }
        return AuditVerification(records: verified, brokenAt: nil, fault: nil)
    }

    private func nextBlock(from sequence: Int64) throws(StoreError) -> AuditBlockRow? {
        try engine.synchronized { () throws(StoreError) in
            try engine.storage.auditBlock(endingAtOrAfter: sequence)
        }
    }
}
