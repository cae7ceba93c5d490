#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reading and writing of files, with bounds, without following what must not be followed, and with errors that tell
/// the path and never the content.
public enum Files {
    /// What of a file's status matters here.
    public struct Status: Sendable, Hashable {
        /// The permission bits: `0o600`.
        public var mode: UInt32
        /// The owner's number.
        public var owner: UInt32
        /// How many bytes it has.
        public var size: Int
        /// Whether it is a folder.
        public var isFolder: Bool
        /// Whether it is a file of bytes: no folder, pipe, socket or device.
        public var isRegular: Bool
        /// Whether it is a symbolic link (only told by ``Files/status(_:following:)`` without following).
        public var isLink: Bool
    }

    /// The largest `.env` file, manifest or import that is read.
    public static let limit = 64 * 1_048_576

    /// What the file system says of a path, or nil when there is nothing.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - following: Whether a symbolic link at its end is followed.
    public static func status(_ path: String, following: Bool = true) -> Status? {
        guard isUsable(path) else { return nil }
        var facts = stat()
        let result = unsafe following ? stat(path, &facts) : lstat(path, &facts)
        guard result == 0 else { return nil }
        return Status(
            mode: UInt32(facts.st_mode) & 0o7777,
            owner: UInt32(facts.st_uid),
            size: Int(facts.st_size),
            isFolder: facts.st_mode & S_IFMT == S_IFDIR,
            isRegular: facts.st_mode & S_IFMT == S_IFREG,
            isLink: facts.st_mode & S_IFMT == S_IFLNK
        )
    }

    /// Whether something is there.
    public static func exists(_ path: String) -> Bool { status(path) != nil }

    /// A file's bytes.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - limit: The most bytes that are read.
    /// - Throws: `KF-FILE-101`, `-102`, `-104` or `-105`.
    public static func read(_ path: String, limit: Int = Files.limit) throws(WorkspaceError) -> [UInt8] {
        try check(path)
        let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .reading(path, errno) }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, named: path, limit: limit)
    }

    /// A file's bytes, or nil when there is no such file.
    ///
    /// - Throws: As ``read(_:limit:)``, but not for a missing file.
    public static func readIfThere(_ path: String, limit: Int = Files.limit) throws(WorkspaceError) -> [UInt8]? {
        try check(path)
        let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        if descriptor < 0 {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .reading(path, errno)
        }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, named: path, limit: limit)
    }

    /// Everything that an open descriptor gives until its end.
    ///
    /// - Parameters:
    ///   - descriptor: An open file, pipe or terminal.
    ///   - name: What an error calls it.
    ///   - limit: The most bytes that are read.
    public static func read(
        descriptor: Int32,
        named name: String,
        limit: Int = Files.limit
    ) throws(WorkspaceError) -> [UInt8] {
        var facts = stat()
        let known = unsafe fstat(descriptor, &facts) == 0 ? Int(facts.st_size) : 0
        guard known <= limit else { throw .tooLarge(name, limit: limit) }
        var result: [UInt8] = []
        result.reserveCapacity(known + 1)
        let size = max(4096, min(known + 1, 1_048_576))
        var chunk = [UInt8](repeating: 0, count: size)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe systemRead(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return result }
            if count < 0 {
                if errno == EINTR { continue }
                throw .reading(name, errno)
            }
            result.append(contentsOf: chunk[..<count])
            guard result.count <= limit else { throw .tooLarge(name, limit: limit) }
        }
    }

    /// Replaces a file's content as a whole: readers see the old bytes or the new ones, never a part.
    ///
    /// A new file gets `mode`; an existing one keeps its own unless that is looser. A symbolic link is written through,
    /// so that a linked `.env` stays a link.
    ///
    /// - Parameters:
    ///   - bytes: The new content.
    ///   - path: Where.
    ///   - mode: The permission bits of a new file: `0o600` for anything that may hold a secret.
    /// - Throws: `KF-FILE-103`, `-105` or `-106`; the old content is still there then.
    public static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(WorkspaceError) {
        do {
            try replace(path, mode: mode) { sink in try sink(bytes) }
        } catch let error as WorkspaceError {
            throw error
        } catch {
            throw .writing(path, EIO)
        }
    }

    /// Makes a file that must not be there yet.
    ///
    /// - Returns: Whether it was made; false when something is there already.
    public static func create(_ bytes: [UInt8], at path: String, mode: UInt32) throws(WorkspaceError) -> Bool {
        guard status(path, following: false) == nil else { return false }
        try write(bytes, to: path, mode: mode)
        return true
    }

    /// Opens a file for reading. The caller closes it.
    ///
    /// - Throws: `KF-FILE-101`, `-104` or `-105`.
    public static func open(_ path: String) throws(WorkspaceError) -> Int32 {
        try check(path)
        let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .reading(path, errno) }
        return descriptor
    }

    /// The next bytes of a descriptor; empty at its end.
    ///
    /// - Parameters:
    ///   - descriptor: An open file, pipe or terminal.
    ///   - name: What an error calls it.
    ///   - count: The most bytes that are given.
    public static func chunk(
        descriptor: Int32,
        named name: String,
        count: Int
    ) throws(WorkspaceError) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: count)
        while true {
            let got = unsafe chunk.withUnsafeMutableBytes { unsafe systemRead(descriptor, $0.baseAddress, $0.count) }
            if got < 0 {
                if errno == EINTR { continue }
                throw .reading(name, errno)
            }
            chunk.removeLast(count - got)
            return chunk
        }
    }

    /// Replaces a file by what a closure writes, as a whole: when the closure throws, the old file is still there.
    ///
    /// - Parameters:
    ///   - path: Where.
    ///   - mode: The permission bits of a new file; an existing one keeps its own unless that is looser than `0o600`
    ///     and `mode` is `0o600`. A symbolic link is written through.
    ///   - body: Receives a function that appends bytes.
    /// - Throws: `KF-FILE-103`, `-105` or `-106`, or what the closure threw.
    public static func replace(
        _ path: String,
        mode: UInt32,
        _ body: (_ sink: ([UInt8]) throws -> Void) throws -> Void
    ) throws {
        try check(path)
        let target = resolvedLink(path)
        if let found = status(target), !found.isRegular {
            if found.isFolder { throw WorkspaceError.badPath(path, why: "it is a folder") }
            // A device, a pipe, the standard output by its name: it is written to, and stays what it is.
            let descriptor = systemOpen(path, O_WRONLY | O_NOCTTY | O_CLOEXEC, 0)
            guard descriptor >= 0 else { throw WorkspaceError.writing(path, errno) }
            defer { close(descriptor) }
            return try body { bytes in try writeAll(bytes, to: descriptor, named: path) }
        }
        // An existing file keeps its mode, but for one that may hold secrets others lose what they had.
        let finalMode = status(target).map { mode == 0o600 ? $0.mode & 0o700 : $0.mode } ?? mode
        let temporary = "\(target).keyfolio-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let descriptor = systemOpen(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw WorkspaceError.writing(path, errno) }
        do {
            try body { bytes in try writeAll(bytes, to: descriptor, named: path) }
            guard fchmod(descriptor, mode_t(finalMode)) == 0, fsync(descriptor) == 0,
                unsafe rename(temporary, target) == 0
            else {
                throw WorkspaceError.writing(path, errno)
            }
            close(descriptor)
        } catch {
            close(descriptor)
            unsafe unlink(temporary)
            throw error
        }
    }

    /// Stops here when a file could not be replaced: what depends on it is then not begun.
    ///
    /// - Throws: `KF-FILE-103` for a folder that cannot be written.
    public static func checkReplaceable(_ path: String) throws(WorkspaceError) {
        guard unsafe access(Paths.parent(of: resolvedLink(Paths.absolute(path))), W_OK | X_OK) == 0 else {
            throw .writing(path, errno)
        }
    }

    /// Writes all bytes to a descriptor.
    public static func writeAll(
        _ bytes: [UInt8],
        to descriptor: Int32,
        named name: String
    ) throws(WorkspaceError) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe systemWrite(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .writing(name, errno)
            }
            offset += count
        }
    }

    /// Makes a folder and those above it.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - mode: The permission bits of what is made: `0o700` where secrets will be.
    public static func makeFolder(_ path: String, mode: UInt32) throws(WorkspaceError) {
        try check(path)
        if let found = status(path) {
            guard found.isFolder else { throw .badPath(path, why: "it is a file, not a folder") }
            return
        }
        let parent = Paths.parent(of: path)
        if parent != path { try makeFolder(parent, mode: mode) }
        guard unsafe mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else { throw .writing(path, errno) }
    }

    /// The names in a folder, sorted; none when it cannot be read.
    public static func names(in folder: String) -> [String] {
        guard isUsable(folder), let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func isUsable(_ path: String) -> Bool {
        !path.isEmpty && path.utf8.count < 4096 && !path.utf8.contains(0)
    }

    private static func check(_ path: String) throws(WorkspaceError) {
        if path.isEmpty { throw .badPath(path, why: "it is empty") }
        if path.utf8.contains(0) { throw .badPath(path, why: "it has a NUL character in it") }
        if path.utf8.count >= 4096 { throw .badPath(path, why: "it has more than 4095 bytes") }
    }

    private static func resolvedLink(_ path: String) -> String {
        guard status(path, following: false)?.isLink == true, let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}

// The C functions share their names with the methods above.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, buffer, count)
}

private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
    unsafe open(path, flags, mode)
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, buffer, count)
}
