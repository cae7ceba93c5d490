import AccessPolicy
import Findings
import Testing

struct ParameterTests {
    private static func decide(
        _ lines: String,
        _ parameters: JSONValue?,
        _ capability: Capability = .update
    ) throws -> Decision {
        let document = try PolicyDocument(parsing: "path \"x\" { capabilities = [\"update\", \"delete\"]\n\(lines) }")
        return access(document).decide(capability, on: "x", parameters: parameters?.asObject)
    }

    @Test(
        arguments: [
            // Allowed: others are refused; an empty list is any value; the star is every other parameter.
            ("allowed_parameters = { a = [] }", ["a": 1], true), ("allowed_parameters = { a = [] }", ["b": 1], false),
            ("allowed_parameters = { a = [] }", [:], true), ("allowed_parameters = {}", ["b": 1], true),
            ("allowed_parameters = { a = [\"x\", \"y\"] }", ["a": "y"], true),
            ("allowed_parameters = { a = [\"x\"] }", ["a": "z"], false),
            ("allowed_parameters = { \"*\" = [] }", ["q": "z"], true),
            ("allowed_parameters = { a = [\"x\"], \"*\" = [] }", ["q": "z"], true),
            ("allowed_parameters = { a = [\"x\"], \"*\" = [] }", ["a": "z"], false),
            ("allowed_parameters = { A = [] }", ["a": 1], true), ("allowed_parameters = { a = [] }", ["A": 1], true),
            // Stars in values.
            ("allowed_parameters = { a = [\"foo-*\"] }", ["a": "foo-bar"], true),
            ("allowed_parameters = { a = [\"foo-*\"] }", ["a": "xfoo-bar"], false),
            ("allowed_parameters = { a = [\"*-foo\"] }", ["a": "bar-foo"], true),
            ("allowed_parameters = { a = [\"*oo*\"] }", ["a": "xooy"], true),
            ("allowed_parameters = { a = [\"*aab*\"] }", ["a": "aaab"], true),
            ("allowed_parameters = { a = [\"*aab*\"] }", ["a": "aacb"], false),
            ("allowed_parameters = { a = [\"f*o\"] }", ["a": "fxo"], false),
            ("allowed_parameters = { a = [\"*\"] }", ["a": "anything"], true),
            // Other kinds of values.
            ("allowed_parameters = { a = [1, true] }", ["a": 1], true),
            ("allowed_parameters = { a = [1, true] }", ["a": true], true),
            ("allowed_parameters = { a = [1] }", ["a": "1"], false),
            ("allowed_parameters = { a = [1] }", ["a": .null], false),
            ("allowed_parameters = { a = [\"x\", \"y\"] }", ["a": ["x", "y"]], true),
            ("allowed_parameters = { a = [\"x\", \"y\"] }", ["a": ["x", "z"]], false),
            ("allowed_parameters = { a = [\"x\"] }", ["a": []], false),
            // Denied goes before allowed.
            ("denied_parameters = { a = [] }", ["a": 1], false), ("denied_parameters = { a = [] }", ["b": 1], true),
            ("denied_parameters = { a = [\"x\"] }", ["a": "y"], true),
            ("denied_parameters = { a = [\"x\"] }", ["A": "x"], false),
            ("denied_parameters = { \"*\" = [] }", ["a": 1], false), ("denied_parameters = { \"*\" = [] }", [:], true),
            ("denied_parameters = { \"*\" = [], a = [\"x\"] }", ["a": "y"], false),
            ("denied_parameters = { \"*\" = [\"x\"] }", ["b": "y"], false),
            ("denied_parameters = { a = [\"x*\"] }", ["a": ["y", "xy"]], false),
            ("denied_parameters = { a = [10] }", ["a": "10"], false),
            ("denied_parameters = { a = [10] }", ["a": 10.0], false),
            ("denied_parameters = { a = [true] }", ["a": "true"], false),
            ("allowed_parameters = { a = [] }\ndenied_parameters = { a = [\"x\"] }", ["a": "x"], false),
            ("allowed_parameters = { a = [] }\ndenied_parameters = { a = [\"x\"] }", ["a": "y"], true),
            // Required.
            ("required_parameters = [\"A\", \"b\"]", ["a": 1, "B": 2], true),
            ("required_parameters = [\"a\", \"b\"]", ["a": 1], false), ("required_parameters = [\"a\"]", [:], false),
        ] as [(String, JSONValue, Bool)]
    )
    func parametersAreHeldToTheRule(_ lines: String, _ parameters: JSONValue, _ isAllowed: Bool) throws {
        #expect(try Self.decide(lines, parameters).isAllowed == isAllowed)
    }

    @Test func aRefusalNamesTheParameterAndNeverItsValue() throws {
        let rules =
            "allowed_parameters = { a = [\"x\"] }\ndenied_parameters = { d = [\"x\"] }\nrequired_parameters = [\"r\"]"
        let cases: [(JSONValue, Decision.Refusal)] = [
            ([:], .parameterMissing("r")), (["r": 1, "D": "x"], .parameterDenied("d")),
            (["r": 1], .parameterNotAllowed("r")),
        ]
        for (parameters, refusal) in cases { #expect(try Self.decide(rules, parameters).refusal == refusal) }
        let decision = try Self.decide("allowed_parameters = { a = [\"x\"] }", ["a": "canary"])
        #expect(decision.refusal == .parameterValueNotAllowed("a"))
        #expect(!"\(decision)".contains("canary"))
        #expect(!String(reflecting: decision).contains("canary"))
    }

    @Test func parametersDoNotCountForDeleting() throws {
        #expect(try Self.decide("required_parameters = [\"a\"]", nil, .delete).isAllowed)
        #expect(try !Self.decide("required_parameters = [\"a\"]", nil, .update).isAllowed)
    }

    @Test func whatSeveralRulesSayAboutOnePatternIsMerged() throws {
        let document = try PolicyDocument(
            parsing: """
                path "x" { capabilities = ["update"], allowed_parameters = { a = ["1"], any = [] }
                  required_parameters = ["a"], min_wrapping_ttl = 300, max_wrapping_ttl = 400 }
                path "x" { capabilities = ["create"], allowed_parameters = { a = ["2"], any = ["z"] }
                  denied_parameters = { d = [] }, min_wrapping_ttl = "50s", max_wrapping_ttl = "3m20s" }
                """
        )
        let control = access(document)
        for value in ["1", "2"] {
            #expect(control.decide(.update, on: "x", parameters: ["a": .string(value)]).isAllowed)
        }
        #expect(control.decide(.update, on: "x", parameters: ["a": "1", "any": "q"]).isAllowed)
        #expect(!control.decide(.update, on: "x", parameters: ["any": "q"]).isAllowed)
        #expect(!control.decide(.create, on: "x", parameters: ["a": "1", "d": 1]).isAllowed)
        let wrapping = control.decide(.update, on: "x", parameters: ["a": "1"]).wrapping
        #expect(wrapping == WrappingBounds(minimum: 50, maximum: 200))
        for (seconds, fits) in [(nil, false), (49, false), (50, true), (200, true), (201, false)] as [(Int?, Bool)] {
            #expect(wrapping.admits(seconds) == fits)
        }
        #expect(WrappingBounds.none.admits(nil) && WrappingBounds.none.admits(1))
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }
}
