public import Manifest
internal import SecretStore
public import Secrets
internal import Vaulting

extension ProjectStore {
    /// The fields of a secret.
    ///
    /// - Parameters:
    ///   - path: The secret's path.
    ///   - version: An older version, or nil for the current one.
    /// - Returns: nil when there is no such secret.
    /// - Throws: The store's own error, also for a version that is not there.
    public func values(at path: String, version: Int? = nil) throws -> StoreValues? {
        let secret = try SecretPath(path)
        do throws(StoreError) {
            let found = try vault.read(secret, version: version.map { .number($0) } ?? .current)
            return StoreValues(path: path, version: found.number, fields: found.payload.fields ?? [:])
        } catch {
            if error.category == .notFound && version == nil { return nil }
            throw error
        }
    }

    /// Changes fields of a secret, and makes the secret when it is not there. Whoever changes other fields at the same
    /// time loses nothing.
    ///
    /// - Parameters:
    ///   - changes: A value for each name that changes; nil takes the field out.
    ///   - path: The secret's path.
    ///   - expecting: The version that must be current, 0 for none; nil to change whatever is there.
    /// - Returns: The current version's number afterwards.
    /// - Throws: The store's own error; then nothing was changed.
    public func change(
        _ changes: [String: Secret<String>?],
        at path: String,
        expecting: Int? = nil
    ) throws -> Int {
        let secret = try SecretPath(path)
        let options = WriteOptions(environment: try Self.environment(of: path), expectedVersion: expecting)
        let written = try vault.update(secret, options: options) { fields in
            for (name, value) in changes { fields[name] = value }
        }
        if let written { return written.number }
        return try values(at: path)?.version ?? 0
    }

    /// Makes an older version current again, as a new version.
    ///
    /// - Returns: The new version's number.
    public func rollback(_ path: String, to version: Int) throws -> Int {
        try vault.rollback(try SecretPath(path), to: .number(version)).number
    }

    /// Who changed which field in which version, the newest first.
    ///
    /// - Parameters:
    ///   - path: The secret's path.
    ///   - field: Only this field.
    /// - Returns: What the versions that are kept did; nothing when none of them has the field, or changed it.
    public func history(at path: String, field: String?) throws -> [FieldChange] {
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

    /// When each field of the current version was changed last, however long ago that was.
    public func lastChanges(at path: String) throws -> [FieldChange] {
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

    /// How many versions of a secret are kept.
    public static var versionsKept: Int { StoreLimits.versionsKept }

    /// The paths of all secrets, sorted.
    public func paths() throws -> [String] { try vault.list().map(\.path.text) }

    /// A secret of a project belongs to the environment that its path names, so each environment has its own keyring.
    /// Other secrets share one.
    private static func environment(of path: String) throws -> EnvironmentName {
        let parts = path.split(separator: "/")
        guard parts.count == 2, let name = parts.last else { return .shared }
        return try EnvironmentName(String(name))
    }
}

/// A change of one field in one version.
public struct FieldChange: Sendable, Hashable {
    /// The version's number.
    public var version: Int
    /// When, in UTC (RFC 3339).
    public var time: String
    /// Who.
    public var principal: String
    /// Which field.
    public var field: String
    /// What happened to it: `created`, `changed` or `removed`.
    public var kind: String
}
