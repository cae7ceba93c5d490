#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One of the child's output streams on its way to one of ours, masked.
///
/// It reads only when all that it has is written: a slow reader slows the child down, as without us in between.
struct OutputRelay {
    /// How long a stream must be silent before the short beginning of what may be a secret is shown: far longer than
    /// a program takes between two pieces of one line, and not long enough for a person to notice at a prompt.
    static let pause = 20

    /// Where the child's output arrives: a pipe's end, or the pseudo-terminal's master.
    private let source: Descriptor
    /// Whether keys go the other way through `source`, so that it must stay open when nobody reads our output.
    private let sourceIsTerminal: Bool
    /// Our own standard output or error.
    let sink: Int32
    /// How much can be written at once without waiting after poll(2) said that there is room: for a pipe POSIX promises
    /// PIPE_BUF, and Linux keeps that for terminals and sockets too. A wait inside write(2) would hold up signals.
    private let writeSize: Int
    private var stream: RedactingStream
    private var output: [UInt8] = []
    private var written = 0
    private var sinkIsBroken = false
    private var sourceHasEnded = false
    private var releaseIsDue = false
    /// When the child last wrote, in milliseconds.
    private(set) var lastActivity = now()
    /// Until when, in milliseconds, it is known to have written nothing since.
    private(set) var silentUntil = 0
    /// How many bytes the child wrote.
    private(set) var count = 0
    /// Why our output could not be written, other than that nobody reads it.
    private(set) var failure: Int32?

    init(source: Descriptor, isTerminal: Bool, sink: Int32, redactor: Redactor) {
        self.source = source
        sourceIsTerminal = isTerminal
        self.sink = sink
        writeSize = Descriptor.isFile(sink) ? 1 << 16 : 4096
        stream = redactor.stream()
    }

    private var pending: Int { output.count - written }

    /// Whether there is nothing to come and nothing to write.
    var isDone: Bool { sourceHasEnded && pending == 0 }

    /// Whether more of the child's output is awaited.
    var isReading: Bool { !sourceHasEnded && pending == 0 }

    /// When the pause ends after which ``pauseEnded()`` is to be called.
    var deadline: Int? { releaseIsDue && pending == 0 ? lastActivity + Self.pause : nil }

    /// What to wait for: the source and the sink; -1 where there is nothing to wait for.
    func interests() -> (source: pollfd, sink: pollfd) {
        var source = pollfd(fd: -1, events: 0, revents: 0)
        if isReading { source = pollfd(fd: self.source.number, events: Int16(POLLIN), revents: 0) }
        // Without something to write it is still told when nobody reads any more.
        let events = pending > 0 ? Int16(POLLOUT) : 0
        return (source, pollfd(fd: sinkIsBroken || isDone ? -1 : sink, events: events, revents: 0))
    }

    /// Does what poll(2) said is possible.
    mutating func proceed(source: Int16, sink: Int16, buffer: UnsafeMutableRawBufferPointer) {
        if sink & Int16(POLLERR | POLLHUP | POLLNVAL) != 0, pending == 0 { breakSink() }
        if sink != 0, pending > 0 { write() }
        if source != 0, isReading {
            unsafe read(into: buffer)
            // Most of the time there is room, and one question is cheaper than a round of the loop.
            while pending > 0, Descriptor.hasRoom(self.sink) { write() }
        }
    }

    private mutating func read(into buffer: UnsafeMutableRawBufferPointer) {
        switch unsafe Descriptor.read(source.number, into: buffer) {
        case .bytes(let count):
            lastActivity = now()
            self.count += count
            guard !sinkIsBroken else { return }
            unsafe stream.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), into: &output)
            releaseIsDue = stream.heldCount > 0
        case .notNow: break
        case .ended, .failed: endSource()
        }
    }

    /// Ends the stream: what was held back is no beginning of a secret any more.
    mutating func endSource() {
        guard !sourceHasEnded else { return }
        sourceHasEnded = true
        if !sourceIsTerminal { source.close() }
        if !sinkIsBroken { stream.finish(into: &output) }
        releaseIsDue = false
    }

    /// Notes that poll(2), called at a time, found nothing to read.
    mutating func wasSilent(at time: Int) { silentUntil = time }

    /// Shows what may be shown after a pause.
    mutating func pauseEnded() {
        releaseIsDue = false
        stream.release(into: &output)
    }

    private mutating func write() {
        let chunk = written..<min(written + writeSize, output.count)
        let result = unsafe output.withUnsafeBytes { unsafe Descriptor.write(sink, .init(rebasing: $0[chunk])) }
        switch result {
        case .bytes(let count):
            written += count
            if pending == 0 {
                output.removeAll(keepingCapacity: true)
                written = 0
            }
        case .notNow: break
        case .ended: breakSink()
        case .failed(let error):
            failure = error
            breakSink()
        }
    }

    /// Nobody reads our output. The child's next write must tell it so: by SIGPIPE, as without us in between.
    private mutating func breakSink() {
        sinkIsBroken = true
        output = []
        written = 0
        if !sourceIsTerminal { endSource() }
    }

    /// Writes what there is, and reads what is there already; for the moment before this process stops.
    ///
    /// - Parameter patience: How long to wait for a reader, in milliseconds.
    mutating func drain(patience: Int32, buffer: UnsafeMutableRawBufferPointer) {
        // A child that is stopped writes no more, so what is there is bounded by what a pipe holds.
        for _ in 0..<(1 << 10) {
            var (source, sink) = interests()
            source.revents = 0
            var polled = [source, sink]
            let wait = pending > 0 ? patience : 0
            guard unsafe poll(&polled, 2, wait) > 0, polled[0].revents != 0 || pending > 0 else { return }
            unsafe proceed(source: polled[0].revents, sink: polled[1].revents, buffer: buffer)
        }
    }
}

extension Descriptor {
    /// Whether something can be written now.
    static func hasRoom(_ number: Int32) -> Bool {
        var polled = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&polled, 1, 0) > 0
    }
}
