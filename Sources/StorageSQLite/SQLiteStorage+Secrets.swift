public import SecretStore
public import Vaulting

extension SQLiteStorage {
    /// The secret of a path.
    public func secret(index: [UInt8]) throws(StoreError) -> SecretRow? {
        try statement(.secret).first(.bytes(index), read: Self.secret)
    }

    /// Adds a secret.
    public func insertSecret(_ row: SecretRow) throws(StoreError) -> Int64 {
        try statement(.insertSecret).run(
            .bytes(row.index),
            .bytes(row.environment),
            .integer(row.current),
            .bytes(row.sealed)
        )
        return lastInsertedRow
    }

    /// Replaces the current version and the sealed part of a secret.
    public func updateSecret(_ row: SecretRow) throws(StoreError) {
        try statement(.updateSecret).run(.integer(row.current), .bytes(row.sealed), .integer(row.id))
    }

    /// Removes a secret with its versions.
    public func removeSecret(_ id: Int64) throws(StoreError) {
        try statement(.removeVersions).run(.integer(id))
        try statement(.removeSecret).run(.integer(id))
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

extension SQLiteStorage {
    /// One version with its payload.
    public func version(secret: Int64, number: Int64) throws(StoreError) -> VersionRow? {
        try statement(.version).first(.integer(secret), .integer(number)) { Self.version($0, payload: $0.bytes(6)) }
    }

    /// One version without its payload.
    public func versionPart(secret: Int64, number: Int64) throws(StoreError) -> VersionRow? {
        try statement(.versionPart).first(.integer(secret), .integer(number)) { Self.version($0, payload: []) }
    }

    /// A secret's versions without payloads.
    public func versionParts(secret: Int64) throws(StoreError) -> [VersionRow] {
        try statement(.versionParts).all(.integer(secret)) { Self.version($0, payload: []) }
    }

    /// Adds a version.
    public func insertVersion(_ row: VersionRow) throws(StoreError) {
        try statement(.insertVersion).run(
            .integer(row.secret),
            .integer(row.number),
            .integer(row.kind),
            .integer(row.generation),
            .bytes(row.salt),
            .bytes(row.sealed),
            .bytes(row.payload)
        )
    }

    /// Replaces the payload of a version.
    public func updateVersionPayload(_ row: VersionRow) throws(StoreError) {
        try statement(.updateVersionPayload).run(
            .integer(row.kind),
            .integer(row.generation),
            .bytes(row.salt),
            .bytes(row.sealed),
            .bytes(row.payload),
            .integer(row.secret),
            .integer(row.number)
        )
    }

    /// Removes a version.
    public func removeVersion(secret: Int64, number: Int64) throws(StoreError) {
        try statement(.removeVersion).run(.integer(secret), .integer(number))
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
