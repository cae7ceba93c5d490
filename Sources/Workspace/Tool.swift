internal import CPlatform

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Another program run to its end, its output kept.
///
/// Only for programs that are no part of a start-up path (git, an editor): no shell is in between, so nothing in an
/// argument is ever interpreted.
public enum Tool {
    /// How a program ended and what it said.
    public struct Outcome: Sendable {
        /// Its exit status, or 128 + the signal that ended it.
        public var status: Int32
        /// What it wrote to standard output.
        public var output: [UInt8]
    }

    /// A program that was started and not waited for yet.
    public struct Running {
        fileprivate let process: pid_t
        fileprivate let inputEnd: Int32
        fileprivate let outputEnd: Int32
        fileprivate let input: [UInt8]

        /// Gives the program its input, takes its output, and waits for its end.
        public func finish() -> Outcome {
            let output = Tool.exchange(input, to: inputEnd, from: outputEnd)
            return Outcome(status: Tool.wait(for: process), output: output)
        }
    }

    /// Starts a program with standard input from bytes and standard output kept; standard error is thrown away.
    ///
    /// - Parameters:
    ///   - arguments: The program's name, found in `PATH`, and its arguments.
    ///   - input: What it reads.
    ///   - folder: Where it stands; nil for where this process does.
    /// - Returns: The running program, or nil when it could not be started.
    public static func start(_ arguments: [String], input: [UInt8] = [], in folder: String? = nil) -> Running? {
        guard let inputPipe = makePipe(), let outputPipe = makePipe() else { return nil }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, inputPipe.read, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, outputPipe.write, 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        if let folder { _ = unsafe kf_spawn_in_folder(&actions, folder) }
        guard let process = unsafe spawn(arguments, actions: &actions) else {
            for descriptor in [inputPipe.read, inputPipe.write, outputPipe.read, outputPipe.write] { close(descriptor) }
            return nil
        }
        close(inputPipe.read)
        close(outputPipe.write)
        return Running(process: process, inputEnd: inputPipe.write, outputEnd: outputPipe.read, input: input)
    }

    /// Runs a program to its end; see ``start(_:input:in:)``.
    public static func run(_ arguments: [String], input: [UInt8] = [], in folder: String? = nil) -> Outcome? {
        start(arguments, input: input, in: folder)?.finish()
    }

    /// Runs a program on this process's own terminal, as an editor wants it.
    ///
    /// - Parameter arguments: The program's name, found in `PATH`, and its arguments.
    /// - Returns: Its exit status, or nil when it could not be started.
    public static func runInForeground(_ arguments: [String]) -> Int32? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        guard let process = unsafe spawn(arguments, actions: &actions) else { return nil }
        return wait(for: process)
    }

    private static func spawn(_ arguments: [String], actions: inout posix_spawn_file_actions_t) -> pid_t? {
        guard let program = arguments.first.flatMap(find) else { return nil }
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer { unsafe pointers.forEach { unsafe free($0) } }
        // Signals that this process holds back or ignores are its own business, not the program's.
        var attributes = posix_spawnattr_t()
        _ = unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var defaults = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigemptyset(&defaults)
        unsafe sigaddset(&defaults, SIGPIPE)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var process: pid_t = 0
        let result = unsafe posix_spawn(&process, program, &actions, &attributes, pointers, environ)
        return result == 0 ? process : nil
    }

    /// The file of a program: along the absolute folders of `PATH` only, because an empty or relative one means the
    /// current folder, which may be a repository with a `git` of its own.
    private static func find(_ program: String) -> String? {
        if program.contains("/") { return program }
        let folders = (User.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        for folder in folders where folder.hasPrefix("/") {
            let path = Paths.join(String(folder), program)
            if Files.status(path)?.isRegular == true, unsafe access(path, X_OK) == 0 { return path }
        }
        return nil
    }

    private static func makePipe() -> (read: Int32, write: Int32)? {
        var ends: [Int32] = [0, 0]
        guard unsafe kf_pipe(&ends) == 0 else { return nil }
        return (ends[0], ends[1])
    }

    /// Writes and reads at once, so that neither side waits for the other with a full pipe.
    fileprivate static func exchange(_ input: [UInt8], to inputEnd: Int32, from outputEnd: Int32) -> [UInt8] {
        var offset = 0
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        var inputOpen = true
        _ = fcntl(inputEnd, F_SETFL, O_NONBLOCK)
        let oldAction = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, oldAction) }
        while true {
            if inputOpen && offset == input.count {
                close(inputEnd)
                inputOpen = false
            }
            var waits = [pollfd(fd: outputEnd, events: Int16(POLLIN), revents: 0)]
            if inputOpen { waits.append(pollfd(fd: inputEnd, events: Int16(POLLOUT), revents: 0)) }
            guard unsafe poll(&waits, nfds_t(waits.count), -1) >= 0 || errno == EINTR else { break }
            if inputOpen, waits[1].revents != 0 {
                let count = unsafe input.withUnsafeBytes {
                    unsafe write(inputEnd, $0.baseAddress?.advanced(by: offset), $0.count - offset)
                }
                if count > 0 { offset += count }
                if count < 0 && errno != EAGAIN && errno != EINTR { offset = input.count }
            }
            if waits[0].revents != 0 {
                let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(outputEnd, $0.baseAddress, $0.count) }
                if count == 0 { break }
                if count < 0 && errno != EINTR { break }
                if count > 0 { output.append(contentsOf: chunk[..<count]) }
            }
        }
        if inputOpen { close(inputEnd) }
        close(outputEnd)
        return output
    }

    fileprivate static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}
