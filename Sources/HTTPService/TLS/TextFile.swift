#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Small files in PEM.
enum TextFile {
    /// The most bytes of a file.
    private static let limit = 1 << 20

    /// Reads a whole file.
    static func read(_ path: String) throws(HTTPServiceError) -> [UInt8] {
        // O_NONBLOCK: a pipe must not hang us.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe part.withUnsafeMutableBytes { unsafe sysRead(descriptor, $0) }
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw failure(path)
            }
            bytes.append(contentsOf: part.prefix(count))
            guard bytes.count <= limit else { throw .certificateUnreadable(path, reason: "it is longer than 1 MiB") }
        }
    }

    private static func sysRead(_ descriptor: Int32, _ memory: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.read(descriptor, memory.baseAddress, memory.count)
        #else
            unsafe Darwin.read(descriptor, memory.baseAddress, memory.count)
        #endif
    }

    private static func failure(_ path: String) -> HTTPServiceError {
        let number = errno
        return .certificateUnreadable(path, reason: unsafe String(cString: strerror(number)))
    }
}
