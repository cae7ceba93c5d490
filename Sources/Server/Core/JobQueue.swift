#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Jobs that threads of their own take, in the order in which they came.
///
/// Threads and not tasks: what is done here waits for the disk or computes for tens of milliseconds, and either would
/// hold a thread of the concurrency pool that others need.
@safe final class JobQueue<Job: Sendable>: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private let limit: Int
    /// Those that came, and before them those that are next, the last one first: so taking one moves no others.
    private var jobs: [Job] = []
    private var next: [Job] = []
    private var isClosed = false

    /// - Parameter limit: How many jobs may wait.
    init(limit: Int) {
        self.limit = limit
        unsafe lock = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(lock)
        unsafe changed.deallocate()
        unsafe lock.deallocate()
    }

    /// Adds a job.
    ///
    /// - Parameter isOwed: Whether it is taken beyond the limit as well: what ends something that had room before.
    /// - Returns: Whether there was room.
    func push(_ job: Job, isOwed: Bool = false) -> Bool {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        guard isOwed || jobs.count + next.count < limit, !isClosed else { return false }
        jobs.append(job)
        unsafe pthread_cond_signal(changed)
        return true
    }

    /// Waits for jobs and takes all that are there; nil when the queue was closed and is empty.
    func takeAll() -> [Job]? {
        take {
            defer {
                jobs.removeAll(keepingCapacity: true)
                next.removeAll()
            }
            return next.isEmpty ? jobs : next.reversed() + jobs
        }
    }

    /// Waits for a job and takes it; nil when the queue was closed and is empty.
    func takeOne() -> Job? { take { removeFirst() } }

    /// What came within a time.
    enum Waited {
        case job(Job)
        case nothing
        /// The queue was closed and is empty.
        case end
    }

    /// Waits for a job, for a time only.
    func takeOne(within seconds: Double) -> Waited {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let nanoseconds = time.tv_nsec + Int((seconds - seconds.rounded(.down)) * 1e9)
        time.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while isEmpty {
            if isClosed { return .end }
            if unsafe pthread_cond_timedwait(changed, lock, &time) == ETIMEDOUT { break }
        }
        return isEmpty ? .nothing : .job(removeFirst())
    }

    /// Takes no more jobs; those that are there are done.
    func close() {
        unsafe pthread_mutex_lock(lock)
        isClosed = true
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(lock)
    }

    private func take<Result>(_ body: () -> Result) -> Result? {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while isEmpty {
            if isClosed { return nil }
            unsafe pthread_cond_wait(changed, lock)
        }
        return body()
    }

    // While the lock is held.

    private var isEmpty: Bool { jobs.isEmpty && next.isEmpty }

    private func removeFirst() -> Job {
        if next.isEmpty {
            next = jobs.reversed()
            jobs.removeAll(keepingCapacity: true)
        }
        return next.removeLast()
    }
}
