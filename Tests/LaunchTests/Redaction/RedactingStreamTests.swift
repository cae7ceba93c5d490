import Secrets
import Testing

@testable import Launch

/// Marks each byte of each occurrence, then writes a mask for each run of marked ones: the promise, word by word.
private func naive(_ text: [UInt8], _ patterns: [[UInt8]]) -> [UInt8] {
    var covered = [Bool](repeating: false, count: text.count)
    for pattern in Set(patterns) where pattern.count <= text.count {
        for start in 0...text.count - pattern.count
        where text[start] == pattern[0] && text[start..<start + pattern.count].elementsEqual(pattern) {
            for index in start..<start + pattern.count { covered[index] = true }
        }
    }
    var output: [UInt8] = []
    for (index, byte) in text.enumerated() {
        if !covered[index] {
            output.append(byte)
        } else if index == 0 || !covered[index - 1] {
            output += Redactor.mask.utf8
        }
    }
    return output
}

private func patterns(_ secrets: [String]) -> [[UInt8]] {
    var set = PatternSet()
    for secret in secrets { SecretForms.add(utf8(secret), to: &set) }
    return set.ranges.map { Array(set.bytes[$0]) }
}

@Suite struct RedactingStreamTests {
    /// Few letters make many near misses and overlaps.
    @Test(arguments: 0..<40)
    func `any cutting gives what marking every occurrence gives`(seed: UInt64) throws {
        var random = Randomness(seed: seed)
        let alphabet = ["ab", "abc", "a%2b", "ab\"\\/", "abcdefgh0123+/=&"][Int(seed % 5)]
        let secrets = (0..<Int.random(in: 1...6, using: &random)).map { _ in
            random.text(of: alphabet, count: .random(in: 4...12, using: &random))
        }.filter { !CommonValues.contains(utf8($0)) }
        let forms = patterns(secrets)
        let redactor = try Redactor(secrets.map { Secret($0) })
        for _ in 0..<4 {
            var text: [UInt8] = []
            while text.count < 200 {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text += forms.randomElement(using: &random) ?? []
                case 1: text += (forms.randomElement(using: &random) ?? []).dropLast(1)
                default: text += random.text(of: alphabet, count: 5).utf8
                }
            }
            let expected = naive(text, forms)
            #expect(redactor.redact(text) == expected, "seed \(seed), whole")
            for longest in [1, 2, 3, 7, 100] {
                var stream = redactor.stream()
                var output: [UInt8] = []
                for piece in random.pieces(of: text, longest: longest) {
                    unsafe piece.withUnsafeBytes { unsafe stream.write($0, into: &output) }
                }
                stream.finish(into: &output)
                #expect(output == expected, "seed \(seed), pieces of at most \(longest)")
            }
        }
    }

    @Test(arguments: 100..<110)
    func `no form of a secret comes out, and all else does`(seed: UInt64) throws {
        var random = Randomness(seed: seed)
        let alphabet = "abcXYZ0189 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~äß€😀\n\t"
        let secrets = (0..<8).map { index in
            random.text(of: "abcXYZ0189", count: 4) + random.text(of: alphabet, count: 4 + index * 5) + "k"
        }
        let redactor = try Redactor(secrets.map { Secret($0) })
        #expect(redactor.unmasked.isEmpty)
        for secret in secrets {
            for form in patterns([secret]) {
                // Signs that no form begins or ends with, so that the rest is known exactly.
                let text = utf8("\u{1}\u{2}") + form + utf8("\u{2}\u{1}")
                var stream = redactor.stream()
                var output: [UInt8] = []
                for piece in random.pieces(of: text, longest: 9) {
                    unsafe piece.withUnsafeBytes { unsafe stream.write($0, into: &output) }
                }
                stream.finish(into: &output)
                #expect(output == utf8("\u{1}\u{2}••••\u{2}\u{1}"), "seed \(seed)")
            }
        }
    }

    @Test func `only what may become a secret is held back`() throws {
        var stream = try Redactor([Secret("correct-horse")]).stream()
        var output: [UInt8] = []
        func write(_ text: String) {
            unsafe utf8(text).withUnsafeBytes { unsafe stream.write($0, into: &output) }
        }
        write("say co")
        #expect(output.text == "say ")
        write("rrect-hors")
        #expect(output.text == "say ")
        #expect(stream.heldCount == 12)
        write("t")
        #expect(output.text == "say correct-horst")
        write("correct-horse")
        #expect(output.text == "say correct-horst••••")
        #expect(stream.heldCount == 0)
    }

    @Test func `a short beginning is released after a pause, and the rest of the secret masked`() throws {
        let redactor = try Redactor([Secret("correct-horse")])
        for (first, shown) in [("c", "c"), ("cor", "cor"), ("corr", ""), ("correct-hors", "")] {
            var stream = redactor.stream()
            var output: [UInt8] = []
            unsafe utf8(first).withUnsafeBytes { unsafe stream.write($0, into: &output) }
            stream.release(into: &output)
            #expect(output.text == shown)
            unsafe utf8(String("correct-horse".dropFirst(first.count))).withUnsafeBytes {
                unsafe stream.write($0, into: &output)
            }
            #expect(output.text == shown + "••••")
            // What follows an early release is whole, whether or not it begins like a secret again.
            for byte in "corcocorrect-x".utf8 {
                unsafe [byte].withUnsafeBytes { unsafe stream.write($0, into: &output) }
                stream.release(into: &output)
            }
            stream.finish(into: &output)
            #expect(output.text == shown + "••••corcocorrect-x")
        }
    }

    @Test func `at most a quarter of a secret is released`() throws {
        var stream = try Redactor([Secret("k9x2"), Secret("zk9-long-enough-for-three")]).stream()
        var output: [UInt8] = []
        unsafe utf8("k").withUnsafeBytes { unsafe stream.write($0, into: &output) }
        stream.release(into: &output)
        #expect(output.text == "k")
        unsafe utf8("9").withUnsafeBytes { unsafe stream.write($0, into: &output) }
        stream.release(into: &output)
        #expect(output.text == "k")
        // Three bytes of the long secret would be few enough, but two of them begin the short one.
        unsafe utf8(" zk9").withUnsafeBytes { unsafe stream.write($0, into: &output) }
        stream.release(into: &output)
        #expect(output.text == "k9 ")
    }

    @Test(arguments: 200..<230)
    func `pauses anywhere change no byte outside secrets`(seed: UInt64) throws {
        var random = Randomness(seed: seed)
        let secrets = (0..<4).map { _ in random.text(of: "abc", count: .random(in: 12...16, using: &random)) }
        let redactor = try Redactor(secrets.map { Secret($0) })
        let text = utf8(random.text(of: "abc d", count: 2000))
        guard naive(text, patterns(secrets)) == text else { return }
        var stream = redactor.stream()
        var output: [UInt8] = []
        for piece in random.pieces(of: text, longest: 4) {
            unsafe piece.withUnsafeBytes { unsafe stream.write($0, into: &output) }
            if Bool.random(using: &random) { stream.release(into: &output) }
        }
        stream.finish(into: &output)
        #expect(output == text, "seed \(seed)")
    }
}
