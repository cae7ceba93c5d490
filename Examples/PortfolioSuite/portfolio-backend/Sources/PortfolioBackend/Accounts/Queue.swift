import Synchronization

/// Counts who is waiting, and turns away whoever comes when it is full.
final class Queue: Sendable {
    private let limit: Int
    private let waiting = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a place, to be given back with ``leave()``.
    ///
    /// - Returns: Whether there was one.
    func enter() -> Bool {
        waiting.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func leave() {
        waiting.withLock { $0 -= 1 }
    }
}
