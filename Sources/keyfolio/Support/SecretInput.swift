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
        // A signal would leave the terminal silent, so signals wait until the echo is back.
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
        return try readLine(from: terminal)
    }

    private static func readLine(from terminal: Int32) throws -> [UInt8] {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < limit {
            let count = unsafe read(terminal, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1, byte != 0x0A else { break }
            line.append(byte)
        }
        return line
    }

    private static func wipe(_ bytes: inout [UInt8]) {
        for index in bytes.indices { bytes[index] = 0 }
    }
}
