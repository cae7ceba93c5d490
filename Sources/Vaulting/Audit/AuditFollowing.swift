internal import AccessPolicy
internal import Findings
package import SecretStore

/// A place in the audit log that a follower has come to.
public struct AuditPosition: Sendable, Hashable {
    /// The number of the last record that was taken; 0 before the first.
    public let sequence: Int64
    /// The chain's hash after it, 32 bytes: a log that was written anew has another.
    public let hash: [UInt8]

    /// Before the first record.
    public static let beginning = AuditPosition(sequence: 0, hash: AuditChain.genesis)

    /// Puts the parts together.
    public init(sequence: Int64, hash: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
    }

    /// The number and the hash in hexadecimal, with a space between.
    public var text: String { "\(sequence) \(Hex.encode(hash))" }

    /// Reads what ``text`` gives.
    public init?(text: some StringProtocol) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = Int64(parts[0]), String(sequence) == parts[0], sequence >= 0,
            let hash = Hex.decode(String(parts[1])), hash.count == 32
        else { return nil }
        self.init(sequence: sequence, hash: hash)
    }
}

/// One record of the log as it was hashed.
public struct AuditEntry: Sendable {
    /// The record.
    public let record: AuditRecord
    /// The record as canonical JSON.
    public let json: [UInt8]
    /// The chain's hash after it, 32 bytes.
    public let hash: [UInt8]

    /// The line of the record in an export, ``AuditExport``, without its end.
    public var line: [UInt8] {
        var line: [UInt8] = []
        AuditExport.append(hash: hash, record: json, to: &line)
        line.removeLast()
        return line
    }
}

/// The next records for a follower.
public struct AuditBatch: Sendable {
    /// The records, in their order; none when there is nothing new.
    public var entries: [AuditEntry] = []
    /// Where the follower is when it has taken them.
    public var position: AuditPosition
    /// The number of the log's last record now.
    public var head: Int64
    /// The signed head, when the records reach it.
    public var checkpoint: AuditCheckpoint?
}

extension Vault {
    /// Records that a follower begins: what it then takes has no records of its own, which it would have to take, too.
    ///
    /// - Parameters:
    ///   - name: The follower's name.
    ///   - position: Where it goes on.
    /// - Throws: ``StoreError``.
    package func beginFollowingAudit(_ name: String, at position: AuditPosition) throws(StoreError) {
        _ = try beginAudit(.followAudit, detail: "\(Principal(name)) goes on after record \(position.sequence)")
    }

    /// The next records after a position.
    ///
    /// - Parameters:
    ///   - position: Where the follower is.
    ///   - records: How many are wanted. The last block is given whole, so it may be a few hundred more.
    ///   - bytes: After how many bytes there are enough.
    /// - Returns: nil when the position is none of this log: the store was put back to an older state, or lost its last
    ///   records with the power.
    /// - Throws: ``StoreError``: `KF-STORE-044` when the log was changed, `KF-STORE-010` when the vault's identity may not
    ///   read it.
    package func auditBatch(
        after position: AuditPosition,
        records: Int,
        bytes: Int
    ) throws(StoreError) -> AuditBatch? {
        guard identity.access.decide(.read, on: Self.auditResource).isAllowed else {
            throw .denied(AuditAction.followAudit.rawValue, nil)
        }
        let head = try exclusively { () throws(StoreError) in try engine.head() }
        guard head.sequence >= position.sequence else { return nil }
        var batch = AuditBatch(position: position, head: head.sequence)
        var (next, hash, size) = (position.sequence + 1, position.hash, 0)
        while next <= head.sequence, batch.entries.count < records, size < bytes {
            let block = try openBlock(holding: next)
            for number in next...block.last {
                let json = block.records[Int(number - block.first)]
                hash = AuditChain.hash(after: hash, json)
                batch.entries.append(AuditEntry(record: try block.record(number), json: json, hash: hash))
                size += json.count
            }
            guard hash == block.hash else {
                guard try !isPlace(position) else { throw .auditBroken(record: block.first) }
                return nil
            }
            next = block.last + 1
        }
        batch.position = AuditPosition(sequence: next - 1, hash: hash)
        if batch.position.sequence == head.sequence {
            // Without new records, only this tells a log that was put back and has grown to the same length.
            guard hash == head.hash else { return nil }
            batch.checkpoint = AuditCheckpoint(head, keys: engine.keys)
        }
        return batch
    }

    /// Whether the log leads through a position.
    package func isPlace(_ position: AuditPosition) throws(StoreError) -> Bool {
        guard position.sequence > 0 else { return position == .beginning }
        guard try auditLength() >= position.sequence else { return false }
        let block = try openBlock(holding: position.sequence)
        if block.last == position.sequence { return block.hash == position.hash }
        var hash = block.first == 1 ? AuditChain.genesis : try openBlock(holding: block.first - 1).hash
        for number in block.first...position.sequence {
            hash = AuditChain.hash(after: hash, block.records[Int(number - block.first)])
        }
        return hash == position.hash
    }

    /// How many records the log has.
    package func auditLength() throws(StoreError) -> Int64 {
        try exclusively { () throws(StoreError) in try engine.head().sequence }
    }
}

extension AuditAction {
    /// A follower of the log began, which writes it elsewhere.
    public static let followAudit = AuditAction(rawValue: "audit.follow")
}
