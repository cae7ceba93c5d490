internal import HTTPModel
internal import NIOCore
internal import NIOPosix
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The transport of the server: bytes to requests and answers to bytes, over HTTP/1.1 (RFC 9112) and, with TLS, HTTP/2
/// (RFC 9113). Applies every limit before a worker sees a request, and knows nothing of secrets.
///
/// Its functions wait, and are to be called from a thread of one's own.
public final class HTTPService: Sendable {
    private enum Phase {
        case new
        case bound(Running)
        case running(Running)
        case over
    }

    private struct Running: Sendable {
        let acceptors: MultiThreadedEventLoopGroup
        let workers: MultiThreadedEventLoopGroup
        let loops: [ServiceLoop]
        let listeners: [any Channel]
    }

    private let configuration: HTTPServiceConfiguration
    private let makeWorker: @Sendable () -> any HTTPWorker
    private let shared: SharedState
    private let certificates: CertificateStore?
    private let phase = Mutex(Phase.new)

    /// Makes a service that does not listen yet.
    ///
    /// - Parameters:
    ///   - configuration: How it runs.
    ///   - makeWorker: Makes the worker of one event loop; called on that loop.
    /// - Throws: When there is no address, when plain HTTP would leave this machine, or when the certificate cannot be
    ///   used.
    public init(
        _ configuration: HTTPServiceConfiguration,
        makeWorker: @escaping @Sendable () -> any HTTPWorker
    ) throws(HTTPServiceError) {
        guard !configuration.addresses.isEmpty else { throw .noAddress }
        if configuration.tls == nil, let open = configuration.addresses.first(where: { !$0.isLoopback }) {
            throw .plainBeyondLoopback(host: open.host)
        }
        self.configuration = configuration
        self.makeWorker = makeWorker
        shared = SharedState(configuration)
        if let tls = configuration.tls {
            certificates = try CertificateStore(tls, onEvent: configuration.onEvent)
        } else {
            certificates = nil
        }
    }

    /// How many connections there are.
    public var connectionCount: Int { shared.connections.count }

    /// Takes the addresses. Who connects from now on is answered when the service was started.
    ///
    /// - Returns: The addresses with the ports that the system chose, in the order of the configuration.
    public func bind() throws(HTTPServiceError) -> [HTTPServiceConfiguration.Address] {
        let isNew = phase.withLock { phase in
            guard case .new = phase else { return false }
            phase = .over
            return true
        }
        guard isNew else { throw .alreadyRan }
        let workers = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threads))
        let acceptors = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loops = Array(workers.makeIterator()).map { ServiceLoop(eventLoop: $0, service: shared) }
        var listeners: [any Channel] = []
        for address in configuration.addresses {
            do {
                listeners.append(
                    try bootstrap(acceptors, workers, loops).bind(host: address.host, port: address.port).wait()
                )
            } catch {
                stop(
                    Running(acceptors: acceptors, workers: workers, loops: loops, listeners: listeners),
                    graceSeconds: 0
                )
                let reason = (error as? IOError).map { unsafe String(cString: strerror($0.errnoCode)) }
                throw .cannotListen(host: address.host, port: address.port, reason: reason ?? "no such address")
            }
        }
        let running = Running(acceptors: acceptors, workers: workers, loops: loops, listeners: listeners)
        phase.withLock { $0 = .bound(running) }
        return addresses(of: running)
    }

    /// Answers, at addresses that are taken now unless ``bind()`` took them.
    ///
    /// - Returns: The addresses with the ports that the system chose, in the order of the configuration.
    public func start() throws(HTTPServiceError) -> [HTTPServiceConfiguration.Address] {
        let isBound = phase.withLock { if case .bound = $0 { true } else { false } }
        if !isBound { _ = try bind() }
        let bound: Running? = phase.withLock { phase in
            guard case .bound(let running) = phase else { return nil }
            phase = .running(running)
            return running
        }
        guard let running = bound else { throw .alreadyRan }
        for loop in running.loops {
            loop.eventLoop.execute { [makeWorker] in loop.begin(makeWorker()) }
        }
        if let certificates, let poll = configuration.tls?.pollSeconds {
            let pause = TimeAmount.seconds(Int64(max(1, poll)))
            running.acceptors.next().scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in
                certificates.reloadIfChanged()
            }
        }
        // Each loop has its worker before the first connection: what is executed on it comes in order.
        for listener in running.listeners { try? listener.setOption(.autoRead, value: true).wait() }
        return addresses(of: running)
    }

    private func addresses(of running: Running) -> [HTTPServiceConfiguration.Address] {
        zip(configuration.addresses, running.listeners).map { address, listener in
            .init(host: address.host, port: listener.localAddress?.port ?? address.port)
        }
    }

    /// Stops: accepts nothing more, lets what is under way be answered with `Connection: close`, and closes.
    ///
    /// - Parameter graceSeconds: How long to wait for answers. What is not answered by then is cut off.
    public func shutdown(graceSeconds: Int) {
        let running: Running? = phase.withLock { phase in
            defer { phase = .over }
            switch phase {
            case .bound(let running), .running(let running): return running
            case .new, .over: return nil
            }
        }
        if let running { stop(running, graceSeconds: graceSeconds) }
    }

    /// Looks at the certificate's files now: after SIGHUP, say. What happens is told to
    /// ``HTTPServiceConfiguration/onEvent``.
    public func reloadCertificates() { certificates?.reloadIfChanged() }

    private func stop(_ running: Running, graceSeconds: Int) {
        for listener in running.listeners { try? listener.close().wait() }
        for loop in running.loops { loop.eventLoop.execute { loop.drain() } }
        for _ in 0..<max(0, graceSeconds) * 200 where shared.connections.count > 0 { usleep(5000) }
        for loop in running.loops {
            loop.eventLoop.execute {
                loop.closeAll()
                loop.finish()
            }
            loop.close()
        }
        try? running.workers.syncShutdownGracefully()
        try? running.acceptors.syncShutdownGracefully()
    }

    private func bootstrap(
        _ acceptors: MultiThreadedEventLoopGroup,
        _ workers: MultiThreadedEventLoopGroup,
        _ loops: [ServiceLoop]
    ) -> ServerBootstrap {
        let certificates = certificates
        return ServerBootstrap(group: acceptors, childGroup: workers)
            .serverChannelOption(.backlog, value: Int32(clamping: shared.limits.pendingAccepts))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: false)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = loops.first(where: { $0.eventLoop === channel.eventLoop }) else { return }
                    try Accepting.prepare(channel, loop: loop, certificates: certificates)
                }
            }
    }
}
