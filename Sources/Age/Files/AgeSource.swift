#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Where bytes come from: a file descriptor, memory, or anything that a closure can fill a buffer from.
public struct AgeSource {
    let read: (inout [UInt8]) throws -> Int

    /// Reads through a closure.
    ///
    /// - Parameter read: Fills its buffer from the beginning, as far as it can, and returns how many bytes it wrote; 0
    ///   at the end. It leaves the buffer's size alone.
    public init(_ read: @escaping (inout [UInt8]) throws -> Int) {
        self.read = read
    }

    /// Reads an open file descriptor from where it stands. It is not closed.
    ///
    /// - Parameter descriptor: A file, a pipe, a terminal.
    public static func descriptor(_ descriptor: Int32) -> AgeSource {
        AgeSource { buffer in
            while true {
                let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                    unsafe systemRead(descriptor, bytes.baseAddress, bytes.count)
                }
                if count >= 0 { return count }
                guard try retry(errno, descriptor, POLLIN) else { throw AgeError(.readFailed(errno: errno)) }
            }
        }
    }

    /// Reads bytes in memory.
    ///
    /// - Parameter bytes: All that there is to read.
    public static func bytes(_ bytes: [UInt8]) -> AgeSource {
        var rest = bytes[...]
        return AgeSource { buffer in
            let head = rest.prefix(buffer.count)
            buffer.replaceSubrange(0..<head.count, with: head)
            rest = rest[head.endIndex...]
            return head.count
        }
    }

    /// Fills a buffer and gives what was read. A closure that claims more than the buffer holds is not believed.
    func next(_ buffer: inout [UInt8]) throws -> ArraySlice<UInt8> {
        let count = try read(&buffer)
        return buffer.prefix(max(0, count))
    }
}

/// Where bytes go: a file descriptor, or anything that a closure can hand them to.
public struct AgeSink {
    let write: ([UInt8]) throws -> Void

    /// Writes through a closure.
    ///
    /// - Parameter write: Takes all of its bytes, or throws.
    public init(_ write: @escaping ([UInt8]) throws -> Void) {
        self.write = write
    }

    /// Writes to an open file descriptor. It is neither synchronised nor closed.
    ///
    /// - Parameter descriptor: A file, a pipe, a terminal.
    public static func descriptor(_ descriptor: Int32) -> AgeSink {
        AgeSink { bytes in
            var done = 0
            while done < bytes.count {
                let count = unsafe bytes.withUnsafeBytes { all in
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: all[done...])
                    return unsafe systemWrite(descriptor, rest.baseAddress, rest.count)
                }
                if count >= 0 {
                    done += count
                } else if try !retry(errno, descriptor, POLLOUT) {
                    throw AgeError(.writeFailed(errno: errno))
                }
            }
        }
    }
}

/// Whether a call that failed is to be made again: after a signal at once, on a descriptor that does not block when it
/// is ready.
private func retry(_ number: Int32, _ descriptor: Int32, _ event: some BinaryInteger) throws -> Bool {
    if number == EINTR { return true }
    guard number == EAGAIN || number == EWOULDBLOCK else { return false }
    var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    _ = unsafe poll(&request, 1, -1)
    return true
}

// Under other names: `read` and `write` are the closures above.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, buffer, count)
}
