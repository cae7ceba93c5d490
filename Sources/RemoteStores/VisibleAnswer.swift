internal import Findings

/// A server's own words as they may be shown: short, and nothing in them drives a terminal.
func visible(_ text: String, limit: Int = 1000) -> String {
    let head = text.unicodeScalars.prefix(limit + 1)
    guard head.count > limit else { return VisibleText.escape(text) }
    return VisibleText.escape(String(String.UnicodeScalarView(head.dropLast()))) + "…"
}
