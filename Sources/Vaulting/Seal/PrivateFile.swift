package import SecretStore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Small files that only their owner may touch: the key file and the anchor beside it.
package enum PrivateFile {
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Whether something is there, be it a dangling link.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// Makes a folder and those above it that are missing, for the owner only.
    package static func makeFolder(_ path: String) throws(StoreError) {
        var status = stat()
        if unsafe stat(path, &status) == 0 { return }
        let parent = folder(of: path)
        if parent != path { try makeFolder(parent) }
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure(errno) }
    }

    /// Refuses a folder in which others could put another file in the key's place.
    static func check(folder path: String) throws(StoreError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw failure(errno) }
        guard status.st_uid == geteuid() || status.st_uid == 0 else { throw .keyFileOwner(isFolder: true) }
        // A sticky folder such as /tmp lets nobody replace another's file.
        let othersWrite = status.st_mode & 0o022 != 0 && status.st_mode & S_ISVTX == 0
        if othersWrite { throw .keyFileMode(path, isFolder: true, mode: status.st_mode & 0o7777) }
    }

    /// Reads a whole file that belongs to this user and that nobody else can read.
    static func read(_ path: String, limit: Int) throws(StoreError) -> [UInt8] {
        try check(folder: folder(of: path))
        // O_NOFOLLOW: a link could lead to a file that somebody else controls. O_NONBLOCK: a pipe must not hang us.
        let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .keyFileUnusable("it is not a plain file") }
        guard status.st_uid == geteuid() else { throw .keyFileOwner(isFolder: false) }
        guard status.st_mode & 0o077 == 0 else {
            throw .keyFileMode(path, isFolder: false, mode: status.st_mode & 0o7777)
        }
        guard status.st_size <= limit else { throw .keyFileMalformed("it is longer than \(limit) bytes") }
        var bytes = [UInt8](repeating: 0, count: limit)
        var filled = 0
        while filled < limit {
            let count = unsafe bytes.withUnsafeMutableBytes { memory in
                unsafe readSome(descriptor, memory.baseAddress?.advanced(by: filled), limit - filled)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(limit - filled)
        return bytes
    }

    /// Up to `count` bytes of an open plain file, or nil when it is something else or cannot be read.
    static func start(of descriptor: Int32, count: Int) -> [UInt8]? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let filled = unsafe bytes.withUnsafeMutableBytes { unsafe readSome(descriptor, $0.baseAddress, count) }
        return filled < 0 ? nil : Array(bytes.prefix(filled))
    }

    /// Makes a file that must not be there, and puts it on the disk before it returns.
    static func create(_ path: String, content: [UInt8]) throws(StoreError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(errno) }
        var isWhole = false
        defer {
            close(descriptor)
            if !isWhole { unsafe unlink(path) }
        }
        try write(content, to: descriptor)
        guard fsync(descriptor) == 0 else { throw failure(errno) }
        isWhole = true
        syncFolder(folder(of: path))
    }

    /// Writes all bytes.
    static func write(_ content: [UInt8], to descriptor: Int32) throws(StoreError) {
        var written = 0
        while written < content.count {
            let count = unsafe content.withUnsafeBytes { memory in
                unsafe writeSome(descriptor, memory.baseAddress?.advanced(by: written), content.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(errno) }
            written += count
        }
    }

    /// Puts a folder's names on the disk. Some file systems refuse; the file itself is safe then, its name as safe as
    /// they make it.
    package static func syncFolder(_ path: String) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }

    static func failure(_ number: Int32) -> StoreError {
        switch number {
        case ENOENT, ENOTDIR: .noKeyFile()
        case ENOSPC, EDQUOT, EFBIG: .diskFull()
        case EROFS: .readOnly()
        case ELOOP: .keyFileUnusable("it is a symbolic link")
        default: .keyFileUnusable(describe(number))
        }
    }

    /// Why the store's own file could not be made.
    package static func storeFailure(_ number: Int32) -> StoreError {
        switch number {
        case ENOSPC, EDQUOT, EFBIG: .diskFull()
        case EROFS, EACCES, EPERM: .readOnly()
        default: .cannotOpen(describe(number))
        }
    }

    /// The system's words for an error number.
    package static func describe(_ number: Int32) -> String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}

// The system's calls under names that the methods above do not hide.
private func readSome(_ descriptor: Int32, _ memory: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, memory, count)
}

private func writeSome(_ descriptor: Int32, _ memory: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, memory, count)
}
