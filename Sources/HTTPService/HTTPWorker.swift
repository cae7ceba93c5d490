public import HTTPModel

/// What answers requests: one for each event loop, called on that loop only, so that it needs no locks.
public protocol HTTPWorker: AnyObject {
    /// Takes a request. The answer may be sent at once, in ``flush()``, or later from any thread.
    func handle(_ request: HTTPRequest, _ reply: HTTPReply)

    /// Is called once at the end of a turn of the event loop in which ``handle(_:_:)`` was called: whoever answers
    /// in groups (one commit for all records of a turn) answers here.
    func flush()

    /// For how many microseconds ``flush()`` may be put off while those who were just answered from another thread have
    /// not asked again: the group grows by what they are about to send. 0 for not at all. Asked when a turn ends.
    var patience: Int { get }
}

extension HTTPWorker {
    /// Not at all.
    public var patience: Int { 0 }
}

/// The one answer to one request.
///
/// Can be used from any thread. The first answer counts and others are ignored; when the last copy goes without an
/// answer, the peer gets 500 and the connection is closed.
public struct HTTPReply: Sendable {
    let exchange: Exchange

    /// Answers.
    ///
    /// The transport adds `Content-Length`, `Date` and the security headers. A field that is not a header field, such as
    /// one with a line break in it, makes the answer a 500.
    public func send(_ response: HTTPResponse) { exchange.send(response, nil) }

    /// Answers, and tells what became of the answer.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - whenSent: Is called once on the connection's event loop, where it must be quick: with true when all of the answer
    ///     is with the system and the peer was there, as far as its TCP has told; with false when the peer was gone, has
    ///     said that it sends nothing more, or goes before it has taken everything. Not at all when the service is stopped
    ///     before.
    public func send(_ response: HTTPResponse, whenSent: @escaping @Sendable (Bool) -> Void) {
        exchange.send(response, whenSent)
    }

    /// Begins an answer whose body comes bit by bit, such as server-sent events.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: The header fields.
    ///   - onEvent: What happens to the stream, called on the connection's event loop. It must not keep the stream
    ///     itself.
    /// - Returns: Where the body goes. Already closed when the request was answered before.
    public func stream(
        status: Int,
        headers: HTTPHeaders,
        onEvent: @escaping @Sendable (HTTPStream.Event) -> Void = { _ in }
    ) -> HTTPStream {
        HTTPStream(exchange: exchange, status: status, headers: headers, onEvent: onEvent)
    }
}

/// The body of an answer that comes bit by bit. Can be used from any thread.
public struct HTTPStream: Sendable {
    /// What happens to a stream.
    public enum Event: Sendable {
        /// All that was written is with the system: there is room again.
        case drained
        /// The peer went away, or the server stops. Nothing written from now on arrives. Comes once, also after
        /// ``HTTPStream/end()``.
        case closed
    }

    private let core: StreamCore
    private let exchange: Exchange

    init(
        exchange: Exchange,
        status: Int,
        headers: HTTPHeaders,
        onEvent: @escaping @Sendable (HTTPStream.Event) -> Void
    ) {
        self.exchange = exchange
        core = StreamCore(limit: exchange.loop.service.limits.streamedBytes, onEvent: onEvent)
        exchange.open(core, HTTPResponse(status: status, headers: headers))
    }

    /// Writes a piece of the body.
    ///
    /// - Returns: Whether it was taken. Not when the stream is closed, or when the peer reads so slowly that
    ///   ``HTTPLimits/streamedBytes`` wait: then nothing of the piece was taken, and ``Event/drained`` tells when there is
    ///   room.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
        guard core.reserve(bytes.count) else { return false }
        exchange.write(bytes, to: core)
        return true
    }

    /// Ends the body.
    public func end() { exchange.end(core) }

    /// Whether the peer is gone or the stream has ended.
    public var isClosed: Bool { core.isClosed }
}
