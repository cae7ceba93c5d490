public import SecretStore
public import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

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
        let draft = try makeDraft(of: path)
        defer { remove(draft) }
        try fill(draft) { (storage) throws(StoreError) in
            // Opening it below makes the anchor: a store that never appears leaves none.
            _ = try Vault.create(
                in: storage,
                key: key,
                identity: identity,
                source: source,
                anchorFolder: nil,
                options: options
            )
        }
        try publish(draft, as: path)
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

    /// What opens a store, read without opening it: the kinds of its slots are in the clear.
    ///
    /// - Throws: ``StoreError`` when the file is no store.
    public static func sealKinds(at path: String) throws(StoreError) -> Set<SealSlot.Kind> {
        guard PrivateFile.exists(path) else { throw .noStore() }
        return Set(try Vault.slots(in: try SQLiteStorage.open(path)).map(\.kind))
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
        let draft = try makeDraft(of: path)
        defer { remove(draft) }
        let storage = try SQLiteStorage.create(in: draft)
        let counts = try Vault.create(
            in: storage,
            key: key,
            identity: identity,
            source: source,
            anchorFolder: nil,
            options: options
        ).importSnapshot(snapshot)
        try storage.useLog()
        try publish(draft, as: path)
        _ = try open(at: path, key: key, identity: identity, source: source, anchorFolder: anchorFolder)
        return counts
    }

    /// An empty file beside a store that is not there yet.
    private static func makeDraft(of path: String) throws(StoreError) -> String {
        guard !PrivateFile.exists(path) else { throw .storeExists() }
        try PrivateFile.makeFolder(PrivateFile.folder(of: path))
        let draft = "\(path).new-\(getpid())"
        try makeEmptyFile(draft)
        return draft
    }

    /// Makes the tables, has them filled, and closes the file.
    private static func fill(_ path: String, _ body: (SQLiteStorage) throws(StoreError) -> Void) throws(StoreError) {
        let storage = try SQLiteStorage.create(in: path)
        try body(storage)
        try storage.useLog()
    }

    /// Gives a whole store its name.
    private static func publish(_ draft: String, as path: String) throws(StoreError) {
        // link(2) fails when the name is taken, which rename(2) would not.
        guard unsafe link(draft, path) == 0 else {
            throw errno == EEXIST ? .storeExists() : .cannotOpen(PrivateFile.describe(errno))
        }
        PrivateFile.syncFolder(PrivateFile.folder(of: path))
    }

    private static func remove(_ draft: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unsafe unlink(draft + suffix) }
    }

    private static func makeEmptyFile(_ path: String) throws(StoreError) {
        // What a process of the same number left when it was killed.
        unsafe unlink(path)
        let descriptor = openFile(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.storeFailure(errno) }
        close(descriptor)
    }
}

extension KeySource {
    /// The folder of a key file.
    fileprivate var folder: String? {
        if case .keyFile(let path) = self { PrivateFile.folder(of: path) } else { nil }
    }
}

// The system's call under a name that the methods above do not hide.
private func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { unsafe open(path, flags, mode) }
