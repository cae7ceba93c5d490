internal import Manifest
internal import SecretStore
internal import Secrets
internal import Vaulting

/// The store in a file: the gate of this process.
struct LocalBackEnd: StoreBackEnd {
    let vault: Vault

    func secret(at path: String, version: Int?) throws -> StoredSecret? {
        let secret = try SecretPath(path)
        do throws(StoreError) {
            let found = try vault.read(secret, version: version.map { .number($0) } ?? .current)
            return StoredSecret(version: found.number, payload: found.payload)
        } catch {
            if error.category == .notFound && version == nil { return nil }
            throw error
        }
    }

    func change(_ changes: [String: Secret<String>?], at path: String, expecting: Int?) throws -> Int {
        let secret = try SecretPath(path)
        let environment = try ProjectStore.environment(of: path) ?? .shared
        let options = WriteOptions(environment: environment, expectedVersion: expecting)
        let written = try vault.update(secret, options: options) { fields in
            for (name, value) in changes { fields[name] = value }
        }
        if let written { return written.number }
        return try self.secret(at: path, version: nil)?.version ?? 0
    }

    func write(_ fields: [String: Secret<String>], at path: String, expecting: Int) throws -> Int {
        try vault.write(try SecretPath(path), .fields(fields), options: WriteOptions(expectedVersion: expecting)).number
    }

    func rollback(_ path: String, to version: Int) throws -> Int {
        try vault.rollback(try SecretPath(path), to: .number(version)).number
    }

    func history(at path: String, field: String?) throws -> [FieldChange] {
        let entries: [HistoryEntry]
        do throws(StoreError) { entries = try vault.history(try SecretPath(path), field: field) } catch {
            // The error of a field that no version has repeats its name, and somebody may have typed a value.
            if error.isNoSuchField { return [] }
            throw error
        }
        return entries.map { entry in
            FieldChange(
                version: entry.version,
                time: entry.time.description,
                principal: entry.principal.name,
                field: entry.field,
                kind: entry.change.rawValue
            )
        }
    }

    func lastChanges(at path: String) throws -> [FieldChange] {
        try vault.fields(of: try SecretPath(path)).map { info in
            FieldChange(
                version: info.version,
                time: info.changed.description,
                principal: info.principal.name,
                field: info.name,
                kind: HistoryEntry.Change.changed.rawValue
            )
        }
    }

    func paths() throws -> [String] { try vault.list().map(\.path.text) }

    func auditRecords(matching query: AuditQuery) throws -> AuditPage { try vault.auditRecords(matching: query) }

    func accessReport(from: Timestamp?, until: Timestamp?) throws -> AccessReport {
        try vault.accessReport(from: from, until: until)
    }

    func verifyAudit() throws -> AuditVerification { try vault.verifyAudit() }
}
