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

extension SQLiteStorage {
    /// The secret of a path with its current version.
    public func currentVersion(index: [UInt8]) throws(StoreError) -> (secret: SecretRow, version: VersionRow?)? {
        try statement(.currentVersion).first(.bytes(index)) { row in
            let secret = SecretRow(
                id: row.integer(0),
                index: index,
                environment: row.bytes(1),
                current: row.integer(2),
                sealed: row.bytes(3)
            )
            guard !row.isNull(4) else { return (secret, nil) }
            let id = VersionRowID(row.integer(4))
            let version = VersionRow(
                secret: id.secret,
                number: id.number,
                kind: row.integer(5),
                generation: row.integer(6),
                salt: row.bytes(7),
                payload: row.bytes(8),
                sealed: []
            )
            return (secret, version)
        }
    }

    /// One version with its payload.
    public func version(secret: Int64, number: Int64) throws(StoreError) -> VersionRow? {
        guard let version = VersionRowID(secret: secret, number: number) else { return nil }
        return try statement(.version).first(.integer(version.id)) { Self.version($0, payload: $0.bytes(5)) }
    }

    /// One version without its payload.
    public func versionPart(secret: Int64, number: Int64) throws(StoreError) -> VersionRow? {
        guard let version = VersionRowID(secret: secret, number: number) else { return nil }
        return try statement(.versionPart).first(.integer(version.id)) { Self.version($0, payload: []) }
    }

    /// A secret's versions without payloads.
    public func versionParts(secret: Int64) throws(StoreError) -> [VersionRow] {
        let versions = VersionRowID.all(of: secret)
        return try statement(.versionParts).all(versions.first, versions.last) { Self.version($0, payload: []) }
    }

    /// Adds a version.
    public func insertVersion(_ row: VersionRow) throws(StoreError) {
        // Nobody counts so far; and the next secret's rows must not be reached.
        guard let version = VersionRowID(secret: row.secret, number: row.number) else { throw .damaged() }
        try statement(.insertVersion).runOnOne(
            .integer(version.id),
            .integer(row.kind),
            .integer(row.generation),
            .bytes(row.salt),
            .bytes(row.sealed),
            .bytes(row.payload)
        )
    }

    /// Replaces the payload of a version.
    public func updateVersionPayload(_ row: VersionRow) throws(StoreError) {
        guard let version = VersionRowID(secret: row.secret, number: row.number) else { throw .damaged() }
        try statement(.updateVersionPayload).runOnOne(
            .integer(row.kind),
            .integer(row.generation),
            .bytes(row.salt),
            .bytes(row.sealed),
            .bytes(row.payload),
            .integer(version.id)
        )
    }

    /// Removes a version.
    public func removeVersion(secret: Int64, number: Int64) throws(StoreError) {
        guard let version = VersionRowID(secret: secret, number: number) else { return }
        try statement(.removeVersion).runOnOne(.integer(version.id))
    }

    private static func version(_ row: Row, payload: [UInt8]) -> VersionRow {
        let id = VersionRowID(row.integer(0))
        return VersionRow(
            secret: id.secret,
            number: id.number,
            kind: row.integer(1),
            generation: row.integer(2),
            salt: row.bytes(3),
            payload: payload,
            sealed: row.bytes(4)
        )
    }
}
