import Secrets
import Testing

@Suite struct SecretTests {
    static let canary = "canary-5f1d-value"

    @Test func `a secret prints as dots, however it is printed`() {
        let secret = Secret(Self.canary)
        var dumped = ""
        dump(secret, to: &dumped)
        for text in [
            "\(secret)", String(describing: secret), String(reflecting: secret), dumped, "\([secret])",
            "\(["key": secret])", "\(Optional(secret) as Any)", "\((1, secret))",
        ] {
            #expect(!text.contains("canary"), "printed: \(text.count) characters")
            #expect(text.contains("••••") || text == dumped)
        }
    }

    @Test func `revealing gives the value back`() {
        #expect(Secret(Self.canary).reveal() == Self.canary)
        #expect(Secret([0, 1, 255] as [UInt8]).reveal() == [0, 1, 255])
        #expect(Secret("").isEmpty)
    }

    @Test func `secrets compare by their bytes`() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("a") != Secret("ab"))
    }

    @Test func `bytes that are not UTF-8 make no text`() {
        let bytes: [UInt8] = [0xFF, 0xFE]
        let secret = unsafe bytes.withUnsafeBytes { unsafe Secret<String>(bytes: $0) }
        #expect(secret == nil)
    }

    @Test(arguments: [("", "(empty)"), ("x", "•••• (1 character)"), ("päss", "•••• (4 characters)")])
    func `a mask tells the length and nothing else`(value: String, mask: String) {
        #expect(Mask.describe(Secret(value)) == mask)
    }
}
