internal import HTTPModel
internal import NIOCore
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// What a connection does when its time is over, and when the server stops. Called on its event loop.
protocol ConnectionDriver: AnyObject {
    /// The deadline has passed.
    func deadlinePassed()
    /// Answer what is under way, then close.
    func drain()
}

/// One connection, from accept to close, as its event loop knows it.
final class Connection {
    let channel: any Channel
    var origin: HTTPOrigin
    let loop: ServiceLoop
    /// When its time is over, in ticks of the loop. ``never`` for no deadline.
    var deadline: Int
    /// Who speaks its protocol; none during the TLS handshake.
    var driver: (any ConnectionDriver)?

    static let never = Int.max

    /// A promise for the last write of an answer, which tells whether the answer has left. None when the peer is gone: the
    /// system would take the bytes all the same, as it does until the peer refuses them.
    func promise(telling whenSent: @escaping SentReport) -> EventLoopPromise<Void>? {
        guard isPeerThere else {
            whenSent(false)
            return nil
        }
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { result in
            if case .success = result { whenSent(true) } else { whenSent(false) }
        }
        return written
    }

    /// Whether the peer may still send. An event loop that was busy has not read yet that it does not; the system knows.
    private var isPeerThere: Bool {
        guard channel.isActive else { return false }
        #if canImport(Glibc)
            var isThere = true
            // Comes at once: this is the channel's event loop.
            (channel as? any SocketOptionProvider)?.getTCPInfo().assumeIsolated()
                .whenComplete { result in
                    // TCP_ESTABLISHED (RFC 9293, section 3.3.2, as tcp(7) numbers it): neither side has closed.
                    isThere = (try? result.get())?.tcpi_state == 1
                }
            return isThere
        #else
            return true
        #endif
    }

    init(channel: any Channel, origin: HTTPOrigin, loop: ServiceLoop) {
        self.channel = channel
        self.origin = origin
        self.loop = loop
        deadline = loop.deadline(inSeconds: loop.service.limits.requestSeconds)
    }
}

/// What belongs to one event loop: its worker, its connections and its clock.
///
/// Everything but `eventLoop` and `service` is used on that loop only: this is what makes it sendable.
final class ServiceLoop: @unchecked Sendable {
    /// How many ticks a second has: deadlines are as exact as that.
    static let ticksPerSecond = 4

    let eventLoop: any EventLoop
    let service: SharedState
    let plainFields: StandardFields
    let encryptedFields: StandardFields
    private(set) var isDraining = false
    private let isOpen = Mutex(true)
    private var worker: (any HTTPWorker)?
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var tick = 0
    private var isFlushPlanned = false
    /// How many were answered from other threads and have not asked again, as far as that is awaited.
    private var returning = 0
    /// What ends the waiting for them.
    private var gathering: Scheduled<Void>?
    private var unsent: [HTTP1Connection] = []
    private var isSendingPlanned = false
    private var clock: RepeatedTask?

    init(eventLoop: any EventLoop, service: SharedState) {
        self.eventLoop = eventLoop
        self.service = service
        plainFields = StandardFields(isEncrypted: false, serverName: service.serverName)
        encryptedFields = StandardFields(isEncrypted: true, serverName: service.serverName)
    }

    /// Begins, on the loop.
    func begin(_ worker: any HTTPWorker) {
        self.worker = worker
        advance()
        clock = eventLoop.scheduleRepeatedTask(
            initialDelay: .milliseconds(Int64(1000 / Self.ticksPerSecond)),
            delay: .milliseconds(Int64(1000 / Self.ticksPerSecond))
        ) { [weak self] _ in self?.advance() }
    }

    /// Ends, on the loop: lets go of the worker.
    func finish() {
        clock?.cancel()
        worker?.flush()
        worker = nil
    }

    /// Whether the caller is on the loop.
    var isCurrent: Bool { eventLoop.inEventLoop }

    /// Does something on the loop: at once when the caller is there, and never when the loop has ended. An answer may
    /// come as late as that.
    func run(_ body: @escaping @Sendable () -> Void) {
        if isCurrent { return body() }
        isOpen.withLock { isOpen in
            if isOpen { eventLoop.execute(body) }
        }
    }

    /// Takes no more work from other threads. To be called before the loop is stopped.
    func close() { isOpen.withLock { $0 = false } }

    /// The tick in so many seconds. One more than asked for, because the current one is under way.
    func deadline(inSeconds seconds: Int) -> Int { tick + seconds * Self.ticksPerSecond + 1 }

    /// Gives a request to the worker.
    func handle(_ request: HTTPRequest, for target: any AnswerTarget) {
        guard let worker else { return target.respond(HTTPResponse(.unanswered), nil) }
        worker.handle(request, HTTPReply(exchange: Exchange(loop: self, target: target)))
        if returning > 0 { returning -= 1 }
        if !isFlushPlanned {
            isFlushPlanned = true
        } else if returning == 0, let gathering {
            gathering.cancel()
            self.gathering = nil
        } else {
            return
        }
        // What is planned now runs when every channel that was ready in this turn has been read.
        eventLoop.execute { self.endTurn() }
    }

    /// Takes note that somebody is answered from another thread, and may ask again.
    func expectReturn() { returning += 1 }

    private func endTurn() {
        let patience = returning > 0 ? worker?.patience ?? 0 : 0
        guard patience > 0 else { return flush() }
        gathering = eventLoop.scheduleTask(in: .microseconds(Int64(patience))) {
            self.gathering = nil
            // Who has not asked by now is not awaited any more.
            self.returning = 0
            self.flush()
        }
    }

    private func flush() {
        isFlushPlanned = false
        worker?.flush()
        sendAll()
    }

    /// Has a connection send what it has written when all answers of this turn are written. One system call after the
    /// other wakes a peer that reads many connections once, and not with each answer.
    func sendSoon(_ connection: HTTP1Connection) {
        unsent.append(connection)
        guard !isSendingPlanned else { return }
        isSendingPlanned = true
        eventLoop.execute { self.sendAll() }
    }

    private func sendAll() {
        isSendingPlanned = false
        guard !unsent.isEmpty else { return }
        let connections = unsent
        unsent = []
        unsent.reserveCapacity(connections.count)
        for connection in connections { connection.sendWritten() }
    }

    /// A connection came.
    func add(_ connection: Connection) { connections[ObjectIdentifier(connection)] = connection }

    /// A connection is gone.
    func remove(_ connection: Connection) {
        connection.driver = nil
        connections[ObjectIdentifier(connection)] = nil
    }

    /// Answers what is under way, and closes everything else.
    func drain() {
        isDraining = true
        for connection in connections.values {
            if let driver = connection.driver { driver.drain() } else { connection.channel.close(promise: nil) }
        }
    }

    /// Closes every connection.
    func closeAll() {
        for connection in connections.values { connection.channel.close(promise: nil) }
    }

    private func advance() {
        tick += 1
        let second = DateText.now()
        plainFields.refresh(second: second)
        encryptedFields.refresh(second: second)
        for connection in connections.values where connection.deadline <= tick {
            connection.deadline = Connection.never
            if let driver = connection.driver {
                driver.deadlinePassed()
            } else {
                connection.channel.close(promise: nil)
            }
        }
    }
}

/// What all event loops share.
final class SharedState: Sendable {
    let limits: HTTPLimits
    let serverName: String?
    let onEvent: @Sendable (HTTPServiceEvent) -> Void
    let memory: MemoryBudget
    let connections: ConnectionCounter

    init(_ configuration: HTTPServiceConfiguration) {
        limits = configuration.limits
        serverName = configuration.serverName
        onEvent = configuration.onEvent
        memory = MemoryBudget(limit: limits.bufferedBytes)
        connections = ConnectionCounter(limit: limits.connections, limitPerAddress: limits.connectionsPerAddress)
    }
}
