internal import RemoteStores
internal import SecretStore
public import Secrets
internal import StorageSQLite
internal import Vaulting

/// One way to open a store, as it is shown.
public struct SealSlotEntry: Sendable {
    /// The number by which it is removed or replaced.
    public let number: Int
    /// Such as `key-file` or `shares`.
    public let kind: String
    /// How many shares there are; nil for other kinds.
    public let shares: Int?
    /// How many of them open it; nil for other kinds.
    public let threshold: Int?
    /// Where the key is that a service keeps; nil for other kinds.
    public let place: String?

    fileprivate init(_ slot: SealSlot) {
        number = slot.number
        kind = slot.kind.rawValue
        shares = slot.shares?.count
        threshold = slot.shares?.threshold
        place = slot.place?.split(separator: "\n").joined(separator: " ")
    }
}

/// What shall open a store from now on.
public enum NewKey: Sendable {
    /// A key file, which is made when it is not there.
    case keyFile(String)
    /// A passphrase.
    case passphrase(Secret<String>)
    /// So many shares, and how many of them are enough.
    case shares(Int, threshold: Int)
    /// A key of AWS KMS: its id, ARN or alias, its region, and where the service is when that is not the region's.
    case awsKMS(String, region: String, endpoint: String?)
    /// A key of a transit engine: its name, its mount, and the server's URL.
    case vaultTransit(String, mount: String, address: String)
    /// A key of Azure Key Vault, by its URL.
    case azureKeyVault(String)

    /// The key, unless it is cut into shares.
    fileprivate func source() throws -> KeySource? {
        switch self {
        case .keyFile(let path): .keyFile(Paths.absolute(path))
        case .passphrase(let passphrase): .passphrase(passphrase)
        case .shares: nil
        case .awsKMS(let key, let region, let endpoint):
            .service(try AWSKeySeal(key: key, region: region, endpoint: endpoint, User.setting))
        case .vaultTransit(let key, let mount, let address):
            .service(try TransitSeal(key: key, mount: mount, address: address, User.setting))
        case .azureKeyVault(let key): .service(try AzureKeySeal(key: key, User.setting))
        }
    }
}

/// The seal: which keys open a store. A store in a file only; what a server serves is sealed where its file is.
extension ProjectStore {
    /// Gives out shares, once, before anything depends on them.
    public typealias ShareTaker = ([Secret<String>]) throws -> Void

    /// The ways to open a store, which can be seen without opening it.
    public static func sealSlots(at location: StoreLocation) throws -> [SealSlotEntry] {
        guard try location.hasStore() else { throw missing(at: location) }
        return try LocalVault.slots(at: location.database).map(SealSlotEntry.init)
    }

    /// Adds a way to open the store.
    ///
    /// - Parameters:
    ///   - key: What shall open it.
    ///   - take: Gets the shares, when the key is cut into some.
    public func addSlot(_ key: NewKey, _ take: ShareTaker) throws -> SealSlotEntry {
        if let source = try key.source() { return SealSlotEntry(try vault.addSlot(source)) }
        let shared = try Self.newShares(key)
        let slot = try vault.addSlot(.shares(shared))
        try take(Self.texts(of: shared))
        return SealSlotEntry(slot)
    }

    /// Removes a way to open the store; the last one stays.
    public func removeSlot(_ number: Int) throws { try vault.removeSlot(number) }

    /// Replaces the key of a slot.
    ///
    /// Where the new key is in the caller's hands already, that is one step. Shares are given out first, and only then is
    /// the old slot removed: killed in between, both open the store.
    public func replaceSlot(_ number: Int, with key: NewKey, _ take: ShareTaker) throws -> SealSlotEntry {
        if let source = try key.source() { return SealSlotEntry(try vault.replaceSlot(number, with: source)) }
        guard try vault.slots().contains(where: { $0.number == number }) else { throw StoreError.noSuchSlot(number) }
        let shared = try Self.newShares(key)
        let slot = try vault.addShares(shared)
        try take(Self.texts(of: shared))
        try vault.removeSlot(number)
        return SealSlotEntry(slot)
    }

    private static func newShares(_ key: NewKey) throws -> SharedKey {
        guard case .shares(let count, let threshold) = key else { throw StoreError.invalidShares("there are none") }
        return try SharedKey(shares: count, threshold: threshold)
    }

    private static func texts(of shared: SharedKey) -> [Secret<String>] {
        shared.shares.map { Secret(Base64.encode($0.reveal())) }
    }

    /// The key of shares as people give them.
    ///
    /// - Throws: `KF-STORE-028`: it does not say which of them is wrong.
    static func key(ofShares texts: [Secret<String>]) throws -> KeySource {
        let shares = texts.compactMap(SharedKey.share)
        guard shares.count == texts.count, let key = SharedKey(combining: shares) else {
            throw StoreError.wrongShares()
        }
        return .shares(key)
    }

    /// What opens a store that no key file and no passphrase opens: a key that lies in a service.
    ///
    /// - Returns: nil when the store has no such slot.
    static func serviceKey(among slots: [SealSlot]) throws -> KeySource? {
        try slots.first { $0.kind.isService }
            .map { .service(try SealServices.service(of: $0, environment: User.setting)) }
    }
}
