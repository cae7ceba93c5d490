import Findings
import Manifest
import Secrets
import Testing

@Suite struct ExplanationTests {
    static let manifest: Manifest = {
        var key = Variable(name: "KEY", type: .secret, defaultValue: "default-value", components: ["backend"], line: 4)
        key.rules.minimumLength = 8
        key.rules.strengthBits = 40
        key.rules.unique = true
        key.environments["production"] = .init(
            rules: GuideFixture.rules {
                $0.minimumLength = 64
                $0.source = .store
            }
        )
        return CheckerTests.manifest([key, Variable(name: "OTHER")])
    }()

    static func explain(_ value: String?, in environment: String = "production") throws -> Explanation {
        let resolution = CheckerTests.resolve(manifest, value.map { ["KEY": $0] } ?? [:], in: environment)
        let checker = Checker(manifest)
        let findings = checker.check([resolution]) { $0.reveal() }
        return try #require(checker.explain("KEY", in: resolution, findings: findings))
    }

    @Test func `it tells where the value is from, what it won over, and hides it`() throws {
        let explanation = try Self.explain("kR7-vBn2_qLx")
        #expect(explanation.origins == [.file(path: "backend/.env.production", line: 1), .manifest(line: 4)])
        #expect(explanation.value == "•••• (12 characters)")
        #expect(!"\(explanation)".contains("kR7-vB"))
    }

    @Test func `it tells each rule, who asks, and whether it holds`() throws {
        let verdicts = try Self.explain("kR7-vBn2_qLx").verdicts
        func verdict(_ kind: RuleKind) throws -> Explanation.Verdict {
            try #require(verdicts.first { $0.kind == kind })
        }
        #expect(try verdict(.source).outcome == .broken)
        #expect(try verdict(.source).source == .environment)
        #expect(try verdict(.minimumLength).words == "at least 64 characters")
        #expect(try verdict(.minimumLength).outcome == .broken)
        #expect(try verdict(.minimumLength).findings.map(\.code) == [RuleCodes.tooShort])
        #expect(try verdict(.strength).outcome == .notAsked("the value is too short"))
        #expect(try verdict(.strength).source == .general)
        #expect(try verdict(.type).source == .builtIn)
        #expect(try verdict(.type).outcome == .holds)
        #expect(try verdict(.unique).outcome == .holds)
        #expect(!verdicts.contains { [.pattern, .mustBe, .tls, .defaultCredentials].contains($0.kind) })
    }

    @Test func `in another environment other rules speak`() throws {
        let verdicts = try Self.explain("kR7-vBn2_qLx", in: "staging").verdicts
        let length = try #require(verdicts.first { $0.kind == .minimumLength })
        #expect(length.words == "at least 8 characters")
        #expect(length.source == .general)
        #expect(length.outcome == .holds)
        #expect(!verdicts.contains { $0.kind == .source })
    }

    @Test func `a placeholder makes the other rules pointless, and an empty value all of them`() throws {
        let placeholder = try Self.explain("changeme").verdicts
        #expect(placeholder.first { $0.kind == .placeholder }?.outcome == .broken)
        #expect(placeholder.first { $0.kind == .strength }?.outcome == .notAsked("the value is a placeholder"))
        let empty = try Self.explain("").verdicts
        #expect(empty.filter { $0.kind != .unique }.allSatisfy { $0.outcome == .notAsked("there is no value") })
    }

    @Test func `reuse that a check found is told at its rule`() throws {
        let resolutions = ["staging", "production"].map {
            CheckerTests.resolve(Self.manifest, ["KEY": "kR7-vBn2_qLx"], in: $0)
        }
        let checker = Checker(Self.manifest)
        let findings = checker.check(resolutions) { $0.reveal() }
        let explanation = try #require(checker.explain("KEY", in: resolutions[1], findings: findings))
        #expect(explanation.verdicts.first { $0.kind == .unique }?.outcome == .broken)
        let other = try #require(checker.explain("KEY", in: resolutions[0], findings: findings))
        #expect(other.verdicts.first { $0.kind == .unique }?.outcome == .holds)
    }

    @Test func `a name that the component does not have is not explained`() {
        let resolution = CheckerTests.resolve(Self.manifest, [:])
        #expect(Checker(Self.manifest).explain("NOBODY", in: resolution) == nil)
    }
}
