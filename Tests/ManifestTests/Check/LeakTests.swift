import Findings
import Manifest
import Secrets
import Testing

/// No finding contains a value or a piece of it, whatever the value, the type and the rules.
@Suite struct LeakTests {
    /// Texts around and inside which a canary is put, so that it comes to every place of every type's syntax.
    static let frames = [
        "@", " @ ", "@\n@", "https://@", "https://u:@@h/", "https://@:x/", "https://h:@/", "https://h/@?@#@", "@@h",
        "a@@",
        "postgresql://@:p@h/d", "postgresql://u:@@h/d", "postgresql://u:p@@/d", "postgresql://u:p@h:@/d",
        "postgresql://u:p@h/@",
        "postgresql://u:p@h/d?@=x", "postgresql://u:p@h/d?sslmode=@", "postgresql://u:p@h/d?connect_timeout=@",
        "postgresql://u:%@@h/d",
        "postgresql://u:p@[@]/d", "postgresql://u:p@h/d#@", "postgresql://u:p@h/d?@&@", "postgresql://@:@@h/d",
        "@://u:p@h/d",
        "postgresql://u:p/@@h/d", "postgresql://postgres:@@h/@?host=@&port=@", "{\"@\": \"@\", \"@\": 1}", "{@", "[@",
        "\"@", "@,@,@",
        "@.com,@.com", "<@>", "${@}", "your_@_here", "changeme @", "AKIA@", "@=", "s3://@", "arn:@", "eu-@-1", "@s",
        "12@", "0x@", "-@", "[::@]",
        "@.@.@", "@@@", "%@", "@%", "xn--@", "@-s3alias", "#@", "?@", "@@example.com", "A <@@b.com>", "~/@",
    ]

    static let ruleSets: [Rules] = [
        Rules(),
        GuideFixture.rules {
            $0.required = .always
            $0.minimumLength = 1000
            $0.strengthBits = 10_000
            $0.minimumPasswordLength = 1000
            $0.characters = Set(Rules.CharacterKind.allCases)
            $0.unique = true
            $0.source = .store
        },
        GuideFixture.rules {
            $0.maximumLength = 1
            $0.minimum = 1e9
            $0.maximum = -1e9
            $0.pattern = "[0-9]"
            $0.oneOf = ["one"]
            $0.mustBe = "one"
            $0.tls = true
            $0.wildcard = false
            $0.public = false
            $0.strengthBits = 10_000
        },
        GuideFixture.rules { $0.pattern = "(" },
    ]

    /// Random canaries of letters, digits and signs, each piece of six characters of which nothing else has.
    static func canary(_ source: inout SeededSource) -> String {
        let alphabet = Array(
            "abcdefghijkmnopqrstuvwxyzACDEFGHJKLMNPQRTUVWXYZ23456789" + (Bool.random(using: &source) ? "-_" : "")
        )
        return String((0..<12).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &source)] })
    }

    /// Whether a text has six characters of a canary in a row, in any case.
    static func shows(_ text: [UInt8], _ canary: String) -> Bool {
        let canary = Array(canary.lowercased().utf8)
        let pieces = Set((0...(canary.count - 6)).map { Array(canary[$0..<($0 + 6)]) })
        let starts = Set(pieces.map { $0[0] })
        return text.indices.dropLast(5).contains {
            starts.contains(text[$0]) && pieces.contains(Array(text[$0..<($0 + 6)]))
        }
    }

    /// Everything that findings say, as any report might print it, in lower case.
    static func text(_ findings: [Finding]) -> [UInt8] {
        let said = findings.map { finding in
            let place = finding.place
            let names = [place.file, place.variable, place.environment, place.component].compactMap(\.self)
            return "\(finding.message) \(finding.reason) \(finding.fix?.description ?? "") \(place) \(names)"
        }
        return Array(said.joined(separator: "\n").lowercased().utf8)
    }

    @Test(arguments: ValueType.simple + [.enumeration(["one", "two"])])
    func `no finding about a value has a piece of it`(type: ValueType) {
        var source = SeededSource(state: 17)
        var count = 0
        for (number, rules) in Self.ruleSets.enumerated() {
            for (position, frame) in Self.frames.enumerated() {
                #if DEBUG
                    // Where the code is not optimised each frame gets one of the rule sets, another for each type.
                    if (position + type.name.utf8.count) % Self.ruleSets.count != number { continue }
                #endif
                let canary = Self.canary(&source)
                let value = frame.split(separator: "@", omittingEmptySubsequences: false).joined(separator: canary)
                var forbidding = rules
                forbidding.mustNotBe = [value]
                let manifest = CheckerTests.manifest([
                    Variable(name: "NAME", type: type, rules: forbidding),
                    Variable(name: "TWIN", type: type, sensitivity: .secret),
                ])
                let resolutions = CheckerTests.environments.dropFirst().map {
                    CheckerTests.resolve(manifest, ["NAME": value, "TWIN": value], in: $0.name)
                }
                let checker = Checker(manifest)
                let findings = checker.check(resolutions) { $0.reveal() }
                let explanation = checker.explain("NAME", in: resolutions[1], others: resolutions, findings: findings)
                count += findings.count
                let broken = explanation?.verdicts.flatMap(\.findings) ?? []
                if Self.shows(Self.text(findings + broken), canary) || explanation?.value?.hasPrefix("••••") != true {
                    // The frame, not the canary, so that this test does not leak either.
                    Issue.record("a finding about \(frame) shows a piece of the value")
                }
            }
        }
        #expect(count > 100)
    }

    @Test func `no finding about a template, a mismatch or an unknown name has a piece of a value`() {
        var source = SeededSource(state: 23)
        for _ in 0..<200 {
            let canary = Self.canary(&source)
            let manifest = CheckerTests.manifest(
                [Variable(name: "KEY", type: .secret, example: "x")],
                environmentVariable: "ENVIRONMENT"
            )
            let resolution = CheckerTests.resolve(manifest, ["ENVIRONMENT": canary, "KYE": canary, "KEY": canary])
            let findings =
                CheckerTests.check(manifest, [resolution])
                + TemplateCheck.findings(
                    for: CheckerTests.backend,
                    manifest: manifest,
                    entries: [.init(name: "KEY", line: 1, value: Secret(canary))],
                    file: ".env.example"
                )
            #expect(findings.count >= 3)
            #expect(!Self.shows(Self.text(findings), canary))
        }
    }

    @Test func `this test would see a leak`() {
        let leak = Self.text([Finding(RuleCodes.weak, "NAME is weak: abcdefgh")])
        #expect(Self.shows(leak, "xxABCDefxxxx"))
        #expect(!Self.shows(leak, "xxabcdexxxxx"))
    }
}
