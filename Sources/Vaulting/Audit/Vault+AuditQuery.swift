public import SecretStore

extension Vault {
    /// The records of the audit log that a query wants. The record of this reading is not among them; it says what was
    /// asked.
    ///
    /// The log is read block by block, and only those blocks that may have something: both numbers and times ascend, so
    /// a time is found by halving. The store is held for one block's look-up at a time. Not for use inside a group:
    /// it may take long.
    ///
    /// - Parameters:
    ///   - query: What is wanted.
    ///   - isWanted: What a query has no words for: whether a record that it wants is.
    /// - Returns: The records, and where to go on.
    /// - Throws: ``StoreError``: `KF-STORE-044` when the log was changed, `KF-STORE-082` for a query with too many terms.
    public func auditRecords(
        matching query: AuditQuery,
        where isWanted: (AuditRecord) -> Bool = { _ in true }
    ) throws(StoreError) -> AuditPage {
        var page = AuditPage()
        let limit = min(max(0, query.limit), AuditQuery.answerRecords)
        page.next = try scan(query) { (record, position) throws(StoreError) in
            page.scanned += 1
            if let record, isWanted(record) { page.records.append(record) }
            return page.records.count < limit && page.scanned < query.scanLimit
        }
        return page
    }

    /// Goes through all records that a query wants, whatever its ``AuditQuery/limit``; one record of this reading.
    ///
    /// - Parameters:
    ///   - query: What is wanted.
    ///   - body: Takes each record. It may use the vault; what that adds to the log is not met.
    /// - Throws: ``StoreError``, and what the closure throws.
    public func forEachAuditRecord(
        matching query: AuditQuery,
        _ body: (AuditRecord) throws(StoreError) -> Void
    ) throws(StoreError) {
        _ = try scan(query) { (record, _) throws(StoreError) in
            if let record { try body(record) }
            return true
        }
    }

    /// - Parameter body: Takes each record that is looked at, nil when it does not fit, and its number; gives whether to
    ///   go on.
    /// - Returns: The last number that was looked at, when it was not the last one.
    private func scan(
        _ query: AuditQuery,
        _ body: (AuditRecord?, Int64) throws(StoreError) -> Bool
    ) throws(StoreError) -> Int64? {
        guard query.termCount <= AuditQuery.terms else {
            throw .invalidAttribute("a query has at most \(AuditQuery.terms) terms")
        }
        let end = try exclusively { () throws(StoreError) in try engine.head().sequence }
        _ = try beginAudit(.readAudit, detail: query.text)
        let range = try range(of: query, upTo: end)
        guard let range, query.limit > 0, query.scanLimit > 0 else { return nil }
        let filter = AuditFilter(query)
        let isAscending = query.order == .oldestFirst
        var next = isAscending ? range.lowerBound : range.upperBound
        while range.contains(next) {
            let block = try openBlock(holding: next)
            let numbers = max(block.first, range.lowerBound)...min(block.last, range.upperBound)
            for step in 0..<(numbers.upperBound - numbers.lowerBound + 1) {
                let number = isAscending ? numbers.lowerBound + step : numbers.upperBound - step
                let bytes = block.records[Int(number - block.first)]
                var found: AuditRecord?
                if filter.mayFit(bytes) {
                    let record = try block.record(number)
                    if filter.fits(record) { found = record }
                }
                guard try body(found, number) else {
                    return number == (isAscending ? range.upperBound : range.lowerBound) ? nil : number
                }
            }
            next = isAscending ? block.last + 1 : block.first - 1
        }
        return nil
    }

    /// The numbers that a query's times and position leave.
    private func range(of query: AuditQuery, upTo end: Int64) throws(StoreError) -> ClosedRange<Int64>? {
        var (low, high) = (Int64(1), end)
        if let after = query.after {
            if query.order == .oldestFirst {
                low = after >= end ? end + 1 : max(1, after + 1)
            } else {
                high = min(end, max(0, after > 0 ? after - 1 : 0))
            }
        }
        if let from = query.from, low <= high { low = try firstRecord(from: from, in: low...high) }
        if let until = query.until, low <= high { high = try firstRecord(from: until, in: low...high) - 1 }
        return low <= high ? low...high : nil
    }

    /// The number of the first record of a range whose time is not before a moment; the one after the range when there
    /// is none.
    private func firstRecord(from time: Timestamp, in range: ClosedRange<Int64>) throws(StoreError) -> Int64 {
        var (low, high) = (range.lowerBound, range.upperBound + 1)
        while low < high {
            let block = try openBlock(holding: low + (high - low) / 2)
            let (first, last) = (max(block.first, low), min(block.last, high - 1))
            if try block.record(last).time < time {
                low = last + 1
            } else if try block.record(first).time >= time {
                high = first
            } else {
                // Between the two of one block.
                var (before, at) = (first, last)
                while at - before > 1 {
                    let middle = before + (at - before) / 2
                    if try block.record(middle).time < time { before = middle } else { at = middle }
                }
                return at
            }
        }
        return low
    }

    /// The block that a record is in, in the clear.
    func openBlock(holding sequence: Int64) throws(StoreError) -> OpenAuditBlock {
        guard let row = try nextBlock(from: sequence), let first = row.first, first <= sequence else {
            throw .auditBroken(record: sequence)
        }
        guard let records = row.open(keys: engine.keys) else { throw .auditBroken(record: first) }
        return OpenAuditBlock(first: first, last: row.last, hash: row.hash, records: records)
    }
}

/// A block of the log that was authenticated and opened.
struct OpenAuditBlock {
    let first: Int64
    let last: Int64
    /// The chain's hash after the last record.
    let hash: [UInt8]
    /// Each as canonical JSON.
    let records: [[UInt8]]

    /// Reads one of the records.
    func record(_ number: Int64) throws(StoreError) -> AuditRecord {
        guard let record = AuditRecord(canonicalJSON: records[Int(number - first)]), record.sequence == number else {
            throw .auditBroken(record: number)
        }
        return record
    }
}
