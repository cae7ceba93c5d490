import Glibc
import Synchronization

/// A process that a test starts and may kill.
@safe final class Child {
    private let process: pid_t
    private let output: Int32
    private var pending: [UInt8] = []
    private var isReaped = false

    /// Starts a helper that was built with the tests.
    init(_ arguments: [String]) throws {
        let program = try Self.folder() + "/vault-torture"
        // One at a time: a child must not inherit the end of another's pipe between its making and its closing.
        (process, output) = try Self.starting.withLock { _ in try Self.start(program, arguments) }
    }

    private static let starting = Mutex(())

    private static func start(_ program: String, _ arguments: [String]) throws -> (pid_t, Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw TestFailure("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var strings = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe strings.forEach { unsafe free($0) } }
        var started: pid_t = 0
        let status = unsafe posix_spawn(&started, program, &actions, nil, &strings, environ)
        close(ends[1])
        guard status == 0 else {
            close(ends[0])
            throw TestFailure("cannot start \(program): \(status)")
        }
        return (started, ends[0])
    }

    deinit {
        kill()
        _ = wait()
        close(output)
    }

    /// The next line that the process wrote, or nil when it has ended.
    func nextLine() -> String? {
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                defer { pending.removeSubrange(...end) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(output, $0.baseAddress, $0.count) }
            guard count > 0 else { return nil }
            pending.append(contentsOf: buffer[..<count])
        }
    }

    /// Every line until the process ends.
    func remainingLines() -> [String] {
        var lines: [String] = []
        while let line = nextLine() { lines.append(line) }
        return lines
    }

    /// Kills the process as nothing can be killed harder.
    func kill() { if !isReaped { Glibc.kill(process, SIGKILL) } }

    /// The exit status, or nil when a signal ended it.
    func wait() -> Int32? {
        guard !isReaped else { return nil }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
        isReaped = true
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    }

    /// Where this program is, and so its helpers.
    private static func folder() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw TestFailure("no /proc/self/exe") }
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" }
    }
}
