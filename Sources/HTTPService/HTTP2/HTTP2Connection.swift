internal import HTTPModel
internal import NIOCore
internal import NIOHTTP2

/// Speaks HTTP/2 (RFC 9113) on one connection: keeps its streams, its deadlines and its end.
///
/// Frames, flow control and header compression are NIOHTTP2's. Used on its event loop only: this is what makes it
/// sendable.
final class HTTP2Connection: ConnectionDriver, @unchecked Sendable {
    let connection: Connection
    let loop: ServiceLoop
    private var streams: [ObjectIdentifier: HTTP2Stream] = [:]
    private var isDraining = false
    private var idleSince: Int

    init(_ connection: Connection) {
        self.connection = connection
        loop = connection.loop
        idleSince = connection.loop.deadline(inSeconds: 0)
        watch()
    }

    /// Puts the handlers of HTTP/2 into the channel.
    func install() throws {
        let limits = loop.service.limits
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.streamsPerConnection),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headerBytes),
            HTTP2Setting(parameter: .enableConnectProtocol, value: 0),
        ]
        configuration.maximumSequentialContinuationFrames = limits.continuationFrames
        configuration.maximumBufferedControlFrames = 1000
        var streamConfiguration = NIOHTTP2Handler.StreamConfiguration()
        streamConfiguration.streamResetFrameRateLimit.maximumCount = limits.streamResets
        streamConfiguration.outboundBufferSizeHighWatermark = 64 << 10
        streamConfiguration.outboundBufferSizeLowWatermark = 16 << 10
        let handler = NIOHTTP2Handler(
            mode: .server,
            eventLoop: connection.channel.eventLoop,
            connectionConfiguration: configuration,
            streamConfiguration: streamConfiguration
        ) { channel in
            // The streams of a connection live on its event loop.
            channel.eventLoop.makeCompletedFuture {
                let stream = HTTP2Stream(self)
                try channel.pipeline.syncOperations.addHandler(HTTP2Handler(stream))
            }
        }
        try connection.channel.pipeline.syncOperations.addHandler(handler)
        try connection.channel.pipeline.syncOperations.addHandler(HTTP2ErrorHandler())
    }

    /// Takes in a stream.
    ///
    /// - Returns: false when there are too many. NIOHTTP2 counts only once the peer has acknowledged the limit, and a
    ///   hostile one never does.
    func add(_ stream: HTTP2Stream) -> Bool {
        guard streams.count < loop.service.limits.streamsPerConnection else { return false }
        streams[ObjectIdentifier(stream)] = stream
        return true
    }

    func remove(_ stream: HTTP2Stream) {
        guard streams.removeValue(forKey: ObjectIdentifier(stream)) != nil, streams.isEmpty else { return }
        idleSince = loop.deadline(inSeconds: 0)
        if isDraining { sayGoodbye(thenClose: true) }
    }

    /// Looks after the streams once a second.
    func deadlinePassed() {
        for stream in streams.values { stream.checkDeadline() }
        if streams.isEmpty,
            loop.deadline(inSeconds: 0) - idleSince >= loop.service.limits.idleSeconds * ServiceLoop.ticksPerSecond
        {
            connection.channel.close(promise: nil)
        } else {
            watch()
        }
    }

    private func watch() { connection.deadline = loop.deadline(inSeconds: 1) }

    func drain() {
        guard !isDraining else { return }
        isDraining = true
        // Streams that were opened before the peer reads this are still answered.
        sayGoodbye(thenClose: streams.isEmpty)
        for stream in streams.values { stream.drain() }
    }

    private func sayGoodbye(thenClose: Bool) {
        let channel = connection.channel
        let goodbye = HTTP2Frame(
            streamID: .rootStream,
            payload: .goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil)
        )
        let written = channel.eventLoop.makePromise(of: Void.self)
        if thenClose { written.futureResult.whenComplete { _ in channel.close(promise: nil) } }
        channel.writeAndFlush(goodbye, promise: written)
    }
}

/// Closes a connection that breaks the protocol; NIOHTTP2 has said goodbye by then.
final class HTTP2ErrorHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Errors of one stream do not end the others.
        if error is NIOHTTP2Errors.StreamError { return }
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
