import Findings
import Testing

@Suite struct VisibleTextTests {
    @Test(
        arguments: [
            ("plain ü 漢 😀 • C:\\x", "plain ü 漢 😀 • C:\\x"), ("a\nb\rc\td", #"a\nb\rc\td"#),
            ("\u{1B}[31m\u{7F}\u{9B}", #"\u{1B}[31m\u{7F}\u{9B}"#),
            ("\u{202E}\u{2066}\u{200F}", #"\u{202E}\u{2066}\u{200F}"#),
            ("\u{2028}\u{2029}\u{85}", #"\u{2028}\u{2029}\u{85}"#),
            ("a\u{200B}b\u{FEFF}\u{AD}", #"a\u{200B}b\u{FEFF}\u{AD}"#),
            ("\u{E0041}", #"\u{E0041}"#), ("\r\n", #"\r\n"#),
        ]
    )
    func `what could drive a terminal is spelled out`(text: String, visible: String) {
        #expect(VisibleText.escape(text) == visible)
    }

    @Test(arguments: [("•…–—→×", "*...---->x"), ("“a” ‘b’", "\"a\" 'b'"), ("ü😀", #"\u{FC}\u{1F600}"#), ("\u{A0}", " ")])
    func `ASCII has a likeness or the number`(text: String, visible: String) {
        #expect(VisibleText.escape(text, ascii: true) == visible)
    }
}
