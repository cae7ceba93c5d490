import Secrets
import Testing

@testable import Launch

/// Masks text in one piece.
private func redact(_ text: String, _ secrets: String...) throws -> String {
    try Redactor(secrets.map { Secret($0) }).redact(utf8(text)).text
}

@Suite struct RedactorTests {
    @Test func `text without a secret passes byte for byte`() throws {
        let text = [UInt8](0...255) + utf8("ordinary text ") + [0xFF, 0xFE, 0]
        #expect(try Redactor([Secret("correct-horse")]).redact(text) == text)
        #expect(try Redactor([]).redact(text) == text)
    }

    @Test(arguments: [
        ("a correct-horse b", "a •••• b"),
        ("correct-horse", "••••"),
        ("correct-horscorrect-horse", "correct-hors••••"),
        ("correct-hors", "correct-hors"),
        // Two that touch are one mask: how many there were is nobody's business.
        ("correct-horsecorrect-horse!", "••••!"),
        ("correct-horse correct-horse", "•••• ••••"),
    ])
    func `a secret becomes four dots wherever it stands`(text: String, expected: String) throws {
        #expect(try redact(text, "correct-horse") == expected)
    }

    @Test func `where two secrets overlap nothing of either is left`() throws {
        #expect(try redact("<abcdefghi>", "abcdef", "defghi") == "<••••>")
        #expect(try redact("<abcdefgh>", "abcdefgh", "cdef") == "<••••>")
        #expect(try redact("<abcdefg>", "abcdefgh", "cdef") == "<ab••••g>")
        #expect(try redact("<xyxyxyxy>", "xyxyx") == "<••••y>")
    }

    @Test(arguments: [
        ("abc", Redactor.Reason.tooShort), ("x", .tooShort), ("é", .tooShort),
        ("true", .tooCommon), ("PRODUCTION", .tooCommon), ("5432", .tooCommon), ("------------", .tooCommon),
        ("localhost", .tooCommon), ("changeme", .tooCommon),
    ])
    func `what would shred every text is not masked, and told`(value: String, reason: Redactor.Reason) throws {
        let redactor = try Redactor([Secret("correct-horse"), Secret(value)])
        #expect(redactor.unmasked == [Redactor.Unmasked(index: 1, reason: reason)])
        #expect(redactor.redact(utf8("= \(value) =")).text == "= \(value) =")
    }

    @Test(arguments: ["", " ", "\n\n"])
    func `an empty secret is neither masked nor told`(value: String) throws {
        #expect(try Redactor([Secret(value)]).unmasked.isEmpty)
        #expect(try redact("a \n\n b", value) == "a \n\n b")
    }

    @Test func `a long number is a secret`() throws {
        #expect(try redact("pin 482915.", "482915") == "pin ••••.")
    }

    @Test func `a secret from a file is known without its last line feed`() throws {
        #expect(try redact("[correct-horse]", "correct-horse\n") == "[••••]")
    }

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        kurz
        7bQ0Zr4mE1xY
        -----END PRIVATE KEY-----
        """

    @Test func `a secret of many lines is masked whole, with either line end, and line by line`() throws {
        #expect(try redact("<\(Self.key)>", Self.key) == "<••••>")
        #expect(try redact("<\(Self.key.split(separator: "\n").joined(separator: "\r\n"))>", Self.key) == "<••••>")
        let lines = Self.key.split(separator: "\n").map { "log: \($0)" }.joined(separator: "\n")
        #expect(
            try redact(lines, Self.key) == """
                log: -----BEGIN PRIVATE KEY-----
                log: ••••
                log: kurz
                log: ••••
                log: -----END PRIVATE KEY-----
                """
        )
    }

    @Test func `a very long secret is masked whole`() throws {
        var random = Randomness(seed: 7)
        for count in [1023, 1024, 1025, 2047, 2048, 2049, 70_000] {
            let secret = random.text(of: "abcdefghijklmnopqrstuvwxyz0123456789", count: count)
            #expect(try redact("<\(secret)>", secret) == "<••••>", "\(count) bytes")
        }
    }

    @Test func `secrets beyond the bound are refused, not shown`() throws {
        var random = Randomness(seed: 8)
        let secret = random.text(of: "abcdefghijklmnopqrstuvwxyz", count: 2 << 20)
        let error = #expect(throws: LaunchError.self) { try Redactor([Secret("correct-horse"), Secret(secret)]) }
        #expect(error?.code == "KF-RUN-018")
        #expect(error?.message.contains("secret 2") == true)
    }
}
