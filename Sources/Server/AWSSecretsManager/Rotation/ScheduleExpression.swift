/// A schedule in the words of Secrets Manager ("Schedule expressions in Secrets Manager rotation" in its user guide).
enum ScheduleExpression: Sendable, Equatable {
    /// Every so many hours.
    case rate(hours: Int)
    /// At moments that six fields describe.
    case cron([String])

    /// Reads an expression.
    ///
    /// - Parameter text: `rate(10 days)`, `rate(4 hours)` or `cron(0 8 1 * ? *)`.
    /// - Returns: nil when it is none, or says more often than every four hours.
    init?(_ text: String) {
        guard text.utf8.count <= 256, text.hasSuffix(")") else { return nil }
        if text.hasPrefix("rate(") {
            let words = text.dropFirst(5).dropLast().split(separator: " ")
            guard words.count == 2, words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(words[0]),
                (1...24_000).contains(count)
            else { return nil }
            switch (words[1], count) {
            case ("day", 1): self = .rate(hours: 24)
            case ("days", 2...1000): self = .rate(hours: count * 24)
            case ("hours", 4...24_000): self = .rate(hours: count)
            default: return nil
            }
        } else if text.hasPrefix("cron(") {
            let fields = text.dropFirst(5).dropLast().split(separator: " ").map(String.init)
            guard fields.count == 6, zip(fields, Field.all).allSatisfy({ $1.allows($0) }) else { return nil }
            // One of the two days must be left open, and only one of them can be.
            guard (fields[2] == "?") != (fields[4] == "?") else { return nil }
            guard Self.isFourHoursApart(fields[1]) else { return nil }
            self = .cron(fields)
        } else {
            return nil
        }
    }

    /// Whether the hours of a day are four apart: `*`, `*/3` and `8,10` are not.
    private static func isFourHoursApart(_ field: String) -> Bool {
        if let step = field.split(separator: "/").last, field.contains("/") { return (Int(step) ?? 0) >= 4 }
        if field.contains("-") || field == "*" { return false }
        let hours = field.split(separator: ",").compactMap { Int($0) }.sorted()
        guard let first = hours.first, let last = hours.last else { return false }
        let gaps = zip(hours, hours.dropFirst()).map { $1 - $0 }
        return gaps.allSatisfy { $0 >= 4 } && (hours.count == 1 || first + 24 - last >= 4)
    }

    /// What a field may hold.
    private struct Field {
        var range: ClosedRange<Int>
        var names: [String] = []
        /// Characters beside numbers, `,`, `-`, `*` and `/`.
        var others = ""

        static let all = [
            // Windows open on the hour.
            Field(range: 0...0),
            Field(range: 0...23),
            Field(range: 1...31, others: "?LW"),
            Field(
                range: 1...12,
                names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
            ),
            Field(range: 1...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], others: "?L#"),
            Field(range: 1970...2199),
        ]

        func allows(_ text: String) -> Bool {
            if text == "?" { return others.contains("?") }
            return text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(allowsPart)
        }

        private func allowsPart(_ part: Substring) -> Bool {
            let step = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            if step.count == 2, (Int(step[1]).map { $0 > 0 && $0 <= range.upperBound } ?? false) == false {
                return false
            }
            guard let base = step.first, !base.isEmpty else { return false }
            if base == "*" || isValue(base) { return true }
            if base == "L" || base == "LW" { return others.contains("L") && step.count == 1 }
            if let position = base.firstIndex(of: "#") {
                let nth = Int(base[base.index(after: position)...]).map { (1...5).contains($0) } ?? false
                return others.contains("#") && isValue(base[..<position]) && nth
            }
            if base.hasSuffix("W") || base.hasSuffix("L"), let last = base.last {
                return others.contains(last) && isValue(base.dropLast())
            }
            let ends = base.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            return ends.allSatisfy(isValue)
        }

        private func isValue(_ text: Substring) -> Bool {
            if names.contains(text.uppercased()) { return true }
            return text.utf8.allSatisfy { (0x30...0x39).contains($0) } && (Int(text).map(range.contains) ?? false)
        }
    }
}
