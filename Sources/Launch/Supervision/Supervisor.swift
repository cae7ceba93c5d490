internal import CPlatform

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The loop that stands between a child and the world: poll(2), one thread, nothing done without a reason to.
struct Supervisor {
    /// After the child's end its last words are read, to the end of the stream. A process that it left behind may hold
    /// the stream open for ever; so the wait is over when nothing came for this long, in milliseconds,
    private static let quietAfterEnd = 250
    /// or when what still comes cannot be the child's own: more than a pipe can hold, and this much later.
    private static let longestAfterEnd = 2000
    private static let largestPipe = 1 << 20
    /// How often to look whether a background job has been brought to the foreground, of which nothing tells.
    private static let foregroundCheck = 500
    /// The least time between two stops of a child that this process cannot follow.
    private static let pauseBetweenStops = 200

    private let child: ChildProcess
    private let session: TerminalSession
    private let inbox: Int32
    /// The pseudo-terminal's ends. The child's is kept open until the child's end: it may close and reopen its own.
    private let master: Descriptor?
    private let slave: Descriptor?
    private var outputs: [OutputRelay]
    private var input: InputRelay?
    private var end: (status: Int32, time: Int, counts: [Int])?
    private var isToldToLeave = false

    init(
        child: ChildProcess,
        session: TerminalSession,
        inbox: Int32,
        terminal: (master: Descriptor, slave: Descriptor)?,
        outputs: [OutputRelay]
    ) {
        self.child = child
        self.session = session
        self.inbox = inbox
        master = terminal?.master
        slave = terminal?.slave
        self.outputs = outputs
        if session.isRelayed, let terminal { input = InputRelay(to: terminal.master) }
    }

    /// Watches the child to its end and its output to its end.
    ///
    /// - Returns: The status, and an errno when output was lost other than by its reader going away.
    mutating func run() -> (status: Int32, failure: Int32?) {
        session.listen()
        // Room for what a pipe holds.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { unsafe buffer.deallocate() }
        while !isFinished { unsafe turn(buffer) }
        session.takeBack()
        child.reap()
        return (end?.status ?? 0, outputs.lazy.compactMap(\.failure).first)
    }

    private var isFinished: Bool {
        guard let end else { return false }
        if isToldToLeave { return true }
        let time = now()
        return zip(outputs, end.counts).allSatisfy { output, count in
            if output.isDone { return true }
            guard output.isReading else { return false }
            // Silence counts as far as it was seen: on a busy machine time may pass while words lie in the pipe.
            if output.silentUntil - max(output.lastActivity, end.time) >= Self.quietAfterEnd { return true }
            return time - end.time >= Self.longestAfterEnd && output.count - count > Self.largestPipe
        }
    }

    /// One round: wait, then do what there is to do.
    private mutating func turn(_ buffer: UnsafeMutableRawBufferPointer) {
        var polled = [
            pollfd(fd: inbox, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child.reports?.number ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        let keys = input?.interests(isListening: session.isRaw)
        let none = pollfd(fd: -1, events: 0, revents: 0)
        polled += [keys?.keyboard ?? none, keys?.master ?? none]
        for output in outputs {
            let (source, sink) = output.interests()
            polled += [source, sink]
        }
        if end != nil { polled[1].fd = -1 }
        let begun = now()
        let count = unsafe poll(&polled, nfds_t(polled.count), timeout())
        guard count >= 0 else { return }

        if polled[0].revents != 0 { unsafe takeSignals(buffer) }
        if polled[1].revents != 0 { unsafe takeEvents(buffer) }
        unsafe input?.proceed(keyboard: polled[2].revents, master: polled[3].revents, buffer: buffer)
        let time = now()
        for index in outputs.indices {
            let (source, sink) = (polled[4 + 2 * index].revents, polled[5 + 2 * index].revents)
            if source == 0, polled[4 + 2 * index].fd >= 0 { outputs[index].wasSilent(at: begun) }
            if source != 0 || sink != 0 {
                unsafe outputs[index].proceed(source: source, sink: sink, buffer: buffer)
            } else if let deadline = outputs[index].deadline, deadline <= time {
                outputs[index].pauseEnded()
            }
        }
        // Brought to the foreground without having been stopped.
        if session.isRelayed, !session.isRaw, end == nil { session.listen() }
    }

    /// How long to wait at most, in milliseconds; -1 for ever.
    private func timeout() -> Int32 {
        var deadlines = outputs.compactMap(\.deadline)
        if let end {
            deadlines += outputs.filter(\.isReading).map { max($0.lastActivity, end.time) + Self.quietAfterEnd }
        } else if session.isRelayed, !session.isRaw, input?.isOpen == true {
            deadlines.append(now() + Self.foregroundCheck)
        }
        guard let next = deadlines.min() else { return -1 }
        return Int32(clamping: max(0, next - now()))
    }
}

// MARK: - Signals and the child's doings

extension Supervisor {
    private mutating func takeSignals(_ buffer: UnsafeMutableRawBufferPointer) {
        var numbers = [UInt8](repeating: 0, count: 256)
        let result = unsafe numbers.withUnsafeMutableBytes { unsafe Descriptor.read(inbox, into: $0) }
        guard case .bytes(let count) = result else { return }
        for number in numbers[..<count].map(Int32.init) {
            switch number {
            case SIGCHLD:
                unsafe takeEvents(buffer)
                child.reapOrphans()
            case SIGWINCH:
                passSize()
            case SIGCONT:
                session.listen()
                passSize()
                child.send(SIGCONT)
            case SIGHUP, SIGINT, SIGQUIT, SIGTERM:
                // Without a child there is only the rest of its output to wait for.
                isToldToLeave = end != nil
                child.send(number)
            default:
                child.send(number)
            }
        }
    }

    /// Gives the pseudo-terminal our terminal's size. The kernel tells the child, unless it is not its own terminal.
    private func passSize() {
        guard let master else { return }
        kf_terminal_copy_size(session.isRelayed ? 0 : outputs[0].sink, master.number)
        if !session.isRelayed { child.send(SIGWINCH) }
    }

    private mutating func takeEvents(_ buffer: UnsafeMutableRawBufferPointer) {
        while end == nil, let event = child.nextEvent() {
            switch event {
            case .ended(let status):
                end = (status, now(), outputs.map(\.count))
                slave?.close()
            case .stopped(let signal):
                unsafe childStopped(by: signal, buffer)
            }
        }
    }

    private mutating func childStopped(by signal: Int32, _ buffer: UnsafeMutableRawBufferPointer) {
        if signal == SIGTTIN || signal == SIGTTOU, session.give(to: child.group) {
            child.send(SIGCONT)
            return
        }
        // The shell sees only this process, so it stops as the child did: after the child's last words, with the
        // terminal as it was.
        for index in outputs.indices { unsafe outputs[index].drain(patience: 1000, buffer: buffer) }
        let wasGiven = session.takeBack()
        let time = now()
        kf_stop_self(signal)
        // Where the system stops nobody (an orphaned group), a child that wants the terminal would stop again at once.
        if signal == SIGTTIN || signal == SIGTTOU, now() - time < Self.pauseBetweenStops {
            _ = poll(nil, 0, Int32(Self.pauseBetweenStops))
        }
        // Going on: in the foreground, or by `bg` in the background.
        if wasGiven { _ = session.give(to: child.group) }
        session.listen()
        passSize()
        child.send(SIGCONT)
    }
}
