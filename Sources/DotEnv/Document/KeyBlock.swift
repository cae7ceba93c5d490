extension DotEnvDocument {
    /// The lines that stand between the first and the last line of a key in PEM, the last included: without quotes around
    /// all of them each reads like a line of its own, and what looks like a name is a piece of the key.
    ///
    /// A key without a last line goes on to the end of the file.
    ///
    /// - Parameter bytes: The file.
    /// - Returns: The lines, from 1.
    public static func keyBlocks(in bytes: [UInt8]) -> [ClosedRange<Int>] {
        var blocks: [ClosedRange<Int>] = []
        var start: Int?
        var number = 0
        let begin = Array("-----BEGIN ".utf8)
        let end = Array("-----END ".utf8)
        for line in bytes.split(separator: Byte.lineFeed, omittingEmptySubsequences: false) {
            number += 1
            if start == nil, let place = index(of: begin, in: line) {
                // A key on one line has its end there, too.
                if index(of: end, in: line[place...]) == nil { start = number }
            } else if let first = start, index(of: end, in: line) != nil {
                blocks.append((first + 1)...number)
                start = nil
            }
        }
        if let start, start < number { blocks.append((start + 1)...number) }
        return blocks
    }

    private static func index(of mark: [UInt8], in line: ArraySlice<UInt8>) -> Int? {
        line.indices.first { line[$0] == mark[0] && line[$0...].starts(with: mark) }
    }
}
