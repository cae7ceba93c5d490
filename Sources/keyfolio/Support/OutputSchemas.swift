import Findings
import RemoteStores

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
    static let all: [Schema] = project + seal + server

    private static let slot: [(String, JSONValue)] = [
        ("slot", number), ("kind", text), ("shares", optional("integer")), ("threshold", optional("integer")),
        ("place", optional("string")),
    ]

    private static let seal: [Schema] = [
        schema("seal-status", "The slots of a store.", [("store", text), ("slots", list(object(slot)))]),
        schema(
            "seal-add",
            "The new slot, and its shares where it has some.",
            slot + [("secretShares", list(text))]
        ),
        schema(
            "seal-rekey",
            "The slot that replaces another, and its shares where it has some.",
            slot + [("secretShares", list(text)), ("replaced", number)]
        ),
        schema("seal-remove", "The slot that was removed.", [("removed", number)]),
    ]

    private static let project: [Schema] = [
        errorSchema("error", "What standard error holds when a command fails with --json."),
        Schema(name: "check", document: JSONReport.schema),
        Schema(name: "doctor", document: JSONReport.schema),
        schema(
            "init",
            "What init made.",
            [
                ("project", text), ("manifest", text), ("created", list(text)), ("kept", list(text)), ("store", text),
            ]
        ),
        errorSchema("run", "What standard error holds when run fails; all else is the application's."),
        schema(
            "template",
            "The template files that were written.",
            [("written", list(text)), ("unchanged", list(text))]
        ),
        schema(
            "template-print",
            "The templates, with --print.",
            [("templates", list(object([("component", text), ("text", text)])))]
        ),
        schema(
            "generate",
            "Which values were made.",
            [
                ("path", text), ("version", optional("integer")), ("generated", list(text)),
                ("replaced", list(text)), ("kept", list(text)),
            ]
        ),
        schema(
            "generate-print",
            "A value that was made and not stored, with --print.",
            [("name", text), ("value", text)]
        ),
        schema("set", "What changed.", [("path", text), ("version", number), ("changed", list(text))]),
        schema("unset", "What changed.", [("path", text), ("version", number), ("changed", list(text))]),
        schema(
            "edit",
            "What changed.",
            [
                ("path", text), ("version", optional("integer")), ("changed", list(text)),
            ]
        ),
        schema(
            "get",
            "One value in the clear.",
            [
                ("path", text), ("version", number), ("name", text), ("value", text),
            ]
        ),
        schema(
            "get-whole",
            "All that a secret without names holds, with --path and no name: text, or bytes in base64.",
            [("path", text), ("version", number)],
            optionally: [("text", text), ("bytes", text)]
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
        schema("list-paths", "The secrets of the store, with --paths.", [("paths", list(text))]),
        schema(
            "list-fields",
            "The fields of one secret, with --path.",
            [
                ("path", text), ("version", number),
                ("fields", list(object([("name", text), ("length", number)]))),
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
            "export",
            "What was written. On standard error when the export itself goes to standard output.",
            [
                ("format", text), ("file", optional("string")), ("exported", list(text)),
                ("losses", list(object([("name", text), ("why", text), ("leftOut", flag)]))),
            ]
        ),
        schema(
            "backup",
            "What was written. On standard error when the backup itself goes to standard output.",
            [("file", text), ("secrets", number)]
        ),
        schema(
            "restore",
            "What was restored; the store and its key file when they were made.",
            [("file", text), ("secrets", number), ("store", optional("string")), ("keyFile", optional("string"))]
        ),
        schema(
            "audit-show",
            "Records of the log.",
            [
                (
                    "records",
                    list(
                        object([
                            ("number", number), ("time", text), ("principal", text), ("action", text), ("what", text),
                            ("outcome", text), ("origin", text), ("rule", optional("string")),
                            ("trace", optional("string")),
                        ])
                    )
                )
            ]
        ),
        schema(
            "audit-query",
            "Records of the log that fit; next is where to go on, with --after.",
            [
                (
                    "records",
                    list(
                        object([
                            ("number", number), ("time", text), ("principal", text), ("action", text), ("what", text),
                            ("outcome", text), ("origin", text), ("rule", optional("string")),
                            ("trace", optional("string")),
                        ])
                    )
                ), ("next", optional("integer")),
            ]
        ),
        schema(
            "audit-report",
            "Who did what to which secret in a period.",
            [
                ("from", optional("string")), ("until", optional("string")), ("records", number), ("omitted", number),
                ("access", list(access)), ("denied", list(access)),
                ("unusedPrincipals", list(object([("principal", text), ("roles", list(text))]))),
                ("unreadSecrets", list(text)), ("passedOver", list(object([("part", text), ("takes", text)]))),
            ]
        ),
        schema(
            "audit-verify",
            "Whether the log is intact; the last two with --checkpoint.",
            verdict,
            optionally: [("checkpoints", number), ("unreadableCheckpoints", number)]
        ),
        schema("audit-accept-rollback", "Whether the log of the store that was accepted is intact.", verdict),
        schema(
            "audit-export",
            "Said on standard error: the log itself, in JSON Lines, is standard output's.",
            [("lines", number)]
        ),
        schema("explain", "What a code means.", code.always, optionally: code.sometimes),
        schema(
            "explain-all",
            "Every code, with --all.",
            [("codes", list(object(code.always, optionally: code.sometimes)))]
        ),
        schema(
            "explain-base-environment",
            "Which variables every started application receives, with --base-environment.",
            [
                ("variables", list(object([("name", text), ("group", text), ("reason", text)]))),
                ("leftBehind", list(object([("name", text), ("reason", text)]))),
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
        open("dotenv-parse", "The values by name.", ["additionalProperties": text]),
        Schema(name: "dotenv-lint", document: JSONReport.schema),
        schema(
            "age-keygen",
            "What was made. The identity is told only when it is not written to a file.",
            [("recipient", text), ("file", optional("string")), ("identity", optional("string"))]
        ),
        schema("age-encrypt", ageDescription, ageFiles),
        schema("age-decrypt", ageDescription, ageFiles),
        open("schema", "A JSON Schema.", ["required": ["$schema", "type"]]),
        schema("schema-list", "The names of all schemas, without a name.", [("schemas", list(text))]),
        schema("completions", "The completion script of a shell.", [("shell", text), ("script", text)]),
    ]

    private static let access = object([
        ("principal", text), ("path", optional("string")), ("resource", optional("string")), ("action", text),
        ("allowed", number), ("denied", number), ("failed", number), ("first", text), ("last", text),
    ])

    private static let server: [Schema] = [
        schema("login", "Who logged in, and where.", caller),
        schema("whoami", "Who the server takes one for.", caller),
        schema("logout", "Where, and whether the token was revoked.", [("server", text), ("revoked", flag)]),
        schema(
            "watch",
            "One change, one a line; reset where some may have been missed. Go on with --after the last number.",
            members(.watched)
        ),
        schema("principal-list", "People and machines.", [("principals", list(object(.principal)))]),
        schema("principal-show", "One person or machine.", members(.principal)),
        schema("principal-set", "The person or machine as it is now.", members(.principal)),
        schema("principal-remove", "What was removed.", [("removed", text)]),
        schema("role-list", "The roles.", [("roles", list(object(.role)))]),
        schema("role-set", "What was written.", [("name", text), ("policies", list(text))]),
        schema("role-remove", "What was removed.", [("removed", text)]),
        schema("policy-list", "The names of the policies.", [("policies", list(text))]),
        schema("policy-show", "A policy's text.", members(.policy)),
        schema("policy-set", "What was written.", [("name", text)]),
        schema("policy-remove", "What was removed.", [("removed", text)]),
        schema("token-issue", "A token, shown this once.", members(.issuedToken)),
        schema("token-list", "Tokens, by what names them and opens nothing.", [("tokens", list(object(.listedToken)))]),
        schema("token-revoke", "The accessor of what was revoked.", [("revoked", text)]),
        schema("key-issue", "An AWS access key with its secret, shown this once.", members(.issuedCredential)),
        schema("key-list", "AWS access keys.", [("keys", list(object(.credential)))]),
        schema("key-remove", "What was removed.", [("removed", text)]),
        schema("client-issue", "A client with its secret, shown this once.", members(.issuedCredential)),
        schema("client-list", "Clients.", [("clients", list(object(.credential)))]),
        schema("client-remove", "What was removed.", [("removed", text)]),
        schema(
            "block-add",
            "Who is not let in, and for how many seconds; null is for ever.",
            [("range", text), ("seconds", optional("integer"))]
        ),
        schema("block-list", "Networks that may not come in.", [("blocks", list(object(.block)))]),
        schema("block-remove", "Who is let in again.", [("removed", text)]),
        schema(
            "sessions-end",
            "Whose sessions were ended.",
            [("principal", optional("string")), ("role", optional("string")), ("everyone", flag)]
        ),
        schema(
            "access-explain",
            "Which rule decides.",
            members(.explanation) + [("others", list(object(.otherRule)))]
        ),
    ]

    private static let caller: [(String, JSONValue)] = [
        ("server", text), ("name", text), ("root", flag), ("policies", list(text)), ("expires", optional("string")),
    ]

    /// What a record prints, as the shape that it was read with says it.
    private static func members(_ shape: RecordShape) -> [(String, JSONValue)] {
        shape.members.map { member in
            let type: JSONValue =
                switch member.kind {
                case .text, .word: text
                case .texts: list(text)
                case .number: number
                case .flag: flag
                case .map: ["type": "object", "additionalProperties": text]
                case .optionalText: optional("string")
                case .optionalNumber: optional("integer")
                }
            return (member.name, type)
        }
    }

    private static func object(_ shape: RecordShape) -> JSONValue { object(members(shape)) }

    private static let verdict: [(String, JSONValue)] = [
        ("intact", flag), ("records", number), ("publicKey", text), ("authenticated", flag),
        ("problem", optional("string")),
    ]
    private static let code: (always: [(String, JSONValue)], sometimes: [(String, JSONValue)]) = (
        [("code", text), ("title", text), ("reason", text), ("remedy", text)], [("severity", text)]
    )
    private static let ageDescription =
        "Where it came from and went; null is a standard stream. On standard error when the data goes to standard output."
    private static let ageFiles: [(String, JSONValue)] = [("input", optional("string")), ("file", optional("string"))]

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

    private static func errorSchema(_ name: String, _ description: String) -> Schema {
        schema(
            name,
            description,
            [("error", object([("code", text), ("message", text), ("fix", text), ("status", number)]))]
        )
    }

    /// An object whose members have names that are not known here.
    private static func open(_ name: String, _ description: String, _ rest: JSONValue) -> Schema {
        var document = rest.asObject ?? JSONObject()
        document["type"] = "object"
        return Schema(name: name, document: described(document, name, description))
    }

    private static func schema(
        _ name: String,
        _ description: String,
        _ members: [(String, JSONValue)],
        optionally: [(String, JSONValue)] = []
    ) -> Schema {
        let document = object(members, optionally: optionally).asObject ?? JSONObject()
        return Schema(name: name, document: described(document, name, description))
    }

    private static func described(_ members: JSONObject, _ name: String, _ description: String) -> JSONValue {
        var document = members
        document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        document["title"] = .string("keyfolio \(name)")
        document["description"] = .string(description)
        return .object(document)
    }
}
