#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A file for an editor's eyes only: in a folder of its own that only the user enters, in memory where the system has
/// such a place, overwritten and removed when the editor closes, whatever happens.
public enum PrivateFile {
    /// Lets a person edit bytes.
    ///
    /// - Parameters:
    ///   - bytes: What the editor shows.
    ///   - name: The file's name; editors choose colours by it.
    ///   - editor: The program and its own arguments; the file comes after them.
    /// - Returns: What the person saved.
    /// - Throws: `KF-FILE-…` when the file cannot be made or read, `KF-PROJ-008` when the editor did not end well.
    public static func edit(_ bytes: [UInt8], named name: String, with editor: [String]) throws(WorkspaceError)
        -> [UInt8]
    {
        sweep()
        let folder = try makeFolder()
        let path = Paths.join(folder, name)
        let guardian = SignalGuard()
        defer {
            remove(folder)
            guardian.restore()
        }
        try Files.write(bytes, to: path, mode: 0o600)
        guard let status = Tool.runInForeground(editor + [path]) else { throw .noEditor(editor.first ?? "") }
        guard status == 0 else { throw .editorFailed(status) }
        return try Files.read(path)
    }

    /// The user's runtime folder and shared memory are in memory; the temporary folder may be on disk.
    private static func makeFolder() throws(WorkspaceError) -> String {
        var last = ENOENT
        for base in bases {
            let path = "\(base)/\(prefix)\(getpid())-\(UInt64.random(in: .min ... .max))"
            if unsafe mkdir(path, 0o700) == 0 { return path }
            last = errno
        }
        throw .writing("/tmp", last)
    }

    private static let prefix = "keyfolio-edit-"

    private static var bases: [String] {
        [User.variable("XDG_RUNTIME_DIR"), "/dev/shm", User.variable("TMPDIR"), "/tmp"].compactMap { $0 }
            .filter { $0.hasPrefix("/") && Files.exists($0) }
    }

    /// Removes what commands left behind that were killed so that they could not: their folders are named after them.
    private static func sweep() {
        for base in bases {
            for name in Files.names(in: base) where name.hasPrefix(prefix) {
                let path = Paths.join(base, name)
                guard let owner = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ Int32($0) }),
                    owner > 0, kill(owner, 0) != 0, errno == ESRCH,
                    let found = Files.status(path, following: false), found.isFolder, found.owner == User.id
                else { continue }
                remove(path)
            }
        }
    }

    /// Editors leave backups, swap files and folders beside a file: all of them hold the values.
    private static func remove(_ folder: String) {
        for name in Files.names(in: folder) {
            let path = Paths.join(folder, name)
            let found = Files.status(path, following: false)
            if found?.isFolder == true {
                remove(path)
                continue
            }
            if let size = found?.size, found?.isRegular == true, size > 0 {
                let descriptor = unsafe open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
                if descriptor >= 0 {
                    let zeros = [UInt8](repeating: 0, count: min(size, 64 * 1_048_576))
                    try? Files.writeAll(zeros, to: descriptor, named: path)
                    fsync(descriptor)
                    close(descriptor)
                }
            }
            unsafe unlink(path)
        }
        unsafe rmdir(folder)
    }
}

/// Holds back the signals that would end this process before the private file is gone. The editor gets them itself.
private struct SignalGuard {
    private var before = sigset_t()

    init() {
        var all = sigset_t()
        unsafe sigemptyset(&all)
        for number in [
            SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE, SIGXCPU, SIGVTALRM, SIGPROF,
        ] {
            unsafe sigaddset(&all, number)
        }
        unsafe sigprocmask(SIG_BLOCK, &all, &before)
    }

    func restore() {
        var mask = before
        unsafe sigprocmask(SIG_SETMASK, &mask, nil)
    }
}
