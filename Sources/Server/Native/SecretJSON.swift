internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Secrets and what is known of them as the native API's JSON.
enum SecretJSON {
    /// A version with its payload, in one piece: this is what nearly every answer is, and building a tree first takes as
    /// long as everything else together.
    static func bytes(_ version: SecretVersion) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + version.payload.byteCount * 2)
        bytes.append(contentsOf: #"{"path":""#.utf8)
        bytes.append(contentsOf: version.path.text.utf8)
        bytes.append(contentsOf: #"","environment":""#.utf8)
        bytes.append(contentsOf: version.environment.text.utf8)
        bytes.append(contentsOf: #"","version":"#.utf8)
        bytes.append(contentsOf: String(version.number).utf8)
        bytes.append(contentsOf: #","id":""#.utf8)
        bytes.append(contentsOf: version.id.hex.utf8)
        bytes.append(contentsOf: #"","created":""#.utf8)
        bytes.append(contentsOf: version.created.description.utf8)
        bytes.append(contentsOf: #"","labels":["#.utf8)
        for (position, label) in version.labels.sorted().enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(label.text, to: &bytes)
        }
        bytes.append(contentsOf: "],".utf8)
        switch version.payload {
        case .fields(let fields):
            bytes.append(contentsOf: #""fields":{"#.utf8)
            for (position, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONText.append(field.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                unsafe field.value.withUnsafeBytes { unsafe JSONText.append($0, to: &bytes) }
            }
            bytes.append(UInt8(ascii: "}"))
        case .text(let text):
            bytes.append(contentsOf: #""text":"#.utf8)
            unsafe text.withUnsafeBytes { unsafe JSONText.append($0, to: &bytes) }
        case .bytes(let content):
            bytes.append(contentsOf: #""bytes":""#.utf8)
            unsafe content.withUnsafeBytes { unsafe Base64.append($0, to: &bytes) }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}

extension VersionInfo {
    /// What is known of a version that was written.
    var json: JSONValue {
        [
            "version": .integer(number), "id": .string(id.hex), "created": .string(created.description),
            "principal": .string(principal.name), "state": .string(state.rawValue), "kind": .string(kind.rawValue),
            "labels": .texts(labels.map(\.text).sorted()),
        ]
    }
}

extension SecretInfo {
    /// One line of a listing.
    var json: JSONValue {
        var object = JSONObject()
        object["path"] = .string(path.text)
        object["environment"] = .string(environment.text)
        object["version"] = .integer(currentVersion)
        object["state"] = .string(state.rawValue)
        object["created"] = .string(created.description)
        object["updated"] = .string(updated.description)
        object["deletion"] = deletion?.json
        return .object(object)
    }
}

extension SecretDeletion {
    fileprivate var json: JSONValue {
        ["deleted": .string(deleted.description), "purged": .string(purged.description)]
    }
}

extension SecretDetails {
    /// Everything that is known of a secret.
    var json: JSONValue {
        var object = JSONObject()
        object["path"] = .string(path.text)
        object["environment"] = .string(environment.text)
        object["created"] = .string(created.description)
        object["updated"] = .string(updated.description)
        object["current"] = .integer(current)
        object["attributes"] = attributes.json
        object["deletion"] = deletion?.json
        object["versions"] = .array(versions.map(\.json))
        return .object(object)
    }
}

extension SecretAttributes {
    /// What is said of a secret.
    var json: JSONValue {
        var object = JSONObject()
        object["description"] = description.map(JSONValue.string)
        object["tags"] = .map(tags)
        object["checkAndSet"] = isCheckAndSetRequired.map(JSONValue.bool)
        object["versionsKept"] = versionsKept.map(JSONValue.integer)
        object["deletesVersionsAfter"] = deletesVersionsAfter.map(JSONValue.integer)
        return .object(object)
    }
}

extension VersionDetails {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["version"] = .integer(number)
        object["id"] = .string(id.hex)
        object["created"] = .string(created.description)
        object["principal"] = .string(principal.name)
        object["state"] = .string(state.rawValue)
        object["deleted"] = deleted.map { .string($0.description) }
        object["kind"] = .string(kind.rawValue)
        object["labels"] = .texts(labels.map(\.text).sorted())
        object["enabled"] = .bool(attributes.isEnabled)
        object["expires"] = attributes.expires.map { .string($0.description) }
        return .object(object)
    }
}
