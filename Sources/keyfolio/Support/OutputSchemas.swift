import Findings

/// The published shapes of what commands print with `--json` (JSON Schema, draft 2020-12).
///
/// Members are added, never renamed or removed, as long as the major version stays.
enum OutputSchemas {
    /// A command's name and its schema.
    struct Schema {
        var name: String
        var document: JSONValue
    }

    /// Every schema, by command.
    static let all: [Schema] = [
        schema(
            "error",
            "What standard error holds when a command fails with --json.",
            [
                (
                    "error",
                    object([
                        ("code", text), ("message", text), ("fix", text), ("status", number),
                    ])
                )
            ]
        ),
        Schema(name: "check", document: JSONReport.schema),
        Schema(name: "doctor", document: JSONReport.schema),
        schema(
            "init",
            "What init made.",
            [
                ("project", text), ("manifest", text), ("created", list(text)), ("kept", list(text)), ("store", text),
            ]
        ),
        schema(
            "template",
            "The template files that were written.",
            [("written", list(text)), ("unchanged", list(text))]
        ),
        schema(
            "generate",
            "Which values were made.",
            [
                ("path", text), ("version", optional("integer")), ("generated", list(text)), ("kept", list(text)),
            ]
        ),
        schema("set", "What changed.", [("path", text), ("version", number), ("changed", list(text))]),
        schema("unset", "What changed.", [("path", text), ("version", number), ("changed", list(text))]),
        schema("edit", "What changed.", [("path", text), ("version", number), ("changed", list(text))]),
        schema(
            "get",
            "One value in the clear.",
            [
                ("path", text), ("version", number), ("name", text), ("value", text),
            ]
        ),
        schema(
            "list",
            "Variables, without their values.",
            [
                ("environment", text),
                (
                    "variables",
                    list(
                        object([
                            ("name", text), ("component", text), ("type", text), ("sensitivity", text), ("isSet", flag),
                            ("length", optional("integer")), ("origin", optional("string")), ("overridden", list(text)),
                        ])
                    )
                ),
            ]
        ),
        schema(
            "history",
            "Changes of a secret's fields, newest first.",
            [
                ("path", text),
                (
                    "changes",
                    list(
                        object([
                            ("version", number), ("time", text), ("who", text), ("name", text), ("change", text),
                        ])
                    )
                ),
            ]
        ),
        schema("rollback", "The new version.", [("path", text), ("version", number), ("from", number)]),
        schema(
            "diff",
            "Which variables differ; values only with --reveal.",
            [
                ("left", text), ("right", text),
                (
                    "variables",
                    list(
                        object(
                            [("name", text), ("difference", text), ("shared", flag)],
                            optionally: [("left", optional("string")), ("right", optional("string"))]
                        )
                    )
                ),
            ]
        ),
        schema(
            "import",
            "What went into the store.",
            [
                ("path", text), ("version", optional("integer")), ("imported", list(text)),
                ("skipped", list(object([("name", text), ("why", text)]))), ("moved", flag),
            ]
        ),
        schema(
            "backup",
            "Said on standard error: the backup is standard output's.",
            [
                ("file", text), ("secrets", number),
            ]
        ),
        schema("restore", "What was restored.", [("file", text), ("secrets", number)]),
        schema(
            "audit-show",
            "Records of the log.",
            [
                (
                    "records",
                    list(
                        object([
                            ("number", number), ("time", text), ("principal", text), ("action", text), ("what", text),
                            ("outcome", text),
                        ])
                    )
                )
            ]
        ),
        schema(
            "audit-verify",
            "Whether the log is intact.",
            [
                ("intact", flag), ("records", number), ("publicKey", text), ("problem", optional("string")),
            ]
        ),
        schema(
            "explain",
            "What a code means.",
            [("code", text), ("title", text), ("remedy", text)],
            optionally: [
                ("severity", text), ("reason", text),
            ]
        ),
        schema(
            "check-explain",
            "Why a variable has its value, and which rules speak.",
            [
                ("variable", text),
                (
                    "explanations",
                    list(
                        object([
                            ("component", text), ("environment", text), ("value", optional("string")),
                            ("sources", list(object([("origin", text), ("wins", flag)]))),
                            ("rules", list(object([("rule", text), ("from", text), ("verdict", text)]))),
                        ])
                    )
                ),
            ]
        ),
        schema(
            "dotenv-explain",
            "How readers disagree about a file.",
            [
                (
                    "lines",
                    list(
                        object([
                            ("line", number), ("key", optional("string")),
                            ("readings", list(object([("readers", list(text)), ("reading", text)]))),
                        ])
                    )
                )
            ]
        ),
    ]

    private static let text: JSONValue = ["type": "string"]
    private static let number: JSONValue = ["type": "integer"]
    private static let flag: JSONValue = ["type": "boolean"]

    private static func optional(_ type: String) -> JSONValue { ["type": [.string(type), "null"]] }

    private static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    private static func object(
        _ members: [(String, JSONValue)],
        optionally: [(String, JSONValue)] = []
    ) -> JSONValue {
        var properties = JSONObject()
        for (name, shape) in members + optionally { properties[name] = shape }
        return [
            "type": "object", "properties": .object(properties),
            "required": .array(members.map { .string($0.0) }), "additionalProperties": false,
        ]
    }

    private static func schema(
        _ name: String,
        _ description: String,
        _ members: [(String, JSONValue)],
        optionally: [(String, JSONValue)] = []
    ) -> Schema {
        var document = object(members, optionally: optionally).asObject ?? JSONObject()
        document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        document["title"] = .string("keyfolio \(name)")
        document["description"] = .string(description)
        return Schema(name: name, document: .object(document))
    }
}
