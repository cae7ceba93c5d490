internal import AccessPolicy
public import SecretStore
public import Secrets

extension Vault {
    /// Reads, changes and writes fields in one transaction: two processes that change different fields at the same
    /// time both keep their change.
    ///
    /// - Parameters:
    ///   - path: The secret. When it is not there, the change begins with no fields. A text that is a JSON object begins
    ///     with its ``Payload/namedValues`` and becomes fields, unless nothing changes.
    ///   - options: As for a write.
    ///   - change: Changes the fields. It must be quick, other processes wait, and it must not use the vault.
    /// - Returns: What is known of the new version, or nil when the change left everything as it was, and nothing was
    ///   written. For whoever may not read the secret there is a new version all the same.
    /// - Throws: ``StoreError``, and what the closure throws; then nothing was changed.
    @discardableResult
    public func update(
        _ path: SecretPath,
        options: WriteOptions = WriteOptions(),
        _ change: (inout [String: Secret<String>]) throws -> Void
    ) throws -> VersionInfo? {
        var thrown: (any Error)?
        do throws(StoreError) {
            return try pass(Request(writing: path, .update), .durable) { (passage) throws(StoreError) in
                let found = try engine.secret(at: path)
                let before = try currentFields(found, path, &passage)
                var after = before
                do { try change(&after) } catch {
                    thrown = error
                    throw .abandoned()
                }
                // Whoever may not read would learn from it whether a guess is right.
                let mayRead = try Request(.read, needs: .read, .data, of: path)
                    .isAllowed(by: identity.access, wrapped: nil, engine)
                if after == before, found != nil, mayRead {
                    passage.detail = "nothing changed"
                    return nil
                }
                return try engine.add(
                    .fields(after),
                    to: path,
                    found: found,
                    options,
                    by: identity.principal,
                    &passage
                )
            }
        } catch {
            throw thrown ?? error
        }
    }

    /// The ages and fingerprints of a version's fields, ordered by name, without opening its payload.
    ///
    /// - Throws: ``StoreError``.
    public func fields(
        of path: SecretPath,
        version: VersionReference = .current
    ) throws(StoreError) -> [FieldInfo] {
        try pass(Request(.fields, needs: .read, .metadata, of: path)) { (passage) throws(StoreError) in
            let (row, record) = try engine.existingSecret(at: path)
            if record.deletion != nil { throw .secretDeleted(path) }
            let number = try record.number(of: version)
            passage.version = Int(number)
            return try engine.versionRecord(number, of: record, row).fields.map(\.info)
        }
    }

    /// The history of a secret's fields, the newest version first, within the versions that are kept.
    ///
    /// - Parameters:
    ///   - path: The secret.
    ///   - field: Only this field; nil for all.
    ///   - includingUnchanged: Also the versions that left a field as it was.
    /// - Throws: ``StoreError``, also when no version has the field.
    public func history(
        _ path: SecretPath,
        field: String? = nil,
        includingUnchanged: Bool = false
    ) throws(StoreError) -> [HistoryEntry] {
        let request = Request(.history, needs: .read, .metadata, of: path, fields: field.map { [$0] } ?? [])
        return try pass(request) { (_) throws(StoreError) in
            let (row, record) = try engine.existingSecret(at: path)
            if record.deletion != nil { throw .secretDeleted(path) }
            let records = try engine.versionRecords(of: record, row)
            if let field, !records.contains(where: { $0.2.knows(field) }) { throw .noSuchField(path, field) }
            return records.reversed().flatMap { version, _, details in
                details.history(of: field, version: version).filter { includingUnchanged || $0.change != .unchanged }
            }
        }
    }

    private func currentFields(
        _ found: (row: SecretRow, record: SecretRecord)?,
        _ path: SecretPath,
        _ passage: inout Passage
    ) throws(StoreError) -> [String: Secret<String>] {
        guard let found else { return [:] }
        let current = try engine.read(found.row, found.record, found.row.current, &passage)
        guard let fields = current.payload.namedValues else { throw .notFields(path, current.payload.kind) }
        return fields
    }
}

extension VersionRecord {
    /// Whether the version has the field, or took it away.
    fileprivate func knows(_ field: String) -> Bool {
        fields.contains { $0.info.name == field } || removed.contains(field)
    }

    /// What the version did to its fields.
    fileprivate func history(of field: String?, version: SecretRecord.Version) -> [HistoryEntry] {
        let changes = fields.map { ($0.info.name, $0.change) } + removed.map { ($0, .removed) }
        return changes.filter { field == nil || $0.0 == field }.map { name, change in
            HistoryEntry(
                field: name,
                version: Int(version.number),
                time: version.created,
                principal: principal,
                change: change
            )
        }
    }
}
