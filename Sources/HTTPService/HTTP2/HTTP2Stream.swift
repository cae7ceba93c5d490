internal import HTTPModel
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// One request and its answer on a stream of HTTP/2. Used on its event loop only: this is what makes it sendable.
final class HTTP2Stream: @unchecked Sendable {
    private enum Phase {
        /// Waits for the header block.
        case head
        /// Reads the body.
        case body
        /// The worker has the request.
        case answering
        /// The worker sends a body bit by bit.
        case streaming(StreamCore)
        /// The answer was sent.
        case done
    }

    var context: ChannelHandlerContext?
    private let owner: HTTP2Connection
    private let loop: ServiceLoop
    private var phase = Phase.head
    private var head: HTTP2Request.Head?
    private var isHead = false
    private var body: [UInt8] = []
    private var share: Share
    private var deadline: Int
    private var isPeerDone = false
    private var isRefused = false

    init(_ owner: HTTP2Connection) {
        self.owner = owner
        loop = owner.loop
        share = Share(of: owner.loop.service.memory)
        deadline = owner.loop.deadline(inSeconds: owner.loop.service.limits.requestSeconds)
    }

    private var limits: HTTPLimits { loop.service.limits }
}

// MARK: Reading

extension HTTP2Stream {
    func received(_ payload: HTTP2Frame.FramePayload) {
        do throws(Refusal) {
            switch (payload, phase) {
            case (.headers, .head) where isRefused:
                phase = .done
                context?.writeAndFlush(HTTP2Handler.wrap(.rstStream(.refusedStream)), promise: nil)
            case (.headers(let frame), .head):
                isPeerDone = frame.endStream
                try readHead(frame)
            case (.headers, .body):
                // Trailers end the body, and are thrown away.
                isPeerDone = true
                try dispatch()
            case (.data(let frame), .body):
                isPeerDone = frame.endStream
                try readBody(frame)
            default: break
            }
        } catch {
            refuse(error)
        }
    }

    private func readHead(_ frame: HTTP2Frame.FramePayload.Headers) throws(Refusal) {
        // Before anything can be refused: the answer to HEAD has no body, whatever it says.
        isHead = frame.headers.first(name: ":method") == "HEAD"
        let head = try HTTP2Request.read(frame.headers, origin: owner.connection.origin, limits: limits)
        self.head = head
        if let length = head.length, length > limits.bodyBytes { throw .body }
        guard !frame.endStream else { return try dispatch() }
        phase = .body
        if head.expectsContinue {
            let fields = HPACKHeaders([(":status", "100")])
            context?.writeAndFlush(HTTP2Handler.wrap(.headers(.init(headers: fields))), promise: nil)
        }
    }

    private func readBody(_ frame: HTTP2Frame.FramePayload.Data) throws(Refusal) {
        guard case .byteBuffer(let bytes) = frame.data else { return }
        guard bytes.readableBytes <= limits.bodyBytes - body.count else { throw .body }
        guard share.hold(body.count + bytes.readableBytes) else { throw .memory }
        body.append(contentsOf: bytes.readableBytesView)
        if frame.endStream { try dispatch() }
    }

    private func dispatch() throws(Refusal) {
        guard var head else { return }
        if let length = head.length, length != body.count { throw .length }
        self.head = nil
        head.request.body = body
        body = []
        phase = .answering
        deadline = Connection.never
        loop.handle(head.request, for: self)
    }
}

// MARK: Answering

extension HTTP2Stream: AnswerTarget {
    func respond(_ response: HTTPResponse, _ whenSent: SentReport?) {
        guard case .answering = phase, let context else {
            whenSent?(false)
            return
        }
        send(response, on: context, whenSent)
    }

    private func send(_ response: HTTPResponse, on context: ChannelHandlerContext, _ whenSent: SentReport? = nil) {
        let bodyless = response.isBodyless
        guard (200...599).contains(response.status),
            let fields = fields(of: response, length: bodyless ? nil : response.body.count)
        else {
            whenSent?(false)
            return send(HTTPResponse(.badAnswer), on: context)
        }
        let isEmpty = bodyless || isHead || response.body.isEmpty
        phase = .done
        deadline = loop.deadline(inSeconds: limits.sendSeconds)
        _ = share.hold(0)
        let written = whenSent.flatMap { owner.connection.promise(telling: $0) }
        context.write(
            HTTP2Handler.wrap(.headers(.init(headers: fields, endStream: isEmpty))),
            promise: isEmpty ? written : nil
        )
        if !isEmpty {
            let bytes = context.channel.allocator.buffer(bytes: response.body)
            context.write(HTTP2Handler.wrap(.data(.init(data: .byteBuffer(bytes), endStream: true))), promise: written)
        }
        if !isPeerDone {
            // The rest of the request is of no use (RFC 9113, section 8.1).
            context.write(HTTP2Handler.wrap(.rstStream(.noError)), promise: nil)
        }
        context.flush()
    }

    /// The header block of an answer; nil when a field is malformed.
    private func fields(of response: HTTPResponse, length: Int?) -> HPACKHeaders? {
        var fields = HPACKHeaders()
        fields.reserveCapacity(response.headers.fields.count + 9)
        fields.add(name: ":status", value: String(response.status))
        var replaced: StandardFields.Names = []
        for field in response.headers.fields {
            switch StandardFields.role(of: field) {
            case .own: break
            case .instead(let name): replaced.insert(name)
            case .standard, .transport: continue
            case .malformed: return nil
            }
            fields.add(name: field.name.lowercased(), value: field.value)
        }
        let standard = loop.encryptedFields
        for field in standard.fields where !replaced.contains(field.bit) {
            fields.add(name: field.lowercaseName, value: field.value)
        }
        fields.add(name: "date", value: standard.date)
        if let length { fields.add(name: "content-length", value: String(length)) }
        return fields
    }

    /// Answers in place of the worker.
    private func refuse(_ refusal: Refusal) {
        guard let context else { return }
        if case .done = phase { return }
        loop.service.onEvent(.requestRefused(address: owner.connection.origin.address, status: refusal.status))
        body = []
        send(HTTPResponse(refusal), on: context)
    }

    func abandon() {
        if case .answering = phase { refuse(.unanswered) }
    }
}

// MARK: Streaming

extension HTTP2Stream {
    func open(_ stream: StreamCore, _ head: HTTPResponse) {
        guard case .answering = phase, let context else { return stream.close() }
        guard (200...599).contains(head.status), let fields = fields(of: head, length: nil) else {
            stream.close()
            return refuse(.badAnswer)
        }
        let isEmpty = head.isBodyless || isHead
        _ = share.hold(0)
        context.writeAndFlush(HTTP2Handler.wrap(.headers(.init(headers: fields, endStream: isEmpty))), promise: nil)
        if isEmpty {
            phase = .done
            stream.close()
        } else {
            phase = .streaming(stream)
        }
    }

    func write(_ bytes: [UInt8], to stream: StreamCore) {
        guard isCurrent(stream), let context, !bytes.isEmpty else { return stream.release(bytes.count) }
        if deadline == Connection.never { deadline = loop.deadline(inSeconds: limits.sendSeconds) }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in
            if self.isCurrent(stream) { self.deadline = Connection.never }
            stream.release(bytes.count)
        }
        let data = context.channel.allocator.buffer(bytes: bytes)
        context.writeAndFlush(HTTP2Handler.wrap(.data(.init(data: .byteBuffer(data)))), promise: written)
    }

    func end(_ stream: StreamCore) {
        guard isCurrent(stream), let context else { return }
        phase = .done
        deadline = loop.deadline(inSeconds: limits.sendSeconds)
        stream.close()
        let nothing = ByteBuffer()
        context.writeAndFlush(
            HTTP2Handler.wrap(.data(.init(data: .byteBuffer(nothing), endStream: true))),
            promise: nil
        )
    }

    private func isCurrent(_ stream: StreamCore) -> Bool {
        if case .streaming(let current) = phase { return current === stream }
        return false
    }
}

// MARK: The stream's events

extension HTTP2Stream {
    func opened(_ context: ChannelHandlerContext) {
        self.context = context
        isRefused = !owner.add(self)
    }

    func closed() {
        if case .streaming(let stream) = phase { stream.close() }
        phase = .done
        context = nil
        body = []
        _ = share.hold(0)
        owner.remove(self)
    }

    func checkDeadline() {
        guard deadline <= loop.deadline(inSeconds: 0) else { return }
        switch phase {
        case .head, .body: refuse(.timeout)
        case .answering: break
        case .streaming, .done: context?.close(promise: nil)
        }
    }

    func drain() {
        if case .streaming(let stream) = phase { end(stream) }
    }
}

/// Where a stream stands in its channel.
final class HTTP2Handler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let stream: HTTP2Stream

    init(_ stream: HTTP2Stream) { self.stream = stream }

    static func wrap(_ payload: HTTP2Frame.FramePayload) -> NIOAny { NIOAny(payload) }

    func handlerAdded(context: ChannelHandlerContext) { stream.opened(context) }

    func handlerRemoved(context: ChannelHandlerContext) { stream.closed() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { stream.received(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { stream.closed() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
