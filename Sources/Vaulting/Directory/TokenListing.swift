internal import Findings
public import SecretStore

/// A token as a listing shows it.
public struct ListedToken: Sendable {
    /// What is kept of it.
    public let token: TokenRecord
    /// Whether it opens nothing for now, because whose it is may do nothing until they are enabled again.
    public let isDisabled: Bool
}

extension Vault {
    /// The tokens that are kept and have not ended, by accessor: not those whose time is over or whose last use was made,
    /// nor those that end with something else, a token that is gone, a principal or an entity that is gone, sessions that
    /// were ended.
    ///
    /// It goes through all of them, a few at a time: between two of those others pass, so each is listed as it was at some
    /// moment of the listing. No more of them than twice the limit are in memory. It leaves no record: whoever calls it has
    /// asked, with ``perform(_:_:on:changing:detail:parameters:begins:_:)``, whether tokens may be listed. Inside a
    /// group nobody else would pass meanwhile.
    ///
    /// - Parameters:
    ///   - accessor: Begins after this one.
    ///   - limit: How many are listed at most; nil for all.
    /// - Returns: The tokens, and whether there are more.
    /// - Throws: ``StoreError``.
    public func liveTokens(
        after accessor: String = "",
        limit: Int? = nil
    ) throws(StoreError) -> (tokens: [ListedToken], hasMore: Bool) {
        var owners = TokenOwners()
        var listed: [ListedToken] = []
        var place: [UInt8]? = []
        while let last = place {
            let (texts, end) = try exclusively { () throws(StoreError) in try engine.tokenTexts(after: last) }
            place = end
            let time = engine.options.clock()
            var records: [TokenRecord] = []
            for text in texts {
                guard let document = try? JSONValue(parsing: Array(text.utf8)) else {
                    throw .tampered("an entry of the directory")
                }
                if let record = TokenRecord(document), !record.isOver(at: time), record.accessor > accessor {
                    records.append(record)
                }
            }
            guard !records.isEmpty else { continue }
            try exclusively { () throws(StoreError) in
                _ = try engine.head()
                let view = Directory(engine: engine, time: time, identity: identity)
                for record in records {
                    guard let isDisabled = try owners.isDisabled(record, view),
                        try engine.isParentThere(record, at: time)
                    else { continue }
                    listed.append(ListedToken(token: record, isDisabled: isDisabled))
                }
            }
            if let limit, listed.count / 2 > limit { listed = Array(Self.ordered(listed).prefix(limit + 1)) }
        }
        let tokens = Self.ordered(listed)
        return (Array(tokens.prefix(limit ?? tokens.count)), limit.map { tokens.count > $0 } ?? false)
    }

    private static func ordered(_ tokens: [ListedToken]) -> [ListedToken] {
        tokens.sorted { $0.token.accessor < $1.token.accessor }
    }
}

extension Engine {
    /// Opens a few tokens, those after a place.
    ///
    /// - Returns: Their texts, and the place of the last; nil when these were all.
    fileprivate func tokenTexts(after place: [UInt8]) throws(StoreError) -> ([String], end: [UInt8]?) {
        let tag = keys.tag(ofCollection: CollectionName.tokens)
        let rows = try storage.entries(collection: tag, after: place, limit: 64)
        var texts: [String] = []
        for row in rows { texts.append(try Entry(opening: row, keys: keys).content) }
        return (texts, rows.last?.key)
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
