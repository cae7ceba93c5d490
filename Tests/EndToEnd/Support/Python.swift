import Foundation

/// Other people's readers of JSON and JSON Schema, on what the built command prints.
enum Python {
    /// Whether Python's `jsonschema` is installed here (scripts/install-dependencies.sh).
    static let hasJSONSchema = (try? Command.run(["python3", "-c", "import jsonschema"]))?.status == 0

    /// Reads texts as exactly one JSON document each, and the second of each pair as the schema of the first.
    ///
    /// A schema that refuses nothing would say nothing: so each member that it requires is taken out once, and must be
    /// missed.
    private static let program = """
        import json, sys, jsonschema

        def unique(pairs):
            assert len({key for key, _ in pairs}) == len(pairs), "a key is there twice"
            return dict(pairs)

        for line in sys.stdin:
            name, document, schema = json.loads(line)
            try:
                document = json.loads(document, object_pairs_hook=unique)
                schema = json.loads(schema, object_pairs_hook=unique)
                assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", "another draft"
                validator = jsonschema.validators.validator_for(schema)
                validator.check_schema(schema)
                check = validator(schema)
                for error in check.iter_errors(document):
                    print(name, error.json_path, error.message)
                for key in schema.get("required", []):
                    if check.is_valid({other: value for other, value in document.items() if other != key}):
                        print(name, "does not miss", key)
            except Exception as error:
                print(name, type(error).__name__, error)
        """

    /// What is wrong with documents, a line for each mistake; empty when all are valid.
    static func mistakes(_ documents: [(name: String, document: String, schema: String)]) throws -> String {
        let lines = try documents.map { entry in
            let line = try JSONSerialization.data(withJSONObject: [entry.name, entry.document, entry.schema])
            return String(decoding: line, as: UTF8.self) + "\n"
        }
        let outcome = try Command.run(["python3", "-c", program], input: lines.joined())
        return outcome.status == 0 ? outcome.output : "python3 ended with \(outcome.status): \(outcome.error)"
    }
}
