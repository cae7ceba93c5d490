import AccessPolicy
import Testing

struct ExplanationTests {
    private static let control = AccessControl(
        [
            ("team", policy("secret/data/*: read", "secret/data/+/production: deny")),
            ("ops", policy("secret/data/a/*: read list")),
        ],
        identity: .none
    )

    @Test func aDenialNamesItsPolicyAndWhatLost() {
        let control = AccessControl(
            [
                ("broad", policy("s/*: read", "s/+/x: read", "s/a/x: deny")),
                ("other", policy("s/a*: read", "s/a/x: read", "t: read")),
            ],
            identity: .none
        )
        let explanation = control.explain(.read, on: "s/a/x")
        #expect(explanation.decision.refusal == .denied)
        #expect(explanation.losing.map(\.rule.pattern) == ["s/a*", "s/+/x", "s/*"])
        #expect(Set(explanation.losing.map(\.reason)) == ["the other is the path itself"])
        #expect(explanation.sentence.contains("denied by \"s/a/x\" (policy broad)"))
        #expect(explanation.suggestion == "path \"s/a/x\" {\n  capabilities = [\"read\"]\n}")
    }

    @Test func eachReasonForLosingIsNamed() {
        let pairs = [
            ("a/*", "a/b*", "a/bc", "the other's first wildcard comes later"),
            ("a/*", "a/+", "a/b", "the other does not end in *"),
            ("a/+/+", "a/+/c", "a/b/c", "the other has fewer + segments"),
            ("a/+/b*", "a/+/bc*", "a/x/bcd", "the other is longer"),
            ("+/+/c", "+/b/+", "a/b/c", "the other comes later in the order of bytes"),
        ]
        for (loser, winner, path, reason) in pairs {
            let explanation = access(policy("\(loser): read", "\(winner): read")).explain(.read, on: path)
            #expect(explanation.decision.rule?.pattern == winner)
            #expect(explanation.losing.map(\.reason) == [reason])
            #expect(explanation.suggestion == nil)
        }
    }

    @Test func whatNothingMeansGetsARuleThatWouldAllowIt() throws {
        let explanation = Self.control.explain(.update, on: "kv/x\"y")
        #expect(explanation.sentence.contains("no rule means this path"))
        let suggestion = try #require(explanation.suggestion)
        let with = access(try PolicyDocument(parsing: suggestion))
        #expect(with.decide(.update, on: "kv/x\"y").isAllowed)
    }

    @Test(arguments: ["a/+/b", "a/*", "+", "a/{{identity.entity.id}}"])
    func noRuleIsSuggestedThatMeansMoreThanThePath(_ path: String) {
        #expect(AccessControl([], identity: .none).explain(.read, on: path).suggestion == nil)
    }

    @Test func whatIsSetAsideIsTold() {
        let control = access(policy("s/{{identity.entity.metadata.v}}: read"), TemplateValues(metadata: ["v": "*"]))
        let explanation = control.explain(.read, on: "s/x")
        #expect(explanation.setAside == control.setAside)
        #expect(explanation.sentence.contains("do not fit their templates: 1."))
    }

    @Test func rootAndCapabilitiesAreToldInWords() {
        #expect(AccessControl.root.explain(.sudo, on: "x").sentence.hasSuffix("the root policy allows everything."))
        let explanation = Self.control.explain(.update, on: "secret/data/a/x")
        #expect(explanation.sentence.contains("decides and gives list, read"))
        #expect(!explanation.sentence.contains("\u{1B}"))
        #expect(!Self.control.explain(.read, on: "x\u{1B}[2J").sentence.contains("\u{1B}"))
    }
}
