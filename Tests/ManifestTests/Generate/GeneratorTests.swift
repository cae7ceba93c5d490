import Manifest
import Secrets
import Testing

/// A small fast generator for tests (SplitMix64), so that each run sees the same values.
struct SeededSource: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct GeneratorTests {
    @Test(arguments: [
        (Generator.hex(bytes: 32), 64), (.base64(bytes: 24), 32), (.base64(bytes: 32), 44), (.base64(bytes: 1), 4),
        (.base64URL(bytes: 32), 43), (.base64URL(bytes: 1), 2), (.password(length: 24), 24), (.password(length: 3), 8),
        (.uuid, 36), (.hex(bytes: -1), 2), (.hex(bytes: 1 << 40), 8192),
    ])
    func `a value has the length that its size gives`(generator: Generator, length: Int) {
        #expect(generator.make().byteCount == length)
    }

    @Test func `two values differ`() {
        #expect(Generator.hex(bytes: 32).make() != Generator.hex(bytes: 32).make())
    }

    /// Vectors of RFC 4648, section 10, through a source that gives the bytes of the vector.
    @Test(arguments: [
        ("f", "Zg==", "66"), ("fo", "Zm8=", "666f"), ("foo", "Zm9v", "666f6f"), ("foob", "Zm9vYg==", "666f6f62"),
        ("fooba", "Zm9vYmE=", "666f6f6261"), ("foobar", "Zm9vYmFy", "666f6f626172"),
    ])
    func `bytes are encoded as RFC 4648 says`(text: String, base64: String, hex: String) {
        struct Given: RandomNumberGenerator {
            var bytes: [UInt8]
            mutating func next() -> UInt64 {
                let taken = bytes.prefix(8)
                bytes.removeFirst(taken.count)
                return taken.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
        }
        var source = Given(bytes: Array(text.utf8))
        #expect(Generator.base64(bytes: text.utf8.count).make(using: &source).reveal() == base64)
        source = Given(bytes: Array(text.utf8))
        #expect(Generator.hex(bytes: text.utf8.count).make(using: &source).reveal() == hex)
        source = Given(bytes: Array(text.utf8))
        let unpadded = String(base64.prefix { $0 != "=" })
        #expect(Generator.base64URL(bytes: text.utf8.count).make(using: &source).reveal() == unpadded)
    }

    @Test func `a UUID says version 4 and the RFC's variant`() {
        for _ in 0..<1000 {
            let text = Array(Generator.uuid.make().reveal())
            #expect(text[14] == "4")
            #expect("89ab".contains(text[19]))
            #expect([8, 13, 18, 23].allSatisfy { text[$0] == "-" })
            #expect(text.enumerated().allSatisfy { [8, 13, 18, 23].contains($0) || $1.isHexDigit })
        }
    }

    @Test func `a password has each kind of character, needs no quoting and never begins with a dash`() {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._")
        for _ in 0..<5000 {
            let password = Generator.password(length: 8).make().reveal()
            #expect(password.contains { $0.isLowercase } && password.contains { $0.isUppercase })
            #expect(password.contains { $0.isNumber } && password.contains { "-._".contains($0) })
            #expect(Set(password).isSubset(of: allowed))
            #expect(password.first != "-")
        }
    }

    /// Chi-squared over a megabyte of characters: with k−1 degrees of freedom the mean is k−1 and the deviation
    /// √(2(k−1)); six deviations are passed by chance about once in a million runs, and the source here is seeded.
    @Test(arguments: [
        (Generator.hex(bytes: 4096), "0123456789abcdef"),
        (.base64(bytes: 4095), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
        (.base64URL(bytes: 4095), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        (.password(length: 4096), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"),
    ])
    func `every character is as likely as the others`(generator: Generator, alphabet: String) {
        var source = SeededSource(state: 7)
        var counts = [Int](repeating: 0, count: 256)
        var total = 0
        while total < 1 << 20 {
            for byte in generator.make(using: &source).reveal().utf8 {
                counts[Int(byte)] += 1
                total += 1
            }
        }
        #expect(alphabet.utf8.reduce(0) { $0 + counts[Int($1)] } == total, "characters outside the alphabet")
        let statistic = Self.chiSquared(alphabet.utf8.map { counts[Int($0)] })
        let freedom = Double(alphabet.utf8.count - 1)
        #expect(abs(statistic - freedom) < 6 * (2 * freedom).squareRoot())
    }

    @Test func `the required kinds of characters do not favour a position of the password`() {
        var source = SeededSource(state: 11)
        var digits = [Int](repeating: 0, count: 12)
        for _ in 0..<60_000 {
            for (position, byte) in Generator.password(length: 12).make(using: &source).reveal().utf8.enumerated()
            where byte >= 0x30 && byte <= 0x39 {
                digits[position] += 1
            }
        }
        // The first position is left out: it has no dash, so a little more of everything else.
        #expect(Self.chiSquared(Array(digits.dropFirst())) < 10 + 6 * 20.0.squareRoot())
    }

    static func chiSquared(_ counts: [Int]) -> Double {
        let expected = Double(counts.reduce(0, +)) / Double(counts.count)
        return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    }
}
