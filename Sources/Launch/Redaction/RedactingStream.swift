/// One stream of text on its way through a ``Redactor``: takes pieces of any size, gives what can be given.
///
/// A byte that may yet turn out to belong to a secret is held back until it is decided. At most
/// ``PatternSet/longestPattern`` bytes are.
public struct RedactingStream {
    private let automaton: Automaton
    private var state: UInt32 = 0
    /// Text that has not been given out, and sometimes a little that has.
    private var work: [UInt8] = []
    /// Up to here, in `work`, it has been given out.
    private var given = 0
    /// Secrets found from `given` on: disjoint, not touching, in order.
    private var found: [Range<Int>] = []
    /// Where the last mask that was given out ends. A secret that begins there or before belongs to the same mask.
    private var maskEnd = -1

    init(_ automaton: Automaton) { self.automaton = automaton }

    /// How many bytes are held back.
    public var heldCount: Int { work.count - given }

    /// Takes a piece of the text.
    ///
    /// - Parameters:
    ///   - piece: The next bytes, needed during the call only.
    ///   - output: Receives what is decided.
    public mutating func write(_ piece: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        let start = work.count
        unsafe work.append(contentsOf: piece)
        scan(from: start)
        give(upTo: work.count - depth, into: &output)
    }

    /// Ends the text: gives what was held back.
    ///
    /// - Parameter output: Receives it.
    public mutating func finish(into output: inout [UInt8]) {
        give(upTo: work.count, into: &output)
        state = 0
        work = []
        given = 0
        maskEnd = -1
    }

    /// Gives a little of what is held back, when nothing has followed for a while: a prompt's last letters, the echo of
    /// a key, the end of a message that a peer waits for.
    ///
    /// What is given is at most ``Automaton/longestRelease`` bytes and at most a quarter of any secret that they may
    /// begin; if the rest of that secret comes after all, it is masked. More is never given before it is decided.
    ///
    /// - Parameter output: Receives it; nothing when more than that is held back.
    public mutating func release(into output: inout [UInt8]) {
        // A whole secret that may yet become a longer one can be masked at once: nothing of it shows.
        let isFound = found.count == 1 && found[0].lowerBound <= given && found[0].upperBound == work.count
        guard heldCount > 0, isFound || automaton.mayRelease(state) else { return }
        give(upTo: work.count, into: &output)
    }

    private var depth: Int { unsafe Int(automaton.nodes[Int(state)].depth) }

    private mutating func scan(from start: Int) {
        var state = self.state
        let automaton = automaton
        // Secrets are rare, so their list is taken out of the loop's way.
        var matches: [Range<Int>] = []
        unsafe work.withUnsafeBytes { text in
            let end = text.count
            // The last place where four bytes can be read.
            let lastWord = end - 4
            var index = start
            // Where the automaton began to look; it has seen all that its state stands for. After an early release
            // that may be before the text that is still here.
            var begun = unsafe start - Int(automaton.nodes[Int(state)].depth)
            while index < end {
                if state == 0 {
                    while index <= lastWord {
                        let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt32.self)
                        if automaton.mayStart(UInt32(littleEndian: word)) { break }
                        index += 1
                    }
                    begun = index
                    if index == end { break }
                }
                state = unsafe automaton.step(state, text[index])
                index += 1
                let node = unsafe automaton.nodes[Int(state)]
                if node.matched > 0 {
                    Self.note(index - Int(node.matched)..<index, in: &matches)
                }
                // Nearly any byte begins some pattern, so the automaton would seldom come back to its root by itself.
                // Few bytes are sooner looked at again through the filter. Each time it begins further on, after at
                // most four steps for each byte gained: the whole stays linear.
                let back = index - Int(node.depth)
                if node.depth < 4, back > begun, back >= 0, back <= lastWord {
                    index = back
                    state = 0
                }
            }
        }
        self.state = automaton.live(state)
        for match in matches { Self.note(match, in: &found) }
    }

    /// Adds a range that ends after all others, taking in those that it overlaps or touches.
    private static func note(_ match: Range<Int>, in ranges: inout [Range<Int>]) {
        var match = match
        while let last = ranges.last, last.upperBound >= match.lowerBound {
            match = min(last.lowerBound, match.lowerBound)..<match.upperBound
            ranges.removeLast()
        }
        ranges.append(match)
    }

    /// Gives the text up to an index of `work`, with masks for what was found in it.
    private mutating func give(upTo end: Int, into output: inout [UInt8]) {
        guard end > given else { return }
        var done = 0
        for range in found where range.lowerBound < end {
            // What was released early is out; the rest of that secret is masked.
            let start = max(range.lowerBound, given)
            let stop = min(range.upperBound, end)
            if start > given { output += work[given..<start] }
            if start > maskEnd || maskEnd < 0 { output += Redactor.mask.utf8 }
            given = stop
            maskEnd = stop
            if stop == range.upperBound { done += 1 } else { break }
        }
        found.removeFirst(done)
        if end > given { output += work[given..<end] }
        given = end
        compact()
    }

    /// Drops what was given once it is most of the memory, so that each byte is moved a bounded number of times.
    private mutating func compact() {
        guard given * 2 >= work.count else { return }
        work.removeFirst(given)
        found = found.map { $0.lowerBound - given..<$0.upperBound - given }
        maskEnd = max(maskEnd - given, -1)
        given = 0
    }
}
