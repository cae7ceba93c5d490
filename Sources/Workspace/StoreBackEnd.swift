internal import Manifest
internal import SecretStore
internal import Secrets
internal import Vaulting

/// What keeps the secrets of a project: a store in a file, or a server.
///
/// Small on purpose: it is what the commands on values need, and each of them works on either.
protocol StoreBackEnd {
    /// See ``ProjectStore/secret(at:version:)``.
    func secret(at path: String, version: Int?) throws -> StoredSecret?
    /// See ``ProjectStore/change(_:at:expecting:)``.
    func change(_ changes: [String: Secret<String>?], at path: String, expecting: Int?) throws -> Int
    /// Writes fields in the place of all that a secret holds, when a version is current.
    func write(_ fields: [String: Secret<String>], at path: String, expecting: Int) throws -> Int
    /// See ``ProjectStore/rollback(_:to:)``.
    func rollback(_ path: String, to version: Int) throws -> Int
    /// See ``ProjectStore/history(at:field:)``.
    func history(at path: String, field: String?) throws -> [FieldChange]
    /// See ``ProjectStore/lastChanges(at:)``.
    func lastChanges(at path: String) throws -> [FieldChange]
    /// See ``ProjectStore/paths()``.
    func paths() throws -> [String]
    /// See ``ProjectStore/auditRecords(_:)``.
    func auditRecords(matching query: AuditQuery) throws -> AuditPage
    /// See ``ProjectStore/accessReport(from:until:month:)``.
    func accessReport(from: Timestamp?, until: Timestamp?) throws -> AccessReport
    /// See ``ProjectStore/verifyAudit()``.
    func verifyAudit() throws -> AuditVerification
}
