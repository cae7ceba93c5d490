import Secrets
import Workspace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where values come from: standard input, a prompt without echo, or a file. Never an argument, because arguments are
/// in the process list and in the shell's history.
enum SecretInput {
    /// The largest value that is read.
    static let limit = 16 * 1_048_576

    /// Reads one value.
    ///
    /// - Parameters:
    ///   - file: A file to read, `-` for standard input, or nil to ask (on a terminal) or read standard input.
    ///   - prompt: What a person is asked.
    /// - Returns: The value. One newline at its end is left out: it is the terminal's or `echo`'s, not the value's.
    static func value(from file: String?, prompt: String) throws -> Secret<String> {
        var bytes: [UInt8]
        if let file, file != "-" {
            bytes = try Files.read(file, limit: limit)
        } else if file == nil, Terminal.inputIsTerminal {
            bytes = try ask(prompt)
        } else {
            bytes = try Files.read(descriptor: STDIN_FILENO, named: "standard input", limit: limit)
        }
        defer { wipe(&bytes) }
        if bytes.last == 0x0A {
            bytes.removeLast()
            if bytes.last == 0x0D { bytes.removeLast() }
        }
        guard let secret = unsafe bytes.withUnsafeBytes({ unsafe Secret<String>(bytes: $0) }) else {
            throw CommandFailure(
                "KF-INPUT-001",
                "the value is not UTF-8 text",
                fix: "encode it first, for example with base64",
                status: .invalidInput
            )
        }
        guard !bytes.contains(0) else {
            throw CommandFailure(
                "KF-INPUT-002",
                "the value has a NUL character in it, which no environment variable can hold",
                fix: "encode it first, for example with base64",
                status: .invalidInput
            )
        }
        return secret
    }

    /// Reads a passphrase: from a file, or by asking on the terminal. Never from standard input, which is data's.
    ///
    /// - Parameters:
    ///   - file: A file whose content, less one newline, is the passphrase.
    ///   - prompt: What a person is asked.
    static func passphrase(file: String?, prompt: String) throws -> Secret<String> {
        if let file { return try value(from: file, prompt: prompt) }
        guard Terminal.canAsk else {
            throw CommandFailure(
                "KF-INPUT-003",
                "there is no terminal to ask for the passphrase on",
                fix: "name a file that holds it: --passphrase-file FILE",
                status: .usage
            )
        }
        var bytes = try ask(prompt)
        defer { wipe(&bytes) }
        guard let secret = unsafe bytes.withUnsafeBytes({ unsafe Secret<String>(bytes: $0) }) else {
            throw CommandFailure(
                "KF-INPUT-001",
                "the passphrase is not UTF-8 text",
                fix: "check the terminal's character set",
                status: .invalidInput
            )
        }
        return secret
    }

    /// Asks on the terminal itself, without echo.
    static func ask(_ prompt: String) throws -> [UInt8] {
        let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else {
            throw CommandFailure(
                "KF-INPUT-003",
                "there is no terminal to ask on",
                fix: "give the value on standard input",
                status: .usage
            )
        }
        defer { close(terminal) }
        try Files.writeAll(Array(prompt.utf8), to: terminal, named: "the terminal")
        var quiet = termios()
        guard unsafe tcgetattr(terminal, &quiet) == 0 else {
            throw CommandFailure(
                "KF-INPUT-003",
                "the terminal cannot be asked",
                fix: "give the value on standard input",
                status: .usage
            )
        }
        let loud = quiet
        quiet.c_lflag &= ~tcflag_t(ECHO)
        // A signal must not leave the terminal silent, so signals are held back, and looked for while nobody types.
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&all)
        for number in [SIGINT, SIGTERM, SIGQUIT, SIGTSTP, SIGHUP] { unsafe sigaddset(&all, number) }
        unsafe sigprocmask(SIG_BLOCK, &all, &before)
        unsafe tcsetattr(terminal, TCSAFLUSH, &quiet)
        defer {
            var restored = loud
            unsafe tcsetattr(terminal, TCSAFLUSH, &restored)
            unsafe sigprocmask(SIG_SETMASK, &before, nil)
            try? Files.writeAll([0x0A], to: terminal, named: "the terminal")
        }
        return try readLine(from: terminal) {
            // The signal does what it does with the echo back: ends the command, or stops it until it is continued.
            var restored = loud
            unsafe tcsetattr(terminal, TCSADRAIN, &restored)
            unsafe sigprocmask(SIG_SETMASK, &before, nil)
            unsafe sigprocmask(SIG_BLOCK, &all, nil)
            unsafe tcsetattr(terminal, TCSADRAIN, &quiet)
            try Files.writeAll(Array("\n\(prompt)".utf8), to: terminal, named: "the terminal")
        }
    }

    /// Reads up to the end of a line.
    ///
    /// - Parameter whenSignalled: Called when a signal waits.
    private static func readLine(from terminal: Int32, whenSignalled: () throws -> Void) throws -> [UInt8] {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < limit {
            var wait = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&wait, 1, 100) <= 0 {
                if isSignalPending() { try whenSignalled() }
                continue
            }
            let count = unsafe read(terminal, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1, byte != 0x0A else { break }
            line.append(byte)
        }
        // A terminal keeps 4095 characters of a line and drops the others without a word (termios(3), canonical mode).
        guard line.count < 4095 else {
            tcflush(terminal, TCIFLUSH)
            wipe(&line)
            throw CommandFailure(
                "KF-INPUT-007",
                "the line is longer than a terminal can take, so its end is missing",
                fix: "put it into a file: keyfolio set NAME --from-file FILE",
                status: .invalidInput
            )
        }
        // What was pasted has more lines: the rest would be typed into the shell, and kept in its history.
        var more = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&more, 1, 20) > 0 {
            tcflush(terminal, TCIFLUSH)
            wipe(&line)
            throw CommandFailure(
                "KF-INPUT-006",
                "more than one line came, and a prompt takes one",
                fix: "put it into a file: keyfolio set NAME --from-file FILE",
                status: .invalidInput
            )
        }
        return line
    }

    private static func isSignalPending() -> Bool {
        var pending = sigset_t()
        unsafe sigemptyset(&pending)
        unsafe sigpending(&pending)
        return [SIGINT, SIGTERM, SIGQUIT, SIGTSTP, SIGHUP].contains { unsafe sigismember(&pending, $0) == 1 }
    }

    private static func wipe(_ bytes: inout [UInt8]) {
        for index in bytes.indices { bytes[index] = 0 }
    }
}
