import Foundation
import Testing

@testable import Vaulting

@Suite struct Base64Tests {
    @Test func itWritesAsAnotherLibraryAndReadsBack() {
        for count in 0..<200 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ count &* 37) }
            let text = Data(bytes).base64EncodedString()
            #expect(Base64.encode(bytes) == text)
            #expect(Base64.decode(text) == bytes)
            let link = text.replacing("+", with: "-").replacing("/", with: "_")
            let bare = String(link.prefix { $0 != "=" })
            #expect(Base64.encodeForURL(bytes) == bare)
            #expect(Base64.decodeForURL(bare) == bytes)
            #expect(Base64.decodeForURL(link) == bytes)
        }
    }

    @Test(
        arguments: [
            "A", "AA", "AA=", "AB==", "AAB=", "AA==AA==", "A===", "====", "AA=A", "-_==", "é===", "AAAA=", "AAA=A",
            "=AAA", "AA= ",
        ]
    )
    func aTextHasOneSpelling(_ text: String) { #expect(Base64.decode(text) == nil) }

    @Test(arguments: ["A", "AAA=A", "AB", "AAB", "AAEC/w", "AAEC_w=", "A===", "====", "AAA==", "é"])
    func aTextForURLsHasOneSpellingButForItsPadding(_ text: String) { #expect(Base64.decodeForURL(text) == nil) }
}
