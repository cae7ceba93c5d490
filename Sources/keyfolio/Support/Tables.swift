import Findings
import Workspace

extension TextTable {
    /// A table with left-aligned columns of these titles, as wide as the terminal allows.
    init(titles: [String]) { self.init(titles.map { Column($0) }) }

    /// Writes the table to standard output.
    func write() { Terminal.write(text(width: Terminal.width, ascii: !Terminal.isUTF8)) }
}

extension ReportOptions {
    /// How this process's reports look.
    static func standard(colour: Bool) -> ReportOptions {
        var options = ReportOptions(version: keyfolioVersion)
        options.colour = colour
        options.width = Terminal.width
        options.ascii = !Terminal.isUTF8
        return options
    }
}
