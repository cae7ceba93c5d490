/// Finds any of some words in a text, looking at each place of the text once.
struct WordFinder {
    /// The words by their first byte.
    private let words: [[[UInt8]]]

    init(_ texts: [String]) {
        var words: [[[UInt8]]] = Array(repeating: [], count: 256)
        for text in texts {
            let word = Array(text.utf8)
            if let first = word.first { words[Int(first)].append(word) }
        }
        self.words = words
    }

    /// Whether a text has any of the words in it.
    func isFound(in text: [UInt8]) -> Bool {
        for start in text.indices {
            for word in words[Int(text[start])] where word.count <= text.count - start {
                var length = 1
                while length < word.count, text[start + length] == word[length] { length += 1 }
                if length == word.count { return true }
            }
        }
        return false
    }
}
