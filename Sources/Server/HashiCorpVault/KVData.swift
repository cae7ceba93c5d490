internal import Findings
internal import SecretStore
internal import Secrets

/// What Vault's KV calls data, and what the store calls a payload: two views of one thing, without loss.
///
/// | stored | through Vault |
/// |---|---|
/// | fields | an object of strings, names in the order of their bytes |
/// | text that is a JSON object | that object |
/// | any other text | `{"value": text}` |
/// | bytes | `{"binary": base64}` |
///
/// An object whose values are all strings is stored as fields; any other as the text of its JSON, with its numbers as
/// they were spelled.
enum KVData {
    /// The data that a payload is.
    static func object(of payload: Payload) -> JSONObject {
        switch payload {
        case .fields(let fields):
            var object = JSONObject()
            let names = fields.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for name in names {
                if let value = fields[name] { object[name] = .string(value.reveal()) }
            }
            return object
        case .text(let text):
            let value = text.reveal()
            return self.object(inText: value) ?? JSONObject(members: ["value": .string(value)])
        case .bytes(let bytes): return JSONObject(members: ["binary": .string(base64(bytes.reveal()))])
        }
    }

    /// The payload that data is stored as.
    static func payload(of object: JSONObject) -> Payload {
        var fields: [String: Secret<String>] = [:]
        for member in object {
            guard case .string(let value) = member.value, isFieldName(member.key) else { return text(object) }
            fields[member.key] = Secret(value)
        }
        // Two names can be one for Swift and two for JSON: composed and decomposed letters.
        return fields.count == object.count ? .fields(fields) : text(object)
    }

    private static func text(_ object: JSONObject) -> Payload { .text(Secret(JSONValue.object(object).text())) }

    private static func object(inText text: String) -> JSONObject? {
        guard text.utf8.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else {
            return nil
        }
        let limits = JSONLimits(bytes: StoreLimits.payloadBytes, depth: 300, values: 1_000_000)
        return (try? JSONValue(parsing: Array(text.utf8), limits: limits))?.asObject
    }

    private static func isFieldName(_ name: String) -> Bool {
        do throws(StoreError) {
            try Payload.validate(fieldName: name)
            return true
        } catch {
            return false
        }
    }

    /// Base64 with padding (RFC 4648, section 4).
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let group = bytes[index..<min(index + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | UInt32($1) }
            bits <<= 8 * UInt32(3 - group.count)
            for place in 0..<4 {
                let isPadding = place > group.count
                text.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)])
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }
}
