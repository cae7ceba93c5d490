import Glibc

/// Whether work grows with its input and not with its square: four times the input takes four times as long where it is
/// linear, sixteen times where it is quadratic. This thread's own time counts, and the best of three tries.
func isLinear(_ small: Int, _ work: (Int) -> Void) -> Bool {
    func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    func time(_ size: Int) -> Double {
        let start = now()
        work(size)
        return now() - start
    }
    return (0..<3).contains { _ in time(4 * small) / max(time(small), 0.0005) < 9 }
}
