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
/// the commit and not forced to the disk: it may be older than the store, which is harmless, and is never newer.
struct Anchor {
    /// A place in the audit log.
    struct Position: Equatable {
        var sequence: Int64
        var hash: [UInt8]
    }

    private static let prefix = "keyfolio-anchor-1"
    private let path: String
    private let storeID: [UInt8]

    init(folder: String, storeID: [UInt8]) {
        path = "\(folder)/\(Hex.encode(storeID)).anchor"
        self.storeID = storeID
    }

    /// The anchor's position when the store does not lead up to it, or nil when all is well. An anchor that is lost or
    /// unreadable is made again from the store: whoever can take it away can take the key away too.
    ///
    /// - Parameter readHead: Called after the anchor was read: another process may write meanwhile, and a store is
    ///   never behind an anchor that was read before it.
    func positionAhead(
        keys: RootKeys,
        storage: any VaultStorage,
        readHead: () throws(StoreError) -> AuditHeadRow
    ) throws(StoreError) -> Position? {
        let anchored = read(keys: keys)
        let head = try readHead()
        guard let position = anchored else {
            write(head, keys: keys)
            return nil
        }
        if position.sequence > head.sequence { return position }
        if position.sequence == head.sequence { return position.hash == head.hash ? nil : position }
        // The store went on since: the record must still be there, at the end of its commit's block.
        guard let block = try storage.auditBlock(endingAtOrAfter: position.sequence), block.last == position.sequence,
            block.hash == position.hash, block.open(keys: keys) != nil
        else { return position }
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
        let isWritten = (try? PrivateFile.write(content, to: descriptor)) != nil
        close(descriptor)
        guard isWritten, unsafe rename(temporary, path) == 0 else {
            unsafe unlink(temporary)
            return
        }
    }

    /// Takes the anchor away, with the store that it belongs to.
    func remove() { unsafe unlink(path) }

    private func read(keys: RootKeys) -> Position? {
        guard let bytes = try? PrivateFile.read(path, limit: 512) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
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
