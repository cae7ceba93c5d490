#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells a person who watches how far something has come, on standard error, once it has taken a second.
///
/// The line is written over again and again, and is gone in the end: what was done is said by the command itself.
final class Progress {
    private let what: String
    private let isWatched: Bool
    private let start = Progress.now()
    private var bytes = 0
    private var shownAt: Double?

    /// Begins.
    ///
    /// - Parameter what: What is being done: `Writing`.
    init(_ what: String) {
        self.what = what
        isWatched = Terminal.errorIsTerminal
    }

    deinit { finish() }

    /// Counts bytes that are done.
    func add(_ count: Int) {
        bytes += count
        guard isWatched else { return }
        let time = Self.now()
        guard time - start >= 1, time - (shownAt ?? 0) >= 0.1 else { return }
        shownAt = time
        Terminal.mutter("\r\(what): \(bytes >> 20) MiB")
    }

    /// Takes the line away.
    func finish() {
        guard shownAt != nil else { return }
        shownAt = nil
        Terminal.mutter("\r\u{1B}[K")
    }

    /// Seconds of a clock that nobody sets.
    private static func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
