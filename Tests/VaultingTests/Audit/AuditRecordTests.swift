import SecretStore
import Testing

@testable import Vaulting

/// What a record shows of what a stranger sent.
@Suite struct AuditRecordTests {
    @Test func `a record and a name have nothing in them that drives a terminal or hides`() throws {
        // Besides controls: a right-to-left mark, a zero width, a line separator, a tag, a soft hyphen.
        for odd in ["\u{1B}", "\u{9B}", "\u{202E}", "\u{200F}", "\u{200B}", "\u{2028}", "\u{E0041}", "\u{AD}"] {
            #expect(AuditRecord.shown("a\(odd)b") == "a?b")
            #expect(Principal("a\(odd)b").name == "a?b")
        }
        #expect(AuditRecord.shown("größe 漢字") == "größe 漢字" && Principal("größe").name == "größe")
    }
}
