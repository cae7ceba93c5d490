internal import Crypto
internal import SecretStore
internal import Secrets

/// The root key in its slots: AES-256-GCM under a key from a key file, a passphrase, shares or a service, bound to store
/// and slot. Every slot wraps the same root key, so that each opens the store alone, and losing one loses nothing.
enum Seal {
    private static let keyIDBytes = 8
    /// The most slots with a passphrase: each costs scrypt before it is known that it is another passphrase's.
    static let passphraseSlots = 8
    /// The most sets of shares: the one that is replaced, and the new one until the old one is removed.
    static let sharesSlots = 2
    /// The most slots altogether.
    static let slots = 32

    /// Wraps the root key for a new slot.
    ///
    /// - Parameters:
    ///   - root: The root key.
    ///   - source: What shall open the slot. A key file that is not there is made; a service is asked.
    ///   - scrypt: The cost for a passphrase.
    static func slot(
        _ number: Int64,
        wrapping root: SymmetricKey,
        for source: KeySource,
        storeID: [UInt8],
        scrypt: ScryptParameters
    ) throws(StoreError) -> SlotRow {
        let parameters: [UInt8]
        let wrappingKey: SymmetricKey
        switch source {
        case .keyFile(let path):
            let key = try KeyFile.readOrCreate(at: path)
            parameters = keyID(of: key)
            wrappingKey = self.wrappingKey(from: key, storeID: storeID)
        case .passphrase(let passphrase):
            guard !passphrase.isEmpty else { throw .weakPassphrase("it is empty") }
            parameters = SlotParameters.encode(scrypt)
            wrappingKey = try Derivation.key(from: passphrase, scrypt)
        case .shares(let key):
            guard key.count > 0 else { throw .invalidShares("a slot is made with a new key only") }
            parameters = SlotParameters.encode(shares: key.count, threshold: key.threshold)
            wrappingKey = key.wrappingKey(storeID: storeID)
        case .service(let service):
            var random = randomBytes(32)
            defer { wipe(&random) }
            let key = Secret(random)
            let binding = SlotBinding(storeID: Hex.encode(storeID), slot: Int(number))
            let wrapped = try service.wrap(key, for: binding)
            guard let encoded = SlotParameters.encode(place: service.place, wrapped: wrapped) else {
                throw .serviceRefused("what it answered is longer than a slot keeps")
            }
            // A slot that the service does not open again is none: that is found out now, not when it is needed.
            guard try service.unwrap(wrapped, for: binding) == key else {
                throw .serviceRefused("it does not unwrap what it wrapped")
            }
            parameters = encoded
            wrappingKey = self.wrappingKey(of: key, storeID: storeID)
        }
        let kind = SlotParameters.number(of: source.kind)
        let context = Place.slot(storeID: storeID, number: number, kind: kind, parameters: parameters)
        let wrapped = unsafe root.withUnsafeBytes { unsafe Cipher.seal($0, key: wrappingKey, context: context) }
        return SlotRow(number: number, kind: kind, parameters: parameters, wrapped: wrapped)
    }

    /// Opens the root key with the slot that the source belongs to.
    ///
    /// - Throws: ``StoreError``: no slot of the kind, a key that opens none, or a service that does not unwrap.
    static func open(_ slots: [SlotRow], with source: KeySource, storeID: [UInt8]) throws(StoreError) -> SymmetricKey {
        let candidates = slots.filter { SlotParameters.kind(of: $0.kind) == source.kind }
        guard !candidates.isEmpty else {
            throw .noSlot(given: source.kind.rawValue, there: Set(slots.map { describe($0).kind.rawValue }).sorted())
        }
        switch source {
        case .keyFile(let path):
            let key = try KeyFile.read(at: path)
            // The id in the clear tells a wrong key from a slot that was changed.
            guard let slot = candidates.first(where: { $0.parameters == keyID(of: key) }) else { throw .wrongKey() }
            guard let root = unwrap(slot, under: wrappingKey(from: key, storeID: storeID), storeID: storeID) else {
                throw .tampered("the slot of this key")
            }
            return root
        case .passphrase(let passphrase):
            guard !passphrase.isEmpty else { throw .wrongKey() }
            // Whoever wrote the file decides how long opening takes; more than there can be are not ours.
            guard candidates.count <= passphraseSlots else { throw .tampered("the set of passphrases' slots") }
            for slot in candidates {
                guard let parameters = SlotParameters.decodeScrypt(slot.parameters) else {
                    throw .tampered("a passphrase's slot")
                }
                let key = try Derivation.key(from: passphrase, parameters)
                if let root = unwrap(slot, under: key, storeID: storeID) { return root }
            }
            throw .wrongKey()
        case .shares(let shared):
            let key = shared.wrappingKey(storeID: storeID)
            for slot in candidates.prefix(sharesSlots) {
                if let root = unwrap(slot, under: key, storeID: storeID) { return root }
            }
            throw .wrongShares()
        case .service(let service): return try open(candidates, with: service, storeID: storeID)
        }
    }

    /// Opens the root key with a service, asked for each slot of the place in turn.
    private static func open(
        _ candidates: [SlotRow],
        with service: any WrappingService,
        storeID: [UInt8]
    ) throws(StoreError) -> SymmetricKey {
        guard candidates.count <= slots else { throw .tampered("the set of slots") }
        for slot in candidates {
            guard let (place, wrapped) = SlotParameters.decodeService(slot.parameters) else {
                throw .tampered("a service's slot")
            }
            guard place == service.place else { continue }
            let binding = SlotBinding(storeID: Hex.encode(storeID), slot: Int(slot.number))
            let key = try service.unwrap(wrapped, for: binding)
            guard let root = unwrap(slot, under: wrappingKey(of: key, storeID: storeID), storeID: storeID) else {
                throw .tampered("the slot of this service")
            }
            return root
        }
        throw .wrongKey()
    }

    static func describe(_ row: SlotRow) -> SealSlot {
        var slot = SealSlot(number: Int(row.number), kind: SlotParameters.kind(of: row.kind))
        if slot.kind == .shares { slot.shares = SlotParameters.decodeShares(row.parameters) }
        if slot.kind.isService { slot.place = SlotParameters.decodeService(row.parameters)?.place }
        return slot
    }

    private static func unwrap(_ slot: SlotRow, under key: SymmetricKey, storeID: [UInt8]) -> SymmetricKey? {
        let context = Place.slot(
            storeID: storeID,
            number: slot.number,
            kind: slot.kind,
            parameters: slot.parameters
        )
        let root = unsafe Cipher.open(slot.wrapped, key: key, context: context) { unsafe SymmetricKey(data: $0) }
        return root.flatMap { $0.bitCount == 256 ? $0 : nil }
    }

    private static func wrappingKey(from key: SymmetricKey, storeID: [UInt8]) -> SymmetricKey {
        Derivation.key(from: key, salt: storeID, info: Array("keyfolio/1 seal key file".utf8))
    }

    private static func wrappingKey(of key: Secret<[UInt8]>, storeID: [UInt8]) -> SymmetricKey {
        let key = unsafe key.withUnsafeBytes { unsafe SymmetricKey(data: $0) }
        return Derivation.key(from: key, salt: storeID, info: Array("keyfolio/1 seal service".utf8))
    }

    /// A public name for a key file's key: a derived key tells nothing of the one it is from.
    private static func keyID(of key: SymmetricKey) -> [UInt8] {
        let id = Derivation.key(from: key, salt: [], info: Array("keyfolio/1 key id".utf8), count: keyIDBytes)
        return unsafe id.withUnsafeBytes { unsafe Array($0) }
    }
}

extension KeySource {
    /// What slot it opens.
    var kind: SealSlot.Kind {
        switch self {
        case .keyFile: .keyFile
        case .passphrase: .passphrase
        case .shares: .shares
        case .service(let service): service.kind
        }
    }
}
