import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A peer that sends exactly the bytes it is told to, and waits for what comes back.
final class RawClient: Sendable {
    struct Answer {
        var status = 0
        var head = ""
        var body = ""

        /// The value of a field, by its name as the server writes it.
        func field(_ name: String) -> String? {
            head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }?
                .components(separatedBy: ": ").dropFirst().joined(separator: ": ")
        }
    }

    struct NoAnswer: Error, CustomStringConvertible {
        let description: String
    }

    private struct Inbox {
        var bytes: [UInt8] = []
        var isClosed = false
    }

    private let inbox: Mutex<Inbox>
    private let news = DispatchSemaphore(value: 0)
    private let channel: any Channel

    /// Connects; with TLS when an authority in PEM is given.
    init(port: Int, authority: String? = nil, protocols: [String] = ["http/1.1"]) throws {
        inbox = Mutex(Inbox())
        let box = Mutex<(@Sendable ([UInt8]?) -> Void)?>(nil)
        let early = Mutex<[[UInt8]?]>([])
        var context: NIOSSLContext?
        if let authority {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
            configuration.applicationProtocols = protocols
            context = try NIOSSLContext(configuration: configuration)
        }
        let relay = Relay { bytes in
            let receive = box.withLock { receive in
                if receive == nil { early.withLock { $0.append(bytes) } }
                return receive
            }
            receive?(bytes)
        }
        channel = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { [context] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        let handler = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(relay)
                }
            }
            .connect(host: "127.0.0.1", port: port).wait()
        box.withLock { receive in
            for bytes in early.withLock({ $0 }) { take(bytes) }
            receive = { [weak self] in self?.take($0) }
        }
    }

    deinit { channel.close(promise: nil) }

    private func take(_ bytes: [UInt8]?) {
        inbox.withLock { inbox in
            if let bytes { inbox.bytes += bytes } else { inbox.isClosed = true }
        }
        news.signal()
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    /// Waits until everything is with the system.
    func waitUntilSent() throws { try channel.writeAndFlush(ByteBuffer()).wait() }

    /// Says that nothing more will be sent.
    func finishSending() { channel.close(mode: .output, promise: nil) }

    func close() { channel.close(promise: nil) }

    /// Stops or goes on reading from the socket.
    func setReading(_ isReading: Bool) throws { try channel.setOption(.autoRead, value: isReading).wait() }

    /// Waits for the next answer, and takes it.
    func answer(toHead isHead: Bool = false, seconds: Int = 10) throws -> Answer {
        try wait(seconds) { bytes, isClosed in
            guard let end = Self.find("\r\n\r\n", in: bytes) else { return nil }
            var answer = Answer()
            answer.head = String(decoding: bytes[..<end], as: UTF8.self)
            answer.status = Int(answer.head.dropFirst(9).prefix(3)) ?? 0
            var rest = Array(bytes[(end + 4)...])
            if isHead || answer.status == 204 || answer.status == 304 || answer.status == 100 {
                answer.body = ""
            } else if let length = answer.field("Content-Length").flatMap({ Int($0) }) {
                guard rest.count >= length else { return nil }
                answer.body = String(decoding: rest[..<length], as: UTF8.self)
                rest.removeFirst(length)
            } else if answer.field("Transfer-Encoding") == "chunked" {
                guard let last = Self.find("0\r\n\r\n", in: rest) else { return nil }
                answer.body = String(decoding: rest[..<last], as: UTF8.self)
                rest.removeFirst(last + 5)
            } else {
                guard isClosed else { return nil }
                answer.body = String(decoding: rest, as: UTF8.self)
                rest = []
            }
            bytes = rest
            return answer
        }
    }

    /// Waits until something has come, and leaves it there.
    func waitFor(_ text: String, seconds: Int = 10) throws {
        try wait(seconds) { bytes, _ in Self.find(text, in: bytes).map { _ in } }
    }

    /// Waits until what has come is enough, or the server has closed its side, and returns it.
    func waitFor(seconds: Int = 10, _ isEnough: ([UInt8]) -> Bool) throws -> [UInt8] {
        try wait(seconds) { bytes, isClosed in isClosed || isEnough(bytes) ? bytes : nil }
    }

    /// Waits until the server has closed its side, and returns what came before.
    @discardableResult
    func waitForClose(seconds: Int = 10) throws -> [UInt8] {
        try wait(seconds) { bytes, isClosed in isClosed ? bytes : nil }
    }

    private func wait<Result>(_ seconds: Int, _ look: (inout [UInt8], Bool) -> Result?) throws -> Result {
        let deadline = DispatchTime.now() + .seconds(seconds)
        while true {
            var found: Result?
            var all = inbox.withLock { $0 }
            let before = all.bytes.count
            found = look(&all.bytes, all.isClosed)
            if let found {
                inbox.withLock { $0.bytes.removeFirst(before - all.bytes.count) }
                return found
            }
            if all.isClosed {
                throw NoAnswer(description: "closed after: \(String(decoding: all.bytes, as: UTF8.self).prefix(300))")
            }
            if news.wait(timeout: deadline) == .timedOut {
                throw NoAnswer(description: "waited after: \(String(decoding: all.bytes, as: UTF8.self).prefix(300))")
            }
        }
    }

    private static func find(_ text: String, in bytes: [UInt8]) -> Int? {
        let word = Array(text.utf8)
        guard bytes.count >= word.count else { return nil }
        return (0...(bytes.count - word.count)).first { bytes[$0..<($0 + word.count)].elementsEqual(word) }
    }

    private final class Relay: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let receive: @Sendable ([UInt8]?) -> Void

        init(_ receive: @escaping @Sendable ([UInt8]?) -> Void) { self.receive = receive }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            receive(Array(unwrapInboundIn(data).readableBytesView))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .inputClosed? = event as? ChannelEvent { receive(nil) }
        }

        func channelInactive(context: ChannelHandlerContext) { receive(nil) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
