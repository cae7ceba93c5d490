import AccessPolicy
import Testing

struct DecisionTests {
    @Test(arguments: [
        // Exact, one segment, whatever follows.
        ("a/b: read", "a/b", true), ("a/b: read", "a/b/", false), ("a/b: read", "a/bc", false),
        ("/a/b: read", "a/b", true), ("a/b: read", "/a/b", true), ("a/b: read", "a", false),
        ("a/*: read", "a/", true), ("a/*: read", "a", false), ("a/*: read", "a/b/c", true),
        ("a/b*: read", "a/bc/d", true),
        ("*: read", "x", true), ("*: read", "", true),
        ("a/+/c: read", "a/b/c", true), ("a/+/c: read", "a/b/x/c", false), ("a/+: read", "a/b", true),
        ("a/+: read", "a/b/c", false), ("a/+: read", "a", false), ("+: read", "a", true), ("+/b: read", "a/b", true),
        ("a/+/c*: read", "a/b/cd/e", true), ("a/+/*: read", "a/b", false), ("a/+/*: read", "a/b/c/d", true),
        ("+/+/c: read", "a/b/c", true), ("a/+/+/d: read", "a/b/c/d", true),
        // A plus that is not a whole segment, and a star inside, are characters like others.
        ("a/+b: read", "a/xb", false), ("a/+b: read", "a/+b", true), ("a/b+/c: read", "a/b+/c", true),
        ("a/*/c: read", "a/b/c", false), ("a/*/c: read", "a/*/c", true), ("a/+b*: read", "a/+bc", true),
        ("é/*: read", "é/x", true), ("é/*: read", "e\u{301}/x", false),
    ])
    func aPatternMeansTheDocumentedPaths(_ rule: String, _ path: String, _ isAllowed: Bool) {
        #expect(access(policy(rule)).decide(.read, on: path).isAllowed == isAllowed)
    }

    @Test(arguments: [
        // The one that is written second goes before.
        ("a/*", "a/b", "a/b"), ("a/+", "a/b", "a/b"), ("a/+", "a/b*", "a/bc"), ("a/*", "a/b*", "a/bc"),
        ("a/+/b/c", "a/x/+/c", "a/x/b/c"), ("a/+/b*", "a/+/b", "a/x/b"), ("a/*", "a/+", "a/b"),
        ("a/+/+/d", "a/+/c/d", "a/b/c/d"), ("a/+/c/d*", "a/+/c/de*", "a/b/c/def"), ("+/+/c", "+/b/+", "x/b/c"),
        ("a/+/+/foo*", "a/*", "a/x/y/foo"),
    ])
    func theDocumentedPriorityDecides(_ loser: String, _ winner: String, _ path: String) {
        for (gives, takes) in [(winner, loser), (loser, winner)] {
            for order in [[gives, takes], [takes, gives]] {
                let control = AccessControl(
                    order.map { ($0, policy("\($0): \($0 == gives ? "read" : "deny")")) },
                    identity: .none
                )
                let decision = control.decide(.read, on: path)
                #expect(decision.isAllowed == (gives == winner))
                #expect(decision.rule?.pattern == winner)
            }
        }
    }

    @Test func patternsOfEqualRankAreOrderedByTheirBytes() {
        let document = policy("+/b/+/*: deny", "+/+/c/*: read")
        #expect(access(document).decide(.read, on: "a/b/c/x").rule?.pattern == "+/b/+/*")
    }

    @Test func theSamePatternInTwoPoliciesIsTheSumAndDenyWins() {
        let both = AccessControl([("a", policy("x/*: read")), ("b", policy("/x/*: list update"))], identity: .none)
        #expect(both.capabilities(on: "x/y") == [.list, .read, .update])
        #expect(both.decide(.read, on: "x/y").rule?.sources.map(\.policy) == ["a", "b"])
        let denied = AccessControl(
            [("a", policy("x/*: read")), ("b", policy("x/*: deny")), ("c", policy("x/*: update"))],
            identity: .none
        )
        #expect(denied.capabilities(on: "x/y") == [.deny])
        #expect(denied.decide(.update, on: "x/y").refusal == .denied)
    }

    @Test func whatNoRuleMeansIsNotAllowed() {
        let none = AccessControl([], identity: .none)
        for capability in Capability.allCases {
            #expect(none.decide(capability, on: "a").refusal == .noRule)
            #expect(!none.mayHold(capability, under: ""))
        }
        #expect(none.capabilities(on: "a") == [.deny])
        #expect(access(policy("a:")).decide(.read, on: "a").refusal == .notGiven)
        #expect(access(policy("a:")).capabilities(on: "a") == [.deny])
    }

    @Test func rootMayEverythingAndNoNameOfAPolicyIsRoot() {
        #expect(AccessControl.root.decide(.sudo, on: "sys/seal").isRoot)
        #expect(AccessControl.root.capabilities(on: "x") == [.root])
        #expect(AccessControl.root.mayHoldAnything(under: "x"))
        let named = AccessControl([("root", policy("a: read"))], identity: .none)
        #expect(!named.decide(.read, on: "b").isAllowed && !named.decide(.root, on: "a").isAllowed)
        #expect(!access(policy("a: deny")).decide(.deny, on: "a").isAllowed)
    }

    // MARK: Listing

    @Test func aListingCannotGoPastADenialByASlash() {
        // GHSA-xp3c-3jw3-4vcr
        let control = access(
            policy(
                "foo/metadata/*: list",
                "foo/metadata/private/*: deny",
                "foo/metadata/private/granted/*: list"
            )
        )
        #expect(control.decide(.list, on: "foo/metadata/").isAllowed)
        #expect(!control.decide(.list, on: "foo/metadata/private/").isAllowed)
        #expect(!control.decide(.list, on: "foo/metadata/private").isAllowed)
        #expect(control.decide(.list, on: "foo/metadata/private/granted/").isAllowed)
        #expect(control.decide(.list, on: "foo/metadata/private/granted").isAllowed)
        #expect(!control.decide(.list, on: "foo/metadata/private/granted2/").isAllowed)
        #expect(!control.decide(.list, on: "foo/").isAllowed)
    }

    @Test(arguments: [
        (["a/b: list"], "a/b/", true), (["a/b/: list"], "a/b/", true), (["a/b/: list"], "a/b", true),
        (["a/b/: list", "a/b: deny"], "a/b/", true), (["a/b: list", "a/*: deny"], "a/b/", true),
        (["a/+: list"], "a/b/", true), (["a/*: list", "a/+: deny"], "a/b/", false), (["a/+: list"], "a/", true),
        (["a/b*: list"], "a/b/", true), (["a/b/*: list"], "a/b/", true), (["a/b/c: list"], "a/b/", false),
        (["*: list"], "", true),
    ])
    func aListingIsOfBothSpellingsOfTheFolder(_ rules: [String], _ path: String, _ isAllowed: Bool) {
        let document = PolicyDocument(rules: rules.flatMap { policy($0).rules })
        #expect(access(document).decide(.list, on: path).isAllowed == isAllowed)
    }

    @Test func otherThanListingsASlashAtTheEndIsAnotherPath() {
        let control = access(policy("a/b: read update list"))
        #expect(!control.decide(.read, on: "a/b/").isAllowed)
        #expect(!control.decide(.update, on: "a/b/").isAllowed)
        #expect(control.capabilities(on: "a/b/") == [.list, .read, .update])
    }

    @Test func sudoIsThatOfTheRuleThatDecides() {
        let control = access(policy("a: list sudo", "a/*: sudo", "b: list", "b/*: sudo list"))
        #expect(control.decide(.list, on: "a/").hasSudo)
        #expect(!control.decide(.list, on: "b/").hasSudo)
        #expect(!control.decide(.read, on: "a").hasSudo)
        #expect(AccessControl.root.decide(.read, on: "a").hasSudo)
    }

    // MARK: Below a prefix

    @Test(arguments: [
        (["secret/data/app/*: read"], "secret/", true), (["secret/data/app/*: read"], "secret", true),
        (["secret/data/app/*: read"], "secret/data/app/x/y", true), (["secret/data/app/*: read"], "other", false),
        (["+/data/x: read"], "secret/", true), (["+/+/x: read"], "secret/data/y/", false),
        (["+: read"], "secret", true),
        (["secret/+/x: read"], "secret/", true), (["secret: read"], "secret/", false),
        (["secret: read"], "secret", true),
        (["secre: read"], "secret/", false),
        (["secret/*: read", "secret/private/*: deny"], "secret/private/", false),
        (["secret/*: read", "secret/private/*: deny"], "secret/private", true),
        (["secret/*: read", "secret/private/*: deny"], "secret/", true),
        (["secret/*: read", "secret/private/*: deny", "secret/private/+/open: read"], "secret/private", true),
        (["secret/*: deny", "*: read"], "secret/", false), (["secret/*: deny", "*: read"], "", true),
        (["secret/x: list"], "secret", false), (["secret/x: deny"], "secret", false), (["*: read"], "", true),
        (["secretx/*: read"], "secret", false), (["secret/a*: read"], "secret/b", false),
    ])
    func whatMayBeHeldBelowAPrefixIsKnown(_ rules: [String], _ prefix: String, _ may: Bool) {
        let document = PolicyDocument(rules: rules.flatMap { policy($0).rules })
        #expect(access(document).mayHold(.read, under: prefix) == may)
    }

    @Test func anyCapabilityLetsSomebodySeeTheMount() {
        #expect(access(policy("+/data/x: update")).mayHoldAnything(under: "secret/"))
        #expect(access(policy("secret/+/x: list")).mayHoldAnything(under: "secret/"))
        #expect(!access(policy("secret/x: deny")).mayHoldAnything(under: "secret/"))
        #expect(!access(policy("secret/x:")).mayHoldAnything(under: "secret/"))
    }
}
