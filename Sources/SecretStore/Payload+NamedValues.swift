internal import Findings
public import Secrets

extension Payload {
    /// The payload as named values, whichever protocol wrote it: its fields, or the members of a text that is a JSON object
    /// of strings, numbers and booleans, as AWS's and Azure's clients write a map.
    ///
    /// Numbers and booleans are taken as they are spelled. JSON is read strictly (RFC 8259), so a name that is there twice
    /// makes a text of it; so does a name that no field can have, and any other value.
    ///
    /// - Returns: nil for any other text, and for bytes.
    public var namedValues: [String: Secret<String>]? {
        switch self {
        case .fields(let fields): fields
        case .text(let text): Self.members(of: text)
        case .bytes: nil
        }
    }

    private static func members(of text: Secret<String>) -> [String: Secret<String>]? {
        let bytes = Array(text.reveal().utf8)
        // Most texts are none, and a byte order mark makes a text of it to Vault's clients, too.
        guard bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else { return nil }
        let limits = JSONLimits(bytes: StoreLimits.payloadBytes, depth: 1, values: StoreLimits.fields + 1)
        guard let object = (try? JSONValue(parsing: bytes, limits: limits))?.asObject else { return nil }
        var fields: [String: Secret<String>] = [:]
        for member in object {
            switch member.value {
            case .string(let value): fields[member.key] = Secret(value)
            case .integer(let value): fields[member.key] = Secret(String(value))
            case .number(let value): fields[member.key] = Secret(value.spelling)
            case .bool(let value): fields[member.key] = Secret(value ? "true" : "false")
            case .null, .array, .object: return nil
            }
        }
        // Two names can be one for Swift and two for JSON: composed and decomposed letters.
        guard fields.count == object.count, (try? Payload.fields(fields).validate()) != nil else { return nil }
        return fields
    }
}
