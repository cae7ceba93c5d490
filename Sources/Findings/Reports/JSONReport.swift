/// The report for programs: one JSON object, described by a JSON Schema that is published with it.
///
/// Every key is always there; what does not apply is `null`. Names are given exactly as they are, which is safe because
/// the writer escapes what could drive a terminal.
public enum JSONReport {
    /// The address by which a report names its schema. The number rises when a key changes its meaning or goes away;
    /// a new key does not change it, so readers must not refuse keys that they do not know.
    public static let schemaID = "urn:keyfolio:schema:findings:1"

    /// The report, ending in a line break.
    public static func render(_ findings: some Sequence<Finding>, options: ReportOptions) -> String {
        value(findings, options: options).text(.pretty) + "\n"
    }

    /// The report as a value, for an answer that holds more than findings.
    public static func value(_ findings: some Sequence<Finding>, options: ReportOptions) -> JSONValue {
        let sorted = findings.sortedForReport()
        let counts = SeverityCounts(sorted)
        return [
            "schema": .string(schemaID),
            "tool": .string(options.tool),
            "version": .string(options.version),
            "summary": [
                "findings": .integer(sorted.count), "errors": .integer(counts.errors),
                "warnings": .integer(counts.warnings), "notes": .integer(counts.notes),
            ],
            "findings": .array(sorted.map(\.json)),
        ]
    }
}

extension Finding {
    /// The finding as every `--json` answer gives it.
    public var json: JSONValue {
        var mending = JSONValue.null
        switch fix {
        case .command(let text): mending = ["kind": "command", "text": .string(text)]
        case .advice(let text): mending = ["kind": "advice", "text": .string(text)]
        case nil: break
        }
        return [
            "code": .string(code.id),
            "title": .string(code.title),
            "severity": .string(severity.rawValue),
            "file": .string(orNull: place.file),
            "line": .integer(orNull: place.line),
            "column": .integer(orNull: place.column),
            "variable": .string(orNull: place.variable),
            "environment": .string(orNull: place.environment),
            "component": .string(orNull: place.component),
            "message": .string(message),
            "reason": .string(reason),
            "fix": mending,
        ]
    }
}

// MARK: The schema

extension JSONReport {
    /// The JSON Schema (draft 2020-12) of the report.
    public static var schema: JSONValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": .string(schemaID),
            "title": "What a check of Keyfolio found",
            "description": "The answer of every command that checks, with --json or --format json.",
            "type": "object",
            "required": ["schema", "tool", "version", "summary", "findings"],
            "properties": [
                "schema": ["const": .string(schemaID)],
                "tool": text("The program that reports.", least: 1),
                "version": text("The program's version.", least: 1),
                "summary": summarySchema,
                "findings": [
                    "description": "Sorted by file, line, environment, component, variable and code.",
                    "type": "array",
                    "items": findingSchema,
                ],
            ],
        ]
    }

    /// The JSON Schema of one finding, for the schemas of answers that hold more than findings.
    public static var findingSchema: JSONValue {
        let members: [(String, JSONValue)] = [
            (
                "code",
                [
                    "description": "The stable name of the kind of finding.", "type": "string",
                    "pattern": "^KF-[A-Z0-9]+-[0-9]{3,}$",
                ]
            ),
            ("title", text("What kind of finding it is, in a few words.", least: 1)),
            (
                "severity",
                ["description": "How bad it is.", "enum": .array(Severity.allCases.map { .string($0.rawValue) })]
            ),
            ("file", orNull("string", "The file, relative to the project's folder where it is inside it.")),
            ("line", orNull("integer", "The line, counted from 1.", minimum: 1)),
            ("column", orNull("integer", "The column, counted from 1 in Unicode scalars.", minimum: 1)),
            ("variable", orNull("string", "The variable's name.")),
            ("environment", orNull("string", "The environment's name.")),
            ("component", orNull("string", "The component's name.")),
            ("message", text("What is wrong, with names and without values.", least: 1)),
            ("reason", text("Why it matters; may be empty.", least: 0)),
            ("fix", fixSchema),
        ]
        return [
            "type": "object",
            "required": .array(members.map { .string($0.0) }),
            "properties": .object(members.reduce(into: JSONObject()) { $0[$1.0] = $1.1 }),
        ]
    }

    private static var fixSchema: JSONValue {
        [
            "description": "What mends it, or null where that is not known.",
            "type": ["object", "null"],
            "required": ["kind", "text"],
            "properties": [
                "kind": [
                    "description": "A command line to run as it is, or advice where a person must decide.",
                    "enum": ["command", "advice"],
                ],
                "text": text("The command or the advice.", least: 1),
            ],
        ]
    }

    private static var summarySchema: JSONValue {
        let counts: [(String, String)] = [
            ("findings", "How many findings there are."), ("errors", "How many are errors."),
            ("warnings", "How many are warnings."), ("notes", "How many are notes."),
        ]
        return [
            "type": "object",
            "required": .array(counts.map { .string($0.0) }),
            "properties": .object(
                counts.reduce(into: JSONObject()) {
                    $0[$1.0] = ["description": .string($1.1), "type": "integer", "minimum": 0]
                }
            ),
        ]
    }

    private static func text(_ description: String, least: Int) -> JSONValue {
        ["description": .string(description), "type": "string", "minLength": .integer(least)]
    }

    private static func orNull(_ type: String, _ description: String, minimum: Int? = nil) -> JSONValue {
        var schema: JSONObject = JSONObject()
        schema["description"] = .string(description)
        schema["type"] = [.string(type), "null"]
        if let minimum { schema["minimum"] = .integer(minimum) }
        return .object(schema)
    }
}
