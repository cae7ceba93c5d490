internal import SecretStore
internal import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Where a follower has come to, in a file of its own.
///
/// Not in the store: each step would be a record, and so something to take. Older places stand below the newest, so that
/// a follower of a store that was put back to an older state finds one that the log still leads through.
///
/// The folder is locked for the follower's name while it runs: two that write to one sink would each skip what they must
/// not.
final class PositionFile {
    private static let format = "keyfolio-audit-position-1"
    /// How many older places are kept.
    private static let olderPlaces = 32

    private let folder: Int32
    private let name: String
    private let lockFile: Int32

    /// - Parameters:
    ///   - path: The folder, which is made when it is missing.
    ///   - name: The follower's name.
    init(folder path: String, name: String) throws(AuditSinkError) {
        self.name = name
        if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw .position(FileAuditSink.describe(errno)) }
        do throws(AuditSinkError) { folder = try SafeFolder.open(path) } catch { throw .position(error.message) }
        lockFile = unsafe openat(folder, "\(name).lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        // From here on everything is there, so it is `deinit` that closes them, also when this throws.
        guard lockFile >= 0 else { throw .position(FileAuditSink.describe(errno)) }
        guard flock(lockFile, LOCK_EX | LOCK_NB) == 0 else { throw .taken() }
    }

    deinit {
        close(lockFile)
        close(folder)
    }

    /// The places, the newest first; none when there is no file, or one that nobody can read: then everything is taken
    /// again, which loses nothing.
    func load() throws(AuditSinkError) -> [AuditPosition] {
        let file = unsafe openat(folder, "\(name).position", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            guard errno == ENOENT else { throw .position(FileAuditSink.describe(errno)) }
            return []
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(file, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .position(FileAuditSink.describe(errno)) }
        let lines = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n")
        guard lines.first.map(String.init) == Self.format else { return [] }
        return lines.dropFirst().compactMap { AuditPosition(text: $0) }
    }

    /// Leaves out older places when there are too many, the more the older they are: a store may be put back by a minute or
    /// by a month.
    static func thinned(_ places: [AuditPosition]) -> [AuditPosition] {
        guard places.count > olderPlaces else { return places }
        let half = olderPlaces / 2
        let rest = places[half...].enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        return places[..<half] + rest
    }

    /// Keeps the places: all of them, or those before when it fails.
    func save(_ places: [AuditPosition]) throws(AuditSinkError) {
        let text = ([Self.format] + places.prefix(Self.olderPlaces + 1).map(\.text)).map { $0 + "\n" }.joined()
        let bytes = Array(text.utf8)
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let file = unsafe openat(folder, "\(name).position.new", flags, 0o600)
        guard file >= 0 else { throw .position(FileAuditSink.describe(errno)) }
        defer { close(file) }
        let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        guard count == bytes.count else {
            throw .position(FileAuditSink.describe(count < 0 ? errno : ENOSPC))
        }
        guard fdatasync(file) == 0, unsafe renameat(folder, "\(name).position.new", folder, "\(name).position") == 0
        else { throw .position(FileAuditSink.describe(errno)) }
    }
}
