internal import HTTPModel
internal import NIOCore
internal import Synchronization

/// Where an answer goes: a connection of HTTP/1.1 or a stream of HTTP/2. Called on its event loop only.
protocol AnswerTarget: AnyObject, Sendable {
    /// Sends a whole answer, and tells whether it has left (``HTTPReply/send(_:whenSent:)``).
    func respond(_ response: HTTPResponse, _ whenSent: SentReport?)
    /// Sends the head of a streamed answer.
    func open(_ stream: StreamCore, _ head: HTTPResponse)
    /// Sends a piece of a streamed answer.
    func write(_ bytes: [UInt8], to stream: StreamCore)
    /// Ends a streamed answer.
    func end(_ stream: StreamCore)
    /// Nobody will answer: 500, and the connection is closed.
    func abandon()
}

/// Is told whether an answer has left.
typealias SentReport = @Sendable (Bool) -> Void

/// A request that waits for its answer. Carries the answer to the event loop of its connection.
final class Exchange: Sendable {
    let loop: ServiceLoop
    private let target: any AnswerTarget
    private let isAnswered = Atomic(false)

    init(loop: ServiceLoop, target: any AnswerTarget) {
        self.loop = loop
        self.target = target
    }

    deinit {
        guard !isAnswered.load(ordering: .acquiring) else { return }
        let target = target
        loop.run { target.abandon() }
    }

    func send(_ response: HTTPResponse, _ whenSent: SentReport?) {
        guard claim() else {
            guard let whenSent else { return }
            return loop.run { whenSent(false) }
        }
        if loop.isCurrent { return target.respond(response, whenSent) }
        let (target, loop) = (target, loop)
        loop.run {
            loop.expectReturn()
            target.respond(response, whenSent)
        }
    }

    func open(_ stream: StreamCore, _ head: HTTPResponse) {
        guard claim() else { return stream.close() }
        let target = target
        loop.run { target.open(stream, head) }
    }

    func write(_ bytes: [UInt8], to stream: StreamCore) {
        let target = target
        loop.run { target.write(bytes, to: stream) }
    }

    func end(_ stream: StreamCore) {
        stream.finish()
        let target = target
        loop.run { target.end(stream) }
    }

    /// Whether this is the first answer.
    private func claim() -> Bool { !isAnswered.exchange(true, ordering: .acquiringAndReleasing) }
}

/// What both ends of a streamed answer share: how much of it waits, and whether it is over.
final class StreamCore: Sendable {
    private let waiting = Atomic(0)
    private let closed = Atomic(false)
    private let finished = Atomic(false)
    private let limit: Int
    private let onEvent: @Sendable (HTTPStream.Event) -> Void

    init(limit: Int, onEvent: @escaping @Sendable (HTTPStream.Event) -> Void) {
        self.limit = limit
        self.onEvent = onEvent
    }

    var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// Takes room for a piece. One that is larger than all the room is taken when nothing waits.
    func reserve(_ count: Int) -> Bool {
        guard !isClosed, !finished.load(ordering: .acquiring) else { return false }
        let before = waiting.add(count, ordering: .relaxed).oldValue
        if before == 0 || count <= limit - before { return true }
        waiting.subtract(count, ordering: .relaxed)
        return false
    }

    /// A piece is with the system.
    func release(_ count: Int) {
        if waiting.subtract(count, ordering: .relaxed).newValue == 0, !isClosed { onEvent(.drained) }
    }

    /// Nothing more will be written.
    func finish() { finished.store(true, ordering: .releasing) }

    /// The stream is over.
    func close() {
        if !closed.exchange(true, ordering: .acquiringAndReleasing) { onEvent(.closed) }
    }
}
