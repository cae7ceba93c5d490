public import Manifest
internal import RemoteStores
public import SecretStore
public import Secrets
internal import Vaulting

extension ProjectStore {
    /// The named values of a secret, whichever protocol wrote it (``Payload/namedValues``).
    ///
    /// - Parameters:
    ///   - path: The secret's path.
    ///   - version: An older version, or nil for the current one.
    /// - Returns: nil when there is no such secret.
    /// - Throws: The store's own error, also for a version that is not there; `KF-STORE-077` for one that holds a text or
    ///   bytes: taken for no values, applications would start without theirs.
    public func values(at path: String, version: Int? = nil) throws -> StoreValues? {
        guard let found = try secret(at: path, version: version) else { return nil }
        guard let fields = found.payload.namedValues else {
            throw StoreError.notFields(try SecretPath(path), found.payload.kind)
        }
        return StoreValues(path: path, version: found.version, fields: fields)
    }

    /// The named values of a secret's current version; none when there is no such secret, or it has none.
    public func valuesIfAny(at path: String) throws -> [String: Secret<String>] {
        try secret(at: path)?.payload.namedValues ?? [:]
    }

    /// A secret as it is kept.
    ///
    /// - Parameters:
    ///   - path: The secret's path.
    ///   - version: An older version, or nil for the current one.
    /// - Returns: nil when there is no such secret.
    /// - Throws: The store's own error, also for a version that is not there.
    public func secret(at path: String, version: Int? = nil) throws -> StoredSecret? {
        try backEnd.secret(at: path, version: version)
    }

    /// Puts values in the place of the one text, or the bytes, that a secret holds. One that has named values keeps those,
    /// as with ``change(_:at:expecting:)``.
    ///
    /// - Returns: The current version's number afterwards.
    public func replaceText(with values: [String: Secret<String>], at path: String) throws -> Int {
        guard let found = try secret(at: path), found.payload.namedValues == nil else {
            return try change(values.mapValues { .some($0) }, at: path)
        }
        return try backEnd.write(values, at: path, expecting: found.version)
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
        try backEnd.change(changes, at: path, expecting: expecting)
    }

    /// Makes an older version current again, as a new version.
    ///
    /// - Returns: The new version's number.
    public func rollback(_ path: String, to version: Int) throws -> Int { try backEnd.rollback(path, to: version) }

    /// Who changed which field in which version, the newest first.
    ///
    /// - Parameters:
    ///   - path: The secret's path.
    ///   - field: Only this field.
    /// - Returns: What the versions that are kept did; nothing when none of them has the field, or changed it.
    public func history(at path: String, field: String?) throws -> [FieldChange] {
        try backEnd.history(at: path, field: field)
    }

    /// When each field of the current version was changed last, however long ago that was.
    public func lastChanges(at path: String) throws -> [FieldChange] { try backEnd.lastChanges(at: path) }

    /// How many versions of a secret are kept.
    public static var versionsKept: Int { StoreLimits.versionsKept }

    /// The paths of all secrets, sorted.
    public func paths() throws -> [String] { try backEnd.paths() }

    /// Whether an error is that somebody else changed the secret first.
    public static func isConflict(_ error: any Error) -> Bool {
        switch error {
        case let error as StoreError: error.category == .conflict
        case let error as RemoteError: error.category == .conflict
        default: false
        }
    }

    /// A secret of a project belongs to the environment that its path names, so each environment has its own keyring.
    /// Other secrets share one.
    static func environment(of path: String) throws -> EnvironmentName? {
        let parts = path.split(separator: "/")
        guard parts.count == 2, let name = parts.last else { return nil }
        return try EnvironmentName(String(name))
    }
}

/// A version of a secret as it is kept.
public struct StoredSecret: Sendable {
    /// The version's number.
    public var version: Int
    /// What it holds.
    public var payload: Payload

    /// Bytes in base64; nil when it holds none.
    public var base64: String? {
        guard case .bytes(let bytes) = payload else { return nil }
        return Base64.encode(bytes.reveal())
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
