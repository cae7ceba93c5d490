import Findings
import Workspace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The three standard streams: data goes to standard output, talk goes to standard error.
enum Terminal {
    /// Whether a person reads standard output.
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    /// Whether a person reads standard error.
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    /// Whether a person types on standard input.
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Whether there is a person to ask, whatever the standard streams are.
    static var canAsk: Bool {
        let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }

    /// The width of the terminal on standard output, or nil when it is none.
    static var width: Int? {
        var size = winsize()
        guard outputIsTerminal, unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Whether the locale's character set is UTF-8, as its variables say it.
    static var isUTF8: Bool {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let value = User.variable(name), !value.isEmpty else { continue }
            let lower = value.lowercased()
            return lower.contains("utf-8") || lower.contains("utf8")
        }
        return !outputIsTerminal
    }

    /// Writes data to standard output. A reader that went away ends the command as it would end `cat`.
    static func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes data to standard output, bytes as they are.
    static func write(_ bytes: [UInt8]) { put(bytes, on: STDOUT_FILENO) }

    /// Writes a line of talk to standard error.
    static func say(_ text: String) { put(Array((text + "\n").utf8), on: STDERR_FILENO) }

    /// Writes talk to standard error as it is, without the end of a line.
    static func mutter(_ text: String) { put(Array(text.utf8), on: STDERR_FILENO) }

    /// Writes what `--json` answers: to standard output, or to standard error when the command's own data has that.
    static func tell(_ document: JSONValue, asData: Bool = true) {
        put(Array((document.text(.pretty) + "\n").utf8), on: asData ? STDOUT_FILENO : STDERR_FILENO)
    }

    /// Ends the process with a status that is not one of ours: an application's own.
    static func end(_ status: Int32) -> Never { exit(status) }

    private static func put(_ bytes: [UInt8], on descriptor: Int32) {
        do {
            try Files.writeAll(bytes, to: descriptor, named: "standard output")
        } catch {
            // When standard error is what failed, nobody can be told.
            if descriptor == STDOUT_FILENO { _ = Main.report(CommandFailure(error)) }
            exit(ExitStatus.unavailable.rawValue)
        }
    }
}

/// When output has colours.
enum ColourChoice: String, CaseIterable {
    case auto, always, never

    /// Whether a stream gets colours: `NO_COLOR` (no-color.org) and `TERM=dumb` are honoured.
    func applies(toTerminal isTerminal: Bool) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto: isTerminal && (User.variable("NO_COLOR") ?? "").isEmpty && User.variable("TERM") != "dumb"
        }
    }
}
