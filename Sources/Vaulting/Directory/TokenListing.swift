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
    /// The tokens that are kept and have not ended: not those whose time is over or whose last use was made, nor those that
    /// end with something else, a token that is gone, a principal or an entity that is gone, sessions that were ended.
    ///
    /// They come in the order of keyed hashes of their accessors, which says nothing and stays: so a page goes on where the one
    /// before ended, at the cost of its own tokens, also when the token that ended that page is gone meanwhile.
    ///
    /// It goes through them a few at a time: between two of those others pass, so each is listed as it was at some moment of the
    /// listing. It leaves no record: whoever calls it has asked, with
    /// ``perform(_:_:on:changing:detail:parameters:begins:_:)``, whether tokens may be listed. Inside a group nobody else
    /// would pass meanwhile.
    ///
    /// - Parameters:
    ///   - accessor: Begins after this one; from the beginning when it is empty.
    ///   - limit: How many are listed at most; nil for all.
    /// - Returns: The tokens, and whether there are more.
    /// - Throws: ``StoreError``.
    public func liveTokens(
        after accessor: String = "",
        limit: Int? = nil
    ) throws(StoreError) -> (tokens: [ListedToken], hasMore: Bool) {
        var owners = TokenOwners()
        var listed: [ListedToken] = []
        var place: [UInt8]? = accessor.isEmpty ? [] : exclusively { engine.keys.key(ofEntry: accessor) }
        while let last = place, limit.map({ listed.count <= $0 }) ?? true {
            let (texts, end) = try exclusively { () throws(StoreError) in try engine.tokenTexts(after: last) }
            place = end
            let time = engine.options.clock()
            var records: [TokenRecord] = []
            for text in texts {
                guard let document = try? JSONValue(parsing: Array(text.utf8)) else {
                    throw .tampered("an entry of the directory")
                }
                if let record = TokenRecord(document), !record.isOver(at: time) { records.append(record) }
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
        }
        guard let limit, listed.count > limit else { return (listed, false) }
        return (Array(listed.prefix(limit)), true)
    }
}

extension Engine {
    /// Opens a few tokens, those whose accessors come after a place.
    ///
    /// - Returns: Their texts, and the place of the last; nil when these were all.
    fileprivate func tokenTexts(after place: [UInt8]) throws(StoreError) -> ([String], end: [UInt8]?) {
        let (accessors, tokens) = (
            keys.tag(ofCollection: CollectionName.accessors), keys.tag(ofCollection: CollectionName.tokens)
        )
        let rows = try storage.entries(collection: accessors, after: place, limit: 32)
        var texts: [String] = []
        for row in rows {
            guard let hash = try Entry(opening: row, keys: keys).document()["token"]?.asString,
                let token = try storage.entry(collection: tokens, key: keys.key(ofEntry: hash))
            else { continue }
            texts.append(try Entry(opening: token, keys: keys).content)
        }
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
