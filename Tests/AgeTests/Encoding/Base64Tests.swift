import Testing

@testable import Age

@Suite struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `bytes and text stand for each other as in RFC 4648`(plain: String, text: String) {
        var encoded: [UInt8] = []
        Base64.encode(Array(plain.utf8)[...], padded: true, into: &encoded)
        #expect(String(decoding: encoded, as: UTF8.self) == text)
        let unpadded = text.filter { $0 != "=" }
        #expect(String(decoding: Base64.encode(Array(plain.utf8)), as: UTF8.self) == unpadded)
        #expect(Base64.decode(unpadded.utf8) == Array(plain.utf8))
        var decoded: [UInt8] = []
        #expect(Base64.decode(Array(text.utf8)[...], padded: true, into: &decoded))
        #expect(decoded == Array(plain.utf8))
    }

    @Test(arguments: [
        "Z", "Zm9vY", "Zh", "Zm9", "Zm9vYh", "Zg==", "Zm8=", "Zm9v\n", " Zm9v", "Zm9v ", "Zm-v", "Zm_v", "Zm9\u{0}",
        "Zm9vé",
    ])
    func `a text that is not canonical is refused without padding`(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zm8", "Zh==", "Zm9=", "====", "=", "Zg==Zg==", "Z===", "Zm9v====", "Zm=v", "Zm9vZ", "Zg= =",
    ])
    func `a text that is not canonical is refused with padding`(text: String) {
        var bytes: [UInt8] = []
        #expect(!Base64.decode(Array(text.utf8)[...], padded: true, into: &bytes))
    }

    @Test func `every length comes back`() {
        for count in 0...200 {
            let bytes = content(count)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test func `two letters that decode decode to what they came from, and no others do`() {
        var decodable = 0
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                guard let bytes = Base64.decode([first, second]) else { continue }
                decodable += 1
                #expect(Base64.encode(bytes) == [first, second])
            }
        }
        #expect(decodable == 256)
    }
}
