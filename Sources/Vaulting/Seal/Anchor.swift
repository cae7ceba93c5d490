internal import SecretStore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Where the last durable write was, kept apart from the store: what notices that an old copy was put in its place.
///
/// `<store id>.anchor` beside the key file holds one line, `keyfolio-anchor-1 <sequence> <hash> <code>`: the number and
/// hash of the audit log's last durable record, and their HMAC-SHA256 under a key from the root. It is written after
/// the commit: it may be older than the store, which is harmless, and is never newer.
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

    /// Writes a position. When that fails the old one stays, which is true as well.
    func write(_ head: AuditHeadRow, keys: RootKeys) {
        let line = "\(Self.prefix) \(head.sequence) \(Hex.encode(head.hash))"
        let code = keys.anchor.code(for: message(line))
        let content = Array("\(line) \(Hex.encode(code))\n".utf8)
        // A new file that takes the name, so that nobody reads half a line.
        let temporary = "\(path).\(getpid())"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        // On the disk before it has its name: some file systems give a name to an empty file when the power fails, and an
        // empty anchor is one that was changed.
        let isWritten = (try? PrivateFile.write(content, to: descriptor)) != nil && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, unsafe rename(temporary, path) == 0 else {
            unsafe unlink(temporary)
            return
        }
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
        guard let bytes = PrivateFile.start(of: descriptor, count: 512) else { return .changed }
        let parts = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard parts.count == 4, parts[0] == Self.prefix, let sequence = Int64(parts[1]),
            let hash = Hex.decode(parts[2]), let code = Hex.decode(parts[3]),
            keys.anchor.isValid(code, for: message(parts[0..<3].joined(separator: " ")))
        else { return .changed }
        return .position(Position(sequence: sequence, hash: hash))
    }

    private func message(_ line: String) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.write(fixed: storeID)
        writer.write(line)
        return writer.bytes
    }
}
