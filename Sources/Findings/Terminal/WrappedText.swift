/// Text broken into lines at its spaces.
enum WrappedText {
    /// Breaks text into lines. A word that is wider than a line stands alone and whole, so that addresses and names can
    /// be copied.
    ///
    /// - Parameters:
    ///   - text: Text without control characters.
    ///   - columns: How many columns a line has; nil does not break.
    static func lines(_ text: String, columns: Int?) -> [String] {
        guard let columns else { return [text] }
        var lines: [String] = []
        var line = ""
        var taken = 0
        for word in text.split(separator: " ") {
            let width = DisplayWidth.of(String(word))
            if taken > 0, taken + 1 + width > columns {
                lines.append(line)
                line = ""
                taken = 0
            }
            if taken > 0 {
                line += " "
                taken += 1
            }
            line += word
            taken += width
        }
        if taken > 0 || lines.isEmpty { lines.append(line) }
        return lines
    }
}
