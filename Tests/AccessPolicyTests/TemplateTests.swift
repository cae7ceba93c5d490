import AccessPolicy
import Testing

struct TemplateTests {
    private static let identity = TemplateValues(
        entityID: "e-1",
        entityName: "backend",
        metadata: ["project": "portfolio", "a.b": "dotted"],
        aliases: ["auth_1": .init(id: "al-1", name: "login", metadata: ["team": "blue"])],
        groups: [.init(id: "g-1", name: "ops.eu", metadata: ["zone": "north"])]
    )

    @Test(arguments: [
        ("identity.entity.id", "e-1"), ("identity.entity.name", "backend"),
        ("identity.entity.metadata.project", "portfolio"), ("identity.entity.metadata.a.b", "dotted"),
        ("identity.entity.aliases.auth_1.name", "login"), ("identity.entity.aliases.auth_1.id", "al-1"),
        ("identity.entity.aliases.auth_1.metadata.team", "blue"), ("identity.groups.ids.g-1.name", "ops.eu"),
        ("identity.groups.names.ops.eu.id", "g-1"), ("identity.groups.names.ops.eu.metadata.zone", "north"),
        (" identity.entity.id ", "e-1"),
    ])
    func aTemplateIsFilledIn(_ template: String, _ value: String) {
        let control = access(policy("s/{{\(template)}}/x: read"), Self.identity)
        #expect(control.decide(.read, on: "s/\(value)/x").isAllowed)
        #expect(!control.decide(.read, on: "s/other/x").isAllowed)
        #expect(control.setAside.isEmpty)
    }

    @Test(arguments: [
        "identity.entity.metadata.none", "identity.entity.aliases.auth_2.name", "identity.groups.ids.g-2.name",
        "identity.groups.names.ops.id", "identity.entity", "identity.entity.policies", "time.now",
        "identity.groups.ids.g-1.id.x",
    ])
    func aTemplateWithoutAValueDropsTheRule(_ template: String) {
        let control = access(policy("s/{{\(template)}}/x: read", "s/*: list"), Self.identity)
        #expect(control.setAside.map(\.reason) == [.valueMissing])
        #expect(control.decide(.read, on: "s//x").refusal == .notGiven)
        #expect(control.decide(.read, on: "s/{{\(template)}}/x").refusal == .notGiven)
    }

    @Test(arguments: ["*", "+", "a*", "a+b", "a/b", "/", ".", "..", "", "\u{0}", "a\nb", "\u{7F}", "\u{85}", "a\\b"])
    func aValueCannotWidenARule(_ value: String) {
        // GHSA-59w7-v8rr-pr4p
        let identity = TemplateValues(metadata: ["v": value])
        let control = access(
            policy("s/{{identity.entity.metadata.v}}/x: read", "t/{{identity.entity.metadata.v}}*: read"),
            identity
        )
        #expect(control.setAside.map(\.reason) == [.valueUnsafe, .valueUnsafe])
        for path in ["s/other/x", "s/\(value)/x", "s/a/b/x", "t/a", "t/", "t/\(value)"] {
            #expect(!control.decide(.read, on: path).isAllowed)
            #expect(!control.mayHoldAnything(under: ""))
        }
    }

    @Test func aPartOfASegmentCannotBeMadeDots() {
        for value in [".", ".."] {
            let identity = TemplateValues(metadata: ["v": value])
            let document = policy(
                "s/.{{identity.entity.metadata.v}}/x: read",
                "s/{{identity.entity.metadata.v}}./x: read"
            )
            #expect(access(document, identity).setAside.map(\.reason) == [.valueUnsafe, .valueUnsafe])
        }
        let identity = TemplateValues(metadata: ["v": "..."])
        #expect(access(policy("s/{{identity.entity.metadata.v}}: read"), identity).decide(.read, on: "s/...").isAllowed)
    }

    @Test func aDenialIsWidenedRatherThanDropped() {
        let identity = TemplateValues(metadata: ["v": "a/b"])
        let control = access(
            policy(
                "s/*: read",
                "s/{{identity.entity.metadata.v}}/x: deny",
                "u/*: read",
                "u/a{{identity.entity.metadata.v}}*: deny"
            ),
            identity
        )
        #expect(control.setAside.map(\.reason) == [.denialWidened, .denialWidened])
        #expect(!control.decide(.read, on: "s/anything/x").isAllowed)
        #expect(control.decide(.read, on: "s/anything/y").isAllowed)
        #expect(!control.decide(.read, on: "u/anything").isAllowed)
    }

    @Test func aValueWithBracketsIsNotFilledInAgain() {
        let identity = TemplateValues(entityID: "e-1", metadata: ["v": "{{identity.entity.id}}"])
        let control = access(policy("s/{{identity.entity.metadata.v}}: read"), identity)
        #expect(!control.decide(.read, on: "s/e-1").isAllowed)
    }
}
