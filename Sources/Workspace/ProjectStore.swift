public import Findings
public import Manifest
public import Secrets

/// A store as the commands use it: one façade over the gate, in the words of a project.
public final class ProjectStore {
    public static func open(at location: StoreLocation) throws -> ProjectStore { ProjectStore() }
    public static func openOrCreate(at location: StoreLocation) throws -> ProjectStore { ProjectStore() }
    public func values(at path: String, version: Int? = nil) throws -> StoreValues? { nil }
    public func change(_ changes: [String: Secret<String>?], at path: String, expecting: Int? = nil) throws -> Int { 0 }
    public func history(at path: String, field: String?) throws -> [FieldChange] { [] }
    public func rollback(_ path: String, to version: Int) throws -> Int { 0 }
    public func paths() throws -> [String] { [] }
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
