internal import AccessPolicy
internal import Crypto
public import SecretStore

extension Vault {
    /// The ways to open the store.
    ///
    /// - Throws: ``StoreError``.
    public func slots() throws(StoreError) -> [SealSlot] {
        try pass(Request(.listSlots, needs: .read, on: "sys/seal/slots")) { (_) throws(StoreError) in
            try engine.storage.slots().map(Seal.describe)
        }
    }

    /// The ways to open the store in a storage, which whoever has the file can see. It asks nothing of the store's
    /// secrets and leaves no record: there is no key yet to write one with.
    ///
    /// - Throws: ``StoreError``.
    public static func slots(in storage: any VaultStorage) throws(StoreError) -> [SealSlot] {
        try storage.slots().map(Seal.describe)
    }

    /// Adds a way to open the store.
    ///
    /// - Parameter key: A key file, which is made when it is not there, or a passphrase.
    /// - Throws: ``StoreError``.
    @discardableResult
    public func addSlot(_ key: KeySource) throws(StoreError) -> SealSlot {
        try pass(Request(.addSlot, needs: .update, on: "sys/seal/slots"), .durable) { (passage) throws(StoreError) in
            let slots = try engine.storage.slots()
            let isFull = slots.count { $0.kind == Seal.passphraseKind } >= Seal.passphraseSlots
            if isFull, case .passphrase = key { throw .tooManySlots(Seal.passphraseSlots) }
            let last = slots.map(\.number).max() ?? 0
            guard StoreLimits.isCount(last) else { throw .tampered("the number of a slot") }
            let number = last + 1
            let slot = try engine.keys.withRoot { (root) throws(StoreError) in
                try Seal.slot(
                    number,
                    wrapping: root,
                    for: key,
                    storeID: engine.keys.storeID,
                    scrypt: .standard(logN: engine.options.scryptLogN)
                )
            }
            passage.isChanging = true
            passage.detail = "slot \(number), \(Seal.describe(slot).kind.rawValue)"
            try engine.stateRows.insert(slot)
            return Seal.describe(slot)
        }
    }

    /// Removes a way to open the store. Whoever kept a copy of the store and of this key can still open the copy.
    ///
    /// - Throws: ``StoreError``, also when it is the last.
    public func removeSlot(_ number: Int) throws(StoreError) {
        try pass(Request(.removeSlot, needs: .delete, on: "sys/seal/slots"), .durable) { (passage) throws(StoreError) in
            let slots = try engine.storage.slots()
            guard let slot = slots.first(where: { $0.number == Int64(number) }) else { throw .noSuchSlot(number) }
            guard slots.count > 1 else { throw .lastSlot() }
            passage.isChanging = true
            passage.detail = "slot \(number)"
            try engine.stateRows.remove(slot)
        }
    }
}

extension Vault {
    /// Gives an environment a new data key, which seals every version that is written from now on.
    ///
    /// - Returns: The generation of the new key.
    /// - Throws: ``StoreError``.
    @discardableResult
    public func rotateRing(of environment: EnvironmentName) throws(StoreError) -> Int {
        try pass(Request(.rotateRing, needs: .update, on: "sys/rings/rotate"), .durable) {
            (passage) throws(StoreError) in
            let tag = engine.keys.tag(of: environment)
            // Opened, so that its generation is one that this store gave.
            let newest = try engine.storage.dataKey(environment: tag, generation: nil)
                .map { (row) throws(StoreError) in try engine.keyring.open(row) }
            let generation = (newest?.generation ?? 0) + 1
            passage.isChanging = true
            passage.detail = "\(environment), generation \(generation)"
            _ = try engine.keyring.addKey(to: environment, generation: generation)
            return Int(generation)
        }
    }

    /// Seals every version of an environment again under its newest data key, and removes the older keys.
    ///
    /// Page by page, each in a transaction of its own: killed at any instant, nothing is lost, and the next call goes on
    /// with what is left.
    ///
    /// - Returns: How many versions were sealed again.
    /// - Throws: ``StoreError``.
    @discardableResult
    public func rewrapRing(of environment: EnvironmentName) throws(StoreError) -> Int {
        let tag = engine.keys.tag(of: environment)
        let request = Request(.rewrapRing, needs: .update, on: "sys/rings/rewrap")
        let newest = try pass(request) { (passage) throws(StoreError) in
            passage.detail = "\(environment), begun"
            return try engine.storage.dataKey(environment: tag, generation: nil)?.generation ?? 0
        }
        var last: Int64 = 0
        var total = 0
        while last >= 0 {
            total += try pass(request, .durable) { (passage) throws(StoreError) in
                passage.isChanging = true
                let count = try engine.rewrapPage(tag, below: newest, after: &last)
                passage.detail = "\(environment), \(count) versions"
                return count
            }
        }
        try pass(request, .durable) { (passage) throws(StoreError) in
            passage.isChanging = true
            let old = try engine.storage.dataKeys().filter { $0.environment == tag && $0.generation < newest }
            for key in old { try engine.stateRows.remove(key) }
            engine.keyring.forget()
            passage.detail = "\(environment), \(old.count) old keys removed"
        }
        return total
    }
}

extension Engine {
    /// Seals the versions of the next secrets again; `last` becomes -1 after the last page.
    fileprivate func rewrapPage(
        _ tag: [UInt8],
        below newest: Int64,
        after last: inout Int64
    ) throws(StoreError) -> Int {
        let rows = try storage.secrets(after: last, limit: 64)
        last = rows.last?.id ?? -1
        var count = 0
        for row in rows where row.environment == tag {
            let record = try SecretRecord(opening: row, keys: keys)
            for part in try storage.versionParts(secret: row.id) where part.generation < newest && !part.salt.isEmpty {
                try rewrap(part.number, of: record, row)
                count += 1
            }
        }
        return count
    }

    private func rewrap(_ number: Int64, of record: SecretRecord, _ row: SecretRow) throws(StoreError) {
        guard let old = try storage.version(secret: row.id, number: number) else {
            throw .tampered("a version of a secret")
        }
        let oldKey = try keyring.key(environment: row.environment, generation: old.generation)
        let payload = try open(old, of: record, under: oldKey)
        var new = try sealed(payload, number: number, of: record, row, in: oldKey.environment)
        new.sealed = old.sealed
        try storage.updateVersionPayload(new)
    }
}
