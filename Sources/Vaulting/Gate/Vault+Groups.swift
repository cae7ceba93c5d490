public import SecretStore

/// How far the log has come on the disk: see ``Vault/syncStorage()``.
public struct SyncedCommits: Sendable {
    let generation: UInt64
    let head: AuditHeadRow?
}

/// Groups of requests: what a server passes together, so that many share one transaction, one signature and one wait for
/// the disk.
extension Vault {
    /// Leaves waiting for the disk to ``sync()``. Called once, by a server, when it has opened its store.
    ///
    /// - Parameter isTemporary: Whether the store's files may lose their names while they are open, as those in memory do.
    public func deferSync(isTemporary: Bool = false) throws(StoreError) {
        try engine.synchronized { () throws(StoreError) in try engine.deferSync(isTemporary: isTemporary) }
    }

    /// Passes a group of requests in one transaction, one after the other.
    ///
    /// A request that fails after it changed something is taken back alone; the others are not touched. When the
    /// transaction itself cannot be committed, this throws, and none of the group may be answered but with that.
    ///
    /// - Parameter body: Called once with a vault of the group; it must be quick, nobody else passes meanwhile. Whoever
    ///   acts for somebody uses `acting(as:source:)` of it.
    /// - Returns: Whether anything was changed: then what is answered must wait for ``sync()``.
    public func group(_ body: (Vault) -> Void) throws(StoreError) -> Bool {
        try engine.synchronized { () throws(StoreError) in
            try engine.group {
                body(Vault(engine: engine, identity: identity, source: source, joins: true))
            }
        }
    }

    /// Inside a group: whether what was asked since this was called last must wait for ``sync()`` before it is answered,
    /// because it changed something or read what another request has just changed.
    public func takeIsFresh() -> Bool { engine.takeIsFresh() }

    /// Waits until everything that was committed before is on the disk, and moves the anchor. Callable from any thread,
    /// beside groups.
    ///
    /// - Throws: ``StoreError`` `KF-STORE-036`: then nobody knows what is on the disk, and nothing more may be answered.
    public func sync() throws(StoreError) {
        if let synced = try syncStorage() { anchor(synced) }
    }

    /// The first half of ``sync()``: waits until everything that was committed before is on the disk.
    ///
    /// - Returns: What ``anchor(_:)`` needs to know; nil when a commit is on the disk by itself.
    public func syncStorage() throws(StoreError) -> SyncedCommits? {
        guard let sync = engine.sync else { return nil }
        return try engine.syncState.once { () throws(StoreError) in
            let mark = engine.synchronized { engine.mark() }
            try sync.sync()
            return SyncedCommits(generation: mark.generation, head: mark.head)
        }
    }

    /// The second half: moves the anchor, and tells what was changed. Then it may be answered. Beside the first half of the
    /// next ones, if that is called from another thread: each waits for the disk once.
    public func anchor(_ synced: SyncedCommits) {
        engine.syncState.inOrder { sequence in
            if let head = synced.head, head.sequence > sequence {
                let isWritten = engine.anchor?.write(head, keys: engine.keys) ?? true
                engine.syncState.noteAnchor(isWritten)
                if isWritten { sequence = head.sequence }
            }
            let (changes, tell) = engine.synchronized { (engine.confirm(synced.generation), engine.tellChanges) }
            // Still one thread at a time, so in order, and outside of the lock that everybody waits for.
            if !changes.isEmpty { tell?(changes) }
        }
    }

    /// Waits as ``sync()`` when there is anything to wait for: before an answer leaves that was found outside of a group.
    public func syncWhatIsPending() throws(StoreError) {
        if engine.synchronized({ engine.isPending }) { try sync() }
    }

    /// Whether the anchor follows the log. Where it does not, what was written since is safe, and an old copy of the store
    /// from since then would not be noticed.
    public var isAnchorWritten: Bool { engine.syncState.isAnchorWritten }

    /// Whether the disk once did not confirm a write.
    public var hasSyncFailed: Bool { engine.syncState.hasFailed }

    /// Keeps the storage's log short. Callable from any thread, now and then.
    public func tidy() { engine.sync?.tidy() }

    /// Gives back what the storage's log keeps of the disk. Callable from any thread, when nothing much is done.
    public func rest() { engine.sync?.rest() }

    /// How many bytes the disk has left for the store, as the file system says; nil when that is not known. Callable from
    /// any thread.
    public var room: Int? { engine.sync?.room() }
}
