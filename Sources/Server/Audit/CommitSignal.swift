internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Tells those who wait for it that something was committed. Whoever commits pays for one look at a number when nobody
/// is waiting.
@safe public final class CommitSignal: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private let waiting = Atomic<Int>(0)
    private let count = Atomic<UInt64>(0)
    private let isFollowed = Atomic<Bool>(false)

    /// A signal that nobody waits for yet.
    public init() {
        unsafe lock = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        #if canImport(Glibc)
            // A clock that is set must not make anybody wait longer.
            unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        #endif
        unsafe pthread_cond_init(changed, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(lock)
        unsafe changed.deallocate()
        unsafe lock.deallocate()
    }

    /// Says that something was committed.
    public func raise() {
        guard isFollowed.load(ordering: .relaxed) else { return }
        // In this order, and in the other one below: either the one who waits sees the count, or this sees them wait.
        count.add(1, ordering: .sequentiallyConsistent)
        guard waiting.load(ordering: .sequentiallyConsistent) > 0 else { return }
        unsafe pthread_mutex_lock(lock)
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(lock)
    }

    /// From now on commits are counted.
    func follow() { isFollowed.store(true, ordering: .sequentiallyConsistent) }

    /// How often it was raised.
    var raised: UInt64 { count.load(ordering: .sequentiallyConsistent) }

    /// Waits until it is raised more often than it had been, or the time is over.
    func wait(after seen: UInt64, milliseconds: Int) {
        #if canImport(Glibc)
            let clock = CLOCK_MONOTONIC
        #else
            let clock = CLOCK_REALTIME
        #endif
        var end = timespec()
        unsafe clock_gettime(clock, &end)
        end.tv_sec += milliseconds / 1000
        end.tv_nsec += milliseconds % 1000 * 1_000_000
        if end.tv_nsec >= 1_000_000_000 {
            end.tv_sec += 1
            end.tv_nsec -= 1_000_000_000
        }
        unsafe pthread_mutex_lock(lock)
        waiting.add(1, ordering: .sequentiallyConsistent)
        while raised == seen {
            if unsafe pthread_cond_timedwait(changed, lock, &end) == ETIMEDOUT { break }
        }
        waiting.subtract(1, ordering: .sequentiallyConsistent)
        unsafe pthread_mutex_unlock(lock)
    }
}
