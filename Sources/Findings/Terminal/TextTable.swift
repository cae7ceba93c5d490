/// Rows in aligned columns, for `keyfolio list` and `keyfolio history`.
///
///     NAME        VERSION  CHANGED
///     DB_URL            3  2026-01-12
///     SECRET_KEY       12  2026-02-01
///
/// Cells are escaped, so that a name cannot drive the terminal, and measured by what a terminal shows. On a terminal,
/// columns that may shrink are cut with an ellipsis until the lines fit; in a pipe nothing is ever cut.
public struct TextTable: Sendable {
    /// One column.
    public struct Column: Sendable {
        /// On which side the cells stand.
        public enum Side: Sendable { case left, right }

        /// The heading.
        public let title: String
        /// On which side the cells stand: numbers right, all else left.
        public let side: Side
        /// Whether cells may be cut when the terminal is too narrow.
        public let shrinks: Bool

        /// Describes a column.
        public init(_ title: String, side: Side = .left, shrinks: Bool = false) {
            self.title = title
            self.side = side
            self.shrinks = shrinks
        }
    }

    /// The columns, from left to right.
    public let columns: [Column]
    private var rows: [[String]] = []

    private static let gap = 2
    /// A column that shrinks keeps this many columns, enough to tell a name from another.
    private static let narrowest = 8

    /// A table without rows.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row: one cell per column; missing cells are empty, further ones are left out.
    public mutating func add(_ cells: [String]) { rows.append(Array(cells.prefix(columns.count))) }

    /// The lines, the headings first, each ending in a line break and none in a space.
    ///
    /// - Parameters:
    ///   - width: The terminal's width in columns, or nil when it is none.
    ///   - ascii: Whether only ASCII may come out.
    public func text(width: Int? = nil, ascii: Bool = false) -> String {
        let lines = ([columns.map(\.title)] + rows).map { $0.map { VisibleText.escape($0, ascii: ascii) } }
        let widths = widths(of: lines, within: width)
        var text = ""
        for line in lines {
            var owed = 0
            for (index, cell) in line.enumerated() {
                let shown = DisplayWidth.truncate(cell, to: widths[index], ascii: ascii)
                let room = widths[index] - DisplayWidth.of(shown)
                if columns[index].side == .right { owed += room }
                // Spaces are owed until something follows them: no line ends in one.
                if !shown.isEmpty {
                    text += String(repeating: " ", count: owed) + shown
                    owed = 0
                }
                if columns[index].side == .left { owed += room }
                owed += Self.gap
            }
            text += "\n"
        }
        return text
    }

    /// The width of each column: its widest cell's, less what the widest columns that shrink must give.
    private func widths(of lines: [[String]], within width: Int?) -> [Int] {
        var widths = Array(repeating: 0, count: columns.count)
        for line in lines {
            for (index, cell) in line.enumerated() { widths[index] = max(widths[index], DisplayWidth.of(cell)) }
        }
        guard let width else { return widths }
        let room = width - Self.gap * max(columns.count - 1, 0)
        /// The widths when no column that shrinks is wider than a cap.
        func capped(_ cap: Int) -> [Int] {
            widths.indices.map { columns[$0].shrinks ? min(widths[$0], cap) : widths[$0] }
        }
        // The largest cap with which the lines fit, by halving: the widest columns give first.
        var (fits, tooWide) = (Self.narrowest, (widths.max() ?? 0) + 1)
        while tooWide - fits > 1 {
            let middle = (fits + tooWide) / 2
            if capped(middle).reduce(0, +) <= room { fits = middle } else { tooWide = middle }
        }
        return capped(fits)
    }
}
