internal import AccessPolicy
internal import Crypto
public import SecretStore

extension Vault {
    /// Finds the slot that a key opens which was put together from shares: whoever holds enough of them may replace it, or
    /// be given a root token.
    ///
    /// That a slot opens is not enough. Whoever can write the store's file can add a slot to it that opens with shares of
    /// their own; only one that gives this store's root key proves anything.
    ///
    /// - Parameters:
    ///   - key: Put together from the shares.
    ///   - purpose: What the record says that it is for.
    ///   - number: The only slot that is meant; nil for any.
    /// - Returns: The slot.
    /// - Throws: ``StoreError``: also when it opens none, which is `denied` in the log; which share was wrong is not told.
    public func proveShares(
        _ key: SharedKey,
        for purpose: String,
        in number: Int? = nil
    ) throws(StoreError) -> ProvenSlot {
        let request = Request(.proveShares, needs: .sudo, on: "sys/seal/slots", detail: purpose)
        return try pass(request) { (passage) throws(StoreError) in
            let slots = try engine.storage.slots().filter { SlotParameters.kind(of: $0.kind) == .shares }
            for slot in slots.prefix(Seal.sharesSlots) where number == nil || Int(slot.number) == number {
                let found: SymmetricKey
                do throws(StoreError) {
                    found = try Seal.open([slot], with: .shares(key), storeID: engine.keys.storeID)
                } catch {
                    guard error.isWrongShares else { throw error }
                    continue
                }
                // In the same time whatever they are.
                guard try engine.keys.withRoot({ (root) throws(StoreError) in root == found }) else {
                    throw .tampered("a slot of shares")
                }
                passage.detail = "\(purpose), slot \(slot.number)"
                return ProvenSlot(slot: Seal.describe(slot), row: slot)
            }
            passage.refusal = .invalid
            throw .wrongShares()
        }
    }

    /// Writes down that shares came together that proved nothing, where that is found out without the store.
    ///
    /// - Throws: ``StoreError``, when it cannot be written down.
    public func refuseShares(for purpose: String) throws(StoreError) {
        do throws(StoreError) {
            try pass(Request(.proveShares, needs: .sudo, on: "sys/seal/slots", detail: purpose)) {
                (passage) throws(StoreError) in
                (passage.refusal, passage.detail) = (.invalid, purpose)
                throw .wrongShares()
            }
        } catch {
            guard error.isWrongShares else { throw error }
        }
    }
}

/// A slot as it was when shares proved that they open it. Another slot may have its number some time later: that is not it.
public struct ProvenSlot: Sendable {
    /// The slot.
    public let slot: SealSlot
    let row: SlotRow
}

extension AuditAction {
    /// Shares came together to prove that their holders may do something.
    public static let proveShares = AuditAction(rawValue: "seal.prove-shares")
}
