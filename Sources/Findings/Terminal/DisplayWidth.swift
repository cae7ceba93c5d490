/// How many columns text takes on a terminal with fixed widths.
public enum DisplayWidth {
    /// The columns that text takes: two for East Asian wide and full-width characters and for emoji (Unicode Standard
    /// Annex 11), none for combining marks, one for the rest. What a person sees as one character counts once, so a
    /// letter with three accents takes one column and a family of four emoji two.
    ///
    /// - Parameter text: Text without control characters, as ``VisibleText/escape(_:ascii:)`` gives it.
    public static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// The columns that one character takes.
    static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        // A flag is two regional indicators; variation selector 16 asks for the emoji form of a text sign.
        if scalars.count > 1, scalars.first?.isRegionalIndicator == true || scalars.contains("\u{FE0F}") { return 2 }
        return scalars.reduce(0) { max($0, $1.columns) }
    }

    /// The longest beginning of the text that takes at most so many columns, ending in an ellipsis where it was cut.
    ///
    /// - Parameters:
    ///   - text: Text without control characters.
    ///   - columns: How many columns there are, the ellipsis among them.
    ///   - ascii: Whether the ellipsis is three dots instead of `…`.
    public static func truncate(_ text: String, to columns: Int, ascii: Bool = false) -> String {
        if of(text) <= columns { return text }
        let ellipsis = ascii ? "..." : "…"
        let room = columns - of(ellipsis)
        if room < 0 { return String(repeating: ".", count: max(columns, 0)) }
        var kept = ""
        var taken = 0
        for character in text {
            taken += of(character)
            if taken > room { break }
            kept.append(character)
        }
        return kept + ellipsis
    }
}

extension Unicode.Scalar {
    fileprivate var isRegionalIndicator: Bool { (0x1F1E6...0x1F1FF).contains(value) }

    fileprivate var columns: Int {
        if value < 0x300 { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        // The vowels and finals of Hangul are drawn into the square of the initial before them.
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
        if isRegionalIndicator { return 1 }
        return properties.isEmojiPresentation || Self.wide.contains { $0.contains(value) } ? 2 : 1
    }

    /// What is wide or full-width without being an emoji: whole blocks of EastAsianWidth.txt, their gaps filled.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0x3247,
        0x3250...0xA4C6,
        0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x16FFF, 0x17000...0x191FF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D376,
        0x1F200...0x1F265, 0x20000...0x3FFFD,
    ]
}
