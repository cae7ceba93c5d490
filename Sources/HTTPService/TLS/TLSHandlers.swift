internal import HTTPModel
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Tells who speaks plain HTTP to a TLS port what is wrong, instead of resetting the connection.
///
/// Stands before TLS, and leaves with the first byte.
final class PlainTextDetector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: Connection
    private var isRefused = false

    init(_ connection: Connection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        let bytes = unwrapInboundIn(data)
        // A record of TLS begins with its type, 22 for the handshake (RFC 8446, section 5.1); a method with a letter.
        guard let first: UInt8 = bytes.getInteger(at: bytes.readerIndex), first >= 0x41, first <= 0x7A else {
            context.fireChannelRead(data)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
            return
        }
        isRefused = true
        let loop = connection.loop
        loop.service.onEvent(.requestRefused(address: connection.origin.address, status: 400))
        let answer = HTTPResponse(.plainText)
        var output = context.channel.allocator.buffer(capacity: 512)
        _ = AnswerWriter.write(
            answer,
            length: .bytes(answer.body.count),
            closes: true,
            standard: loop.plainFields,
            into: &output
        )
        output.writeBytes(answer.body)
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        context.writeAndFlush(NIOAny(output), promise: written)
    }
}

/// Waits for the end of the TLS handshake, and puts the protocol that was agreed on (RFC 7301) into the channel.
final class ProtocolChooser: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        do {
            let pipeline = context.pipeline.syncOperations
            let leaf = try pipeline.handler(type: NIOSSLServerHandler.self).peerCertificate
            connection.origin.clientCertificate = try leaf?.toDERBytes()
            if negotiated == "h2" {
                let speaker = HTTP2Connection(connection)
                connection.driver = speaker
                try speaker.install()
            } else {
                let speaker = HTTP1Connection(connection)
                connection.driver = speaker
                try pipeline.addHandler(HTTP1Handler(speaker))
            }
            pipeline.removeHandler(context: context, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
