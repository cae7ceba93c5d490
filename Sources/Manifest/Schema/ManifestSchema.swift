internal import Findings

/// The JSON Schema of the manifest, for editors.
///
/// It is printed from the shapes that the reader checks files with, so it says what the reader says about everything
/// that one place of the file decides; what one place says about another (a component's name, a secret's default)
/// only the reader knows.
public enum ManifestSchema {
    /// The schema's name.
    public static let identifier = "urn:keyfolio:schema:manifest:1"

    /// The schema, in the dialect 2020-12, indented, with a line feed at the end.
    public static func json() -> String {
        var printer = SchemaPrinter()
        let manifest = printer.body(of: ManifestShapes.manifest)
        var schema = JSONObject()
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["$id"] = .string(identifier)
        schema["title"] = "keyfolio.yaml"
        schema["description"] = "What an application's components read, described once."
        for member in manifest { schema[member.key] = member.value }
        schema["$defs"] = .object(printer.definitions)
        return JSONValue.object(schema).text(.pretty) + "\n"
    }
}

/// Prints shapes as schemas. Every mapping of the format becomes a definition, so that it is printed once.
private struct SchemaPrinter {
    var definitions = JSONObject()

    mutating func body(of object: ObjectShape) -> JSONObject {
        var properties = JSONObject()
        for key in object.keys {
            var value = schema(of: key.shape)
            value["description"] = .string(key.summary)
            properties[key.name] = .object(value)
        }
        var result = Self.object(["type": "object", "additionalProperties": false])
        result["properties"] = .object(properties)
        let required = object.keys.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { result["required"] = .array(required) }
        if object.atLeast > 0 { result["minProperties"] = .integer(object.atLeast) }
        if let most = object.atMost { result["maxProperties"] = .integer(most) }
        let conditions = object.conditions.map(Self.schema(of:))
        if !conditions.isEmpty { result["allOf"] = .array(conditions) }
        return result
    }

    private static func schema(of condition: ObjectShape.Condition) -> JSONValue {
        let hasKey: JSONValue = ["required": [.string(condition.key)]]
        let word: JSONValue = ["const": .string(condition.word)]
        return [
            "if": hasKey,
            "then": [
                "if": ["properties": [condition.key: word]],
                "then": ["required": [.string(condition.companion)]],
                "else": ["properties": [condition.companion: false]],
            ],
        ]
    }

    private mutating func schema(of shape: Shape) -> JSONObject {
        switch shape {
        case .text(let form): return Self.schema(of: form)
        case .word(let words, _): return Self.object(["enum": .array(words.map(JSONValue.string))])
        case .written: return Self.object(["type": ["string", "number", "boolean"]])
        case .flag: return Self.object(["type": "boolean"])
        case .yes: return Self.object(["const": true])
        case .integer(let range) where range.count == 1: return Self.object(["const": .integer(range.lowerBound)])
        case .integer(let range):
            return Self.object([
                "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
            ])
        case .number: return Self.object(["type": "number"])
        case .nothing: return Self.object(["type": "null"])
        case .list(let item, let least):
            var result = Self.object(["type": "array", "items": .object(schema(of: item))])
            if least > 0 { result["minItems"] = .integer(least) }
            return result
        case .map(let form, let value, let least, let most):
            var result = Self.object(["type": "object", "propertyNames": .object(Self.schema(of: form))])
            result["additionalProperties"] = .object(schema(of: value))
            if least > 0 { result["minProperties"] = .integer(least) }
            if let most { result["maxProperties"] = .integer(most) }
            return result
        case .object(let object):
            if definitions[object.name] == nil {
                // The place is taken first: definitions stand in the order in which they are met.
                definitions[object.name] = .null
                definitions[object.name] = .object(body(of: object))
            }
            return Self.object(["$ref": .string("#/$defs/\(object.name)")])
        case .either(let shapes):
            var alternatives: [JSONValue] = []
            for shape in shapes { alternatives.append(.object(schema(of: shape))) }
            return Self.object(["anyOf": .array(alternatives)])
        }
    }

    private static func schema(of form: TextForm) -> JSONObject {
        var result = Self.object(["type": "string"])
        if let pattern = form.pattern { result["pattern"] = .string(pattern) }
        if form.minimumLength > 0, form.pattern == nil { result["minLength"] = .integer(form.minimumLength) }
        result["maxLength"] = .integer(form.maximumLength)
        return result
    }

    private static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONObject {
        var result = JSONObject()
        for (key, value) in members { result[key] = value }
        return result
    }
}
