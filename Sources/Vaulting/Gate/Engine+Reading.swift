internal import SecretStore
internal import Secrets

extension Engine {
    /// The row and the opened record of a secret. One whose time has run out since it was marked for deletion is gone,
    /// whether or not its rows are.
    func secret(at path: SecretPath) throws(StoreError) -> (row: SecretRow, record: SecretRecord)? {
        if let known = decided.take(), known.path == path { return known.secret }
        guard let row = try storage.secret(index: keys.index(of: path)) else { return nil }
        let record = try record(of: row, at: path)
        if record.isPurged(at: options.clock()) { return nil }
        return (row, record)
    }

    /// Opens the record of a row that was found under a path.
    private func record(of row: SecretRow, at path: SecretPath) throws(StoreError) -> SecretRecord {
        let record = try SecretRecord(opening: row, keys: keys)
        guard record.path == path else { throw .tampered("the row of a secret") }
        return record
    }

    /// The row and the record of a secret that must be there.
    func existingSecret(at path: SecretPath) throws(StoreError) -> (row: SecretRow, record: SecretRecord) {
        guard let secret = try secret(at: path) else { throw .noSuchSecret(path) }
        try honourResourcePolicy(secret.row, secret.record)
        return secret
    }

    /// Refuses what the secret's own policy refuses: see ``ResourcePolicyQuestion``.
    func honourResourcePolicy(_ row: SecretRow, _ record: SecretRecord) throws(StoreError) {
        // Nearly no secret has attributes, and nothing is opened for those that have none.
        guard resourcePolicy != nil, !record.attributesID.isEmpty, let asking else { return }
        resourceRule = try resourceRefusal(row, record, asking.identity, asking.source, asking.action)
        if resourceRule != nil { throw .deniedByResource(asking.action.rawValue, record.path) }
    }

    /// What of the secret's own policy refuses something; nil when nothing does.
    func resourceRefusal(
        _ row: SecretRow,
        _ record: SecretRecord,
        _ identity: Identity,
        _ source: AuditSource,
        _ action: AuditAction
    ) throws(StoreError) -> String? {
        guard let resourcePolicy, !record.attributesID.isEmpty else { return nil }
        let attributes = try attributes(of: (row, record))
        guard let policy = attributes.resourcePolicy else { return nil }
        return resourcePolicy(
            ResourcePolicyQuestion(
                policy: policy,
                path: record.path,
                secretID: record.id,
                tags: attributes.tags,
                identity: identity,
                source: source,
                action: action
            )
        )
    }

    /// Reads one version.
    func read(_ path: SecretPath, _ reference: VersionReference, _ passage: inout Vault.Passage) throws(StoreError)
        -> SecretVersion
    { try readWithRecord(path, reference, &passage).version }

    /// Reads one version, and gives the secret's row and record with it.
    ///
    /// The current version is what nearly every read is for, and one look-up in the storage instead of two.
    func readWithRecord(
        _ path: SecretPath,
        _ reference: VersionReference,
        _ passage: inout Vault.Passage
    ) throws(StoreError) -> (row: SecretRow, record: SecretRecord, version: SecretVersion) {
        guard case .current = reference else {
            let (row, record) = try existingSecret(at: path)
            return (row, record, try read(row, record, try record.number(of: reference), &passage))
        }
        guard let found = try storage.currentVersion(index: keys.index(of: path)) else { throw .noSuchSecret(path) }
        let record = try record(of: found.secret, at: path)
        if record.isPurged(at: passage.time) { throw .noSuchSecret(path) }
        try honourResourcePolicy(found.secret, record)
        // The record was authenticated with the number that the look-up went by.
        let version = try read(found.secret, record, found.secret.current, &passage) { found.version }
        return (found.secret, record, version)
    }

    /// Reads one version of a secret that was found.
    func read(
        _ row: SecretRow,
        _ record: SecretRecord,
        _ number: Int64,
        _ passage: inout Vault.Passage
    ) throws(StoreError) -> SecretVersion {
        try read(row, record, number, &passage) { () throws(StoreError) in
            try storage.version(secret: row.id, number: number)
        }
    }

    private func read(
        _ row: SecretRow,
        _ record: SecretRecord,
        _ number: Int64,
        _ passage: inout Vault.Passage,
        _ fetch: () throws(StoreError) -> VersionRow?
    ) throws(StoreError) -> SecretVersion {
        let version = try readable(number, of: record, &passage)
        guard let stored = try fetch() else { throw .tampered("a version of a secret") }
        let dataKey = try keyring.key(environment: row.environment, generation: stored.generation)
        noteRead(of: row)
        return SecretVersion(
            path: record.path,
            environment: dataKey.environment,
            number: Int(number),
            id: version.name,
            created: version.created,
            labels: record.labels(on: number),
            secretID: record.id,
            payload: try open(stored, of: record, under: dataKey)
        )
    }

    /// A version that may be read now.
    func readable(
        _ number: Int64,
        of record: SecretRecord,
        _ passage: inout Vault.Passage
    ) throws(StoreError) -> SecretRecord.Version {
        guard let version = record.version(number) else { throw .noSuchVersion(record.path, Int(number)) }
        passage.version = Int(number)
        if record.deletion != nil { throw .secretDeleted(record.path) }
        switch version.state(at: passage.time) {
        case .live: break
        case .deleted: throw .versionDeleted(record.path, Int(number))
        case .destroyed: throw .versionDestroyed(record.path, Int(number))
        }
        guard version.isEnabled else { throw .versionDisabled(record.path, Int(number)) }
        return version
    }

    /// Opens the payload of a version.
    func open(
        _ row: VersionRow,
        of record: SecretRecord,
        under dataKey: Keyring.DataKey
    ) throws(StoreError) -> Payload {
        let context = Place.payload(storeID: keys.storeID, record, row, environment: dataKey.environment)
        guard let kind = PayloadBox.kind(of: row.kind),
            let payload = PayloadBox.open(row.payload, kind: kind, key: dataKey.key, salt: row.salt, context: context)
        else { throw .tampered("a version of a secret") }
        return payload
    }

    /// The record of a version, without its payload.
    func versionRecord(_ number: Int64, of record: SecretRecord, _ row: SecretRow) throws(StoreError) -> VersionRecord {
        guard let stored = try storage.versionPart(secret: row.id, number: number) else {
            throw .tampered("a version of a secret")
        }
        return try VersionRecord(opening: stored, of: record, keys: keys)
    }

    /// The environment of a secret.
    func environment(of row: SecretRow) throws(StoreError) -> EnvironmentName {
        try keyring.environment(of: row.environment)
    }

    /// One line of a listing.
    func info(_ row: SecretRow, _ record: SecretRecord) throws(StoreError) -> SecretInfo {
        let current = record.version(row.current)
        return SecretInfo(
            path: record.path,
            environment: try environment(of: row),
            currentVersion: Int(row.current),
            state: record.deletion != nil ? .deleted : current?.state(at: options.clock()) ?? .destroyed,
            created: record.created,
            updated: current?.created ?? record.created,
            deletion: record.deletion,
            secretID: record.id
        )
    }
}

extension SecretRecord {
    /// Whether the secret was marked for deletion and its time has run out.
    func isPurged(at now: Timestamp) -> Bool { deletion.map { $0.purged <= now } ?? false }
}
