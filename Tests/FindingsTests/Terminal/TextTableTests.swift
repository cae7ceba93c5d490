import Findings
import Testing

@Suite struct TextTableTests {
    static func table(_ rows: [[String]]) -> TextTable {
        var table = TextTable([
            .init("NAME", shrinks: true), .init("VERSION", side: .right), .init("NOTE", shrinks: true),
        ])
        for row in rows { table.add(row) }
        return table
    }

    @Test func `columns are aligned, numbers on the right, and no line ends in a space`() {
        let rows = [["DB_URL", "3", "x"], ["SECRET_KEY", "12"], ["", "7", "y"], ["A", "", "", "left out"]]
        #expect(
            Self.table(rows).text() == """
                NAME        VERSION  NOTE
                DB_URL            3  x
                SECRET_KEY       12
                                  7  y
                A

                """
        )
    }

    @Test func `wide characters and combining marks are measured as a terminal shows them`() {
        let rows = [["漢字", "1", "x"], ["e\u{301}e\u{301}", "2", "x"], ["😀🇩🇪", "3", "x"], ["한글abcd", "4", "x"]]
        #expect(
            Self.table(rows).text() == """
                NAME      VERSION  NOTE
                漢字            1  x
                e\u{301}e\u{301}              2  x
                😀🇩🇪            3  x
                한글abcd        4  x

                """
        )
    }

    @Test func `on a narrow terminal the widest columns that may shrink are cut`() {
        let rows = [["A_VERY_LONG_NAME_INDEED", "1", "漢字漢字漢字漢字漢字"], ["B", "2", "short"]]
        let narrow = Self.table(rows).text(width: 40)
        #expect(
            narrow == """
                NAME            VERSION  NOTE
                A_VERY_LONG_N…        1  漢字漢字漢字…
                B                     2  short

                """
        )
        #expect(narrow.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 40 })
        #expect(Self.table(rows).text(width: 40, ascii: true).contains("A_VERY_LONG... "))
        #expect(Self.table(rows).text(width: 1).contains("A_VERY_…"))
        #expect(Self.table(rows).text().contains("A_VERY_LONG_NAME_INDEED"))
    }

    @Test func `a cell cannot drive the terminal`() {
        let text = Self.table([["\u{1B}]0;title\u{7}", "1", "a\nb"]]).text()
        #expect(text.contains(#"\u{1B}]0;title\u{7}"#))
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test func `a cell of a million characters is no trouble`() {
        let long = String(repeating: "x", count: 1_000_000)
        let text = Self.table([[long, "1", long]]).text(width: 80)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}
