/// Builds the automaton's nodes from patterns: sorted, then level by level, which needs no lists of children.
struct TrieBuilder {
    private(set) var nodes: [Automaton.Node] = []
    private(set) var labels: [UInt8] = []
    /// The root's children by byte; 0 where it has none.
    private(set) var roots = [UInt32](repeating: 0, count: 256)
    /// See ``Automaton/releasable``: nodes from the root on, as far as ``Automaton/longestRelease`` goes.
    private(set) var releasable: [Bool] = []

    /// A pattern by its first eight bytes, which decide nearly every comparison, and its place.
    private struct Entry {
        let key: UInt64
        let range: Range<Int>
    }

    init(_ patterns: PatternSet) {
        let sorted = Self.sortedWithoutDuplicates(patterns)
        let total = sorted.reduce(1) { $0 + $1.range.count }
        nodes.reserveCapacity(total + 1)
        labels.reserveCapacity(total)
        // The patterns that go through each node.
        var spans: [Range<Int32>] = []
        spans.reserveCapacity(total)

        func append(label: UInt8, depth: Int, span: Range<Int32>, fail: UInt32) {
            nodes.append(Automaton.Node(firstChild: 0, fail: fail, matched: 0, depth: UInt16(depth)))
            labels.append(label)
            spans.append(span)
        }
        append(label: 0, depth: 0, span: 0..<Int32(sorted.count), fail: 0)

        var current = 0
        while current < nodes.count {
            let depth = Int(nodes[current].depth)
            var span = spans[current]
            let fail = nodes[current].fail
            nodes[current].firstChild = UInt32(nodes.count)
            if depth <= Automaton.longestRelease {
                releasable.append(mayRelease(depth: depth, fail: fail, span: span, sorted))
            }
            // The shortest of equal beginnings is the first in order: the pattern that ends here.
            if depth > 0, let first = span.first, sorted[Int(first)].range.count == depth {
                nodes[current].matched = UInt16(depth)
                span = span.dropFirst().startIndex..<span.upperBound
            } else if current > 0 {
                nodes[current].matched = nodes[Int(fail)].matched
            }
            while let first = span.first {
                let label = patterns.bytes[sorted[Int(first)].range.lowerBound + depth]
                var end = first + 1
                while end < span.upperBound, patterns.bytes[sorted[Int(end)].range.lowerBound + depth] == label {
                    end += 1
                }
                let target = current == 0 ? 0 : failure(from: fail, label)
                if current == 0 { roots[Int(label)] = UInt32(nodes.count) }
                append(label: label, depth: depth + 1, span: first..<end, fail: target)
                span = end..<span.upperBound
            }
            current += 1
        }
        // The bound of the last node's children.
        nodes.append(Automaton.Node(firstChild: UInt32(nodes.count), fail: 0, matched: 0, depth: 0))
    }

    /// Overwrites the labels: they are the secrets.
    mutating func wipe() { labels.wipe() }

    /// The children of a node that has been built.
    func children(of node: Int) -> Range<Int> {
        Int(nodes[node].firstChild)..<Int(nodes[node + 1].firstChild)
    }

    /// Where the longest suffix goes on with a label. What is asked for lies one level above what is being built, so
    /// its children are there.
    private func failure(from start: UInt32, _ label: UInt8) -> UInt32 {
        var state = start
        while state != 0 {
            for child in children(of: Int(state)) where labels[child] == label { return UInt32(child) }
            state = nodes[Int(state)].fail
        }
        return roots[Int(label)]
    }

    private func mayRelease(depth: Int, fail: UInt32, span: Range<Int32>, _ sorted: [Entry]) -> Bool {
        guard depth > 0 else { return true }
        let shortest = span.lazy.map { sorted[Int($0)].range.count }.min() ?? 0
        return releasable[Int(fail)] && depth * Automaton.releasedPart <= shortest
    }

    private static func sortedWithoutDuplicates(_ patterns: PatternSet) -> [Entry] {
        unsafe patterns.bytes.withUnsafeBytes { bytes in
            func precedes(_ left: Entry, _ right: Entry) -> Bool {
                if left.key != right.key { return left.key < right.key }
                return unsafe bytes[left.range].lexicographicallyPrecedes(bytes[right.range])
            }
            let entries = patterns.ranges.map { range in
                var key: UInt64 = 0
                for offset in 0..<8 {
                    let index = range.lowerBound + offset
                    key = key << 8 | (index < range.upperBound ? UInt64(unsafe bytes[index]) : 0)
                }
                return Entry(key: key, range: range)
            }
            var unique: [Entry] = []
            unique.reserveCapacity(entries.count)
            for entry in entries.sorted(by: precedes) {
                if let last = unique.last, last.key == entry.key, last.range.count == entry.range.count,
                    unsafe bytes[last.range].elementsEqual(bytes[entry.range])
                {
                    continue
                }
                unique.append(entry)
            }
            return unique
        }
    }
}
