internal import AccessPolicy
internal import Findings
public import SecretStore

extension Directory {
    /// The collection of what a served protocol keeps with a token: it goes when the token ends, however it ends.
    public static func documents(ofToken accessor: String) -> String {
        "\(CollectionName.tokenDocuments).\(accessor)"
    }

    /// How many rows are looked at whenever a token is made.
    ///
    /// With four, the rows of tokens are gone through once while a quarter as many are made, so of the rows that are kept
    /// at most about a quarter are of tokens that have ended, whatever the number and the lifetime of tokens are.
    static let rowsSweptForEachToken = 4

    /// Looks at the next tokens, in the order of their rows, and takes those away that have ended: by their time, or
    /// because the token that they were made with is gone. After the last comes the first.
    ///
    /// The work is bounded: the children of a token that goes stay for now. They open nothing any more as it is, and are met
    /// as rows of their own; each takes away what led to it.
    ///
    /// - Parameter rows: How many to look at.
    /// - Returns: How many ended tokens were taken away.
    /// - Throws: ``StoreError``.
    @discardableResult
    public mutating func sweepTokens(rows count: Int) throws(StoreError) -> Int {
        let (ended, next) = try engine.endedTokens(rows: count, at: time)
        engine.directory.sweptTokens = next
        var swept = 0
        for accessor in ended where try end(accessor) { swept += 1 }
        return swept
    }
}

extension Engine {
    /// The accessors of those among the next tokens that have ended, and where the ones after them begin.
    fileprivate func endedTokens(
        rows count: Int,
        at now: Timestamp
    ) throws(StoreError) -> (accessors: [String], next: [UInt8]) {
        let tag = keys.tag(ofCollection: CollectionName.tokens)
        let rows = try storage.entries(collection: tag, after: directory.sweptTokens, limit: count)
        var accessors: [String] = []
        for row in rows {
            guard let record = TokenRecord(try Entry(opening: row, keys: keys).document()) else { continue }
            if !record.isOver(at: now) { guard try !isParentThere(record, at: now) else { continue } }
            accessors.append(record.accessor)
        }
        return (accessors, rows.count < count ? [] : rows.last?.key ?? [])
    }
}

extension Vault {
    /// Takes a few tokens away that have ended, when there are some among the next: a server calls it now and then, so that
    /// they go where none are made any more. It leaves a record only when it takes something away.
    ///
    /// - Parameter rows: How many to look at.
    /// - Returns: How many ended tokens were taken away.
    /// - Throws: ``StoreError``.
    @discardableResult
    public func sweepTokens(rows count: Int) throws(StoreError) -> Int {
        let isDue = try exclusively { () throws(StoreError) in
            let (ended, next) = try engine.endedTokens(rows: count, at: engine.options.clock())
            // Those are met again by who takes them away.
            if ended.isEmpty { engine.directory.sweptTokens = next }
            return !ended.isEmpty
        }
        guard isDue else { return 0 }
        return try perform(.sweepTokens, .update, on: "sys/tokens", changing: true) { (directory) throws(StoreError) in
            let swept = try directory.sweepTokens(rows: count)
            directory.detail = "\(swept) tokens"
            return swept
        }
    }
}

extension AuditAction {
    /// Tokens that had ended were taken away.
    public static let sweepTokens = AuditAction(rawValue: "token.sweep")
}
