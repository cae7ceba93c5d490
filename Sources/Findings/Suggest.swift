/// Did-you-mean: the name that was probably meant.
public enum Suggest {
    /// The candidate nearest to a name, when one is near enough to be meant.
    ///
    /// Case, `-` and `_` do not count as differences, one slip per three characters is forgiven (a letter too many,
    /// too few, wrong, or swapped with its neighbour: the optimal string alignment distance), and an abbreviation of
    /// one candidate alone (`prod` of `production`) finds it.
    ///
    /// - Parameters:
    ///   - name: What was written. Names of more than 64 bytes are near to nothing.
    ///   - candidates: What could have been meant, in the order that decides between equals.
    /// - Returns: The nearest candidate, or nil when none is near.
    public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = folded(name)
        guard !wanted.isEmpty, wanted.count <= longest else { return nil }
        let allowed = wanted.count < 3 ? 0 : min(3, (wanted.count + 1) / 3)
        var best: (name: String, distance: Int)?
        var extended: [String] = []
        for candidate in candidates {
            let other = folded(candidate)
            if wanted.count >= 3, other.count > wanted.count, other.starts(with: wanted) { extended.append(candidate) }
            let bound = min(allowed, (best?.distance ?? .max) - 1, allowed)
            guard bound >= 0, abs(other.count - wanted.count) <= bound else { continue }
            if let distance = distance(wanted, other, atMost: bound) { best = (candidate, distance) }
        }
        return best?.name ?? (extended.count == 1 ? extended.first : nil)
    }

    /// Longer names are not compared: the comparison's time grows with the product of the lengths.
    private static let longest = 64

    /// A name's bytes without what people mix up: case and the marks between words.
    private static func folded(_ name: String) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(name.utf8.count)
        for byte in name.utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: "_") {
            result.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
        }
        return result
    }

    /// The optimal string alignment distance of two names, or nil when it is more than a bound.
    private static func distance(_ left: [UInt8], _ right: [UInt8], atMost bound: Int) -> Int? {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column] + (byte == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            guard current.min() ?? 0 <= bound else { return nil }
            (beforeLast, last) = (last, current)
        }
        guard let result = last.last, result <= bound else { return nil }
        return result
    }
}
