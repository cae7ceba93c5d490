internal import Findings
public import SecretStore
public import Secrets
internal import Vaulting

/// A version of a secret as a server gave it.
public struct RemoteSecret: Sendable {
    /// The version's number.
    public let version: Int
    /// What it holds.
    public let payload: Payload
}

extension KeyfolioClient {
    /// The largest number of a version.
    private static let versions = 1...(1 << 31)

    /// One version of a secret.
    ///
    /// - Parameters:
    ///   - path: A valid path.
    ///   - version: Its number; nil for the current one.
    /// - Returns: nil when the store says that there is no such secret, or that its current version is deleted; only
    ///   without a number.
    public func secret(at path: String, version: Int? = nil) throws(RemoteError) -> RemoteSecret? {
        let answer: JSONValue
        do throws(RemoteError) {
            answer = try ask(
                .get,
                ["secrets"] + Self.segments(path),
                query: version.map { [("version", "\($0)")] } ?? []
            )
        } catch {
            if version == nil, error.category == .notFound, error.code.hasPrefix("KF-STORE-") { return nil }
            throw error
        }
        guard answer["path"]?.asString == path, let number = answer["version"]?.asInteger,
            Self.versions.contains(number), version == nil || version == number
        else { throw .notKeyfolio(address, "it is about another secret") }
        guard let payload = answer["fields"] else {
            if let text = answer["text"]?.asString {
                return RemoteSecret(version: number, payload: .text(Secret(text)))
            }
            guard let bytes = answer["bytes"]?.asString.flatMap(Base64.decode) else {
                throw .notKeyfolio(address, "the secret has no payload")
            }
            return RemoteSecret(version: number, payload: .bytes(Secret(bytes)))
        }
        var fields: [String: Secret<String>] = [:]
        for member in payload.asObject?.members ?? [] {
            guard let value = member.value.asString else {
                throw .notKeyfolio(address, "a field of the secret is none")
            }
            fields[member.key] = Secret(value)
        }
        // Names go to files and to the environment of applications: a server's are held to what a store takes.
        guard payload.asObject != nil, (try? Payload.fields(fields).validate()) != nil else {
            throw .notKeyfolio(address, "the fields of the secret are none that a store takes")
        }
        return RemoteSecret(version: number, payload: .fields(fields))
    }

    /// Changes fields of a secret in one step, and makes the secret when it is not there.
    ///
    /// - Parameters:
    ///   - changes: A value for each name that changes; nil takes the field out.
    ///   - path: A valid path.
    ///   - environment: The environment that a new secret belongs to; nil lets the server say.
    ///   - expecting: The version that must be current, 0 for none; nil to change whatever is there.
    /// - Returns: The current version's number afterwards.
    public func change(
        _ changes: [String: Secret<String>?],
        at path: String,
        environment: String?,
        expecting: Int?
    ) throws(RemoteError) -> Int {
        var set = JSONObject()
        var unset: [JSONValue] = []
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            if let value { set[name] = .string(value.reveal()) } else { unset.append(.string(name)) }
        }
        var body = JSONObject()
        if set.count > 0 { body["set"] = .object(set) }
        if !unset.isEmpty { body["unset"] = .array(unset) }
        body["environment"] = environment.map(JSONValue.string)
        body["expectedVersion"] = expecting.map(JSONValue.integer)
        return try version(of: ask(.patch, ["secrets"] + Self.segments(path), body: .object(body)))
    }

    /// Writes fields in the place of all that a secret holds, in the environment that it is in.
    ///
    /// - Parameters:
    ///   - fields: Name → value.
    ///   - path: A valid path.
    ///   - expecting: The version that must be current.
    /// - Returns: The new version's number.
    public func write(
        _ fields: [String: Secret<String>],
        at path: String,
        expecting: Int
    ) throws(RemoteError) -> Int {
        var object = JSONObject()
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { object[name] = .string(value.reveal()) }
        return try version(
            of: ask(
                .put,
                ["secrets"] + Self.segments(path),
                body: ["fields": .object(object), "expectedVersion": .integer(expecting)]
            )
        )
    }

    /// Writes an old version's payload as a new version.
    ///
    /// - Returns: The new version's number.
    public func rollback(_ path: String, to version: Int) throws(RemoteError) -> Int {
        try self.version(
            of: ask(.post, ["rollback"] + Self.segments(path), body: ["version": .integer(version)])
        )
    }

    /// Who changed which field in which version, the newest first; nothing when no version has the field.
    public func history(at path: String, field: String?) throws(RemoteError) -> [Record] {
        do throws(RemoteError) {
            let answer = try ask(
                .get,
                ["history"] + Self.segments(path),
                query: field.map { [("field", $0)] } ?? []
            )
            return try records(.change, "changes", of: answer)
        } catch {
            // The error of a field that no version has repeats its name, and somebody may have typed a value.
            if error.code == "KF-STORE-005" { return [] }
            throw error
        }
    }

    /// When each field of the current version was changed last.
    public func lastChanges(at path: String) throws(RemoteError) -> [Record] {
        try records(.field, "fields", of: ask(.get, ["fields"] + Self.segments(path)))
    }

    /// The paths of all secrets that the caller may see, sorted.
    public func paths() throws(RemoteError) -> [String] {
        try allRecords(.secret, "secrets", by: "path").map { $0.text("path") }
    }

    private func version(of answer: JSONValue) throws(RemoteError) -> Int {
        guard let number = answer["version"]?.asInteger, (0...Self.versions.upperBound).contains(number) else {
            throw .notKeyfolio(address, "it has no version")
        }
        return number
    }

    private static func segments(_ path: String) -> [String] {
        path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }
}
