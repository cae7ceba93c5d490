internal import CPlatform

/// Finds all of a set of patterns in one pass: Aho and Corasick, "Efficient string matching" (1975).
///
/// Nodes are numbered breadth first, so that the children of one lie side by side and a node is twelve bytes and a
/// label. A hash of four bytes says in front of it where no pattern can start, which is nearly everywhere.
/// The labels are the secrets; they are wiped when the automaton goes.
@safe final class Automaton: @unchecked Sendable {
    /// Written once in `init`, only read after that: this is what makes the class sendable.
    struct Node {
        /// The children are the nodes from here to the next node's first child.
        var firstChild: UInt32
        /// The node of the longest proper suffix that is a prefix of a pattern.
        var fail: UInt32
        /// The length of the longest pattern that ends here; 0 when none does.
        var matched: UInt16
        /// How many bytes lead here.
        var depth: UInt16
    }

    let nodes: UnsafeMutableBufferPointer<Node>
    let labels: UnsafeMutableBufferPointer<UInt8>
    /// The root's children by byte; 0 where it has none.
    let roots: UnsafeMutableBufferPointer<UInt32>
    /// For nodes of the first three levels: whether what leads there may be shown although a secret may follow.
    let releasable: [Bool]
    /// Bits, by ``hash(_:shift:)`` of a pattern's first four bytes.
    let filter: UnsafeMutableBufferPointer<UInt64>
    let filterShift: UInt32

    /// At most so many bytes of what may become a secret are shown before that is known.
    static let longestRelease = 3
    /// And at most one part in so many of the shortest secret that they may become.
    static let releasedPart = 4

    init(_ patterns: PatternSet) {
        var trie = TrieBuilder(patterns)
        defer { trie.wipe() }
        unsafe nodes = .allocate(capacity: trie.nodes.count)
        unsafe labels = .allocate(capacity: trie.labels.count)
        unsafe roots = .allocate(capacity: 256)
        _ = unsafe nodes.initialize(from: trie.nodes)
        _ = unsafe labels.initialize(from: trie.labels)
        _ = unsafe roots.initialize(from: trie.roots)
        releasable = trie.releasable

        // Eight bits for each pattern, so that one position in eight or fewer is looked at for nothing.
        var bits: UInt32 = 12
        while bits < 22, 1 << Int(bits) < 8 * patterns.ranges.count { bits += 1 }
        filterShift = 32 - bits
        unsafe filter = .allocate(capacity: 1 << Int(bits - 6))
        unsafe filter.initialize(repeating: 0)
        for range in patterns.ranges {
            let start = patterns.bytes[range.lowerBound..<range.lowerBound + 4]
            let word = start.reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
            let slot = Automaton.hash(word, shift: filterShift)
            unsafe filter[slot >> 6] |= 1 << UInt64(slot & 63)
        }
    }

    deinit {
        if let start = unsafe labels.baseAddress { unsafe kf_wipe(start, labels.count) }
        unsafe nodes.deallocate()
        unsafe labels.deallocate()
        unsafe roots.deallocate()
        unsafe filter.deallocate()
    }

    /// Multiplicative hashing (Knuth, The Art of Computer Programming, 6.4): the upper bits of a product.
    ///
    /// - Parameter word: Four bytes, the first one lowest.
    @inline(__always)
    static func hash(_ word: UInt32, shift: UInt32) -> Int { Int((word &* 0x9E37_79B1) >> shift) }

    /// Whether a pattern may start with four bytes.
    @inline(__always)
    func mayStart(_ word: UInt32) -> Bool {
        let slot = Automaton.hash(word, shift: filterShift)
        return unsafe filter[slot >> 6] >> UInt64(slot & 63) & 1 != 0
    }

    /// The node after one more byte.
    @inline(__always)
    func step(_ state: UInt32, _ byte: UInt8) -> UInt32 {
        var state = state
        while state != 0 {
            if let child = unsafe Self.child(of: state, byte, nodes, labels) { return child }
            state = unsafe nodes[Int(state)].fail
        }
        return unsafe roots[Int(byte)]
    }

    /// The node that stands for what may go on: where nothing can follow, the longest suffix that something can.
    func live(_ state: UInt32) -> UInt32 {
        var state = state
        while state != 0, unsafe nodes[Int(state)].firstChild == nodes[Int(state) + 1].firstChild {
            state = unsafe nodes[Int(state)].fail
        }
        return state
    }

    /// The child of a node by a byte: the children are in the order of their labels.
    @inline(__always)
    private static func child(
        of node: UInt32,
        _ byte: UInt8,
        _ nodes: UnsafeMutableBufferPointer<Node>,
        _ labels: UnsafeMutableBufferPointer<UInt8>
    ) -> UInt32? {
        let end = unsafe nodes[Int(node) + 1].firstChild
        var child = unsafe nodes[Int(node)].firstChild
        while child < end {
            let label = unsafe labels[Int(child)]
            if label >= byte { return label == byte ? child : nil }
            child += 1
        }
        return nil
    }

    /// Whether the bytes that lead to a node may be shown when nothing follows for a while.
    func mayRelease(_ state: UInt32) -> Bool {
        releasable.indices.contains(Int(state)) && releasable[Int(state)]
    }
}
