internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// What bodies of requests say. Every error names a member and nothing of what stands in it.
enum AzureBody {
    /// The largest value, in bytes: Azure's 25 KB.
    static let valueBytes = 25 * 1024
    /// The most tags of a version.
    static let tags = 15
    /// The longest name or value of a tag, in characters.
    static let tagCharacters = 256
    /// The longest content type, in characters.
    static let contentTypeCharacters = 255

    /// What can be changed of a version. nil means that it stays.
    struct Changes: Equatable {
        var isEnabled: Bool?
        var notBefore: Timestamp?
        var expires: Timestamp?
        var contentType: String?
        var tags: [String: String]?
    }

    /// Reads the body of `PUT /secrets/{name}`.
    static func set(_ body: [UInt8]) throws(AzureError) -> (value: Secret<String>, changes: Changes) {
        let object = try object(body, bytes: smallBody)
        guard let value = object["value"]?.asString else {
            throw .badParameter("The request body has no string \"value\".")
        }
        guard value.utf8.count <= valueBytes else {
            throw .badParameter("The value is longer than \(valueBytes) bytes.")
        }
        return (Secret(value), try changes(object))
    }

    /// Reads the body of `PATCH /secrets/{name}/{version}`.
    static func update(_ body: [UInt8]) throws(AzureError) -> Changes {
        try changes(object(body, bytes: smallBody))
    }

    /// Reads the body of `POST /secrets/restore`: the bytes that a backup gave.
    static func restore(_ body: [UInt8]) throws(AzureError) -> [UInt8] {
        let object = try object(body, bytes: JSONLimits.standard.bytes)
        guard let value = object["value"]?.asString else {
            throw .badParameter("The request body has no string \"value\".")
        }
        guard let bytes = Base64.decodeForURL(value), !bytes.isEmpty else { throw .backupUnreadable }
        return bytes
    }

    /// A value of 25 KB whose every byte is escaped, and the tags likewise, fit well.
    private static let smallBody = 512 << 10

    private static func object(_ body: [UInt8], bytes: Int) throws(AzureError) -> JSONObject {
        guard !body.isEmpty else { throw .badParameter("The request has no body.") }
        let limits = JSONLimits(bytes: bytes, depth: 8, values: 1000)
        let value: JSONValue
        do { value = try JSONValue(parsing: body, limits: limits) } catch {
            throw .badParameter("The request body is not JSON as it is read here: \(error.message).")
        }
        guard let object = value.asObject else { throw .badParameter("The request body is not a JSON object.") }
        return object
    }

    private static func changes(_ object: JSONObject) throws(AzureError) -> Changes {
        var changes = Changes()
        if let text = try string(object, "contentType") {
            guard text.count <= contentTypeCharacters else {
                throw .badParameter("contentType is longer than \(contentTypeCharacters) characters.")
            }
            changes.contentType = text
        }
        switch object["tags"] {
        case nil, .null: break
        case .object(let tags): changes.tags = try read(tags: tags)
        default: throw .badParameter("tags is not an object.")
        }
        switch object["attributes"] {
        case nil, .null: break
        case .object(let attributes):
            switch attributes["enabled"] {
            case nil, .null: break
            case .bool(let flag): changes.isEnabled = flag
            default: throw .badParameter("attributes.enabled is not true or false.")
            }
            changes.notBefore = try time(attributes, "nbf")
            changes.expires = try time(attributes, "exp")
        default: throw .badParameter("attributes is not an object.")
        }
        return changes
    }

    private static func string(_ object: JSONObject, _ key: String) throws(AzureError) -> String? {
        switch object[key] {
        case nil, .null: nil
        case .string(let text): text
        default: throw .badParameter("\(key) is not a string.")
        }
    }

    private static func read(tags: JSONObject) throws(AzureError) -> [String: String] {
        guard tags.count <= Self.tags else { throw .badParameter("There are more than \(Self.tags) tags.") }
        var result: [String: String] = [:]
        for member in tags {
            guard let value = member.value.asString else { throw .badParameter("The value of a tag is not a string.") }
            guard (1...tagCharacters).contains(member.key.count), value.count <= tagCharacters else {
                throw .badParameter("A tag is empty or longer than \(tagCharacters) characters.")
            }
            result[member.key] = value
        }
        return result
    }

    /// Reads whole seconds since 1970, up to the end of the year 9999.
    private static func time(_ object: JSONObject, _ key: String) throws(AzureError) -> Timestamp? {
        switch object[key] {
        case nil, .null: return nil
        case .integer(let seconds) where (0...253_402_300_799).contains(seconds):
            return Timestamp(microseconds: Int64(seconds) * 1_000_000)
        default: throw .badParameter("attributes.\(key) is not a number of seconds since 1970.")
        }
    }
}
