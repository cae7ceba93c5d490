import Findings
import Testing

@Suite struct SuggestTests {
    static let names = ["SECRET_KEY", "DATABASE_URL", "DEBUG", "PORT", "production", "development", "staging"]

    @Test(
        arguments: [
            ("SECRET_KEY", "SECRET_KEY"), ("secret_key", "SECRET_KEY"), ("SERCET_KEY", "SECRET_KEY"),
            ("SECRETKEY", "SECRET_KEY"), ("DATABSE_URI", "DATABASE_URL"), ("DEBGU", "DEBUG"),
            ("prodcution", "production"),
            ("prod", "production"), ("dev", "development"), ("pr", nil), ("p", nil), ("", nil), ("QUEUE", nil),
            ("PROT", "PORT"), ("PART", "PORT"), ("TROP", nil), ("stagging", "staging"),
            ("AWS_SECRET_KEY", "SECRET_KEY"),
            ("AWS_THE_SECRET_KEY", nil),
        ] as [(String, String?)]
    )
    func `the nearest name is what was meant, when one is near`(given: String, meant: String?) {
        #expect(Suggest.nearest(to: given, among: Self.names) == meant)
    }

    @Test func `the spelling with the same case wins a tie, then the alphabet`() {
        #expect(Suggest.nearest(to: "debug", among: ["DEBUG", "debug", "Debug"]) == "debug")
        #expect(Suggest.nearest(to: "bat", among: ["rat", "cat"]) == "cat")
        #expect(Suggest.nearest(to: "bat", among: ["rat", "cat", "hat", "dog"], count: 2) == ["cat", "hat"])
    }

    @Test func `long input is neither compared nor offered`() {
        let long = String(repeating: "a", count: 10_000_000)
        #expect(Suggest.nearest(to: long, among: [long, "a"]) == nil)
        #expect(Suggest.nearest(to: "ab", among: [long, "abc"]) == "abc")
        let edge = String(repeating: "a", count: 64)
        #expect(Suggest.nearest(to: edge, among: [edge + "a", edge.dropLast() + "b"]) == edge.dropLast() + "b")
    }

    @Test func `the distance is the same in both directions, and a neighbour swap is one step`() {
        let words = ["ab", "ba", "abcd", "acbd", "kitten", "sitting", "ca", "abc"]
        for left in words {
            for right in words {
                let there = Suggest.nearest(to: left, among: [right])
                let back = Suggest.nearest(to: right, among: [left])
                if left.count == right.count { #expect((there == nil) == (back == nil), "\(left) \(right)") }
            }
        }
        #expect(Suggest.nearest(to: "acbd", among: ["abcd"]) == "abcd")
        #expect(Suggest.nearest(to: "a", among: ["b", "A"]) == "A")
        #expect(Suggest.nearest(to: "a", among: ["b", "c"]) == nil)
        #expect(Suggest.nearest(to: "badc", among: ["abcd"]) == nil)
    }
}
