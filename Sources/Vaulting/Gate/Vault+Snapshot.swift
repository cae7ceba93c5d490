internal import AccessPolicy
internal import SecretStore

extension Vault {
    /// Writes everything in the store out, in the clear: secrets with their versions, labels and histories, and the
    /// audit log. See ``SnapshotFormat`` for the lines.
    ///
    /// What comes out is one state of the store, whatever is written meanwhile. Encrypt it before it is kept.
    ///
    /// - Parameter sink: Takes the pieces in their order. It must not use the vault.
    /// - Returns: What was written.
    /// - Throws: ``StoreError``, and what the closure throws.
    @discardableResult
    public func exportSnapshot(_ sink: ([UInt8]) throws -> Void) throws -> SnapshotCounts {
        try pass(Request(.exportSnapshot, needs: .read, on: "sys/snapshot")) { (_) throws(StoreError) in }
        var thrown: (any Error)?
        do throws(StoreError) {
            return try withoutActuallyEscaping(sink) { (sink) throws(StoreError) in
                try exclusively { () throws(StoreError) in
                    try engine.storage.transaction(.snapshot) { () throws(StoreError) in
                        var writer = SnapshotWriter(engine: engine) { (bytes) throws(StoreError) in
                            do { try sink(bytes) } catch {
                                thrown = error
                                throw .abandoned()
                            }
                        }
                        try writer.write(now: engine.options.clock())
                        return writer.counts
                    }
                }
            }
        } catch {
            throw thrown ?? error
        }
    }

    /// Puts a snapshot into this store, which must be new: made, and not used since.
    ///
    /// All of it is there when this returns, or nothing. The audit log goes on where the snapshot's ended: what was
    /// exported of it before still fits.
    ///
    /// - Parameter source: Gives the next piece, or nil at the end. It must not use the vault.
    /// - Returns: What was restored.
    /// - Throws: ``StoreError``, and what the closure throws; then nothing was restored.
    @discardableResult
    public func importSnapshot(_ source: () throws -> [UInt8]?) throws -> SnapshotCounts {
        precondition(!joins, "the snapshot's log takes the place of the group's")
        var thrown: (any Error)?
        do throws(StoreError) {
            return try pass(Request(.restoreSnapshot, needs: .update, on: "sys/snapshot"), .durable) {
                (passage) throws(StoreError) in
                let head = try engine.head()
                guard head.sequence == 1, try !engine.storage.hasSecrets() else { throw .notEmpty() }
                passage.isChanging = true
                try engine.storage.removeAuditBlocks()
                var reader = SnapshotReader(engine: engine, log: engine.newLog())
                try forEachLine(of: source, &thrown) { (line) throws(StoreError) in try reader.take(line) }
                try reader.finish()
                // The log that came along is older than this store's first key.
                try engine.noteKey(of: .shared, since: passage.time)
                passage.continuedLog = reader.log
                passage.detail =
                    "from store \(reader.storeID), \(reader.counts.secrets) secrets, \(reader.counts.versions) versions"
                return reader.counts
            }
        } catch {
            throw thrown ?? error
        }
    }

    private func forEachLine(
        of source: () throws -> [UInt8]?,
        _ thrown: inout (any Error)?,
        _ body: ([UInt8]) throws(StoreError) -> Void
    ) throws(StoreError) {
        var line: [UInt8] = []
        var number = 0
        defer { wipe(&line) }
        while true {
            var piece: [UInt8]?
            do { piece = try source() } catch {
                thrown = error
                throw .abandoned()
            }
            guard let piece else { break }
            var rest = piece[...]
            while let end = rest.firstIndex(of: 0x0A) {
                number += 1
                line.append(contentsOf: rest[..<end])
                try body(line)
                line.removeAll(keepingCapacity: true)
                rest = rest[(end + 1)...]
            }
            line.append(contentsOf: rest)
            guard line.count <= SnapshotFormat.lineBytes else {
                throw .invalidSnapshot("a line is too long", line: number + 1)
            }
        }
        guard line.isEmpty else { throw .invalidSnapshot("it is cut off", line: number + 1) }
    }
}

extension Engine {
    /// A log that begins anew.
    func newLog() -> AuditLog {
        AuditLog(
            after: AuditHeadRow(sequence: 0, hash: AuditChain.genesis, time: 0, state: [], signature: []),
            now: options.clock(),
            keys: keys,
            storage: storage
        )
    }
}
