import Foundation
import Testing

@testable import Interchange

@Suite struct Base64Tests {
    private static func encode(_ bytes: [UInt8]) -> String {
        unsafe bytes.withUnsafeBytes { unsafe Base64.encode($0) }
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `RFC 4648's test vectors are kept`(plain: String, encoded: String) {
        #expect(Self.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "Zh==", "Zm9=", "=", "====", "Zg==Zg==", "Zm=v", "Zm9v!", "Zm-_",
        "Zm9é",
    ])
    func `what is not canonical is refused`(encoded: String) {
        #expect(Base64.decode(encoded) == nil)
    }

    @Test func `white space between the letters is passed over`() {
        #expect(Base64.decode(" Zm9v\r\n\tYmFy\n") == Array("foobar".utf8))
    }

    @Test func `base64 -d reads any bytes back`() throws {
        var generator = SeededGenerator(seed: 4)
        for length in 0..<64 {
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let encoded = Self.encode(bytes)
            #expect(encoded == Data(bytes).base64EncodedString())
            #expect(Base64.decode(encoded) == bytes)
            if length.isMultiple(of: 8) {
                let read = try RealReader.run(["base64", "-d"], input: Array(encoded.utf8))
                #expect(read.status == 0)
                #expect(read.output == bytes)
            }
        }
    }
}
