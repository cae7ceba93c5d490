internal import HTTPModel
internal import NIOCore

/// What is done with a connection that came, on its event loop.
enum Accepting {
    /// There are too many connections. Thrown to have the channel closed.
    private struct TooMany: Error {}

    /// Counts a connection, and puts the handlers into its channel.
    static func prepare(_ channel: any Channel, loop: ServiceLoop, certificates: CertificateStore?) throws {
        let address = self.address(channel.remoteAddress)
        let service = loop.service
        guard !loop.isDraining, service.connections.enter(address) else {
            service.onEvent(.connectionRefused(address: address))
            throw TooMany()
        }
        let origin = HTTPOrigin(address: address, isEncrypted: certificates != nil)
        let connection = Connection(channel: channel, origin: origin, loop: loop)
        loop.add(connection)
        let guardian = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        channel.closeFuture.whenComplete { _ in
            loop.remove(guardian.value)
            service.connections.leave(address)
        }
        let pipeline = channel.pipeline.syncOperations
        if let certificates {
            try pipeline.addHandler(PlainTextDetector(connection))
            try pipeline.addHandler(certificates.handler { guardian.value.origin.clientChain = $0 })
            try pipeline.addHandler(ProtocolChooser(connection))
        } else {
            let speaker = HTTP1Connection(connection)
            connection.driver = speaker
            try pipeline.addHandler(HTTP1Handler(speaker))
        }
    }

    /// The address without the port. An IPv4 address that came over an IPv6 socket is written as IPv4.
    private static func address(_ socket: SocketAddress?) -> String {
        guard let text = socket?.ipAddress else { return "local" }
        let mapped = "::ffff:"
        return text.hasPrefix(mapped) && text.utf8.contains(0x2E) ? String(text.dropFirst(mapped.count)) : text
    }
}
