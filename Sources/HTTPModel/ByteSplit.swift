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
        let bytes = utf8
        var start = startIndex
        var index = start
        while parts.count < maxSplits, index < endIndex {
            let next = bytes.index(after: index)
            if bytes[index] == byte {
                if start < index || !omittingEmptySubsequences { parts.append(self[start..<index]) }
                start = next
            }
            index = next
        }
        if start < endIndex || !omittingEmptySubsequences { parts.append(self[start...]) }
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
