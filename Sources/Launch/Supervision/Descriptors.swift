internal import CPlatform

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What reading or writing a descriptor once came to.
enum Transfer: Equatable {
    case bytes(Int)
    /// Nothing now; ask poll(2) again.
    case notNow
    /// Nothing any more.
    case ended
    /// The system's errno.
    case failed(Int32)
}

/// An open descriptor, closed when it goes or sooner.
final class Descriptor {
    private(set) var number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close() }

    var isOpen: Bool { number >= 0 }

    func close() {
        guard number >= 0 else { return }
        _ = systemClose(number)
        number = -1
    }

    func doNotBlock() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }

    /// A pipe: where to read, where to write.
    static func pipe() -> (reading: Descriptor, writing: Descriptor)? {
        var ends: [Int32] = [-1, -1]
        guard unsafe kf_pipe(&ends) == 0 else { return nil }
        return (Descriptor(ends[0]), Descriptor(ends[1]))
    }

    /// Reads once into a buffer.
    static func read(_ number: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        let count = unsafe systemRead(number, buffer.baseAddress, buffer.count)
        if count > 0 { return .bytes(count) }
        if count == 0 { return .ended }
        switch errno {
        case EINTR, EAGAIN: return .notNow
        // A pseudo-terminal whose other end nobody holds, or a terminal that was hung up.
        case EIO: return .ended
        default: return .failed(errno)
        }
    }

    /// Writes once from a buffer.
    static func write(_ number: Int32, _ bytes: UnsafeRawBufferPointer) -> Transfer {
        let count = unsafe systemWrite(number, bytes.baseAddress, bytes.count)
        if count >= 0 { return .bytes(count) }
        switch errno {
        case EINTR, EAGAIN: return .notNow
        // Nobody reads any more.
        case EPIPE, EIO, ECONNRESET: return .ended
        default: return .failed(errno)
        }
    }

    /// What a standard stream is.
    static func kind(of number: Int32) -> Wiring.Stream {
        let flags = fcntl(number, F_GETFD)
        // What is to close on exec was not inherited: it fills a gap (see ProcessHardening).
        if flags < 0 || flags & FD_CLOEXEC != 0 { return .closed }
        return isatty(number) == 1 ? .terminal : .other
    }

    /// Whether two descriptors lead to the same file, pipe or socket.
    static func areOne(_ left: Int32, _ right: Int32) -> Bool {
        var (a, b) = (stat(), stat())
        guard unsafe fstat(left, &a) == 0, unsafe fstat(right, &b) == 0 else { return false }
        return a.st_dev == b.st_dev && a.st_ino == b.st_ino
    }

    /// Whether writing to it never waits for a reader.
    static func isFile(_ number: Int32) -> Bool {
        var status = stat()
        return unsafe fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}

// The methods above have the names of the calls that they make.
private func systemClose(_ number: Int32) -> Int32 { close(number) }
private func systemRead(_ number: Int32, _ memory: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(number, memory, count)
}
private func systemWrite(_ number: Int32, _ memory: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(number, memory, count)
}

/// Milliseconds of a clock that no one sets.
func now() -> Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}
