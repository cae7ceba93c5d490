/// The byte strings to look for, one after the other in one block of memory that can be wiped.
struct PatternSet {
    /// All forms of all secrets together have at most this many bytes; the automaton takes some 13 bytes for each.
    static let bound = 8 << 20
    /// A longer pattern is cut into pieces of this length: they cover it all the same, and no stream ever has to hold
    /// back more than one piece.
    static let longestPattern = 1024
    /// What a pattern must have to be looked for at all; the scan's filter reads that many bytes at once.
    static let shortestPattern = 4

    private(set) var bytes: [UInt8] = []
    private(set) var ranges: [Range<Int>] = []

    init() {
        bytes.reserveCapacity(1 << 16)
    }

    var isTooLarge: Bool { bytes.count > Self.bound }

    /// Adds one pattern that a closure writes. Too short ones are dropped.
    mutating func add(_ write: (inout [UInt8]) -> Void) {
        guard !isTooLarge else { return }
        let start = bytes.count
        write(&bytes)
        let length = bytes.count - start
        guard length >= Self.shortestPattern else {
            bytes.removeLast(length)
            return
        }
        guard length > Self.longestPattern else {
            ranges.append(start..<bytes.count)
            return
        }
        for piece in stride(from: start, to: bytes.count - Self.longestPattern, by: Self.longestPattern) {
            ranges.append(piece..<piece + Self.longestPattern)
        }
        // The last piece reaches back, so that none is short.
        ranges.append(bytes.count - Self.longestPattern..<bytes.count)
    }

    /// Overwrites what was collected.
    mutating func wipe() {
        bytes.wipe()
        ranges = []
    }
}
