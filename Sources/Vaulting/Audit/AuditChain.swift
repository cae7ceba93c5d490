internal import SecretStore

/// The hash chain of the audit log.
///
/// `hash(0) = SHA-256("keyfolio/1 audit genesis")`, `hash(i) = SHA-256("keyfolio/1 audit record" ‖ hash(i-1) ‖ record i)`
/// with the record as canonical JSON. The head is signed: Ed25519 over
/// `"keyfolio/1 audit head" ‖ store id ‖ sequence ‖ hash ‖ time ‖ state`, where the state is ``MultisetHash`` of the rows
/// that the store has then. The chain begins the same in every store, so that a
/// store restored from a snapshot continues the chain that it had, and an export made before still fits it; the
/// signature says which store it is.
enum AuditChain {
    static let genesis = Hashing.sha256(Array("keyfolio/1 audit genesis".utf8))
    private static let label = Array("keyfolio/1 audit record".utf8)

    /// The hash after one more record.
    static func hash(after previous: [UInt8], _ record: [UInt8]) -> [UInt8] {
        Hashing.sha256(label, previous, record)
    }

    /// What the signature of a head is over.
    static func message(storeID: [UInt8], _ head: AuditHeadRow) -> [UInt8] {
        var writer = CanonicalWriter(reserving: 192)
        writer.write("keyfolio/1 audit head")
        writer.write(fixed: storeID)
        writer.write(head.sequence)
        writer.write(fixed: head.hash)
        writer.write(head.time)
        writer.write(head.state)
        return writer.bytes
    }
}

extension AuditHeadRow {
    /// A signed head.
    init(sequence: Int64, hash: [UInt8], time: Int64, state: [UInt8], signedWith keys: RootKeys) {
        self.init(sequence: sequence, hash: hash, time: time, state: state, signature: [])
        signature = keys.signing.signature(for: AuditChain.message(storeID: keys.storeID, self))
    }

    /// Whether the store's own key signed the head.
    func isSigned(storeID: [UInt8], publicKey: [UInt8]) -> Bool {
        SigningKey.isValid(signature, for: AuditChain.message(storeID: storeID, self), publicKey: publicKey)
    }
}
