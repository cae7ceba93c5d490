internal import Crypto
internal import SecretStore
internal import Secrets

/// The root key in its slots: AES-256-GCM under a key from a key file or a passphrase, bound to store and slot.
enum Seal {
    static let keyFileKind: Int64 = 1
    static let passphraseKind: Int64 = 2
    private static let keyIDBytes = 8
    /// The most slots with a passphrase: each costs scrypt before it is known that it is another passphrase's.
    static let passphraseSlots = 8

    /// Wraps the root key for a new slot.
    ///
    /// - Parameters:
    ///   - root: The root key.
    ///   - source: What shall open the slot. A key file that is not there is made.
    ///   - scrypt: The cost for a passphrase.
    static func slot(
        _ number: Int64,
        wrapping root: SymmetricKey,
        for source: KeySource,
        storeID: [UInt8],
        scrypt: ScryptParameters
    ) throws(StoreError) -> SlotRow {
        let kind: Int64
        let parameters: [UInt8]
        let wrappingKey: SymmetricKey
        switch source {
        case .keyFile(let path):
            let key = try KeyFile.readOrCreate(at: path)
            kind = keyFileKind
            parameters = keyID(of: key)
            wrappingKey = self.wrappingKey(from: key, storeID: storeID)
        case .passphrase(let passphrase):
            guard !passphrase.isEmpty else { throw .weakPassphrase("it is empty") }
            kind = passphraseKind
            parameters = encode(scrypt)
            wrappingKey = try Derivation.key(from: passphrase, scrypt)
        }
        let context = Place.slot(storeID: storeID, number: number, kind: kind, parameters: parameters)
        let wrapped = unsafe root.withUnsafeBytes { unsafe Cipher.seal($0, key: wrappingKey, context: context) }
        return SlotRow(number: number, kind: kind, parameters: parameters, wrapped: wrapped)
    }

    /// Opens the root key with the slot that the source belongs to.
    ///
    /// - Throws: ``StoreError``: no slot of the kind, or a key that opens none.
    static func open(_ slots: [SlotRow], with source: KeySource, storeID: [UInt8]) throws(StoreError) -> SymmetricKey {
        switch source {
        case .keyFile(let path):
            let key = try KeyFile.read(at: path)
            let candidates = slots.filter { $0.kind == keyFileKind }
            guard !candidates.isEmpty else { throw .noSlot(passphraseGiven: false) }
            // The id in the clear tells a wrong key from a slot that was changed.
            guard let slot = candidates.first(where: { $0.parameters == keyID(of: key) }) else { throw .wrongKey() }
            guard let root = unwrap(slot, under: wrappingKey(from: key, storeID: storeID), storeID: storeID) else {
                throw .tampered("the slot of this key")
            }
            return root
        case .passphrase(let passphrase):
            let candidates = slots.filter { $0.kind == passphraseKind }
            guard !candidates.isEmpty else { throw .noSlot(passphraseGiven: true) }
            guard !passphrase.isEmpty else { throw .wrongKey() }
            // Whoever wrote the file decides how long opening takes; more than there can be are not ours.
            guard candidates.count <= passphraseSlots else { throw .tampered("the set of passphrases' slots") }
            for slot in candidates {
                guard let parameters = decode(slot.parameters) else { throw .tampered("a passphrase's slot") }
                let key = try Derivation.key(from: passphrase, parameters)
                if let root = unwrap(slot, under: key, storeID: storeID) { return root }
            }
            throw .wrongKey()
        }
    }

    static func describe(_ slot: SlotRow) -> SealSlot {
        SealSlot(number: Int(slot.number), kind: slot.kind == passphraseKind ? .passphrase : .keyFile)
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

    /// A public name for a key file's key: a derived key tells nothing of the one it is from.
    private static func keyID(of key: SymmetricKey) -> [UInt8] {
        let id = Derivation.key(from: key, salt: [], info: Array("keyfolio/1 key id".utf8), count: keyIDBytes)
        return unsafe id.withUnsafeBytes { unsafe Array($0) }
    }

    private static func encode(_ parameters: ScryptParameters) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.write(byte: UInt8(parameters.logN))
        writer.write(UInt32(parameters.blockSize))
        writer.write(UInt32(parameters.parallelism))
        writer.write(fixed: parameters.salt)
        return writer.bytes
    }

    private static func decode(_ bytes: [UInt8]) -> ScryptParameters? {
        unsafe bytes.withUnsafeBytes { memory in
            var reader = unsafe CanonicalReader(memory)
            guard let logN = reader.byte(), let blockSize = reader.uint32(), let parallelism = reader.uint32(),
                let salt = reader.fixed(32), reader.isAtEnd
            else { return nil }
            let parameters = ScryptParameters(
                logN: Int(logN),
                blockSize: Int(blockSize),
                parallelism: Int(parallelism),
                salt: salt
            )
            return parameters.isAcceptable ? parameters : nil
        }
    }
}
