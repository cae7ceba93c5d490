public import SecretStore

/// Something that was given for a time: it is taken back when the time is over, when what it depends on ends, or when
/// somebody says so.
///
/// A lease is named by where it was got and by what names the thing itself, so whoever asks about one by another's path
/// finds nothing.
public struct Lease: Sendable, Hashable {
    /// What was given.
    public enum Subject: Sendable, Hashable {
        /// A token.
        case token(accessor: String)
    }

    /// Where it was got, such as `auth/userpass/login/ada`.
    public let path: String
    /// What was given.
    public let subject: Subject
    /// When it was given.
    public let issued: Timestamp
    /// When it ends.
    public let expires: Timestamp
    /// When it was renewed last.
    public let renewed: Timestamp?
    /// Whether it can be given more time.
    public let isRenewable: Bool

    /// The id: the path, and a name that opens nothing.
    public var id: String {
        switch subject {
        case .token(let accessor): "\(path)/\(accessor)"
        }
    }

    /// The lease of a token; nil for one that has no end, or that is not kept.
    init?(_ token: TokenRecord) {
        guard let end = token.expires, token.kind == .service else { return nil }
        path = token.origin
        subject = .token(accessor: token.accessor)
        issued = token.created
        expires = end
        renewed = token.renewed
        isRenewable = token.isRenewable
    }
}

extension Directory {
    /// A lease that has not ended.
    ///
    /// - Throws: ``StoreError``.
    public func lease(_ id: String) throws(StoreError) -> Lease? {
        guard let slash = id.lastIndex(of: "/") else { return nil }
        let accessor = String(id[id.index(after: slash)...])
        guard let lease = try token(.accessor(accessor)).flatMap(Lease.init), lease.id == id else { return nil }
        return lease
    }

    /// Every lease whose id lies below a path, in no particular order; all of them for an empty one.
    ///
    /// - Throws: ``StoreError``.
    public func leases(below path: String) throws(StoreError) -> [Lease] {
        var leases: [Lease] = []
        let now = time
        try forEach(in: CollectionName.tokens) { (_, document) in
            guard let token = TokenRecord(document), let lease = Lease(token), lease.expires > now,
                Self.lies(lease.id, below: path)
            else { return }
            leases.append(lease)
        }
        return leases
    }

    /// Ends what a lease is of.
    ///
    /// - Returns: How many tokens ended, with those that were made with them.
    /// - Throws: ``StoreError``.
    @discardableResult
    public mutating func revoke(_ lease: Lease) throws(StoreError) -> Int {
        switch lease.subject {
        case .token(let accessor): try revoke(accessor: accessor)
        }
    }

    /// Ends everything that was got at a path or below it and has an end: leases, wrapped answers, and batch tokens, of
    /// which nobody knows how many there are.
    ///
    /// - Parameter path: Without a slash at its end, and not empty.
    /// - Returns: How many tokens ended that are kept.
    /// - Throws: ``StoreError``.
    @discardableResult
    public mutating func revokeAll(below path: String) throws(StoreError) -> Int {
        var accessors: [String] = []
        try forEach(in: CollectionName.tokens) { (_, document) in
            guard let token = TokenRecord(document), token.expires != nil,
                token.origin == path || Self.lies("\(token.origin)/\(token.accessor)", below: path)
            else { return }
            accessors.append(token.accessor)
        }
        var count = 0
        for accessor in accessors { count += try revoke(accessor: accessor) }
        try endSessions(.origin(path))
        return count
    }

    /// Whether an id is a path, or lies below it as a folder: `auth/user` is not above `auth/userpass/x`.
    private static func lies(_ id: String, below path: String) -> Bool {
        path.isEmpty || id == path
            || (id.utf8.starts(with: path.utf8) && id.utf8.dropFirst(path.utf8.count).first == 0x2F)
    }
}
