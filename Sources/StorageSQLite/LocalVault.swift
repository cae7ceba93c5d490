public import SecretStore
public import Vaulting

/// A vault in a file on this machine.
public enum LocalVault {
    /// Makes a store: a file of mode 0600, in a folder of mode 0700 when it must be made.
    ///
    /// It appears under its name when it is whole. A file that is there is never touched.
    ///
    /// - Parameters:
    ///   - path: The store's file.
    ///   - key: What shall open it. A key file that is not there is made.
    ///   - identity: Who makes it.
    ///   - source: Through which process.
    ///   - anchorFolder: Where the position of the last durable write is kept; when nil, the key file's folder.
    ///   - options: How the vault behaves.
    /// - Throws: ``StoreError``.
    public static func create(
        at path: String,
        key: KeySource,
        identity: Identity,
        source: AuditSource = .current(),
        anchorFolder: String? = nil,
        options: VaultOptions = VaultOptions()
    ) throws(StoreError) -> Vault {
        let draft = try Draft(of: path, key: key)
        defer { draft.remove() }
        try fill(draft, identity, source, options)
        try draft.publish()
        return try open(
            at: path,
            key: key,
            identity: identity,
            source: source,
            anchorFolder: anchorFolder,
            options: options
        )
    }

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - path: The store's file.
    ///   - key: What opens it.
    ///   - identity: Who opens it.
    ///   - source: Through which process.
    ///   - anchorFolder: Where the position of the last durable write is kept; when nil, the key file's folder.
    ///   - acceptRollback: Opens a store that is older than it was, and records that.
    ///   - options: How the vault behaves.
    /// - Throws: ``StoreError``.
    public static func open(
        at path: String,
        key: KeySource,
        identity: Identity,
        source: AuditSource = .current(),
        anchorFolder: String? = nil,
        acceptRollback: Bool = false,
        options: VaultOptions = VaultOptions()
    ) throws(StoreError) -> Vault {
        guard PrivateFile.exists(path) else { throw .noStore() }
        return try Vault.open(
            try SQLiteStorage.open(path, patience: options.patience),
            key: key,
            identity: identity,
            source: source,
            anchorFolder: anchorFolder ?? key.folder,
            acceptRollback: acceptRollback,
            options: options
        )
    }

    /// The ways to open a store, read without opening it: they are in the clear.
    ///
    /// - Throws: ``StoreError`` when the file is no store.
    public static func slots(at path: String) throws(StoreError) -> [SealSlot] {
        guard PrivateFile.exists(path) else { throw .noStore() }
        return try Vault.slots(in: try SQLiteStorage.open(path))
    }

    /// Makes a store from a snapshot: a whole one appears under its name, or none.
    ///
    /// - Parameters:
    ///   - path: The store's file.
    ///   - key: What shall open it. A key file that is not there is made.
    ///   - identity: Who restores.
    ///   - source: Through which process.
    ///   - anchorFolder: Where the position of the last durable write is kept; when nil, the key file's folder.
    ///   - options: How the vault behaves.
    ///   - snapshot: Gives the next piece of the snapshot, or nil at its end.
    /// - Returns: What was restored.
    /// - Throws: ``StoreError``, and what the closure throws.
    @discardableResult
    public static func restore(
        at path: String,
        key: KeySource,
        identity: Identity,
        source: AuditSource = .current(),
        anchorFolder: String? = nil,
        options: VaultOptions = VaultOptions(),
        snapshot: () throws -> [UInt8]?
    ) throws -> SnapshotCounts {
        let draft = try Draft(of: path, key: key)
        defer { draft.remove() }
        let counts = try fill(draft, identity, source, options, from: snapshot)
        try draft.publish()
        _ = try open(at: path, key: key, identity: identity, source: source, anchorFolder: anchorFolder)
        return counts
    }

    /// Makes a vault in a draft, and closes the file.
    private static func fill(
        _ draft: Draft,
        _ identity: Identity,
        _ source: AuditSource,
        _ options: VaultOptions
    ) throws(StoreError) {
        try makeVault(in: draft, identity, source, options).storage.useLog()
    }

    /// Makes a vault in a draft with what a snapshot holds, and closes the file.
    private static func fill(
        _ draft: Draft,
        _ identity: Identity,
        _ source: AuditSource,
        _ options: VaultOptions,
        from snapshot: () throws -> [UInt8]?
    ) throws -> SnapshotCounts {
        let (vault, storage) = try makeVault(in: draft, identity, source, options)
        let counts = try vault.importSnapshot(snapshot)
        try storage.useLog()
        return counts
    }

    private static func makeVault(
        in draft: Draft,
        _ identity: Identity,
        _ source: AuditSource,
        _ options: VaultOptions
    ) throws(StoreError) -> (vault: Vault, storage: SQLiteStorage) {
        let storage = try SQLiteStorage.create(in: draft.file)
        // Opening it later makes the anchor: a store that never appears leaves none.
        let vault = try Vault.create(
            in: storage,
            key: draft.key,
            identity: identity,
            source: source,
            anchorFolder: nil,
            options: options
        )
        return (vault, storage)
    }
}

extension KeySource {
    /// The folder of a key file.
    fileprivate var folder: String? {
        if case .keyFile(let path) = self { PrivateFile.folder(of: path) } else { nil }
    }
}
