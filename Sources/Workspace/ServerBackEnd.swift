internal import Manifest
internal import RemoteStores
internal import SecretStore
internal import Secrets

/// The store of a server: its gate is there, and asks who may.
struct ServerBackEnd: StoreBackEnd {
    let client: KeyfolioClient

    /// What a store says when a secret is sealed with another environment's keys (`StoreError`).
    private static let otherEnvironment = "KF-STORE-062"
    /// What a store says when there is no secret at a path.
    private static let noSuchSecret = "KF-STORE-001"

    func secret(at path: String, version: Int?) throws -> StoredSecret? {
        let secret = try client.secret(at: SecretPath(path).text, version: version)
        return secret.map { StoredSecret(version: $0.version, payload: $0.payload) }
    }

    func change(_ changes: [String: Secret<String>?], at path: String, expecting: Int?) throws -> Int {
        let path = try SecretPath(path).text
        let environment = try ProjectStore.environment(of: path)?.text
        do throws(RemoteError) {
            return try client.change(changes, at: path, environment: environment, expecting: expecting)
        } catch {
            // Somebody made it through another protocol, which has no word for environments.
            if error.code == Self.otherEnvironment, environment != nil {
                return try client.change(changes, at: path, environment: nil, expecting: expecting)
            }
            // Nothing was taken out of nothing.
            if error.code == Self.noSuchSecret, changes.values.allSatisfy({ $0 == nil }) { return 0 }
            throw error
        }
    }

    func write(_ fields: [String: Secret<String>], at path: String, expecting: Int) throws -> Int {
        try client.write(fields, at: SecretPath(path).text, expecting: expecting)
    }

    func rollback(_ path: String, to version: Int) throws -> Int {
        try client.rollback(SecretPath(path).text, to: version)
    }

    func history(at path: String, field: String?) throws -> [FieldChange] {
        try client.history(at: SecretPath(path).text, field: field).map { record in
            FieldChange(
                version: record.number("version"),
                time: record.text("time"),
                principal: record.text("principal"),
                field: record.text("field"),
                kind: record.text("change")
            )
        }
    }

    func lastChanges(at path: String) throws -> [FieldChange] {
        try client.lastChanges(at: SecretPath(path).text).map { record in
            FieldChange(
                version: record.number("version"),
                time: record.text("changed"),
                principal: record.text("principal"),
                field: record.text("name"),
                kind: HistoryEntry.Change.changed.rawValue
            )
        }
    }

    func paths() throws -> [String] { try client.paths() }
}
