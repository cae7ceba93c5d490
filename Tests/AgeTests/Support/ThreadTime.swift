#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How long this thread has computed, in seconds: other work on the machine does not count.
func threadSeconds() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
