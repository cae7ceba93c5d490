internal import SecretStore

/// Every path of a store in the order of bytes, in memory: rows are found by keyed hashes, which have no order.
///
/// Blocks of a few hundred paths, so that one more moves a few kilobytes and not all of them.
struct PathIndex {
    private static let blockPaths = 512
    private var blocks: [[SecretPath]] = []
    /// The paths that have capital letters, by themselves in small ones. There are few, as a rule: all others are found by
    /// their one spelling.
    private var mixed: [String: [SecretPath]] = [:]
    /// How many paths have a `=`, with which protocols begin what cannot stand in a path: the order of their names is another.
    private(set) var escaped = 0
    /// Those that were marked for deletion some time: whether one of them is still there, only its row says.
    private var marked: Set<SecretPath>

    /// Takes paths in any order.
    ///
    /// - Parameters:
    ///   - paths: All of them.
    ///   - marked: Those of them that are marked for deletion.
    init(_ paths: [SecretPath], marked: Set<SecretPath>) {
        self.marked = marked
        let sorted = paths.sorted()
        for start in stride(from: 0, to: sorted.count, by: Self.blockPaths / 2) {
            blocks.append(Array(sorted[start..<min(start + Self.blockPaths / 2, sorted.count)]))
        }
        escaped = sorted.count(where: Self.hasEscape)
        for path in sorted where Self.hasCapitals(path) { mixed[path.text.lowercased(), default: []].append(path) }
    }

    /// Whether a path's time may have run out, though its row is there.
    func mayBeGone(_ path: SecretPath) -> Bool { !marked.isEmpty && marked.contains(path) }

    /// Takes note that a path that is there is marked for deletion.
    mutating func mark(_ path: SecretPath) { marked.insert(path) }

    /// The paths with capital letters that are a text in small ones.
    func mixedCase(_ lowercased: String) -> [SecretPath] { mixed[lowercased] ?? [] }

    private static func hasEscape(_ path: SecretPath) -> Bool { path.text.utf8.contains(UInt8(ascii: "=")) }

    private static func hasCapitals(_ path: SecretPath) -> Bool {
        path.text.utf8.contains { (0x41...0x5A).contains($0) }
    }

    /// Adds a path.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - isMarked: Whether its secret is, or may be, marked for deletion.
    /// - Returns: Whether it was not there.
    @discardableResult
    mutating func insert(_ path: SecretPath, isMarked: Bool) -> Bool {
        if isMarked { marked.insert(path) }
        if Self.hasCapitals(path), !mixedCase(path.text.lowercased()).contains(path) {
            mixed[path.text.lowercased(), default: []].append(path)
        }
        guard !blocks.isEmpty else {
            blocks = [[path]]
            escaped = Self.hasEscape(path) ? 1 : 0
            return true
        }
        let block = self.block(of: path)
        let position = Self.position(of: path, in: blocks[block])
        if position < blocks[block].count, blocks[block][position] == path { return false }
        if Self.hasEscape(path) { escaped += 1 }
        blocks[block].insert(path, at: position)
        if blocks[block].count > Self.blockPaths {
            let tail = Array(blocks[block][(Self.blockPaths / 2)...])
            blocks[block].removeLast(tail.count)
            blocks.insert(tail, at: block + 1)
        }
        return true
    }

    /// Takes a path away.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    mutating func remove(_ path: SecretPath) -> Bool {
        guard !blocks.isEmpty else { return false }
        marked.remove(path)
        if Self.hasCapitals(path) {
            mixed[path.text.lowercased()]?.removeAll { $0 == path }
            if mixedCase(path.text.lowercased()).isEmpty { mixed[path.text.lowercased()] = nil }
        }
        let block = self.block(of: path)
        let position = Self.position(of: path, in: blocks[block])
        guard position < blocks[block].count, blocks[block][position] == path else { return false }
        if Self.hasEscape(path) { escaped -= 1 }
        blocks[block].remove(at: position)
        if blocks[block].isEmpty { blocks.remove(at: block) }
        return true
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
        guard !blocks.isEmpty else { return }
        let first = max(0, low - 1)
        for path in blocks[first][Self.position(of: text, in: blocks[first])...] {
            guard try body(path) else { return }
        }
        for block in blocks[(first + 1)...] {
            for path in block {
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

    /// The first position whose path is not below a text.
    private static func position(of text: String, in block: [SecretPath]) -> Int {
        var (low, high) = (0, block.count)
        while low < high {
            let middle = (low + high) / 2
            if block[middle].text < text { low = middle + 1 } else { high = middle }
        }
        return low
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
