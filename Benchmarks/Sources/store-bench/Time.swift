#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Measures time: by the clock, so that waiting for the disk counts, and of the processor, so that the figure is the
/// code's and not the neighbours'.
struct Time {
    var clock: Double
    var processor: Double

    /// How long something takes, in seconds.
    static func of(_ work: () throws -> Void) rethrows -> Time {
        let (clock, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_THREAD_CPUTIME_ID))
        try work()
        return Time(clock: now(CLOCK_MONOTONIC) - clock, processor: now(CLOCK_THREAD_CPUTIME_ID) - processor)
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension [Double] {
    /// The value in the middle.
    var median: Double { sorted()[count / 2] }
}
