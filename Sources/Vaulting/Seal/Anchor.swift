internal import SecretStore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Where the last durable write was, kept apart from the store: what notices that an old copy was put in its place.
///
/// `<store id>.anchor` beside the key file holds two lines of 4096 bytes each, `keyfolio-anchor-1 <sequence> <hash> <code>`
/// and spaces: the number and hash of the audit log's last durable record, and their HMAC-SHA256 under a key from the
/// root. The greater one holds. Each is a block of the file system and whole sectors of the disk, and they are written in
/// turn, in place: one is whole whenever the power fails. It is written after the commit: it may be older than the store,
/// which is harmless, and is never newer.
struct Anchor {
    /// A place in the audit log.
    struct Position: Equatable {
        var sequence: Int64
        var hash: [UInt8]
    }

    /// Why a store is not opened as it is.
    enum Fault {
        /// The store does not lead up to the anchor's position.
        case ahead(Position)
        /// There is an anchor, and this store's key did not write it.
        case changed
    }

    private enum Content {
        case missing, changed
        case position(Position)
    }

    private static let prefix = "keyfolio-anchor-1"
    /// How long a line is, in bytes: the largest sector of disks, and a block of the file system, so that what is written
    /// has nothing of the other line in it.
    private static let slot = 4096
    /// No position, with its name, its hash and its code, is as long.
    private static let longest = 256
    /// A line without a position.
    private static let blank = [UInt8](repeating: UInt8(ascii: " "), count: slot - 1) + [UInt8(ascii: "\n")]
    private let path: String
    private let storeID: [UInt8]

    init(folder: String, storeID: [UInt8]) {
        path = "\(folder)/\(Hex.encode(storeID)).anchor"
        self.storeID = storeID
    }

    /// What does not fit between the anchor and the store, or nil when all is well. An anchor that is not there is made
    /// from the store: a key that was put on another machine has none. One that is there and does not authenticate is
    /// no accident of that sort.
    ///
    /// - Parameter readHead: Called after the anchor was read: another process may write meanwhile, and a store is
    ///   never behind an anchor that was read before it.
    func fault(
        keys: RootKeys,
        storage: any VaultStorage,
        readHead: () throws(StoreError) -> AuditHeadRow
    ) throws(StoreError) -> Fault? {
        let anchored = read(keys: keys)
        let head = try readHead()
        let position: Position
        switch anchored {
        case .missing:
            write(head, keys: keys)
            return nil
        case .changed: return .changed
        case .position(let found): position = found
        }
        if position.sequence > head.sequence { return .ahead(position) }
        if position.sequence == head.sequence { return position.hash == head.hash ? nil : .ahead(position) }
        // The store went on since: the record must still be there, at the end of its commit's block.
        guard let block = try storage.auditBlock(endingAtOrAfter: position.sequence), block.last == position.sequence,
            block.hash == position.hash, block.open(keys: keys) != nil
        else { return .ahead(position) }
        return nil
    }

    /// Writes a position, over the older one of the two that the file holds. When that fails the other one stays, which is
    /// true as well. One that is not newer than what is there is left alone: another process was quicker.
    ///
    /// - Returns: Whether the anchor is at the position or behind it, as far as the disk says.
    @discardableResult
    func write(_ head: AuditHeadRow, keys: RootKeys) -> Bool {
        overwrite(with: head, keys: keys) ?? replace(with: head, keys: keys)
    }

    /// Puts a new file with one position in the place of what is there.
    ///
    /// - Returns: Whether it is there.
    @discardableResult
    func replace(with head: AuditHeadRow, keys: RootKeys) -> Bool {
        let content = line(head, keys) + Self.blank
        // A new file that takes the name, so that nobody reads half a line.
        let temporary = "\(path).\(getpid())"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        // On the disk before it has its name: some file systems give a name to an empty file when the power fails, and an
        // empty anchor is one that was changed.
        let isWritten = (try? PrivateFile.write(content, to: descriptor)) != nil && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, unsafe rename(temporary, path) == 0 else {
            unsafe unlink(temporary)
            return false
        }
        PrivateFile.syncFolder(PrivateFile.folder(of: path))
        return true
    }

    /// Writes a line in place: nothing of the file changes but one block, so that the file system has no more to put on
    /// the disk than that. Every durable write waits for it.
    ///
    /// - Returns: Whether it is there; nil when there was no file to write to.
    private func overwrite(with head: AuditHeadRow, keys: RootKeys) -> Bool? {
        let descriptor = unsafe open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Whoever waits for this write must not wait for a process that was stopped; and one that put another file in
        // this one's place has written a later position, or a person's.
        guard Self.lock(descriptor), isStill(descriptor) else { return false }
        guard let bytes = PrivateFile.start(of: descriptor, count: 2 * Self.slot + 1), bytes.count == 2 * Self.slot
        else { return nil }
        // One that the power failed over is none, and goes first.
        let (first, second) = (position(bytes.prefix(Self.slot), keys), position(bytes.suffix(Self.slot), keys))
        let (before, after) = (first?.sequence ?? -1, second?.sequence ?? -1)
        guard max(before, after) < head.sequence else { return true }
        let place = before <= after ? 0 : Self.slot
        let count = unsafe line(head, keys).withUnsafeBytes {
            unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(place))
        }
        return count == Self.slot && fdatasync(descriptor) == 0
    }

    /// Keeps other processes from choosing the same line, until the descriptor is closed. Where there are no locks, the worst
    /// is an anchor that is a write behind.
    ///
    /// - Returns: False when another one keeps it, for longer than a write takes.
    private static func lock(_ descriptor: Int32) -> Bool {
        for _ in 0..<40 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR) { return true }
            usleep(500)
        }
        return false
    }

    /// Whether an open file is the one that has the anchor's name.
    private func isStill(_ descriptor: Int32) -> Bool {
        var (opened, named) = (stat(), stat())
        return unsafe fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }

    /// A slot's content: the position with its code, and spaces up to the end of the block.
    private func line(_ head: AuditHeadRow, _ keys: RootKeys) -> [UInt8] {
        let line = "\(Self.prefix) \(head.sequence) \(Hex.encode(head.hash))"
        let code = keys.anchor.code(for: message(line))
        let text = Array("\(line) \(Hex.encode(code))".utf8)
        return text + Self.blank.dropFirst(text.count)
    }

    /// Takes the anchor away, with the store that it belongs to.
    func remove() { unsafe unlink(path) }

    /// Moves away what stands in the anchor's place and is none, so that one can be written.
    func clear() {
        if unsafe unlink(path) != 0 { unsafe rename(path, "\(path).refused-\(getpid())") }
    }

    private func read(keys: RootKeys) -> Content {
        // Not as the key file is read: nothing here is secret, and the code says whether it is ours.
        let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return errno == ENOENT || errno == ENOTDIR ? .missing : .changed }
        defer { close(descriptor) }
        guard let bytes = PrivateFile.start(of: descriptor, count: 2 * Self.slot + 1), bytes.count <= 2 * Self.slot
        else { return .changed }
        // A power failure may spoil the one that was being written; the other one holds then.
        let found = [bytes.prefix(Self.slot), bytes.dropFirst(Self.slot)].compactMap { position($0, keys) }
        guard let newest = found.max(by: { $0.sequence < $1.sequence }) else { return .changed }
        return .position(newest)
    }

    /// The position in a slot; nil when it holds none of ours.
    private func position(_ slot: ArraySlice<UInt8>, _ keys: RootKeys) -> Position? {
        // Nearly all of it is spaces.
        let words = slot.prefix(Self.longest).split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        let parts = words.map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 4, parts[0] == Self.prefix, let sequence = Int64(parts[1]),
            let hash = Hex.decode(parts[2]), let code = Hex.decode(parts[3]),
            keys.anchor.isValid(code, for: message(parts[0..<3].joined(separator: " ")))
        else { return nil }
        return Position(sequence: sequence, hash: hash)
    }

    private func message(_ line: String) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.write(fixed: storeID)
        writer.write(line)
        return writer.bytes
    }
}
