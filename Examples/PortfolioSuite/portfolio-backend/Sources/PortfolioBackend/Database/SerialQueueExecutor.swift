import Dispatch

/// Runs an actor's work on a thread of its own, one piece after the other.
///
/// libpq and scrypt block. On Swift's shared pool, which has as many threads as the machine has cores, two of them would
/// stop everything else.
final class SerialQueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }
}
