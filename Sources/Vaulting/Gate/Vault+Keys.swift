internal import AccessPolicy
internal import Crypto
internal import Findings
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

    /// Adds a way to open the store. The ones that are there stay.
    ///
    /// - Parameter key: A key file, which is made when it is not there, a passphrase, a new key in shares, or a service,
    ///   which is asked.
    /// - Throws: ``StoreError``: also for a key file or shares when there is a slot for those; a rekey replaces them.
    @discardableResult
    public func addSlot(_ key: KeySource) throws(StoreError) -> SealSlot {
        try putSlot(key, .addSlot) { (prepared, slots, passage) throws(StoreError) in
            let kind = SlotParameters.kind(of: prepared.kind)
            if kind == .shares, slots.contains(where: { $0.kind == prepared.kind }) { throw .slotExists("shares") }
            try insert(prepared, beside: slots, &passage)
        }
    }

    /// Replaces the key of a slot, in one step: from then on the old one opens nothing. The data stays as it is.
    ///
    /// - Parameters:
    ///   - number: The slot to replace.
    ///   - key: What shall open the store instead, of any kind. Whoever calls has it already: shares, which nobody has yet
    ///     when the process ends here, are added with ``addShares(_:)``, given out, and then the old slot is removed.
    /// - Throws: ``StoreError``.
    @discardableResult
    public func replaceSlot(_ number: Int, with key: KeySource) throws(StoreError) -> SealSlot {
        try replaceSlot(number, with: key) { _ in true }
    }

    /// Replaces the key of the slot that shares have proved, and of no other that has its number by now.
    ///
    /// - Throws: ``StoreError``: also when the slot is there no more.
    @discardableResult
    public func replaceSlot(_ proven: ProvenSlot, with key: KeySource) throws(StoreError) -> SealSlot {
        try replaceSlot(proven.slot.number, with: key) { $0 == proven.row }
    }

    private func replaceSlot(
        _ number: Int,
        with key: KeySource,
        where isMeant: (SlotRow) -> Bool
    ) throws(StoreError) -> SealSlot {
        try putSlot(key, .rekeySlot) { (prepared, slots, passage) throws(StoreError) in
            guard let old = slots.first(where: { $0.number == Int64(number) && isMeant($0) }) else {
                throw .noSuchSlot(number)
            }
            try insert(prepared, beside: slots.filter { $0.number != old.number }, &passage)
            passage.detail = "slot \(number) by \(passage.detail ?? "")"
            try engine.stateRows.remove(old)
        }
    }

    /// Adds a new key in shares beside the shares that there may be: the first half of replacing those. Both open the
    /// store until the old slot is removed, so that nothing is lost when the new shares do not reach their holders.
    ///
    /// - Throws: ``StoreError``: also when there are two slots of shares already.
    @discardableResult
    public func addShares(_ key: SharedKey) throws(StoreError) -> SealSlot {
        try putSlot(.shares(key), .addSlot) { (prepared, slots, passage) throws(StoreError) in
            guard slots.count(where: { $0.kind == prepared.kind }) < Seal.sharesSlots else {
                throw .tooManySlots(Seal.sharesSlots, of: "sets of shares")
            }
            try insert(prepared, beside: slots, &passage)
        }
    }

    /// Makes a slot, and puts it into the store.
    ///
    /// - Parameters:
    ///   - key: What shall open it.
    ///   - action: What the records call it.
    ///   - put: Puts the slot in, in the transaction that has the slots there are by then.
    private func putSlot(
        _ key: KeySource,
        _ action: AuditAction,
        _ put: (SlotRow, _ slots: [SlotRow], inout Passage) throws(StoreError) -> Void
    ) throws(StoreError) -> SealSlot {
        let request = Request(action, needs: .update, on: "sys/seal/slots")
        let prepared = try prepare(key, request)
        return try begun(request, recordsDecisions: true) { () throws(StoreError) in
            try pass(request, .durable) { (passage) throws(StoreError) in
                try put(prepared, try engine.storage.slots(), &passage)
                return Seal.describe(prepared)
            }
        }
    }

    /// Makes a slot before the transaction that adds it: a passphrase takes time, and a service may take long. Nothing is
    /// decided by it, and the record says so.
    private func prepare(_ key: KeySource, _ request: Request) throws(StoreError) -> SlotRow {
        var beginning = request
        beginning.begins = true
        let last = try pass(beginning) { (_) throws(StoreError) in
            let slots = try engine.storage.slots()
            guard slots.count < Seal.slots else { throw .tooManySlots(Seal.slots, of: "keys") }
            let last = slots.map(\.number).max() ?? 0
            guard StoreLimits.isCount(last) else { throw .tampered("the number of a slot") }
            return last
        }
        return try begun(request, recordsDecisions: false) { () throws(StoreError) in
            try engine.keys.withRoot { (root) throws(StoreError) in
                try Seal.slot(
                    last + 1,
                    wrapping: root,
                    for: key,
                    storeID: engine.keys.storeID,
                    scrypt: .standard(logN: engine.options.scryptLogN)
                )
            }
        }
    }

    private func insert(
        _ prepared: SlotRow,
        beside slots: [SlotRow],
        _ passage: inout Passage
    ) throws(StoreError) {
        // Somebody else added one meanwhile, and the number is part of what is sealed.
        guard !slots.contains(where: { $0.number >= prepared.number }) else { throw .busy() }
        let kind = SlotParameters.kind(of: prepared.kind)
        let alike = slots.filter { $0.kind == prepared.kind }
        if kind == .passphrase, alike.count >= Seal.passphraseSlots {
            throw .tooManySlots(Seal.passphraseSlots, of: "passphrases")
        }
        // Removing one of two slots of one key would take nothing away.
        if kind == .keyFile, alike.contains(where: { $0.parameters == prepared.parameters }) {
            throw .slotExists("this key file")
        }
        if kind.isService, alike.contains(where: { Seal.describe($0).place == Seal.describe(prepared).place }) {
            throw .slotExists("this service's key")
        }
        passage.isChanging = true
        passage.detail = "slot \(prepared.number), \(kind.rawValue)"
        try engine.stateRows.insert(prepared)
    }

    /// Removes a way to open the store. Whoever kept a copy of the store and of this key can still open the copy.
    ///
    /// - Throws: ``StoreError``, also when it is the last.
    public func removeSlot(_ number: Int) throws(StoreError) { try removeSlot(number) { _ in true } }

    /// Removes the slot that shares have proved, and no other that has its number by now.
    ///
    /// - Throws: ``StoreError``: also when the slot is there no more, and when it is the last.
    public func removeSlot(_ proven: ProvenSlot) throws(StoreError) {
        try removeSlot(proven.slot.number) { $0 == proven.row }
    }

    private func removeSlot(_ number: Int, where isMeant: (SlotRow) -> Bool) throws(StoreError) {
        try pass(Request(.removeSlot, needs: .delete, on: "sys/seal/slots"), .durable) { (passage) throws(StoreError) in
            let slots = try engine.storage.slots()
            guard let slot = slots.first(where: { $0.number == Int64(number) && isMeant($0) }) else {
                throw .noSuchSlot(number)
            }
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
            try engine.addKey(to: environment, generation, at: passage.time)
            return Int(generation)
        }
    }

    /// Gives every environment that has a data key a new one, and the shared one in any case.
    ///
    /// The seal is not touched: whatever opened the store opens it after this.
    ///
    /// - Returns: The generation of the shared environment's new key. The first that is used without this is 1.
    /// - Throws: ``StoreError``.
    @discardableResult
    public func rotateRings() throws(StoreError) -> Int {
        try pass(Request(.rotateRing, needs: .update, on: "sys/rings/rotate"), .durable) {
            (passage) throws(StoreError) in
            var newest: [EnvironmentName: Int64] = [.shared: 1]
            for row in try engine.storage.dataKeys() {
                let key = try engine.keyring.open(row)
                newest[key.environment] = max(newest[key.environment] ?? 0, key.generation)
            }
            passage.isChanging = true
            passage.detail = "\(newest.count) environments"
            for (environment, generation) in newest {
                try engine.addKey(to: environment, generation + 1, at: passage.time)
            }
            return Int(newest[.shared] ?? 1) + 1
        }
    }

    /// The newest data key of the shared environment: its generation, and since when it is used.
    ///
    /// - Throws: ``StoreError``.
    public func sharedRing() throws(StoreError) -> (generation: Int, since: Timestamp) {
        try pass(Request("ring.read", needs: .read, on: "sys/rings")) { (_) throws(StoreError) in
            let row = try engine.storage.dataKey(environment: engine.keys.tag(of: .shared), generation: nil)
            let noted = try engine.entry(CollectionName.rings, EnvironmentName.shared.text)?["time"]?.asInteger
            // A store that was not restored has had its first key since it was made.
            let generation = Int(row?.generation ?? 1)
            if let noted { return (generation, Timestamp(microseconds: Int64(noted))) }
            guard let first = try engine.storage.auditBlock(endingAtOrAfter: 1)?.open(keys: engine.keys)?.first,
                let record = AuditRecord(canonicalJSON: first)
            else { throw .auditBroken(record: 1) }
            return (generation, record.time)
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
        let tag = exclusively { engine.keys.tag(of: environment) }
        let request = Request(.rewrapRing, needs: .update, on: "sys/rings/rewrap", detail: environment.text)
        var beginning = request
        beginning.begins = true
        let newest = try pass(beginning) { (_) throws(StoreError) in
            try engine.storage.dataKey(environment: tag, generation: nil)?.generation ?? 0
        }
        return try begun(request, recordsDecisions: true) { () throws(StoreError) in
            try rewrap(environment, tag, below: newest, request)
        }
    }

    /// The rest of a rewrapping, once it was begun.
    private func rewrap(
        _ environment: EnvironmentName,
        _ tag: [UInt8],
        below newest: Int64,
        _ request: Request
    ) throws(StoreError) -> Int {
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
    /// Notes since when the newest data key is used. In a transaction that writes.
    func noteKey(of environment: EnvironmentName, since time: Timestamp) throws(StoreError) {
        try putEntry(CollectionName.rings, environment.text, ["time": .integer(Int(time.microseconds))])
    }

    /// Adds a data key to a ring, and notes since when it is used. In a transaction that writes.
    fileprivate func addKey(
        to environment: EnvironmentName,
        _ generation: Int64,
        at time: Timestamp
    ) throws(StoreError) {
        _ = try keyring.addKey(to: environment, generation: generation)
        try noteKey(of: environment, since: time)
    }

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
