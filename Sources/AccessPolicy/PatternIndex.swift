/// Patterns arranged so that the one that decides is found without asking all of them.
///
/// Whatever stands before a pattern's first wildcard is its head, and the later the wildcard, the higher the priority.
/// So the heads are sorted by their bytes, each knows the longest other head that it begins with, and the search goes
/// from the longest head of the path to shorter ones. The first pattern that matches is the one of highest priority.
struct PatternIndex: Sendable {
    private struct Exact: Sendable {
        let start: Int
        let count: Int
        let number: Int
    }

    private struct Wild: Sendable {
        // Head and tail lie one after the other.
        let start: Int
        let count: Int
        let isPrefix: Bool
        let number: Int
    }

    private struct Head: Sendable {
        let start: Int
        let count: Int
        var parent: Int
        var first: Int
        var end: Int
    }

    /// What is found: which pattern, and its place in the order of all wildcard patterns.
    struct Hit {
        let number: Int
        let rank: Int
    }

    private let bytes: [UInt8]
    private let exact: [Exact]
    private let wild: [Wild]
    private let heads: [Head]
    /// Of each element of ``wild``: the higher, the earlier it is taken.
    private let ranks: [Int]

    init(_ patterns: [PathPattern]) {
        var bytes: [UInt8] = []
        func place(_ body: [UInt8]) -> Int {
            bytes.append(contentsOf: body)
            return bytes.count - body.count
        }
        let numbers = patterns.indices
        exact = numbers.filter { patterns[$0].isExact }
            .sorted { patterns[$0].body.lexicographicallyPrecedes(patterns[$1].body) }
            .map { Exact(start: place(patterns[$0].body), count: patterns[$0].body.count, number: $0) }

        let byPriority = numbers.filter { !patterns[$0].isExact }
            .sorted { patterns[$0].precedence(over: patterns[$1]) != nil }
        var rankOf: [Int: Int] = [:]
        for (place, number) in byPriority.enumerated() { rankOf[number] = byPriority.count - place }
        // Equal heads come together; within one, the order of priority.
        let ordered = byPriority.sorted { left, right in
            let (a, b) = (patterns[left].head, patterns[right].head)
            if a.elementsEqual(b) { return (rankOf[left] ?? 0) > (rankOf[right] ?? 0) }
            return a.lexicographicallyPrecedes(b)
        }
        var wild: [Wild] = []
        var heads: [Head] = []
        var open: [Int] = []
        for (position, number) in ordered.enumerated() {
            let pattern = patterns[number]
            let start = place(pattern.body)
            let entry = Wild(start: start, count: pattern.body.count, isPrefix: pattern.isPrefix, number: number)
            wild.append(entry)
            if position > 0, patterns[ordered[position - 1]].head.elementsEqual(pattern.head) {
                heads[heads.count - 1].end = position + 1
                continue
            }
            while let last = open.last {
                let head = heads[last]
                if pattern.head.starts(with: bytes[head.start..<head.start + head.count]) { break }
                open.removeLast()
            }
            heads.append(
                Head(
                    start: start,
                    count: pattern.headCount,
                    parent: open.last ?? -1,
                    first: position,
                    end: position + 1
                )
            )
            open.append(heads.count - 1)
        }
        self.bytes = bytes
        self.wild = wild
        self.heads = heads
        ranks = ordered.map { rankOf[$0] ?? 0 }
    }

    /// The pattern that is this path.
    func exact(_ path: Span<UInt8>) -> Int? {
        var low = 0
        var high = exact.count
        while low < high {
            let middle = low + (high - low) / 2
            let entry = exact[middle]
            switch order(entry.start, entry.count, path) {
            case 0: return entry.number
            case ..<0: low = middle + 1
            default: high = middle
            }
        }
        return nil
    }

    /// The pattern with a wildcard that has the highest priority of those that mean this path.
    func wildcard(_ path: Span<UInt8>) -> Hit? {
        var low = 0
        var high = heads.count
        while low < high {
            let middle = low + (high - low) / 2
            if order(heads[middle].start, heads[middle].count, path) <= 0 { low = middle + 1 } else { high = middle }
        }
        // A head that the path begins with is the last one before the path, or one that this begins with. So it is
        // enough to know how far these two go together.
        var current = low - 1
        if current < 0 { return nil }
        let shared = common(heads[current].start, heads[current].count, path)
        while current >= 0 {
            let head = heads[current]
            if head.count <= shared {
                for position in head.first..<head.end where matches(wild[position], path, after: head.count) {
                    return Hit(number: wild[position].number, rank: ranks[position])
                }
            }
            current = head.parent
        }
        return nil
    }

    /// Less than, equal to or more than 0 as the stored bytes come before the path, are it, or come after it.
    private func order(_ start: Int, _ count: Int, _ path: Span<UInt8>) -> Int {
        let shared = common(start, count, path)
        if shared < count && shared < path.count { return bytes[start + shared] < path[shared] ? -1 : 1 }
        return count - path.count
    }

    /// How many bytes at the beginning are the same.
    private func common(_ start: Int, _ count: Int, _ path: Span<UInt8>) -> Int {
        let end = min(count, path.count)
        var length = 0
        while length < end && bytes[start + length] == path[length] { length += 1 }
        return length
    }

    private func matches(_ entry: Wild, _ path: Span<UInt8>, after head: Int) -> Bool {
        var index = head
        for position in entry.start + head..<entry.start + entry.count {
            let expected = bytes[position]
            if expected == PathPattern.anySegment {
                while index < path.count && path[index] != UInt8(ascii: "/") { index += 1 }
            } else if index < path.count && path[index] == expected {
                index += 1
            } else {
                return false
            }
        }
        return entry.isPrefix || index == path.count
    }
}

extension PathPattern {
    fileprivate var head: ArraySlice<UInt8> { body[..<headCount] }
}
