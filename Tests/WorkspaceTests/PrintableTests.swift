import Testing

@testable import Workspace

/// A path in an error does nothing to the terminal that shows it.
@Suite struct PrintableTests {
    @Test(arguments: [
        ("a\u{1B}[2J", "a\\u{1b}[2J"), ("a\u{202E}b", "a\\u{202e}b"), ("a\u{2066}b", "a\\u{2066}b"),
        ("a\u{200B}b", "a\\u{200b}b"), ("a\u{FEFF}b", "a\\u{feff}b"), ("a\u{2028}b", "a\\u{2028}b"), ("ä b", "ä b"),
    ])
    func `nothing that drives or misleads it is left`(text: String, shown: String) {
        #expect(printable(text) == shown)
    }
}
