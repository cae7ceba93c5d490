import AccessPolicy

/// Who may what, word for word from "Policies" in HashiCorp's documentation, and slow. The fuzz target has it too.
struct ReferenceEvaluator {
    let rules: [PathRule]

    func allows(_ capability: Capability, on path: String) -> Bool {
        guard let pattern = deciding(capability, path) else { return false }
        var given: CapabilitySet = []
        for rule in rules where Array(rule.pattern.utf8) == Array(pattern.utf8) { given.formUnion(rule.capabilities) }
        return !given.contains(.deny) && given.contains(capability)
    }

    private func deciding(_ capability: Capability, _ path: String) -> String? {
        var bare = Array(path.utf8.drop { $0 == 0x2F })
        var spellings = [bare]
        if capability == .list {
            if bare.last == 0x2F { bare.removeLast() }
            if !bare.isEmpty { spellings = [bare + [0x2F], bare] }
        }
        for spelling in spellings {
            for rule in rules where wildcards(rule.pattern) == nil && Array(rule.pattern.utf8) == spelling {
                return rule.pattern
            }
        }
        var best: String?
        for rule in rules
        where wildcards(rule.pattern) != nil && spellings.contains(where: { matches(rule.pattern, $0) }) {
            if let other = best, isLower(rule.pattern, than: other) { continue }
            best = rule.pattern
        }
        return best
    }

    /// "If the first wildcard (+) or glob (*) occurs earlier in P1, P1 is lower priority", and the four after it.
    private func isLower(_ one: String, than two: String) -> Bool {
        let (first, second) = (wildcards(one) ?? 0, wildcards(two) ?? 0)
        if first != second { return first < second }
        if isPrefix(one) != isPrefix(two) { return isPrefix(one) }
        if pluses(one) != pluses(two) { return pluses(one) > pluses(two) }
        if one.utf8.count != two.utf8.count { return one.utf8.count < two.utf8.count }
        return one.utf8.lexicographicallyPrecedes(two.utf8)
    }

    private func isPrefix(_ pattern: String) -> Bool { pattern.utf8.last == 0x2A }

    private func body(_ pattern: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(pattern.utf8)
        return (isPrefix(pattern) ? bytes.dropLast() : bytes[...])
            .split(separator: 0x2F, omittingEmptySubsequences: false)
    }

    private func isPlus(_ pattern: String, _ position: Int, _ segment: ArraySlice<UInt8>) -> Bool {
        segment.elementsEqual([0x2B]) && !(isPrefix(pattern) && position == body(pattern).count - 1)
    }

    private func pluses(_ pattern: String) -> Int {
        body(pattern).enumerated().filter { isPlus(pattern, $0.offset, $0.element) }.count
    }

    /// Where the first wildcard is; nil when there is none.
    private func wildcards(_ pattern: String) -> Int? {
        var place = 0
        for (position, segment) in body(pattern).enumerated() {
            if isPlus(pattern, position, segment) { return place }
            place += segment.count + 1
        }
        return isPrefix(pattern) ? pattern.utf8.count - 1 : nil
    }

    private func matches(_ pattern: String, _ path: [UInt8]) -> Bool {
        let (wanted, segments) = (body(pattern), path.split(separator: 0x2F, omittingEmptySubsequences: false))
        guard isPrefix(pattern) ? segments.count >= wanted.count : segments.count == wanted.count else { return false }
        return wanted.enumerated().allSatisfy { position, segment in
            if isPlus(pattern, position, segment) { return true }
            let isLast = isPrefix(pattern) && position == wanted.count - 1
            return isLast ? segments[position].starts(with: segment) : segments[position] == segment
        }
    }
}
