import ArgumentParser

/// A time as people write it: `90s`, `30m`, `8h`, `7d`.
struct SpanOfTime: ExpressibleByArgument {
    /// How long it is, in seconds.
    let seconds: Int

    init?(argument: String) {
        guard let unit = argument.last, let factor = ["s": 1, "m": 60, "h": 3600, "d": 86_400][unit],
            argument.utf8.count <= 10, let count = Int(argument.dropLast()), (1...10_000_000).contains(count)
        else { return nil }
        seconds = count * factor
    }
}
