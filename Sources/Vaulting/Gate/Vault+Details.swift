internal import AccessPolicy
public import SecretStore

extension Vault {
    /// Reads one version with what its owner says of it and of the secret.
    ///
    /// - Throws: ``StoreError``, as ``read(_:version:)``.
    public func readDetailed(
        _ path: SecretPath,
        version: VersionReference = .current
    ) throws(StoreError) -> DetailedVersion {
        try pass(Request(.read, needs: .read, .data, of: path)) { (passage) throws(StoreError) in
            let (row, record, read) = try engine.readWithRecord(path, version, &passage)
            let known = record.version(Int64(read.number))
            var attributes = VersionAttributes()
            if known?.hasAttributes == true {
                attributes = try engine.versionRecord(Int64(read.number), of: record, row).attributes
            }
            return DetailedVersion(
                version: read,
                versionAttributes: attributes,
                deleted: known?.deleted,
                attributes: try engine.attributes(of: (row, record))
            )
        }
    }

    /// Everything that is known of a secret but its payloads, also when it is marked for deletion.
    ///
    /// - Throws: ``StoreError``.
    public func describe(_ path: SecretPath) throws(StoreError) -> SecretDetails {
        try pass(Request(.describe, needs: .read, .metadata, of: path)) { (passage) throws(StoreError) in
            let found = try engine.existingSecret(at: path)
            return try engine.details(of: found, at: passage.time)
        }
    }
}

extension Engine {
    /// Everything that is known of a secret but its payloads.
    func details(
        of found: (row: SecretRow, record: SecretRecord),
        at now: Timestamp
    ) throws(StoreError) -> SecretDetails {
        var versions: [VersionDetails] = []
        for (version, stored, details) in try versionRecords(of: found.record, found.row) {
            versions.append(Self.details(version, of: found.record, stored, details, at: now))
        }
        return SecretDetails(
            path: found.record.path,
            environment: try environment(of: found.row),
            uniqueID: Hex.encode(found.record.id),
            created: found.record.created,
            updated: found.record.updated,
            current: Int(found.row.current),
            versions: versions,
            attributes: try attributes(of: found),
            deletion: found.record.deletion
        )
    }

    private static func details(
        _ version: SecretRecord.Version,
        of record: SecretRecord,
        _ stored: VersionRow,
        _ details: VersionRecord,
        at now: Timestamp
    ) -> VersionDetails {
        var attributes = details.attributes
        attributes.isEnabled = version.isEnabled
        return VersionDetails(
            number: Int(version.number),
            id: version.name,
            created: version.created,
            principal: details.principal,
            state: version.state(at: now),
            deleted: version.deleted,
            kind: PayloadBox.kind(of: stored.kind) ?? .bytes,
            labels: record.labels(on: version.number),
            attributes: attributes
        )
    }
}
