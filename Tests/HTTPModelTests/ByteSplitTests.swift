import HTTPModel
import Testing

struct ByteSplitTests {
    static let texts = ["", "/", "a", "/a", "a/", "a/b", "//a//b//", "ä/ö/", "/\u{301}a/b", "a\r\n/b"]

    @Test(arguments: texts, [true, false])
    func textsAreSplitWhereTheirBytesAre(_ text: String, _ omits: Bool) {
        for splits in [0, 1, 2, .max] {
            let expected = Array(text.utf8)
                .split(separator: UInt8(ascii: "/"), maxSplits: splits, omittingEmptySubsequences: omits)
                .map { String(decoding: $0, as: UTF8.self) }
            let found = text.split(at: UInt8(ascii: "/"), maxSplits: splits, omittingEmptySubsequences: omits)
            #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
        }
    }

    @Test func aPartOfATextIsSplitToo() {
        let text = "/v1/secret/data"
        #expect(text.dropFirst().split(at: UInt8(ascii: "/")) == ["v1", "secret", "data"])
    }
}

struct RequestUUIDTests {
    @Test func eachIsAnotherUUIDOfVersionFour() {
        let names = (0..<10_000).map { _ in RequestUUID.next() }
        #expect(Set(names).count == names.count)
        for name in names {
            let bytes = Array(name.utf8)
            #expect(bytes.count == 36 && bytes[14] == UInt8(ascii: "4") && "89ab".utf8.contains(bytes[19]))
            #expect([8, 13, 18, 23].allSatisfy { bytes[$0] == UInt8(ascii: "-") })
        }
        // Each digit that is free takes each value: none is always the same.
        let free = Set(0..<36).subtracting([8, 13, 14, 18, 19, 23])
        for place in free { #expect(Set(names.map { Array($0.utf8)[place] }).count == 16) }
    }
}
