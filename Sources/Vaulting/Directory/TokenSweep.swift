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
    /// The work is bounded: of a token with many children, some are taken off it each time, and it goes with the last.
    /// They open nothing any more as it is, and are met as rows of their own.
    ///
    /// - Parameter rows: How many to look at.
    /// - Returns: How many ended tokens were taken away.
    /// - Throws: ``StoreError``.
    @discardableResult
    public mutating func sweepTokens(rows count: Int) throws(StoreError) -> Int {
        let tag = engine.keys.tag(ofCollection: CollectionName.tokens)
        let rows = try engine.storage.entries(collection: tag, after: engine.directory.sweptTokens, limit: count)
        engine.directory.sweptTokens = rows.count < count ? [] : rows.last?.key ?? []
        var swept = 0
        for row in rows {
            let entry = try Entry(opening: row, keys: engine.keys)
            guard let record = TokenRecord(try entry.document()) else { continue }
            let isOver = record.expires.map { $0 <= time } ?? false
            if !isOver { guard try !engine.isParentThere(record, at: time) else { continue } }
            guard try loosen(childrenOf: record.accessor) else { continue }
            if try end(record.accessor) { swept += 1 }
        }
        return swept
    }

    /// The most children that are taken off one token at a time.
    private static let childrenLoosened = 64

    /// Takes children off a token that has ended.
    ///
    /// - Returns: Whether none is left.
    private mutating func loosen(childrenOf accessor: String) throws(StoreError) -> Bool {
        let collection = "\(CollectionName.children).\(accessor)"
        let tag = engine.keys.tag(ofCollection: collection)
        let rows = try engine.storage.entries(collection: tag, after: [], limit: Self.childrenLoosened)
        for row in rows { try remove(collection, try Entry(opening: row, keys: engine.keys).name) }
        return rows.count < Self.childrenLoosened
    }
}
