/// The "did you mean" of every error about a name that does not exist.
public enum Suggest {
    /// Longer names are neither corrected nor offered: the comparison is quadratic in the length.
    private static let longestName = 64
    /// The greatest distance that still counts as close.
    private static let greatest = 4

    /// The name that was most likely meant, or nil when none is close enough.
    ///
    /// Close is: at most one third of the longer name's characters inserted, left out, replaced or swapped with their
    /// neighbour, at least one and at most four, and one character in common. A name that begins with all that was given
    /// (`prod` for `production`) is offered after those. Upper and lower case are one at first and only break ties.
    ///
    /// - Parameters:
    ///   - name: What was given. It is compared, never repeated.
    ///   - candidates: The names that exist.
    public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        nearest(to: name, among: candidates, count: 1).first
    }

    /// The names that were most likely meant, the most likely first.
    ///
    /// - Parameters:
    ///   - name: What was given.
    ///   - candidates: The names that exist.
    ///   - count: How many names to give at most.
    public static func nearest(to name: String, among candidates: some Sequence<String>, count: Int) -> [String] {
        // A longer name would be cut here and never matched; a hostile one would be expensive even to fold.
        guard name.utf8.count <= longestName * 4 else { return [] }
        let given = Array(name.unicodeScalars)
        let foldedGiven = Array(name.lowercased().unicodeScalars)
        guard !given.isEmpty, foldedGiven.count <= longestName else { return [] }
        var best: [Match] = []
        for candidate in candidates where candidate.utf8.count <= longestName * 4 {
            let folded = Array(candidate.lowercased().unicodeScalars)
            guard folded.count <= longestName else { continue }
            guard let distance = distance(foldedGiven, folded) else { continue }
            let exact = EditDistance.between(given, Array(candidate.unicodeScalars), limit: longestName) ?? longestName
            let match = Match(distance: distance, exact: exact, name: candidate)
            // Few are kept, so each is put in its place instead of sorting all.
            let index = best.firstIndex { match < $0 } ?? best.count
            if index < count { best.insert(match, at: index) }
            if best.count > count { best.removeLast() }
        }
        return best.map(\.name)
    }

    private static func distance(_ given: [Unicode.Scalar], _ name: [Unicode.Scalar]) -> Int? {
        let longer = max(given.count, name.count)
        let limit = min(max(longer / 3, 1), greatest)
        if let distance = EditDistance.between(given, name, limit: limit), distance < longer { return distance }
        return given.count >= 3 && name.starts(with: given) ? greatest + 1 : nil
    }

    private struct Match: Comparable {
        let distance: Int
        let exact: Int
        let name: String

        static func < (left: Match, right: Match) -> Bool {
            (left.distance, left.exact, left.name) < (right.distance, right.exact, right.name)
        }
    }
}

/// The Damerau–Levenshtein distance in its restricted form (optimal string alignment): how many characters must be
/// inserted, left out, replaced, or swapped with their neighbour, no part of the text being changed twice.
enum EditDistance {
    /// The distance, or nil when it is above a limit. Time is the product of the lengths; memory is three rows.
    static func between(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int) -> Int? {
        if abs(left.count - right.count) > limit { return nil }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            row.reserveCapacity(right.count + 1)
            for j in right.indices {
                let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
                var cost = min(replaced, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            // A swap reaches back two rows, so only two rows above the limit end the search.
            if let least = row.min(), let leastBefore = last.min(), least > limit, leastBefore > limit { return nil }
            (beforeLast, last) = (last, row)
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}
