import Manifest
import Secrets
import Testing

@Suite struct StrengthTests {
    static func bits(_ value: String) -> Int { Strength.estimate(Secret(value)).bits }

    /// Each with bounds: no estimate is exact, but none may be off by much.
    @Test(arguments: [
        ("", 0...0), ("a", 0...6), ("password", 0...14), ("Password1", 0...24), ("p4ssw0rd", 0...16),
        ("P@ssw0rd!", 0...24),
        ("12345678", 0...12), ("1234567890", 0...14), ("abcdefgh", 0...14), ("qwertyuiop", 0...14),
        ("aaaaaaaaaaaaaaaa", 0...14),
        ("abcabcabcabcabcabcabcabcabcabcab", 0...30), ("passwordpasswordpassword", 0...26), ("Summer2024!", 0...32),
        ("admin123", 0...24), ("letmein2025", 0...24), ("correct horse battery staple", 20...75), ("iloveyou", 0...14),
        ("1q2w3e4r5t6y", 0...22), ("zaq1xsw2cde3", 0...40), ("a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6", 0...30),
        ("0123456789abcdef0123456789abcdef", 0...50), ("deadbeefdeadbeefdeadbeefdeadbeef", 0...48),
        ("0000000000000000000000000000000000000000000000000000000000000001", 0...24),
        ("aabbaabbabababbabbaabbababaabbab", 0...60), ("20251023", 0...27), ("2025-10-23", 0...26),
        ("herecomesthesunandthestarsandthemoon", 30...100),
        // Real randomness keeps its bits.
        ("6f1ed002ab5595859014ebf0951522d9", 128...128), ("kX9mQ2vL7pR4tW8z", 96...96),
        ("9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de", 120...150),
        ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", 124...124), ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", 0...64),
        ("00000000-0000-0000-0000-000000000000", 0...20),
    ])
    func `an estimate lies within sensible bounds`(value: String, bounds: ClosedRange<Int>) {
        let estimate = Self.bits(value)
        #expect(bounds.contains(estimate), "estimated \(estimate) bits for a value of \(value.count) characters")
    }

    @Test(arguments: [
        ("password", Strength.Reason.commonWord), ("abcdefghij", .sequence), ("zxcvbnmzx", .keyboard),
        ("aaaaaaaaaaaa", .repetition), ("Qx7!20251023", .date), ("xk9qxk9qxk9qxk9qxk9q", .repetition),
        ("abaabbbabaabababbbabaab", .fewCharacters), ("there in the meantime another interest arose", .language),
    ])
    func `the reason is named`(value: String, reason: Strength.Reason) {
        #expect(Strength.estimate(Secret(value)).reasons.contains(reason))
    }

    static let generators: [(Generator, Int)] = [
        (.hex(bytes: 16), 128), (.hex(bytes: 32), 256), (.hex(bytes: 64), 512), (.base64(bytes: 16), 128),
        (.base64(bytes: 24), 192), (.base64(bytes: 32), 256), (.base64URL(bytes: 32), 256), (.password(length: 16), 90),
        (.password(length: 20), 115), (.password(length: 24), 140), (.password(length: 32), 185), (.uuid, 122),
    ]

    /// How many values of each generator are looked at: all 100,000 where the code is optimised, a sample otherwise.
    #if DEBUG
        static let sampleSize = 150
    #else
        static let sampleSize = 100_000
    #endif

    /// The promise behind the rule `strength`: what `keyfolio generate` made is never called weak or a placeholder.
    @Test(arguments: generators)
    func `no generated value is weak or a placeholder`(generator: Generator, bits: Int) {
        var source = SeededSource(state: 42)
        var weakest = Int.max
        for _ in 0..<Self.sampleSize {
            let value = generator.make(using: &source)
            weakest = min(weakest, Strength.estimate(value).bits)
            if Placeholder.isPlaceholder(value, isSecret: true) {
                Issue.record("a generated value is taken for a placeholder")
                return
            }
        }
        #expect(weakest >= bits, "the weakest was estimated at \(weakest) bits")
    }
}
