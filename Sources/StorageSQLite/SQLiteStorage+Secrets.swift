public import SecretStore
public import Vaulting

extension SQLiteStorage {
    /// The secret of a path.
    public func secret(index: [UInt8]) throws(StoreError) -> SecretRow? {
        try statement(.secret).first(.bytes(index), read: Self.secret)
    }

    /// Adds a secret.
    public func insertSecret(_ row: SecretRow) throws(StoreError) -> Int64 {
        try statement(.insertSecret).runOnOne(
            .bytes(row.index),
            .bytes(row.environment),
            .integer(row.current),
            .bytes(row.sealed)
        )
        return lastInsertedRow
    }

    /// Replaces the current version and the sealed part of a secret.
    public func updateSecret(_ row: SecretRow) throws(StoreError) {
        try statement(.updateSecret).runOnOne(.integer(row.current), .bytes(row.sealed), .integer(row.id))
    }

    /// Removes a secret with its versions.
    public func removeSecret(_ id: Int64) throws(StoreError) {
        let versions = VersionRowID.all(of: id)
        try statement(.removeVersions).run(versions.first, versions.last)
        try statement(.removeSecret).runOnOne(.integer(id))
    }

    /// The sealed attributes of a secret.
    public func attributes(secret: Int64) throws(StoreError) -> [UInt8] {
        guard let sealed = try statement(.attributes).first(.integer(secret), read: { $0.bytes(0) }) else {
            throw .damaged()
        }
        return sealed
    }

    /// Replaces the sealed attributes of a secret.
    public func setAttributes(_ sealed: [UInt8], secret: Int64) throws(StoreError) {
        try statement(.setAttributes).runOnOne(.bytes(sealed), .integer(secret))
    }

    /// Whether there is any secret.
    public func hasSecrets() throws(StoreError) -> Bool { try statement(.anySecret).first { _ in true } ?? false }

    /// Up to `limit` secrets with row numbers above `id`.
    public func secrets(after id: Int64, limit: Int) throws(StoreError) -> [SecretRow] {
        try statement(.secretsAfter).all(.integer(id), .integer(Int64(limit)), read: Self.secret)
    }

    private static func secret(_ row: Row) -> SecretRow {
        SecretRow(
            id: row.integer(0),
            index: row.bytes(1),
            environment: row.bytes(2),
            current: row.integer(3),
            sealed: row.bytes(4)
        )
    }
}

/// Versions. The newest one of a secret is in the secret's own row when it is short, and the others have rows of their
/// own, as all have in files that were made before.
extension SQLiteStorage {
    /// The longest payload, in bytes, that is kept in a secret's row: a quarter of a page, so that a page has the rows of
    /// several secrets.
    static let longestInRow = 1024

    /// The secret of a path with its current version.
    public func currentVersion(index: [UInt8]) throws(StoreError) -> (secret: SecretRow, version: VersionRow?)? {
        let found = try statement(.currentVersion).first(.bytes(index)) {
            row -> (secret: SecretRow, version: VersionRow?) in
            let secret = SecretRow(
                id: row.integer(0),
                index: index,
                environment: row.bytes(1),
                current: row.integer(2),
                sealed: row.bytes(3)
            )
            guard !row.isNull(4), row.integer(4) == secret.current else { return (secret, nil) }
            let version = VersionRow(
                secret: secret.id,
                number: secret.current,
                kind: row.integer(5),
                generation: row.integer(6),
                salt: row.bytes(7),
                payload: row.bytes(8),
                sealed: []
            )
            return (secret, version)
        }
        guard let found, found.version == nil else { return found }
        return (found.secret, try version(secret: found.secret.id, number: found.secret.current))
    }

    /// One version with its payload.
    public func version(secret: Int64, number: Int64) throws(StoreError) -> VersionRow? {
        guard let version = VersionRowID(secret: secret, number: number) else { return nil }
        return try statement(.version).first(.integer(secret), .integer(number), .integer(version.id)) {
            Self.version($0, payload: $0.bytes(6))
        }
    }

    /// One version without its payload.
    public func versionPart(secret: Int64, number: Int64) throws(StoreError) -> VersionRow? {
        guard let version = VersionRowID(secret: secret, number: number) else { return nil }
        return try statement(.versionPart).first(.integer(secret), .integer(number), .integer(version.id)) {
            Self.version($0, payload: [])
        }
    }

    /// A secret's versions without payloads.
    public func versionParts(secret: Int64) throws(StoreError) -> [VersionRow] {
        let others = VersionRowID.all(of: secret)
        return try statement(.versionParts).all(.integer(secret), others.first, others.last) {
            Self.version($0, payload: [])
        }
    }

    /// Adds a version, which is the newest.
    public func insertVersion(_ row: VersionRow) throws(StoreError) {
        // Nobody counts so far; and the next secret's rows must not be reached.
        guard let version = VersionRowID(secret: row.secret, number: row.number) else { throw .damaged() }
        // The first one has none before it.
        let hasMoved = row.number > 1 ? try statement(.moveNewestVersion).runIfThere([.integer(row.secret)]) : false
        if row.payload.count <= Self.longestInRow {
            let values = [.integer(row.number)] + row.values + [.integer(row.secret)]
            return try statement(.setNewestVersion).runOnOne(values)
        }
        if hasMoved { try statement(.clearNewestVersion).runOnOne(.integer(row.secret)) }
        try statement(.insertVersion).runOnOne([.integer(version.id)] + row.values)
    }

    /// Replaces the payload of a version.
    public func updateVersionPayload(_ row: VersionRow) throws(StoreError) {
        guard let version = VersionRowID(secret: row.secret, number: row.number) else { throw .damaged() }
        let place: [Value] = [.integer(row.secret), .integer(row.number)]
        guard try !statement(.updateNewestPayload).runIfThere(row.values + place) else { return }
        try statement(.updateVersionPayload).runOnOne(row.values + [.integer(version.id)])
    }

    /// Removes a version.
    public func removeVersion(secret: Int64, number: Int64) throws(StoreError) {
        guard let version = VersionRowID(secret: secret, number: number) else { return }
        let place: [Value] = [.integer(secret), .integer(number)]
        guard try !statement(.removeNewestVersion).runIfThere(place) else { return }
        try statement(.removeVersion).runOnOne(.integer(version.id))
    }

    private static func version(_ row: Row, payload: [UInt8]) -> VersionRow {
        VersionRow(
            secret: row.integer(0),
            number: row.integer(1),
            kind: row.integer(2),
            generation: row.integer(3),
            salt: row.bytes(4),
            payload: payload,
            sealed: row.bytes(5)
        )
    }
}

extension VersionRow {
    /// What a version is but for its place, in the order of the columns.
    fileprivate var values: [Value] {
        [.integer(kind), .integer(generation), .bytes(salt), .bytes(sealed), .bytes(payload)]
    }
}
