#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Keys on their way from our terminal to the child's.
struct InputRelay {
    private let master: Descriptor
    private var pending: ArraySlice<UInt8> = []
    private var hasEnded = false

    init(to master: Descriptor) { self.master = master }

    /// Whether keys are still to be had.
    var isOpen: Bool { !hasEnded }

    /// What to wait for: our terminal, and the master for writing; -1 where there is nothing to wait for.
    ///
    /// - Parameter isListening: Whether the keyboard is ours now.
    func interests(isListening: Bool) -> (keyboard: pollfd, master: pollfd) {
        let reads = isListening && !hasEnded && pending.isEmpty
        return (
            pollfd(fd: reads ? 0 : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pending.isEmpty ? -1 : master.number, events: Int16(POLLOUT), revents: 0)
        )
    }

    /// Does what poll(2) said is possible.
    mutating func proceed(keyboard: Int16, master ready: Int16, buffer: UnsafeMutableRawBufferPointer) {
        if keyboard != 0 {
            switch unsafe Descriptor.read(0, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<4096])) {
            case .bytes(let count): pending = unsafe ArraySlice(buffer[..<count])
            case .notNow: break
            // Our terminal is gone; SIGHUP tells the rest.
            case .ended, .failed: hasEnded = true
            }
        }
        guard keyboard != 0 || ready != 0, !pending.isEmpty else { return }
        switch unsafe pending.withUnsafeBytes({ unsafe Descriptor.write(master.number, $0) }) {
        case .bytes(let count): pending = pending.dropFirst(count)
        case .notNow: break
        case .ended, .failed: pending = []
        }
    }
}
