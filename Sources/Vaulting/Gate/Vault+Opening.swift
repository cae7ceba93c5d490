internal import AccessPolicy
internal import Crypto
public import SecretStore

extension Vault {
    /// Makes a store in an empty storage.
    ///
    /// - Parameters:
    ///   - storage: Empty.
    ///   - key: What shall open the store. A key file that is not there is made.
    ///   - identity: Who makes it.
    ///   - source: Through which process.
    ///   - anchorFolder: Where the position of the last durable write is kept, apart from the store; nil for nowhere.
    ///   - options: How the vault behaves.
    /// - Throws: ``StoreError``.
    public static func create(
        in storage: any VaultStorage,
        key: KeySource,
        identity: Identity,
        source: AuditSource,
        anchorFolder: String?,
        options: VaultOptions = VaultOptions()
    ) throws(StoreError) -> Vault {
        let storeID = randomBytes(16)
        let keys = RootKeys(root: SymmetricKey(size: .bits256), storeID: storeID)
        let slot = try keys.withRoot { (root) throws(StoreError) in
            try Seal.slot(1, wrapping: root, for: key, storeID: storeID, scrypt: .standard(logN: options.scryptLogN))
        }
        let engine = Engine(
            storage: storage,
            keys: keys,
            options: options,
            anchor: anchorFolder.map { Anchor(folder: $0, storeID: storeID) }
        )
        let vault = Vault(engine: engine, identity: identity, source: source)
        let empty = AuditHeadRow(
            sequence: 0,
            hash: AuditChain.genesis,
            time: 0,
            state: StateRows.initial(slot, keys: keys),
            signedWith: keys
        )
        try storage.initialize(StoreHeader(id: storeID, head: empty), slot: slot)
        try vault.pass(Request(.createStore, needs: .sudo, on: "sys/store"), .durable) { (passage) throws(StoreError) in
            passage.detail = "store \(vault.storeID)"
        }
        return vault
    }

    /// Opens the store in a storage.
    ///
    /// - Parameters:
    ///   - storage: Holds a store.
    ///   - key: What opens it.
    ///   - identity: Who opens it.
    ///   - source: Through which process.
    ///   - anchorFolder: Where the position of the last durable write is kept; nil for nowhere.
    ///   - acceptRollback: Opens a store that is older than the anchor says, records that, and moves the anchor back.
    ///   - options: How the vault behaves.
    /// - Throws: ``StoreError``: a key that does not open it, a store that is older than it was, a newer format.
    public static func open(
        _ storage: any VaultStorage,
        key: KeySource,
        identity: Identity,
        source: AuditSource,
        anchorFolder: String?,
        acceptRollback: Bool = false,
        options: VaultOptions = VaultOptions()
    ) throws(StoreError) -> Vault {
        let header = try storage.header()
        let root = try Seal.open(try storage.slots(), with: key, storeID: header.id)
        let engine = Engine(
            storage: storage,
            keys: RootKeys(root: root, storeID: header.id),
            options: options,
            anchor: anchorFolder.map { Anchor(folder: $0, storeID: header.id) }
        )
        let vault = Vault(engine: engine, identity: identity, source: source)
        if let anchor = engine.anchor {
            try vault.check(anchor, acceptRollback: acceptRollback)
        }
        try engine.synchronized { () throws(StoreError) in try engine.checkFewRows() }
        return vault
    }

    private func check(_ anchor: Anchor, acceptRollback: Bool) throws(StoreError) {
        let engine = self.engine
        let fault = try engine.synchronized { () throws(StoreError) -> Anchor.Fault? in
            try anchor.fault(keys: engine.keys, storage: engine.storage) { () throws(StoreError) in
                try engine.head()
            }
        }
        guard let fault else { return }
        let found = try engine.synchronized { () throws(StoreError) in try engine.head().sequence }
        let detail: String
        switch fault {
        case .ahead(let position):
            guard acceptRollback else { throw .rolledBack(storeAt: found, anchorAt: position.sequence) }
            detail = "the anchor was at record \(position.sequence), the store at \(found)"
        case .changed:
            guard acceptRollback else { throw .anchorChanged() }
            detail = "the anchor was changed, the store was at \(found)"
            anchor.clear()
        }
        // A durable commit.
        try pass(Request(.acceptRollback, needs: .sudo, on: "sys/store"), .durable) { (passage) throws(StoreError) in
            passage.detail = detail
        }
        // What the anchor held before must not hold any more, however late it was.
        let head = try engine.synchronized { () throws(StoreError) in try engine.head() }
        anchor.replace(with: head, keys: engine.keys)
    }
}
