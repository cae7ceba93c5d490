internal import Findings
internal import Vaulting

/// Pieces of JSON Schema 2020-12, as OpenAPI 3.1 uses it.
enum Schema {
    static let text: JSONValue = ["type": "string"]
    static let number: JSONValue = ["type": "integer"]
    static let flag: JSONValue = ["type": "boolean"]
    static let time: JSONValue = ["type": "string", "format": "date-time"]
    static let texts: JSONValue = ["type": "array", "items": ["type": "string"]]
    static let map: JSONValue = ["type": "object", "additionalProperties": ["type": "string"]]
    /// What a client may keep as a secret; named so that documents mark it.
    static let secretText: JSONValue = ["type": "string", "format": "password"]

    static func array(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    static func object(_ properties: [(String, JSONValue)], required: [String] = []) -> JSONValue {
        var object = JSONObject()
        for (name, schema) in properties { object[name] = schema }
        return [
            "type": "object", "properties": .object(object), "required": .texts(required),
            "additionalProperties": false,
        ]
    }

    static func choice(_ texts: [String]) -> JSONValue { ["type": "string", "enum": .texts(texts)] }

    static let payload: [(String, JSONValue)] = [
        ("fields", ["type": "object", "additionalProperties": secretText]),
        ("text", secretText), ("bytes", ["type": "string", "format": "password", "contentEncoding": "base64"]),
    ]

    static let version = object(
        [
            ("path", text), ("environment", text), ("version", number), ("id", text), ("created", time),
            ("labels", texts),
        ]
            + payload,
        required: ["path", "environment", "version", "id", "created", "labels"]
    )

    static let written = object(
        [
            ("version", number), ("id", text), ("created", time), ("principal", text), ("state", text),
            ("kind", text), ("labels", texts),
        ],
        required: ["version", "id", "created", "principal", "state", "kind", "labels"]
    )

    static let deletion = object([("deleted", time), ("purged", time)], required: ["deleted", "purged"])

    static let info = object(
        [
            ("path", text), ("environment", text), ("version", number), ("state", text), ("created", time),
            ("updated", time), ("deletion", deletion),
        ],
        required: ["path", "environment", "version", "state", "created", "updated"]
    )

    static let attributes = object([
        ("description", text), ("tags", map), ("checkAndSet", flag), ("versionsKept", number),
        ("deletesVersionsAfter", number),
    ])

    static let details = object(
        [
            ("path", text), ("environment", text), ("created", time), ("updated", time), ("current", number),
            ("attributes", attributes), ("deletion", deletion),
            (
                "versions",
                array(
                    object(
                        [
                            ("version", number), ("id", text), ("created", time), ("principal", text),
                            ("state", text), ("deleted", time), ("kind", text), ("labels", texts), ("enabled", flag),
                            ("expires", time),
                        ],
                        required: ["version", "id", "created", "principal", "state", "kind", "labels", "enabled"]
                    )
                )
            ),
        ],
        required: ["path", "environment", "created", "updated", "current", "attributes", "versions"]
    )

    static let token: [(String, JSONValue)] = [
        ("accessor", text), ("principal", text), ("policies", texts), ("displayName", text), ("created", time),
        ("expires", time), ("uses", number), ("renewable", flag), ("origin", text), ("addresses", texts),
        ("metadata", map),
    ]

    static let principal: [(String, JSONValue)] = [
        ("name", text), ("kind", choice(["person", "machine"])), ("id", text), ("roles", texts), ("policies", texts),
        ("metadata", map), ("addresses", texts), ("disabled", flag), ("created", time),
    ]

    static let error = object(
        [
            (
                "error",
                object(
                    [("code", text), ("message", text), ("fix", text)],
                    required: ["code", "message", "fix"]
                )
            )
        ],
        required: ["error"]
    )
}
