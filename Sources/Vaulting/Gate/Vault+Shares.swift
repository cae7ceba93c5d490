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
    /// - Returns: The slot, as it was found.
    /// - Throws: ``StoreError``: also when it opens none; which share was wrong is not told.
    public func proveShares(_ key: SharedKey, for purpose: String) throws(StoreError) -> ProvenSlot {
        let request = Request(.proveShares, needs: .sudo, on: "sys/seal/slots", detail: purpose)
        return try pass(request) { (passage) throws(StoreError) in
            let slots = try engine.storage.slots().filter { SlotParameters.kind(of: $0.kind) == .shares }
            for slot in slots.prefix(Seal.sharesSlots) {
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
                return ProvenSlot(slot)
            }
            throw .wrongShares()
        }
    }
}

/// A slot that shares have opened, as it was then.
///
/// A number does not name it for long: when the newest slot is removed, the next one that is added has its number.
public struct ProvenSlot: Sendable {
    /// The slot.
    public let slot: SealSlot
    private let row: SlotRow

    init(_ row: SlotRow) {
        slot = Seal.describe(row)
        self.row = row
    }

    /// Whether another slot of this number is still this one.
    func isSame(as other: SlotRow) -> Bool {
        row.number == other.number && row.kind == other.kind && row.parameters == other.parameters
            && row.wrapped == other.wrapped
    }
}

extension AuditAction {
    /// Shares came together to prove that their holders may do something.
    public static let proveShares = AuditAction(rawValue: "seal.prove-shares")
}
