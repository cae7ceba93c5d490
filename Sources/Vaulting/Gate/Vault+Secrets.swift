internal import AccessPolicy
public import SecretStore

extension Vault: SecretStore {
    /// Reads one version of a secret. The record of the read is committed before the payload is given out.
    ///
    /// - Parameters:
    ///   - path: The secret.
    ///   - version: Which version.
    /// - Throws: ``StoreError``: not found, denied, tampered, or `KF-AUDIT-001` when the record cannot be written.
    public func read(_ path: SecretPath, version: VersionReference = .current) throws(StoreError) -> SecretVersion {
        try pass(Request(.read, needs: .read, .data, of: path)) { (passage) throws(StoreError) in
            try engine.read(path, version, &passage)
        }
    }

    /// Reads the current versions of many secrets in one transaction, with one record for each.
    ///
    /// - Parameter paths: The secrets.
    /// - Returns: For each path, in their order, what it holds or why not.
    /// - Throws: ``StoreError`` when the records cannot be written; then there is no answer for any.
    public func read(paths: [SecretPath]) throws(StoreError) -> [Result<SecretVersion, StoreError>] {
        try passEach(paths.map { Request(.read, needs: .read, .data, of: $0) }) {
            (position, passage) throws(StoreError) in
            try engine.read(paths[position], .current, &passage)
        }
    }

    /// Writes a new version of a secret, and the secret itself when it is not there. It is on the disk when this
    /// returns.
    ///
    /// - Parameters:
    ///   - path: The secret.
    ///   - payload: What the version holds.
    ///   - options: Where it belongs and what must be true before.
    /// - Returns: What is known of the new version.
    /// - Throws: ``StoreError``.
    @discardableResult
    public func write(
        _ path: SecretPath,
        _ payload: Payload,
        options: WriteOptions = WriteOptions()
    ) throws(StoreError) -> VersionInfo {
        try pass(Request(writing: path, .write), .durable) { (passage) throws(StoreError) in
            try engine.add(
                payload,
                to: path,
                found: try engine.secret(at: path),
                options,
                by: identity.principal,
                &passage
            )
        }
    }

    /// Writes a version of each of many secrets in one transaction: all are written or none. Each has its record.
    ///
    /// - Parameters:
    ///   - items: Taken one by one; they need not be in memory together.
    ///   - options: For each of them.
    /// - Throws: ``StoreError``; then nothing was written.
    public func writeAll(
        _ items: some Sequence<(path: SecretPath, payload: Payload)>,
        options: WriteOptions = WriteOptions()
    ) throws(StoreError) {
        try passAll(items) {
            Request(writing: $0.path, .write)
        } _: { (item, passage) throws(StoreError) in
            _ = try engine.add(
                item.payload,
                to: item.path,
                found: try engine.secret(at: item.path),
                options,
                by: identity.principal,
                &passage
            )
        }
    }

    /// Lists secrets without their payloads, ordered by path. What the policy does not let the principal list is left
    /// out.
    ///
    /// - Parameter prefix: Only what is there or below it; nil for everything.
    /// - Throws: ``StoreError``.
    public func list(under prefix: SecretPath? = nil) throws(StoreError) -> [SecretInfo] {
        var infos: [SecretInfo] = []
        var pages = try beginList(under: prefix)
        while let page = try nextPage(of: &pages) { infos.append(contentsOf: page) }
        return infos.sorted { $0.path < $1.path }
    }

    /// The versions of a secret that are kept, the newest first.
    ///
    /// - Throws: ``StoreError``.
    public func versions(of path: SecretPath) throws(StoreError) -> [VersionInfo] {
        try pass(Request(.versions, needs: .read, .metadata, of: path)) { (_) throws(StoreError) in
            let (row, record) = try engine.existingSecret(at: path)
            return try engine.versionRecords(of: record, row).reversed().map { version, stored, details in
                VersionInfo(
                    number: Int(version.number),
                    id: version.name,
                    created: version.created,
                    principal: details.principal,
                    state: version.state(at: engine.options.clock()),
                    kind: PayloadBox.kind(of: stored.kind) ?? .bytes,
                    labels: record.labels(on: version.number)
                )
            }
        }
    }
}

extension Vault {
    /// Goes through secrets in no particular order, holding only a few of them in memory.
    ///
    /// The closure may use the vault. Secrets that are made or removed meanwhile may or may not be met.
    ///
    /// - Parameters:
    ///   - prefix: Only what is there or below it; nil for everything.
    ///   - body: Called for each secret that the policy lets the principal list.
    /// - Throws: ``StoreError``, and what the closure throws.
    public func forEachSecret(
        under prefix: SecretPath? = nil,
        _ body: (SecretInfo) throws -> Void
    ) throws {
        var pages = try beginList(under: prefix)
        while let page = try nextPage(of: &pages) {
            for info in page { try body(info) }
        }
    }

    /// How far a listing has come.
    private struct Pages {
        let prefix: SecretPath?
        var last: Int64 = 0
    }

    /// Records the listing first: there is no first line of it without that.
    private func beginList(under prefix: SecretPath?) throws(StoreError) -> Pages {
        try pass(Request(listing: prefix)) { (_) throws(StoreError) in Pages(prefix: prefix) }
    }

    private func nextPage(of pages: inout Pages) throws(StoreError) -> [SecretInfo]? {
        let page = try exclusively { () throws(StoreError) in
            try engine.infos(after: &pages.last, limit: 256)
        }
        let prefix = pages.prefix
        return page?.filter { info in
            (prefix.map(info.path.isInside) ?? true) && mayShow(info.path)
        }
    }
}

extension Engine {
    /// The next lines of a listing, or nil after the last.
    func infos(after last: inout Int64, limit: Int) throws(StoreError) -> [SecretInfo]? {
        let rows = try storage.secrets(after: last, limit: limit)
        guard let end = rows.last?.id else { return nil }
        last = end
        var infos: [SecretInfo] = []
        infos.reserveCapacity(rows.count)
        for row in rows { infos.append(try info(row, SecretRecord(opening: row, keys: keys))) }
        return infos
    }

    /// Every kept version of a secret with its rows, by ascending number.
    func versionRecords(
        of record: SecretRecord,
        _ row: SecretRow
    ) throws(StoreError) -> [(SecretRecord.Version, VersionRow, VersionRecord)] {
        let parts = try storage.versionParts(secret: row.id)
        guard parts.map(\.number) == record.versions.map(\.number) else { throw .tampered("the versions of a secret") }
        var result: [(SecretRecord.Version, VersionRow, VersionRecord)] = []
        for (version, part) in zip(record.versions, parts) {
            result.append((version, part, try VersionRecord(opening: part, of: record, keys: keys)))
        }
        return result
    }
}
