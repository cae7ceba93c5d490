import Findings
import Foundation
import Testing

@Suite struct DisplayWidthTests {
    @Test(
        arguments: [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("e\u{301}\u{302}\u{303}", 1), ("漢字", 4), ("ｆｕｌｌ", 8),
            ("ﾊﾝｶｸ", 4), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("😀", 2), ("🇩🇪", 2), ("👨‍👩‍👧", 2), ("❤", 1),
            ("❤\u{FE0F}", 2), ("…•", 2), ("\u{300}", 0), ("नि", 1),
        ]
    )
    func `text takes the columns that a terminal gives it`(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test(
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("漢字漢字", 6, "漢字…"), ("漢字漢字", 7, "漢字漢…"), ("abc", 1, "…"),
            ("abc", 0, ""), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("漢字", 1, "…"),
        ]
    )
    func `cut text fits, ellipsis included`(text: String, columns: Int, cut: String) {
        #expect(DisplayWidth.truncate(text, to: columns) == cut)
        #expect(DisplayWidth.of(DisplayWidth.truncate(text, to: columns, ascii: true)) <= columns)
    }

    /// Python's `unicodedata` carries Unicode's own EastAsianWidth.txt: one line per scalar that is wide or full-width.
    @Test func `wide is what Unicode says is wide`() throws {
        let program = """
            import unicodedata
            for value in range(0x110000):
                character = chr(value)
                category = unicodedata.category(character)
                if category in ("Cn", "Cs", "Cc", "Cf", "Mn", "Me", "Co"): continue
                print(value, 2 if unicodedata.east_asian_width(character) in "WF" else 1)
            """
        let result = try Python.run(program)
        try #require(result.status == 0)
        // Made wide by Unicode 16, which an older Python does not know yet: trigrams, hexagrams, counting rods.
        let changed: [ClosedRange<UInt32>] = [
            0x2630...0x2637, 0x268A...0x268F, 0x4DC0...0x4DFF, 0x1D300...0x1D376,
        ]
        // Drawn into the square of the syllable before them, whatever the file says.
        let joined: [ClosedRange<UInt32>] = [0x1160...0x11FF, 0xD7B0...0xD7FF]
        var compared = 0
        var wrong: [String] = []
        for line in result.text.split(separator: "\n") {
            let numbers = line.split(separator: " ").compactMap { UInt32($0) }
            let scalar = try #require(Unicode.Scalar(numbers[0]))
            if (changed + joined).contains(where: { $0.contains(scalar.value) }) { continue }
            compared += 1
            if DisplayWidth.of(String(scalar)) != Int(numbers[1]) { wrong.append(String(scalar.value, radix: 16)) }
        }
        #expect(wrong == [])
        #expect(compared > 130_000)
    }
}
