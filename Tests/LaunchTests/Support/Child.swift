import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A real process that a test runs to its end.
struct Child {
    struct Failure: Error {
        let what: String
    }

    /// The exit status; 128 and the signal's number when a signal ended it.
    let status: Int32
    let output: [UInt8]
    let errors: [UInt8]

    /// The folder of the built programs: the tests' own.
    static var programFolder: String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &path, path.count - 1)
        let whole = path.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
        let end = whole.lastIndex(of: UInt8(ascii: "/")) ?? 0
        return String(decoding: whole[..<end], as: UTF8.self)
    }

    /// A process that neither reads nor writes for so long hangs, in milliseconds.
    private static let longestSilence: Int32 = 180_000

    static var probe: String { programFolder + "/launch-probe" }

    /// Runs a program with given bytes as its input, and waits for its end.
    ///
    /// - Parameters:
    ///   - command: The program, looked up along PATH, and its arguments.
    ///   - environment: `NAME=value`; nil passes this process's own.
    static func run(_ command: [String], input: [UInt8] = [], environment: [String]? = nil) throws -> Child {
        let (inputRead, inputWrite) = try pipe()
        let (outputRead, outputWrite) = try pipe()
        let (errorRead, errorWrite) = try pipe()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, inputRead, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, outputWrite, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errorWrite, 2)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // The testing library ignores or catches signals; what a test starts should not inherit that.
        var all = sigset_t()
        unsafe sigfillset(&all)
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
        var variables = unsafe (environment ?? []).map { unsafe strdup($0) } + [nil]
        defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
        var process: pid_t = 0
        let error =
            if environment == nil {
                unsafe posix_spawnp(&process, command[0], &actions, &attributes, &arguments, probeEnvironment())
            } else {
                unsafe posix_spawnp(&process, command[0], &actions, &attributes, &arguments, &variables)
            }
        for descriptor in [inputRead, outputWrite, errorWrite] { close(descriptor) }
        guard error == 0 else {
            for descriptor in [inputWrite, outputRead, errorRead] { close(descriptor) }
            throw Failure(what: "\(command[0]): error \(error)")
        }
        let exchanged = exchange(input, to: inputWrite, outputRead, errorRead)
        if exchanged == nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard let (output, errors) = exchanged else { throw Failure(what: "\(command[0]) did not end") }
        let signal = status & 0x7F
        return Child(status: signal == 0 ? status >> 8 & 0xFF : 128 + signal, output: output, errors: errors)
    }

    private static func pipe() throws -> (Int32, Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe kf_pipe(&ends) == 0 else { throw Failure(what: "no pipe") }
        return (ends[0], ends[1])
    }

    private static func exchange(
        _ input: [UInt8],
        to inputWrite: Int32,
        _ outputRead: Int32,
        _ errorRead: Int32
    ) -> ([UInt8], [UInt8])? {
        _ = fcntl(inputWrite, F_SETFL, O_NONBLOCK)
        var rest = input[...]
        var (output, errors): ([UInt8], [UInt8]) = ([], [])
        var polled = [
            pollfd(fd: inputWrite, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: outputRead, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errorRead, events: Int16(POLLIN), revents: 0),
        ]
        if rest.isEmpty {
            close(inputWrite)
            polled[0].fd = -1
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while polled[1].fd >= 0 || polled[2].fd >= 0 {
            let count = unsafe poll(&polled, 3, longestSilence)
            if count == 0 {
                for each in polled where each.fd >= 0 { close(each.fd) }
                return nil
            }
            guard count > 0 else { continue }
            if polled[0].fd >= 0, polled[0].revents != 0 {
                let count = unsafe rest.withUnsafeBytes { unsafe write(inputWrite, $0.baseAddress, $0.count) }
                if count > 0 { rest = rest.dropFirst(count) }
                if rest.isEmpty || (count < 0 && errno != EAGAIN) {
                    close(inputWrite)
                    polled[0].fd = -1
                }
            }
            for index in 1...2 where polled[index].fd >= 0 && polled[index].revents != 0 {
                let count = unsafe read(polled[index].fd, &buffer, buffer.count)
                if count <= 0 {
                    close(polled[index].fd)
                    polled[index].fd = -1
                } else if index == 1 {
                    output += buffer[..<count]
                } else {
                    errors += buffer[..<count]
                }
            }
        }
        if polled[0].fd >= 0 { close(inputWrite) }
        return (output, errors)
    }
}

private func probeEnvironment() -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    unsafe UnsafeMutablePointer(mutating: kf_environment())
}
