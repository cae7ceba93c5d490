import AccessPolicy
import Testing

/// Repeats itself: a failure can be looked at again.
struct Repeatable: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

struct ReferenceTests {
    private static func words(_ count: ClosedRange<Int>, _ from: [String], _ random: inout Repeatable) -> String {
        (0..<Int.random(in: count, using: &random)).map { _ in from.randomElement(using: &random) ?? "" }
            .joined(separator: "/")
    }

    @Test(arguments: 0..<8)
    func aDecisionIsThatOfTheDocumentedWords(_ seed: UInt64) {
        var random = Repeatable(state: seed)
        for _ in 0..<40 {
            let rules = (0..<Int.random(in: 1...14, using: &random)).map { _ in
                var pattern = Self.words(1...4, ["a", "b", "ab", "+", "+", "", "a+"], &random)
                if Bool.random(using: &random) && pattern.utf8.last != UInt8(ascii: "+") { pattern += "*" }
                let capabilities = [Capability.read, .list, .deny, .update].filter { _ in
                    Int.random(in: 0..<3, using: &random) == 0
                }
                return PathRule(pattern, CapabilitySet(capabilities))
            }
            let control = access(PolicyDocument(rules: rules))
            let reference = ReferenceEvaluator(rules: rules)
            for _ in 0..<40 {
                let path = Self.words(1...5, ["a", "b", "ab", "abc", "", "a+"], &random)
                for capability in [Capability.read, .list] {
                    let expected = reference.allows(capability, on: path)
                    #expect(
                        control.decide(capability, on: path).isAllowed == expected,
                        "\(capability) on \(path) with \(rules.map { "\($0.pattern): \($0.capabilities.sorted)" })"
                    )
                    if expected {
                        #expect(control.mayHold(capability, under: path))
                        let above = path.split(separator: "/").first.map(String.init) ?? ""
                        if path.hasPrefix(above) { #expect(control.mayHold(capability, under: above)) }
                    }
                }
            }
        }
    }
}
