/// The name that somebody probably meant.
enum NearestName {
    /// The nearest of some names, when it is near enough: one slip for short names, two for longer ones, three from ten
    /// letters on. Case and the kind of separator do not count.
    ///
    /// - Parameters:
    ///   - name: The name as it was written.
    ///   - names: Those that exist.
    /// - Returns: The nearest, the first among equals; nil when none is near.
    static func find(_ name: String, among names: some Sequence<String>) -> String? {
        let wanted = plain(name)
        // Nobody's name is this long; what is, is not looked up.
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in names {
            let limit = (best?.distance ?? (wanted.count < 4 ? 1 : wanted.count < 10 ? 2 : 3) + 1) - 1
            guard abs(candidate.utf8.count - name.utf8.count) <= limit + 2,
                let distance = distance(wanted, plain(candidate), limit: limit)
            else { continue }
            best = (candidate, distance)
            if distance == 0 { break }
        }
        return best?.name
    }

    private static func plain(_ name: String) -> [UInt8] {
        name.utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.map(\.lowercased)
    }

    /// How many letters have to be put in, taken out, replaced or swapped with their neighbour (Damerau and Levenshtein,
    /// restricted); nil when it is more than the limit.
    private static func distance(_ one: [UInt8], _ other: [UInt8], limit: Int) -> Int? {
        guard abs(one.count - other.count) <= limit else { return nil }
        var before: [Int] = []
        var last = Array(0...other.count)
        for i in one.indices {
            var row = [i + 1] + Array(repeating: 0, count: other.count)
            for j in other.indices {
                let replaced = last[j] + (one[i] == other[j] ? 0 : 1)
                row[j + 1] = min(replaced, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] {
                    row[j + 1] = min(row[j + 1], before[j - 1] + 1)
                }
            }
            guard row.contains(where: { $0 <= limit }) else { return nil }
            (before, last) = (last, row)
        }
        return last[other.count] <= limit ? last[other.count] : nil
    }
}
