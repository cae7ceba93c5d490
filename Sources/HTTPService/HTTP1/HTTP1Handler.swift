internal import NIOCore

/// Where the connection stands in its channel.
final class HTTP1Handler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: HTTP1Connection

    init(_ connection: HTTP1Connection) { self.connection = connection }

    static func wrap(_ buffer: ByteBuffer) -> NIOAny { NIOAny(buffer) }

    func handlerAdded(context: ChannelHandlerContext) { connection.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { connection.closed() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        connection.received(&bytes)
    }

    func read(context: ChannelHandlerContext) {
        if connection.mayRead() { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { connection.becameWritable() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { connection.peerFinished() }
    }

    func channelInactive(context: ChannelHandlerContext) { connection.closed() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
