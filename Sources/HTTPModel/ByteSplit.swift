extension Substring {
    /// Splits at a byte of ASCII.
    ///
    /// As `split(separator:)` does, but that walks a text character by character, which takes longer than all else that is
    /// done with the path of a request. Characters are no matter here: no byte of a longer one is one of ASCII. A
    /// separator with a combining mark after it separates too, as paths and header fields are made of bytes.
    ///
    /// - Parameters:
    ///   - byte: Below 0x80.
    ///   - maxSplits: How often at most.
    ///   - omittingEmptySubsequences: Whether empty parts are left out.
    public func split(
        at byte: UInt8,
        maxSplits: Int = .max,
        omittingEmptySubsequences: Bool = true
    ) -> [Substring] {
        precondition(byte < 0x80)
        var parts: [Substring] = []
        var text = self
        // Bytes in a row are quicker to look through than a text's indices are to move.
        text.makeContiguousUTF8()
        let whole = text
        text.withUTF8 { bytes in
            var start = 0
            func add(to end: Int) {
                guard start < end || !omittingEmptySubsequences else { return }
                let first = whole.utf8.index(whole.startIndex, offsetBy: start)
                parts.append(whole[first..<whole.utf8.index(first, offsetBy: end - start)])
            }
            for position in bytes.indices where unsafe bytes[position] == byte && parts.count < maxSplits {
                add(to: position)
                start = position + 1
            }
            add(to: bytes.count)
        }
        return parts
    }
}

extension String {
    /// Splits at a byte of ASCII: see ``Swift/Substring/split(at:maxSplits:omittingEmptySubsequences:)``.
    public func split(
        at byte: UInt8,
        maxSplits: Int = .max,
        omittingEmptySubsequences: Bool = true
    ) -> [Substring] {
        self[...].split(at: byte, maxSplits: maxSplits, omittingEmptySubsequences: omittingEmptySubsequences)
    }
}
