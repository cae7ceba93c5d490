internal import Secrets

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What execve(2) answered, and about which of the files that were tried.
struct ExecFailure {
    /// errno.
    let error: Int32
    /// The index of the candidate, or -1 when none was there.
    let candidate: Int32

    /// Linux's bound for one string of arguments or environment, its NUL included: MAX_ARG_STRLEN, 32 pages.
    static let longestString = 32 * Int(sysconf(Int32(_SC_PAGESIZE)))

    /// Says what the answer means.
    ///
    /// - Parameters:
    ///   - program: What was to be started.
    ///   - path: The file that the answer is about, or nil when none was there.
    ///   - environment: What it was to be given.
    func explanation(program: Program, path: [UInt8]?, environment: ProcessEnvironment) -> LaunchError {
        let name = program.shownName
        switch error {
        case ENOENT where candidate < 0, ENOTDIR:
            return .notFound(program)
        case ENOENT:
            return LaunchError(
                .interpreterMissing,
                "\(name) is there, but what is to run it is not: the interpreter in its first line, or its loader",
                fix: Self.endsFirstLineWithCarriageReturn(path)
                    ? "its first line ends in a carriage return (Windows line ends); remove it: sed -i 's/\\r$//' FILE"
                    : "look at its first line (head -n 1 FILE), or for a binary at what it needs (ldd FILE)"
            )
        case EACCES, EPERM:
            return refused(name: name, path: path)
        case ENOEXEC:
            return LaunchError(
                .wrongFormat,
                "\(name) is not a program that this system can run",
                fix: "look at what it is (file FILE); it may be built for another kind of machine, or be empty"
            )
        case E2BIG:
            return tooLong(program: program, environment: environment)
        case ETXTBSY:
            return LaunchError(
                .busy,
                "\(name) is open for writing: somebody is still copying or building it",
                fix: "wait until the file is complete, then start it again"
            )
        default:
            return LaunchError(
                .notStarted,
                "\(name) could not be started: \(Self.text(of: error))",
                fix: "try it without Keyfolio (env NAME); the system gives the same answer there"
            )
        }
    }

    private func refused(name: String, path: [UInt8]?) -> LaunchError {
        if let path, Self.isFolder(path) {
            return LaunchError(
                .isFolder,
                "\(name) is a folder, not a program",
                fix: "name the program inside it"
            )
        }
        return LaunchError(
            .notExecutable,
            "\(name) may not be executed",
            fix: "chmod +x FILE; if it already is executable, its interpreter may not be, or its file system is "
                + "mounted with noexec"
        )
    }

    private func tooLong(program: Program, environment: ProcessEnvironment) -> LaunchError {
        let bound = Self.longestString
        if let variable = environment.variables.first(where: { $0.definition.byteCount >= bound }) {
            return LaunchError(
                .variableTooLong,
                "the variable \(variable.shownName) has \(variable.definition.byteCount) bytes with its name; the "
                    + "system passes at most \(bound - 1)",
                fix: "keep the value in a file, and its path in the variable"
            )
        }
        if let index = program.arguments.firstIndex(where: { $0.count >= bound }) {
            return LaunchError(
                .argumentTooLong,
                "argument \(index + 1) has \(program.arguments[index].count) bytes; the system passes at most "
                    + "\(bound - 1)",
                fix: "give it in a file or through standard input"
            )
        }
        let variables = environment.variables.reduce(0) { $0 + $1.definition.byteCount + 1 }
        let arguments = program.arguments.reduce(program.name.count + 1) { $0 + $1.count + 1 }
        return LaunchError(
            .tooLong,
            "arguments (\(arguments) bytes) and variables (\(variables) bytes) are together more than the system passes",
            fix: "pass long values in files; the bound is a quarter of the stack's (getconf ARG_MAX)"
        )
    }

    private static func isFolder(_ path: [UInt8]) -> Bool {
        var status = stat()
        return unsafe path.withCString { unsafe stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func endsFirstLineWithCarriageReturn(_ path: [UInt8]?) -> Bool {
        guard let path else { return false }
        let file = unsafe path.withCString { unsafe open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard file >= 0 else { return false }
        defer { close(file) }
        var start = [UInt8](repeating: 0, count: 256)
        let count = unsafe start.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        let line = start.prefix(max(count, 0)).prefix { $0 != UInt8(ascii: "\n") }
        return line.starts(with: "#!".utf8) && line.last == UInt8(ascii: "\r")
    }

    /// The system's words for an errno. They hold no input.
    static func text(of error: Int32) -> String {
        guard let words = unsafe strerror(error) else { return "error \(error)" }
        return unsafe String(cString: words)
    }
}

extension LaunchError {
    /// No such program: with the advice that fits what was written in its place.
    static func notFound(_ program: Program) -> LaunchError {
        let name = program.shownName
        if program.name.isEmpty {
            return LaunchError(.notFound, "the program's name is empty", fix: "keyfolio run -- PROGRAM ARGUMENTS…")
        }
        if program.looksLikeAssignment {
            return LaunchError(
                .notFound,
                "no program is called \(name): variables are not set after --",
                fix: "set it before the command (NAME=… keyfolio run -- PROGRAM), or run env NAME=… PROGRAM"
            )
        }
        if program.looksLikeCommandLine {
            return LaunchError(
                .notFound,
                "no program is called \(name) with spaces in its name",
                fix: "write program and arguments as separate words, or let a shell read the line: "
                    + "keyfolio run -- sh -c '…'"
            )
        }
        let hasSlash = program.name.contains(UInt8(ascii: "/"))
        return LaunchError(
            .notFound,
            hasSlash ? "there is no file \(name)" : "no program \(name) in any folder of the application's PATH",
            fix: hasSlash
                ? "check the path; it is relative to the folder that keyfolio was started in"
                : "name it by its path, or set PATH where the application gets it: in the manifest, else in the shell"
        )
    }

    static func nulInArgument(position: Int) -> LaunchError {
        LaunchError(
            .argumentWithNul,
            position == 0 ? "the program's name holds a NUL byte" : "argument \(position) holds a NUL byte",
            fix: "no program can receive one there; give the data in a file or through standard input"
        )
    }
}
