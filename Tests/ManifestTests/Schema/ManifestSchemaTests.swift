import Findings
import Foundation
import Testing

@testable import Manifest

@Suite struct ManifestSchemaTests {
    static let judge = """
        import json, sys
        from jsonschema import Draft202012Validator
        schema, documents = json.load(sys.stdin)
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        print(json.dumps([validator.is_valid(document) for document in documents]))
        """

    @Test func `the checked-in schema is the one that the program prints`() throws {
        let stored = try Repository.text(of: "Schemas/keyfolio.schema.json")
        #expect(stored == ManifestSchema.json(), "run: keyfolio schema manifest > Schemas/keyfolio.schema.json")
    }

    @Test func `every key of the format says what it is`() {
        var seen = Set<String>()
        func walk(_ object: ObjectShape) {
            guard seen.insert(object.name).inserted else { return }
            for key in object.keys {
                #expect(!key.summary.isEmpty && key.summary.hasSuffix("."), "\(object.name).\(key.name)")
                walk(key.shape)
            }
            for (_, meant) in object.synonyms { #expect(object.place(of: meant) != nil, "\(meant)") }
        }
        func walk(_ shape: Shape) {
            switch shape {
            case .object(let object): walk(object)
            case .list(let shape, _), .map(_, let shape, _, _): walk(shape)
            case .either(let shapes): shapes.forEach(walk)
            default: break
            }
        }
        walk(ManifestShapes.manifest)
        #expect(seen.count >= 9)
    }

    @Test(.enabled(if: Python.has("jsonschema")))
    func `the schema and the reader agree about a table of manifests`() throws {
        let table = AgreementTable.documents
        let verdicts = try judged(table.map(\.json))
        for (document, isValid) in zip(table, verdicts) {
            #expect(isValid == document.isValid, "the schema about: \(document.name)")
            #expect(Self.hasShape(document.json) == document.isValid, "the reader about: \(document.name)")
        }
    }

    @Test(.enabled(if: Python.has("jsonschema")))
    func `the schema and the reader agree about manifests that were changed at random`() throws {
        var generator = SeededGenerator(seed: 20)
        let base = try JSONValue(parsing: Array(AgreementTable.full.utf8))
        var documents: [String] = []
        for round in 0..<800 {
            var document = base
            for _ in 0...(round % 3) { document = Mutation.mutated(document, using: &generator) }
            documents.append(document.text())
        }
        let verdicts = try judged(documents)
        #expect(verdicts.contains(true) && verdicts.contains(false))
        for (document, isValid) in zip(documents, verdicts) where Self.hasShape(document) != isValid {
            Issue.record("schema: \(isValid), reader: \(!isValid), about \(document)")
        }
    }

    /// Whether the reader finds nothing that the schema could find.
    static func hasShape(_ document: String) -> Bool {
        let findings = ManifestReader.examine(bytes: Array(document.utf8)).findings
        return !findings.contains { ManifestCodes.ofShape.contains($0.code) || $0.code == .manifestSyntax }
    }

    private func judged(_ documents: [String]) throws -> [Bool] {
        let input = "[\(ManifestSchema.json()), [\(documents.joined(separator: ","))]]"
        let output = try Python.run(Self.judge, input: Data(input.utf8))
        return try JSONDecoder().decode([Bool].self, from: output)
    }
}

/// Changes one place of a JSON document.
private enum Mutation {
    static func mutated(_ value: JSONValue, using generator: inout SeededGenerator) -> JSONValue {
        switch value {
        case .object(let object) where Int.random(in: 0..<6, using: &generator) > 0 && object.count > 0:
            return .object(changed(object, using: &generator))
        case .array(var items) where Int.random(in: 0..<4, using: &generator) > 0 && !items.isEmpty:
            let index = Int.random(in: 0..<items.count, using: &generator)
            items[index] = mutated(items[index], using: &generator)
            return .array(items)
        default: return strange(using: &generator)
        }
    }

    private static func changed(_ object: JSONObject, using generator: inout SeededGenerator) -> JSONObject {
        var result = object
        let keys = object.keys
        guard let key = keys.randomElement(using: &generator) else { return result }
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: result[key] = nil
        case 1:
            result[key] = nil
            result[key + "x"] = object[key]
        case 2: result[words.randomElement(using: &generator) ?? "x"] = strange(using: &generator)
        default: result[key] = object[key].map { mutated($0, using: &generator) }
        }
        return result
    }

    private static func strange(using generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<9, using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: .integer([-1, 0, 1, 8, 16, 32, 64, 4096, 5000, 2_000_000].randomElement(using: &generator) ?? 0)
        case 3: .double([0.5, 32.0, -1.25, 1e3].randomElement(using: &generator) ?? 0)
        case 4: .array([])
        case 5: .array([strange(using: &generator)])
        case 6:
            .object(
                {
                    var object = JSONObject()
                    object[words.randomElement(using: &generator) ?? "x"] = strange(using: &generator)
                    return object
                }()
            )
        default: .string(words.randomElement(using: &generator) ?? "")
        }
    }

    private static let words = [
        "", "a", "9a", "A_b", "a b", "a.b", "/abs", "..", "../x", "a/../b", "a/..b", "./x/", "x/", "é", "type",
        "values",
        "rules", "hex", "uuid", "when", "minimum", "maximum", "required", "secret", "enumeration", "port", "server",
        "production", "backend", "store", "90d", "0d", "9999d", "10000d", "d", "never", "*", "true", "strict",
        "default",
        "name", "folder", "files", "environments", "components", "variables", "a\\b", String(repeating: "n", count: 65),
        "length", "generate", "rotation", "one-of", "password-length", "characters", "upper", "-", "_", "a-", ".a",
    ]
}
