internal import HTTPModel
internal import NIOCore

/// Speaks HTTP/1.1 on one connection: one request after the other, the next when the last is answered.
///
/// Pipelined requests wait in the buffer, so that answers come in order and a write is done before the read behind it.
/// Used on its event loop only: this is what makes it sendable.
final class HTTP1Connection: @unchecked Sendable {
    enum Phase {
        /// Waits for a head, or for the rest of one.
        case head
        /// Reads a body of known length: so many bytes are missing.
        case body(missing: Int)
        /// Reads a chunked body.
        case chunked
        /// The worker has the request.
        case answering
        /// The worker sends a body bit by bit.
        case streaming(StreamCore)
        /// The peer reads the last answer more slowly than it comes.
        case sending
        /// The last answer was sent; what still comes is thrown away, so that the peer gets to read the answer.
        case lingering
        case closed
    }

    /// How many bytes of pipelined requests are read ahead.
    private static let readAhead = 16 << 10
    /// How long a connection lingers, in seconds.
    private static let lingerSeconds = 2

    let connection: Connection
    let loop: ServiceLoop
    var context: ChannelHandlerContext?
    var phase = Phase.head
    var pending = ByteBuffer()
    var output = ByteBuffer()
    var head = RequestHead()
    var closesAfterAnswer = false
    private var reader: RequestHeadReader
    private var chunks = ChunkedBody()
    private var body: [UInt8] = []
    /// The length of the body that the worker has.
    private var handedOver = 0
    private var isLastWritten = false
    private var share: Share
    private var isProcessing = false
    private var isReadHeld = false
    private var isPeerDone = false
    private var blankLines = 0

    init(_ connection: Connection) {
        self.connection = connection
        loop = connection.loop
        reader = RequestHeadReader(limits: loop.service.limits)
        share = Share(of: loop.service.memory)
    }

    var standard: StandardFields {
        connection.origin.isEncrypted ? loop.encryptedFields : loop.plainFields
    }
}

// MARK: Reading

extension HTTP1Connection {
    /// Reads as much as there is, until a request is with the worker.
    private func process() {
        guard !isProcessing else { return }
        isProcessing = true
        do throws(Refusal) {
            while try step() {}
            try account()
        } catch {
            refuse(error)
        }
        isProcessing = false
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        context?.flush()
        checkSending()
        resumeReading()
        if isPeerDone { closeWhereNothingIsUnderWay() }
    }

    /// Takes as much of the budget as lies here.
    private func account() throws(Refusal) {
        if share.hold(body.count + handedOver + pending.readableBytes) { return }
        switch phase {
        case .head, .body, .chunked: throw .memory
        default:
            // The worker is at it, and its answer is true: only what came behind the request is dropped.
            pending.clear()
            closesAfterAnswer = true
        }
    }

    /// Does one thing; false when more must come first.
    private func step() throws(Refusal) -> Bool {
        switch phase {
        case .head:
            guard try readHead() else { return false }
            return true
        case .body(let missing):
            let count = min(missing, pending.readableBytes)
            guard count > 0 else { return false }
            try account()
            body.append(contentsOf: pending.readableBytesView.prefix(count))
            pending.moveReaderIndex(forwardBy: count)
            phase = .body(missing: missing - count)
            if count == missing { dispatch() }
            return true
        case .chunked:
            try account()
            guard try chunks.read(&pending, into: &body, limit: loop.service.limits.bodyBytes) else { return false }
            dispatch()
            return true
        case .lingering, .closed:
            pending.clear()
            return false
        case .answering, .streaming, .sending: return false
        }
    }

    private func readHead() throws(Refusal) -> Bool {
        // One empty line before a request line is forgiven (RFC 9112, section 2.2).
        while blankLines < 2, pending.readableBytes >= 2, pending.getInteger(at: pending.readerIndex) == UInt16(0x0D0A)
        {
            pending.moveReaderIndex(forwardBy: 2)
            blankLines += 1
        }
        guard pending.readableBytes > 0 else { return false }
        switch try reader.read(pending) {
        case .incomplete: return false
        case .complete(let head, let count):
            pending.moveReaderIndex(forwardBy: count)
            self.head = head
            blankLines = 0
        }
        switch head.body {
        case .none:
            dispatch()
            return true
        case .length(let length):
            guard length <= loop.service.limits.bodyBytes else { throw .body }
            phase = .body(missing: length)
            body.reserveCapacity(min(length, max(pending.readableBytes, 4096)))
        case .chunked:
            chunks = ChunkedBody()
            phase = .chunked
        }
        if head.expectsContinue, pending.readableBytes == 0, let context {
            output.clear()
            output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
            context.writeAndFlush(HTTP1Handler.wrap(output), promise: nil)
        }
        return true
    }

    private func dispatch() {
        phase = .answering
        connection.deadline = Connection.never
        let request = HTTPRequest(
            method: head.method,
            rawPath: head.rawPath,
            rawQuery: head.rawQuery,
            headers: head.headers,
            body: body,
            origin: connection.origin
        )
        head.headers.fields = []
        handedOver = body.count
        body = []
        loop.handle(request, for: self)
    }

    private func resumeReading() {
        guard isReadHeld, !holdsReads else { return }
        isReadHeld = false
        context?.read()
    }

    private var holdsReads: Bool {
        switch phase {
        case .answering, .streaming, .sending: pending.readableBytes > Self.readAhead
        default: false
        }
    }
}

// MARK: Answering

extension HTTP1Connection: AnswerTarget {
    func respond(_ response: HTTPResponse, _ whenSent: SentReport?) {
        guard case .answering = phase, let context else {
            whenSent?(false)
            return
        }
        send(response, on: context, whenSent)
    }

    private var isLastAnswer: Bool {
        closesAfterAnswer || !head.keepsAlive || loop.isDraining || (isPeerDone && pending.readableBytes == 0)
    }

    private func send(_ response: HTTPResponse, on context: ChannelHandlerContext, _ whenSent: SentReport? = nil) {
        let closes = isLastAnswer
        output.clear(minimumCapacity: 512 + response.body.count)
        let length: AnswerWriter.Length = response.isBodyless ? .unsaid : .bytes(response.body.count)
        let isWritten = AnswerWriter.write(
            response,
            length: length,
            closes: closes,
            standard: standard,
            into: &output
        )
        guard isWritten, (200...599).contains(response.status) else {
            closesAfterAnswer = true
            whenSent?(false)
            return send(HTTPResponse(.badAnswer), on: context)
        }
        if !response.isBodyless, head.method != "HEAD" { output.writeBytes(response.body) }
        if isPeerDone { whenSent?(false) }
        let written = isPeerDone ? nil : whenSent.flatMap { connection.promise(telling: $0) }
        if closes { return finish(with: output, on: context, written) }
        context.write(HTTP1Handler.wrap(output), promise: written)
        answered()
    }

    /// The answer is on its way and the connection stays open.
    private func answered() {
        handedOver = 0
        phase = .head
        connection.deadline = loop.deadline(
            inSeconds: pending.readableBytes > 0
                ? loop.service.limits.requestSeconds : loop.service.limits.idleSeconds
        )
        guard !isProcessing else { return checkSending() }
        _ = share.hold(pending.readableBytes)
        loop.sendSoon(self)
    }

    /// Sends the answer that was written, and goes on with what came behind its request.
    func sendWritten() {
        context?.flush()
        checkSending()
        resumeReading()
        if pending.readableBytes > 0 || isPeerDone { process() }
    }

    /// Sends the last bytes, and closes so that the peer gets to read them: a close with unread input resets the
    /// connection, and a reset throws away what the peer has not read yet.
    private func finish(
        with bytes: ByteBuffer,
        on context: ChannelHandlerContext,
        _ sent: EventLoopPromise<Void>? = nil
    ) {
        phase = .lingering
        body = []
        handedOver = 0
        pending = ByteBuffer()
        _ = share.hold(0)
        connection.deadline = loop.deadline(inSeconds: loop.service.limits.sendSeconds)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in self.linger() }
        written.futureResult.cascade(to: sent)
        context.writeAndFlush(HTTP1Handler.wrap(bytes), promise: written)
        resumeReading()
    }

    private func linger() {
        guard case .lingering = phase, let context else { return }
        isLastWritten = true
        if isPeerDone { return context.close(promise: nil) }
        connection.deadline = loop.deadline(inSeconds: Self.lingerSeconds)
        context.close(mode: .output, promise: nil)
    }

    /// Reads no further request while the peer does not read its answers.
    private func checkSending() {
        guard case .head = phase, let context, !context.channel.isWritable else { return }
        phase = .sending
        connection.deadline = loop.deadline(inSeconds: loop.service.limits.sendSeconds)
    }

    /// Answers in place of the worker, and closes.
    func refuse(_ refusal: Refusal) {
        guard let context else { return }
        switch phase {
        case .head, .body, .chunked, .answering: break
        default: return
        }
        loop.service.onEvent(.requestRefused(address: connection.origin.address, status: refusal.status))
        closesAfterAnswer = true
        if case .head = phase { head = RequestHead() }
        send(HTTPResponse(refusal), on: context)
    }

    func abandon() {
        if case .answering = phase { refuse(.unanswered) }
    }
}

// MARK: Streaming

extension HTTP1Connection {
    func open(_ stream: StreamCore, _ answer: HTTPResponse) {
        guard case .answering = phase, let context else { return stream.close() }
        let closes = isLastAnswer || head.isOld
        output.clear(minimumCapacity: 512)
        let isWritten = AnswerWriter.write(
            answer,
            length: answer.isBodyless || head.isOld ? .unsaid : .chunked,
            closes: closes,
            standard: standard,
            into: &output
        )
        guard isWritten, (200...599).contains(answer.status) else {
            stream.close()
            return refuse(.badAnswer)
        }
        closesAfterAnswer = closes
        context.writeAndFlush(HTTP1Handler.wrap(output), promise: nil)
        if answer.isBodyless || head.method == "HEAD" {
            stream.close()
            if closes { finish(with: ByteBuffer(), on: context) } else { answered() }
        } else {
            phase = .streaming(stream)
        }
    }

    func write(_ bytes: [UInt8], to stream: StreamCore) {
        guard isCurrent(stream), let context, !bytes.isEmpty else { return stream.release(bytes.count) }
        var chunk = context.channel.allocator.buffer(capacity: bytes.count + 20)
        if !head.isOld { chunk.writeString(String(bytes.count, radix: 16) + "\r\n") }
        chunk.writeBytes(bytes)
        if !head.isOld { chunk.writeStaticString("\r\n") }
        if connection.deadline == Connection.never {
            connection.deadline = loop.deadline(inSeconds: loop.service.limits.sendSeconds)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in
            if self.isCurrent(stream) { self.connection.deadline = Connection.never }
            stream.release(bytes.count)
        }
        context.writeAndFlush(HTTP1Handler.wrap(chunk), promise: written)
    }

    func end(_ stream: StreamCore) {
        guard isCurrent(stream), let context else { return }
        output.clear()
        if !head.isOld { output.writeStaticString("0\r\n\r\n") }
        stream.close()
        if closesAfterAnswer || loop.isDraining { return finish(with: output, on: context) }
        context.write(HTTP1Handler.wrap(output), promise: nil)
        answered()
    }

    private func isCurrent(_ stream: StreamCore) -> Bool {
        if case .streaming(let current) = phase { return current === stream }
        return false
    }
}

// MARK: The connection's events

extension HTTP1Connection: ConnectionDriver {
    func received(_ bytes: inout ByteBuffer) {
        switch phase {
        case .lingering, .closed: return
        case .head where pending.readableBytes == 0:
            // The first byte of a request: from here it has so long to arrive.
            connection.deadline = loop.deadline(inSeconds: loop.service.limits.requestSeconds)
        default: break
        }
        if pending.readableBytes == 0 { pending = bytes } else { pending.writeBuffer(&bytes) }
        process()
    }

    /// The peer will send nothing more. It may still read: it gets its answer.
    func peerFinished() {
        isPeerDone = true
        if case .head = phase { process() } else { closeWhereNothingIsUnderWay() }
    }

    private func closeWhereNothingIsUnderWay() {
        switch phase {
        case .head, .body, .chunked: context?.close(promise: nil)
        case .lingering: if isLastWritten { context?.close(promise: nil) }
        // A reader of events that goes away looks the same as one that only has nothing more to say.
        case .streaming: context?.close(promise: nil)
        case .answering, .sending, .closed: break
        }
    }

    func becameWritable() {
        guard case .sending = phase else { return }
        answered()
    }

    /// Whether the channel may be read now.
    func mayRead() -> Bool {
        isReadHeld = holdsReads
        return !isReadHeld
    }

    func closed() {
        if case .streaming(let stream) = phase { stream.close() }
        phase = .closed
        context = nil
        body = []
        pending = ByteBuffer()
        _ = share.hold(0)
    }

    func deadlinePassed() {
        switch phase {
        case .head where pending.readableBytes == 0: context?.close(promise: nil)
        case .head, .body, .chunked: refuse(.timeout)
        case .answering: break
        case .streaming, .sending, .lingering, .closed: context?.close(promise: nil)
        }
    }

    func drain() {
        switch phase {
        case .head where pending.readableBytes == 0: context?.close(promise: nil)
        case .streaming(let stream):
            // Nobody waits for its end: it may have none.
            end(stream)
        default: closesAfterAnswer = true
        }
    }
}
