extension Unicode.Scalar {
    /// Whether writing it to a terminal does something else than show a character: control characters (C0, DEL, C1,
    /// among them the beginnings of escape sequences), formatting characters (bidirectional overrides and isolates, zero
    /// widths, tags), and line and paragraph separators.
    ///
    /// See Unicode Technical Report 36, "Unicode Security Considerations", section 2.
    package var drivesTerminal: Bool {
        if value < 0x7F { return value < 0x20 }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }
}

/// Text made safe to show to a person.
public enum VisibleText {
    /// The text with every character that could drive or mislead a terminal written as `\n`, `\r`, `\t` or `\u{1B}`.
    ///
    /// Names of files and variables come from whoever wrote the files. Shown as they are, they could clear the screen,
    /// set the window's title, forge further lines of a report or turn the reading direction around.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - ascii: Whether only ASCII may come out, for a terminal that does not show UTF-8. Typographic signs then get
    ///     their ASCII likeness (`•` a `*`, `…` three dots) and other characters their `\u{…}` form.
    public static func escape(_ text: String, ascii: Bool = false) -> String {
        var visible = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": visible += "\\n"
            case "\r": visible += "\\r"
            case "\t": visible += "\\t"
            case _ where scalar.drivesTerminal: visible += spelled(scalar)
            case _ where ascii && !scalar.isASCII: visible += likeness[scalar] ?? spelled(scalar)
            default: visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    private static func spelled(_ scalar: Unicode.Scalar) -> String {
        "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }

    private static let likeness: [Unicode.Scalar: String] = [
        "•": "*", "…": "...", "–": "-", "—": "--", "‘": "'", "’": "'", "“": "\"", "”": "\"", "→": "->", "×": "x",
        "≤": "<=", "≥": ">=", "\u{A0}": " ",
    ]
}
