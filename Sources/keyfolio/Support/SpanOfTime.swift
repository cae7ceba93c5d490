import ArgumentParser

/// A time as people write it: `90s`, `30m`, `8h`, `7d`.
struct SpanOfTime {
    /// How long it is, in seconds.
    let seconds: Int

    /// Reads the value of an option, and says what it takes when it is none.
    ///
    /// - Parameter range: What the server takes, in seconds: whole days at its end.
    static func reading(_ range: ClosedRange<Int>) -> @Sendable (String) throws -> SpanOfTime {
        { text in
            let units = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
            guard let unit = text.last, let factor = units[String(unit)], text.utf8.count <= 10,
                let count = Int(text.dropLast()), (0...10_000_000).contains(count)
            else { throw ValidationError("it takes a number with s, m, h or d behind it: 90s, 30m, 8h, 7d.") }
            guard range.contains(count * factor) else {
                throw ValidationError("it takes from \(range.lowerBound)s to \(range.upperBound / 86_400)d.")
            }
            return SpanOfTime(seconds: count * factor)
        }
    }

    /// How long a token may open something, or a network be kept out: ten years at most.
    static let usual = 1...(10 * 366 * 86_400)
    /// How long the tokens of a client's logins may.
    static let ofLogins = 60...(366 * 86_400)
}
