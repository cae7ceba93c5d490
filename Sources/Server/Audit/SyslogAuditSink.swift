public import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The audit log in the system's log: messages of RFC 5424 through a socket of this machine.
///
/// What the socket has taken counts as delivered: the protocol has no answer.
public final class SyslogAuditSink: AuditSink {
    /// How the system's log is reached.
    public struct Options: Sendable {
        /// The socket.
        public var socket = "/dev/log"
        /// RFC 5424, table 1: 10 is security and authorisation.
        public var facility = 10
        /// How long a message may be, in bytes; at least 480.
        public var messageBytes = 8192
        /// How long to wait for a reader that takes nothing, in milliseconds.
        public var milliseconds = 5000

        /// The system's own socket.
        public init() {}
    }

    private let options: Options
    private let message: SyslogMessage
    private var descriptor: Int32 = -1
    private var isStream = false

    /// - Parameter options: How the system's log is reached. Nothing is opened yet.
    public init(_ options: Options = Options()) {
        self.options = options
        var name = [CChar](repeating: 0, count: 256)
        let isKnown = unsafe gethostname(&name, name.count - 1) == 0
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        message = SyslogMessage(
            facility: options.facility,
            host: isKnown ? host : "-",
            processID: getpid(),
            limit: options.messageBytes
        )
    }

    deinit { closeSocket() }

    /// Sends one message for each record.
    public func write(_ delivery: AuditDelivery, taken: inout Int) throws(AuditSinkError) {
        let end = monotonicMilliseconds() + Int64(max(1, options.milliseconds))
        if descriptor < 0 { try connectSocket() }
        do throws(AuditSinkError) {
            for entry in delivery.entries {
                try send(message.text(of: entry), before: end)
                taken += 1
            }
            if let checkpoint = delivery.checkpoint { try send(message.text(of: checkpoint), before: end) }
        } catch {
            closeSocket()
            throw error
        }
    }

    /// Connects anew before the next delivery.
    public func reopen() { closeSocket() }

    private func closeSocket() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private func connectSocket() throws(AuditSinkError) {
        var number = try connectSocket(stream: false)
        // The reader listens for streams.
        if number == EPROTOTYPE { number = try connectSocket(stream: true) }
        // The queue of connections is full: nobody takes them.
        if number == EAGAIN { throw .late(0) }
        guard number == 0 else { throw .unusable(FileAuditSink.describe(number)) }
    }

    /// - Returns: The system's error number, 0 for none.
    private func connectSocket(stream: Bool) throws(AuditSinkError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(options.socket.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room, !bytes.isEmpty, !bytes.contains(0) else {
            throw .unusable("the path of the socket is empty or longer than \(room - 1) bytes")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        #if canImport(Glibc)
            let kind = Int32((stream ? SOCK_STREAM : SOCK_DGRAM).rawValue)
        #else
            let kind = stream ? SOCK_STREAM : SOCK_DGRAM
        #endif
        let made = socket(AF_UNIX, kind, 0)
        guard made >= 0 else { return errno }
        _ = fcntl(made, F_SETFD, FD_CLOEXEC)
        // Nothing here waits without an end.
        _ = fcntl(made, F_SETFL, O_NONBLOCK)
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(made, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            let number = errno
            close(made)
            return number
        }
        descriptor = made
        isStream = stream
        return 0
    }

    private func send(_ text: [UInt8], before end: Int64) throws(AuditSinkError) {
        // A message in a stream ends with its line.
        let bytes = isStream ? text + [0x0A] : text
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { memory in
                unsafe systemSend(descriptor, memory.baseAddress?.advanced(by: sent), bytes.count - sent)
            }
            if count >= 0 {
                sent += count
                continue
            }
            switch errno {
            case EINTR: continue
            // A datagram's queue is full at ENOBUFS as well, and nobody tells when it is not.
            case EAGAIN, ENOBUFS: try waitUntilWritable(before: end)
            default: throw .unusable(FileAuditSink.describe(errno))
            }
        }
    }

    private func waitUntilWritable(before end: Int64) throws(AuditSinkError) {
        let rest = end - monotonicMilliseconds()
        guard rest > 0 else { throw .late(options.milliseconds) }
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let count = unsafe poll(&watched, 1, Int32(min(rest, 100)))
        guard count >= 0 || errno == EINTR else { throw .unusable(FileAuditSink.describe(errno)) }
    }
}

/// Without the signal that ends a process when the other side has gone.
private func systemSend(_ descriptor: Int32, _ memory: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
        unsafe send(descriptor, memory, count, Int32(MSG_NOSIGNAL))
    #else
        unsafe send(descriptor, memory, count, 0)
    #endif
}
