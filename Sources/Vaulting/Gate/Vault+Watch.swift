internal import AccessPolicy
public import SecretStore

/// A change of a secret that the gate allowed and that is done: what those who watch are told. It says that there is
/// something to read, and nothing of what.
public struct SecretChange: Sendable, Hashable {
    /// The number of its record in the audit log.
    public let sequence: Int64
    /// The secret.
    public let path: SecretPath
    /// The version that was written or changed; nil when it is about the whole secret.
    public let version: Int?
    /// What was done.
    public let action: AuditAction
    /// When it was done.
    public let time: Timestamp

    /// Puts the parts together.
    public init(sequence: Int64, path: SecretPath, version: Int?, action: AuditAction, time: Timestamp) {
        self.sequence = sequence
        self.path = path
        self.version = version
        self.action = action
        self.time = time
    }
}

/// What is watched.
public enum WatchedPlace: Sendable, Hashable {
    /// One secret, whether or not it is there.
    case secret(SecretPath)
    /// Every secret below a path; every secret of all for nil.
    case below(SecretPath?)

    /// Whether a secret lies in it.
    public func holds(_ path: SecretPath) -> Bool {
        switch self {
        case .secret(let own): path == own
        case .below(nil): true
        case .below(let above?): path != above && path.isInside(above)
        }
    }
}

extension Vault {
    /// Has changes of secrets told from now on, in the order in which they were done, each once the disk has confirmed
    /// it. Called once, by a server, when it has opened its store.
    ///
    /// - Parameter take: Called on the thread that waited for the disk; it must be quick and not use the vault.
    public func tellChanges(to take: @escaping @Sendable ([SecretChange]) -> Void) {
        exclusively { engine.tellChanges = take }
    }

    /// Passes the gate for somebody who watches: of some changes, those that may be told them now.
    ///
    /// Watching one secret needs `read` on it, and what its own policy says of reading counts; watching what lies below a
    /// path needs what listing it needs, and each change is told only to whoever may read that secret.
    ///
    /// - Parameters:
    ///   - place: What is watched.
    ///   - changes: What happened there.
    ///   - isRecorded: Whether there is a record also when nothing is told: for the first of many looks. A refusal has
    ///     its record in any case.
    /// - Throws: ``StoreError``, denied above all.
    public func watch(
        _ place: WatchedPlace,
        telling changes: [SecretChange],
        isRecorded: Bool
    ) throws(StoreError) -> [SecretChange] {
        let request = Request(watching: place)
        if !isRecorded, try exclusively({ () throws(StoreError) in try isQuiet(request, place, changes) }) { return [] }
        return try pass(request) { (passage) throws(StoreError) in
            let told = try readable(changes, place)
            passage.detail = told.count == 1 ? "1 change" : "\(told.count) changes"
            return told
        }
    }

    /// Whether somebody may watch and there is nothing to tell them.
    private func isQuiet(
        _ request: Request,
        _ place: WatchedPlace,
        _ changes: [SecretChange]
    ) throws(StoreError) -> Bool {
        guard try request.isAllowed(by: identity.access, wrapped: nil, engine) else { return false }
        do throws(StoreError) { return try readable(changes, place).isEmpty } catch {
            guard error.isDenied else { throw error }
            return false
        }
    }

    private func readable(_ changes: [SecretChange], _ place: WatchedPlace) throws(StoreError) -> [SecretChange] {
        let before = engine.asking
        // Secrets' own policies are asked as for a read: they have no word for watching.
        engine.asking = (identity, source, .read)
        defer { engine.asking = before }
        if case .secret(let path) = place { try honourOwnPolicy(of: path) }
        var told: [SecretChange] = []
        for change in changes where place.holds(change.path) {
            let decision = identity.access.decide(.read, on: Resource.text(.data, change.path))
            guard decision.admits(wrapping: nil) else { continue }
            do throws(StoreError) { try honourOwnPolicy(of: change.path) } catch {
                guard error.isDenied else { throw error }
                continue
            }
            told.append(change)
        }
        return told
    }

    private func honourOwnPolicy(of path: SecretPath) throws(StoreError) {
        guard engine.resourcePolicy != nil, let (row, record) = try engine.secret(at: path) else { return }
        try engine.honourResourcePolicy(row, record)
    }
}

extension AuditAction {
    /// Somebody asked to be told of changes, or was told of some.
    public static let watch = AuditAction(rawValue: "secret.watch")
}
