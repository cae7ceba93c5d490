internal import SecretStore

/// Every path of a store in the order of bytes, in memory: rows are found by keyed hashes, which have no order.
///
/// Blocks of a few hundred paths, so that one more moves a few kilobytes and not all of them.
struct PathIndex {
    private static let blockPaths = 512
    private var blocks: [[SecretPath]] = []
    /// Counts the changes, so that what is made of the paths can tell whether it is still true. Random at first: another
    /// index has other counts.
    private(set) var changes = UInt64.random(in: 0...UInt64.max)

    /// Takes paths in any order.
    init(_ paths: [SecretPath]) {
        let sorted = paths.sorted()
        for start in stride(from: 0, to: sorted.count, by: Self.blockPaths / 2) {
            blocks.append(Array(sorted[start..<min(start + Self.blockPaths / 2, sorted.count)]))
        }
    }

    /// Adds a path.
    mutating func insert(_ path: SecretPath) {
        changes &+= 1
        guard !blocks.isEmpty else {
            blocks = [[path]]
            return
        }
        let block = self.block(of: path)
        let position = Self.position(of: path, in: blocks[block])
        if position < blocks[block].count, blocks[block][position] == path { return }
        blocks[block].insert(path, at: position)
        if blocks[block].count > Self.blockPaths {
            let tail = Array(blocks[block][(Self.blockPaths / 2)...])
            blocks[block].removeLast(tail.count)
            blocks.insert(tail, at: block + 1)
        }
    }

    /// Takes a path away.
    mutating func remove(_ path: SecretPath) {
        guard !blocks.isEmpty else { return }
        changes &+= 1
        let block = self.block(of: path)
        let position = Self.position(of: path, in: blocks[block])
        guard position < blocks[block].count, blocks[block][position] == path else { return }
        blocks[block].remove(at: position)
        if blocks[block].isEmpty { blocks.remove(at: block) }
    }

    /// Goes through paths in order until the closure has enough.
    ///
    /// - Parameters:
    ///   - text: Begin at the first path whose bytes are not below these.
    ///   - body: Says whether to go on.
    func forEach(from text: String, _ body: (SecretPath) throws(StoreError) -> Bool) throws(StoreError) {
        // The last block that begins at or before it, found by halves.
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if let first = blocks[middle].first, first.text < text { low = middle + 1 } else { high = middle }
        }
        for block in blocks[max(0, low - 1)...] {
            for path in block where path.text >= text {
                guard try body(path) else { return }
            }
        }
    }

    /// The block that a path is in or belongs in.
    private func block(of path: SecretPath) -> Int {
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if let first = blocks[middle].first, first <= path { low = middle + 1 } else { high = middle }
        }
        return max(0, low - 1)
    }

    /// The first position whose path is not below one.
    private static func position(of path: SecretPath, in block: [SecretPath]) -> Int {
        var (low, high) = (0, block.count)
        while low < high {
            let middle = (low + high) / 2
            if block[middle] < path { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
