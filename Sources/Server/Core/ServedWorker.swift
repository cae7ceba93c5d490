public import HTTPModel

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The part of a ``ServedStore`` that belongs to one event loop. Used on that loop only.
///
/// It holds the service, and so the store's keys, during a turn of the loop only: a loop that has nothing to do keeps no
/// sealed store open.
public final class ServedWorker {
    private let store: ServedStore
    private var worker: ServiceWorker?

    init(_ store: ServedStore) { self.store = store }

    /// Takes a request. The answer comes now, when the turn ends, or later from another thread; once in any case.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - stream: Begins an answer that comes bit by bit; nil when there are none such.
    ///   - sender: Takes the answer when it matters whether it leaves; without it, none is known to.
    ///   - reply: Takes the answer.
    public func handle(
        _ request: HTTPRequest,
        stream: StreamMaker? = nil,
        sender: AnswerSender? = nil,
        _ reply: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        if worker == nil { worker = store.service?.makeWorker() }
        guard let worker else { return store.answerSealed(request, reply) }
        worker.handle(request, stream: stream, sender: sender, reply)
    }

    /// Passes what was gathered.
    public func flush() {
        worker?.flush()
        worker = nil
    }

    /// For how many microseconds what was gathered may wait to become more.
    public var patience: Int { worker?.patience ?? 0 }
}

/// Waiting for those who are under way.
enum Drain {
    private static let stepMilliseconds: UInt32 = 5

    /// Asks again and again until it is so, or the time is over.
    static func wait(atMost milliseconds: UInt32, until isDone: () -> Bool) {
        var waited: UInt32 = 0
        while waited < milliseconds, !isDone() {
            usleep(stepMilliseconds * 1000)
            waited += stepMilliseconds
        }
    }
}
