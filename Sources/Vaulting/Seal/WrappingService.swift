public import SecretStore
public import Secrets

/// What a slot's key is bound to at the service that wraps it, where the service can bind.
public struct SlotBinding: Sendable, Hashable {
    /// The store's id in hexadecimal.
    public let storeID: String
    /// The slot's number.
    public let slot: Int

    package init(storeID: String, slot: Int) { (self.storeID, self.slot) = (storeID, slot) }
}

/// A service that keeps a key which never leaves it, and wraps and unwraps with it: a key management service.
///
/// What it wraps is not the root key but a random key of the slot's own, so that the slot is bound to its store and number
/// whether the service can bind or not, and the service never sees what opens the store without it.
public protocol WrappingService: Sendable {
    /// Which service it is.
    var kind: SealSlot.Kind { get }
    /// Where the key is. The slot keeps it in the clear: it has no credentials, and at most ``SealSlot/placeBytes`` bytes.
    var place: String { get }
    /// Wraps a key of 32 bytes.
    ///
    /// - Throws: ``StoreError``: the service does not answer, or refuses.
    func wrap(_ key: Secret<[UInt8]>, for binding: SlotBinding) throws(StoreError) -> [UInt8]
    /// Unwraps what ``wrap(_:for:)`` gave.
    ///
    /// - Throws: ``StoreError``: the service does not answer, or refuses.
    func unwrap(_ wrapped: [UInt8], for binding: SlotBinding) throws(StoreError) -> Secret<[UInt8]>
}
