public import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The audit log as a file of lines of JSON, as ``AuditExport`` has its records, with checkpoints between them.
///
/// The path comes from the server's configuration alone, and there is no choice of format: a sink that writes what
/// somebody asks it to write, to where they ask, is a way to write programs. So the file is a plain file of this user
/// with mode 0600 and one name, in a folder that nobody else can write to, no link is followed to it, and a file with
/// anything else in it is not touched.
///
/// Before each delivery the name is looked up again: when the file was moved or removed, as by rotation, another is made.
public final class FileAuditSink: AuditSink {
    private let path: String
    private var descriptor: Int32 = -1

    /// - Parameter path: The file. Nothing is opened yet.
    public init(path: String) { self.path = path }

    deinit { closeFile() }

    /// Whether the file could be used as it is now.
    ///
    /// - Throws: ``AuditSinkError`` when it could not.
    public func check() throws(AuditSinkError) {
        try open()
        closeFile()
    }

    /// Appends lines and waits for the disk.
    public func write(_ delivery: AuditDelivery, taken: inout Int) throws(AuditSinkError) {
        if descriptor < 0 || !isStillThere { try open() }
        do throws(AuditSinkError) {
            try append(delivery.lines)
            guard fdatasync(descriptor) == 0 else { throw Self.failure(errno) }
            taken = delivery.entries.count
        } catch {
            // A line may be torn now: opening the file finds that.
            closeFile()
            throw error
        }
    }

    /// Closes the file, so that the next delivery opens it by its name.
    public func reopen() { closeFile() }

    private func closeFile() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private func append(_ bytes: [UInt8]) throws(AuditSinkError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { memory in
                unsafe systemWrite(descriptor, memory.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(count == 0 ? ENOSPC : errno) }
            written += count
        }
    }

    /// Whether the name still leads to the file that is open.
    private var isStillThere: Bool {
        var (named, opened) = (stat(), stat())
        guard unsafe lstat(path, &named) == 0, unsafe fstat(descriptor, &opened) == 0 else { return false }
        return named.st_dev == opened.st_dev && named.st_ino == opened.st_ino
    }

    private func open() throws(AuditSinkError) {
        closeFile()
        guard let slash = path.lastIndex(of: "/"), path.hasPrefix("/"), !path.hasSuffix("/") else {
            throw .unsafeTarget("the file of a sink is named by its whole path")
        }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        let name = String(path[path.index(after: slash)...])
        guard name != ".", name != "..", !path.utf8.contains(0) else { throw .unsafeTarget("the path names no file") }
        let parent = try SafeFolder.open(folder)
        defer { close(parent) }
        // O_NONBLOCK: a pipe that stands there must not hang the follower before it is seen to be one.
        let flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let file = unsafe openat(parent, name, flags, 0o600)
        guard file >= 0 else { throw Self.failure(errno) }
        do throws(AuditSinkError) {
            try Self.check(file)
            descriptor = file
            try mendEnd()
        } catch {
            descriptor = -1
            close(file)
            throw error
        }
        // The name of a new file is as safe as its content.
        _ = fsync(parent)
    }

    private static func check(_ file: Int32) throws(AuditSinkError) {
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw failure(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unsafeTarget("the target is not a plain file") }
        guard status.st_uid == geteuid() else { throw .unsafeTarget("the file belongs to somebody else") }
        guard status.st_mode & 0o077 == 0 else { throw .unsafeTarget("others can read or write the file") }
        guard status.st_nlink <= 1 else { throw .unsafeTarget("the file has another name beside this one") }
        guard status.st_size > 0 else { return }
        // What is no copy of a log, the store itself or somebody's settings, is not added to.
        let starts = [Array(#"{"hash":""#.utf8), Array(#"{"checkpoint":"#.utf8)]
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(file, $0.baseAddress, $0.count, 0) }
        guard count > 0, starts.contains(where: { $0.starts(with: bytes.prefix(min(count, $0.count))) }) else {
            throw .unsafeTarget("the file has something in it that is no copy of an audit log")
        }
    }

    /// Ends the line that a process left torn when it was killed or had no room: the next one stands alone then.
    private func mendEnd() throws(AuditSinkError) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.failure(errno) }
        guard status.st_size > 0 else { return }
        var last: UInt8 = 0
        guard unsafe pread(descriptor, &last, 1, status.st_size - 1) == 1 else { throw Self.failure(errno) }
        if last != 0x0A { try append([0x0A]) }
    }

    static func failure(_ number: Int32) -> AuditSinkError {
        switch number {
        case ENOSPC, EDQUOT, EFBIG: .full()
        case ELOOP: .unsafeTarget("the target is a symbolic link")
        case EISDIR: .unsafeTarget("the target is a folder")
        case ENXIO: .unsafeTarget("the target is not a plain file")
        default: .unusable(describe(number))
        }
    }

    static func describe(_ number: Int32) -> String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}

/// A folder in which nobody else can put another file in the place of one.
enum SafeFolder {
    /// Opens it. Links on the way to it are followed first; what they lead to is what is checked.
    static func open(_ path: String) throws(AuditSinkError) -> Int32 {
        guard let resolved = unsafe realpath(path, nil) else { throw FileAuditSink.failure(errno) }
        defer { unsafe free(resolved) }
        let real = unsafe String(cString: resolved)
        try checkAbove(real)
        let folder = systemOpen(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw FileAuditSink.failure(errno) }
        var status = stat()
        guard unsafe fstat(folder, &status) == 0, isOwn(status), status.st_mode & 0o022 == 0 else {
            close(folder)
            throw .unsafeTarget("others can write to the folder of the file")
        }
        return folder
    }

    /// Whoever can write to a folder above can replace this one; in a sticky one such as /tmp they cannot.
    private static func checkAbove(_ path: String) throws(AuditSinkError) {
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/"), slash != rest.startIndex {
            rest = rest[..<slash]
            var status = stat()
            guard unsafe stat(String(rest), &status) == 0 else { throw FileAuditSink.failure(errno) }
            guard isOwn(status), status.st_mode & 0o022 == 0 || status.st_mode & S_ISVTX != 0 else {
                throw .unsafeTarget("others can write to a folder above the file")
            }
        }
    }

    private static func isOwn(_ status: stat) -> Bool { status.st_uid == geteuid() || status.st_uid == 0 }
}

// The system's calls under names that the methods above do not hide.
private func systemWrite(_ descriptor: Int32, _ memory: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, memory, count)
}

private func systemOpen(_ path: String, _ flags: Int32) -> Int32 { unsafe open(path, flags) }
