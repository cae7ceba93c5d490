internal import Findings
public import SecretStore

/// A token as a listing shows it.
public struct ListedToken: Sendable {
    /// What is kept of it.
    public let token: TokenRecord
    /// Whether it opens nothing for now, because whose it is may do nothing until they are enabled again.
    public let isDisabled: Bool
}

extension Directory {
    /// The tokens that are kept and have not ended, by accessor: not those whose time is over or whose last use was made,
    /// nor those that end with something else, a token that is gone, a principal or an entity that is gone, sessions that
    /// were ended.
    ///
    /// - Throws: ``StoreError``.
    public func liveTokens() throws(StoreError) -> [ListedToken] {
        var records: [TokenRecord] = []
        try forEach(in: CollectionName.tokens) { (_, document) in
            if let record = TokenRecord(document), !record.isOver(at: time) { records.append(record) }
        }
        var owners = TokenOwners()
        var listed: [ListedToken] = []
        for record in records {
            guard let isDisabled = try owners.isDisabled(record, self), try engine.isParentThere(record, at: time)
            else {
                continue
            }
            listed.append(ListedToken(token: record, isDisabled: isDisabled))
        }
        return listed.sorted { $0.token.accessor < $1.token.accessor }
    }
}

/// Whose tokens are, each looked up once for a listing.
private struct TokenOwners {
    private struct Owner {
        var isDisabled: Bool
        /// The moments when sessions of theirs were ended; older tokens open nothing.
        var ended: Timestamp?
    }

    private var principals: [String: Owner?] = [:]
    private var entities: [String: Bool?] = [:]
    private var everyone: Timestamp??

    /// Whether a token opens nothing for now; nil when it opens nothing ever again.
    mutating func isDisabled(_ token: TokenRecord, _ view: borrowing Directory) throws(StoreError) -> Bool? {
        var isDisabled = false
        if everyone == nil { everyone = .some(try view.sessionsEnded(.everyone)) }
        if let ended = everyone ?? nil, token.created <= ended { return nil }
        if let name = token.principal ?? token.owner {
            guard let owner = try owner(name, view) else { return nil }
            if let ended = owner.ended, token.created <= ended { return nil }
            isDisabled = owner.isDisabled
        }
        for id in [token.entity, token.ownerEntity].compactMap({ $0 }) {
            if entities[id] == nil { entities[id] = .some(try view.entity(id)?.isDisabled) }
            guard let isOff = entities[id] ?? nil else { return nil }
            isDisabled = isDisabled || isOff
        }
        return isDisabled
    }

    private mutating func owner(_ name: String, _ view: borrowing Directory) throws(StoreError) -> Owner? {
        if let known = principals[name] { return known }
        var owner: Owner?
        if let principal = try view.principal(name) {
            var ended = try view.sessionsEnded(.principal(name))
            for role in principal.roles {
                if let time = try view.sessionsEnded(.role(role)) { ended = max(ended ?? time, time) }
            }
            owner = Owner(isDisabled: principal.isDisabled, ended: ended)
        }
        principals[name] = .some(owner)
        return owner
    }
}

extension Directory {
    /// When sessions were ended last; nil when they never were.
    fileprivate func sessionsEnded(_ scope: SessionScope) throws(StoreError) -> Timestamp? {
        try document(CollectionName.sessions, scope.name)?["ended"]?.asString.flatMap(Timestamp.init)
    }
}
