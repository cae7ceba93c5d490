/// What the parser of a command line says, made fit to be shown: it repeats words, and one of those may be a password that
/// somebody typed where it does not belong.
public enum UsageText {
    /// The parser's message without any word that could be a value.
    ///
    /// - Parameters:
    ///   - message: What the parser says.
    ///   - words: The command line, without the names of the command and of the one below it, which are no values.
    public static func safe(_ message: String, words: [String]) -> String {
        // What is allowed stands on the lines below the first.
        let lines = message.split(separator: "\n").map { line in
            let text = line.drop { $0 == " " }
            // A bullet goes; the dashes of an option stay.
            return text.hasPrefix("- ") ? text.dropFirst(2).drop { $0 == " " } : text
        }
        let first = lines.first.map(String.init) ?? message
        var safe = first
        if first.hasSuffix(":"), lines.count > 1 {
            safe += " " + lines.dropFirst().map(String.init).joined(separator: ", ")
        }
        var candidates: [String] = []
        for word in words {
            candidates.append(word)
            if let equals = word.firstIndex(of: "=") {
                candidates.append(String(word[word.index(after: equals)...]))
                candidates.append(String(word[..<equals]))
            }
        }
        for word in candidates.sorted(by: { $0.count > $1.count }) where !isOptionName(word) && !word.isEmpty {
            safe = replacing(word, in: safe)
        }
        return safe
    }

    /// Whether a word is spelled like an option: dashes and lower-case letters, nothing that a value would have.
    private static func isOptionName(_ word: String) -> Bool {
        guard word.hasPrefix("-"), word.count <= 24 else { return false }
        return word.allSatisfy { $0 == "-" || ("a"..."z").contains($0) || (word.count == 2 && $0.isLetter) }
    }

    /// Takes the quoted forms of a word out of a message.
    private static func replacing(_ word: String, in message: String) -> String {
        var result = message
        for quote in ["'\(word)'", "‘\(word)’", "\"\(word)\""] {
            while let range = firstRange(of: quote, in: result) {
                result.replaceSubrange(range, with: "(a word that is not repeated here: it may be a value)")
            }
        }
        if word.count >= 4, firstRange(of: word, in: result) != nil {
            return "the command line cannot be understood"
        }
        return result
    }

    private static func firstRange(of needle: String, in text: String) -> Range<String.Index>? {
        guard !needle.isEmpty else { return nil }
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(needle) {
                return start..<(text.index(start, offsetBy: needle.count, limitedBy: text.endIndex) ?? text.endIndex)
            }
            start = text.index(after: start)
        }
        return nil
    }
}
