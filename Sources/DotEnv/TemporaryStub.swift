public struct Dialect: Sendable, Hashable { public let id: String
  public static let keyfolio = Dialect(id: "keyfolio"), posix = Dialect(id: "posix")
  public static let all: [Dialect] = [.keyfolio, .posix]
  public static func named(_ n: String) -> Dialect? { all.first { $0.id == n } } }
public struct DotEnvError: Error, Sendable, Hashable { public let line = 1, column = 1; public let message = "", fix = ""
  public struct Code: Sendable, Hashable, CustomStringConvertible { public var description: String { "" } }
  public var code: Code { Code() } }
public struct DotEnvValue: Sendable { public let key: String, value: String, line: Int, column: Int }
public struct DotEnvDocument: Sendable {
  public init(parsing: [UInt8], dialect: Dialect = .keyfolio) throws(DotEnvError) { bytes = parsing }
  public var bytes: [UInt8]
  public func values(environment: (String) -> String?, interpolate: Bool = true) throws(DotEnvError) -> [DotEnvValue] { [] }
  public mutating func remove(_ k: String) -> Bool { false } }
public enum DotEnvWriter { public static func form(for v: String, readableBy: [Dialect]) throws(DotEnvError) -> String { v } }
