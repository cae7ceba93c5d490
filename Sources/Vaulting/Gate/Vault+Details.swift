internal import AccessPolicy
public import SecretStore

extension Vault {
    /// Reads one version with what its owner says of it and of the secret.
    ///
    /// - Throws: ``StoreError``, as ``read(_:version:)``.
    public func readDetailed(
        _ path: SecretPath,
        version: VersionReference = .current
    ) throws(StoreError) -> DetailedVersion {
        try pass(Request(.read, needs: .read, .data, of: path)) { (passage) throws(StoreError) in
            let (row, record, read) = try engine.readWithRecord(path, version, &passage)
            let known = record.version(Int64(read.number))
            var attributes = VersionAttributes()
            if known?.hasAttributes == true {
                attributes = try engine.versionRecord(Int64(read.number), of: record, row).attributes
            }
            return DetailedVersion(
                version: read,
                versionAttributes: attributes,
                deleted: known?.deleted,
                attributes: try engine.attributes(of: (row, record))
            )
        }
    }

    /// Everything that is known of a secret but its payloads, also when it is marked for deletion.
    ///
    /// - Throws: ``StoreError``.
    public func describe(_ path: SecretPath) throws(StoreError) -> SecretDetails {
        try pass(Request(.describe, needs: .read, .metadata, of: path)) { (passage) throws(StoreError) in
            let found = try engine.existingSecret(at: path)
            return try engine.details(of: found, at: passage.time)
        }
    }

    /// Whether the identity may see a secret in a listing: when it may list at the very path, or read what is known of
    /// it, or its payload.
    func mayList(_ path: SecretPath) -> Bool {
        identity.access.isRoot
            || identity.access.decide(.read, on: Resource.text(.data, path)).isAllowed
            || identity.access.decide(.read, on: Resource.text(.metadata, path)).isAllowed
            || identity.access.decide(.list, on: Resource.text(.metadata, path)).isAllowed
    }

    /// Whether there may be a secret below a path that the identity may see in a listing.
    private func maySeeAnything(below path: SecretPath) -> Bool {
        let access = identity.access
        return access.isRoot || access.mayHold(.read, under: Resource.text(.data, path) + "/")
            || access.mayHold(.read, under: Resource.text(.metadata, path) + "/")
            || access.mayHold(.list, under: Resource.text(.metadata, path) + "/")
    }

    /// A page of a listing, by the order of paths. What the policy does not let the principal see is left out.
    ///
    /// - Parameters:
    ///   - prefix: Only what is there or below it; nil for everything.
    ///   - last: Begin after this path; nil to begin at the beginning.
    ///   - limit: The most lines.
    /// - Throws: ``StoreError``.
    public func list(
        under prefix: SecretPath?,
        after last: SecretPath?,
        limit: Int
    ) throws(StoreError) -> [SecretInfo] {
        try pass(Request(listing: prefix)) { (_) throws(StoreError) in
            var infos: [SecretInfo] = []
            try engine.forEachPath(under: prefix, after: last) { (path) throws(StoreError) in
                if mayList(path), let found = try engine.secret(at: path) {
                    infos.append(try engine.info(found.row, found.record))
                }
                return infos.count < limit
            }
            return infos
        }
    }

    /// The paths that are a path when ASCII letters are taken without their case, ordered; those that the principal may
    /// not see are left out. Azure's names have no case.
    ///
    /// - Throws: ``StoreError``.
    public func paths(ignoringCaseOf path: SecretPath) throws(StoreError) -> [SecretPath] {
        try exclusively { () throws(StoreError) in
            let folded = path.text.lowercased()
            var found = try engine.paths().mixedCase(folded)
            let lower = try SecretPath(folded)
            if try engine.secret(at: lower) != nil { found.append(lower) }
            return found.filter(mayList).sorted()
        }
    }

    /// So many paths of one folder are gone through before it is jumped over.
    private static let fewPaths = 8

    /// The names one level below a prefix: of secrets, and of what is above secrets, with a slash at its end. What the
    /// policy does not let the principal see is left out.
    ///
    /// - Parameters:
    ///   - prefix: The prefix; nil for the top.
    ///   - isFiltered: Whether what the principal may not see is left out; HashiCorp Vault shows it.
    /// - Throws: ``StoreError``.
    public func children(of prefix: SecretPath?, isFiltered: Bool = true) throws(StoreError) -> [String] {
        try children(of: prefix, isFiltered: isFiltered) { _ in }
    }

    /// - Parameter look: Is told of each path that is looked at: there are few, however many lie below.
    func children(
        of prefix: SecretPath?,
        isFiltered: Bool,
        _ look: (SecretPath) -> Void
    ) throws(StoreError) -> [String] {
        let request = Request(.list, needs: .list, on: Resource.listing(prefix), path: prefix)
        return try pass(request) { (_) throws(StoreError) in
            var names: [String] = []
            let skipped = prefix.map { $0.text.utf8.count + 1 } ?? 0
            var begin = prefix.map { $0.text + "/" } ?? ""
            var isDone = false
            while !isDone {
                isDone = true
                var seen = 0
                try engine.forEachPath(under: prefix, from: begin) { (path) throws(StoreError) in
                    look(path)
                    // Another mount's secrets are no children of this one's top. `A` comes after `@`.
                    if prefix == nil, path.text.utf8.first == UInt8(ascii: "@") {
                        (begin, isDone) = ("A", false)
                        return false
                    }
                    guard path.text.utf8.count > skipped else { return true }
                    let rest = path.text.utf8.dropFirst(skipped)
                    let isFolder = rest.contains(UInt8(ascii: "/"))
                    var name = String(Substring(rest.prefix { $0 != UInt8(ascii: "/") }))
                    if isFolder { name += "/" }
                    let isKnown = names.last == name
                    if !isKnown, !isFiltered || mayList(path), try engine.isThere(path) {
                        names.append(name)
                        seen = 0
                        return true
                    }
                    seen += 1
                    guard isFolder, seen > Self.fewPaths else { return true }
                    let folder = String(Substring(path.text.utf8.prefix(skipped))) + name.dropLast()
                    if !isKnown {
                        // Asked now and then: another folder may have begun meanwhile.
                        let above = try SecretPath(folder)
                        if seen % Self.fewPaths != 1 || maySeeAnything(below: above) { return true }
                    }
                    // All of a folder, however much that is, is one name or none: go on behind it. `0` comes after `/`.
                    (begin, isDone) = (folder + "0", false)
                    return false
                }
            }
            // A secret and a folder of one name may have others between them.
            return Set(names).sorted()
        }
    }
}

extension Vault.Request {
    /// What is about a prefix, and needs a capability on exactly it.
    fileprivate init(_ action: AuditAction, needs capability: Capability, on resource: String, path: SecretPath?) {
        self.action = action
        need = .capability(capability, resource)
        self.path = path
        fields = []
    }
}

extension Engine {
    /// Goes through paths in order until the closure has enough.
    func forEachPath(
        under prefix: SecretPath?,
        after last: SecretPath?,
        _ body: (SecretPath) throws(StoreError) -> Bool
    ) throws(StoreError) {
        try forEachPath(under: prefix, from: last.map { $0.text + "\u{1}" } ?? "", body)
    }

    /// Goes through paths in order until the closure has enough.
    ///
    /// - Parameter text: Begin at the first path whose bytes are not below these.
    fileprivate func forEachPath(
        under prefix: SecretPath?,
        from text: String,
        _ body: (SecretPath) throws(StoreError) -> Bool
    ) throws(StoreError) {
        let index = try paths()
        let end = (prefix?.text ?? "") + "0"
        try index.forEach(from: max(prefix?.text ?? "", text)) { (path) throws(StoreError) in
            if let prefix {
                guard path.text.utf8.starts(with: prefix.text.utf8) else { return false }
                // `a-b` comes between `a` and `a/b`; from `a0` on there is nothing more.
                guard path.isInside(prefix) else { return path.text < end }
            }
            return try body(path)
        }
    }

    /// Whether a path of the index is one of a secret: without a look at its row, as a rule.
    fileprivate func isThere(_ path: SecretPath) throws(StoreError) -> Bool {
        try pathIndex?.mayBeGone(path) == false ? true : secret(at: path) != nil
    }

    fileprivate func paths() throws(StoreError) -> PathIndex {
        if let pathIndex { return pathIndex }
        var paths: [SecretPath] = []
        var marked = Set<SecretPath>()
        var last: Int64 = 0
        while true {
            let rows = try storage.secrets(after: last, limit: 512)
            guard let end = rows.last?.id else { break }
            last = end
            for row in rows {
                let record = try SecretRecord(opening: row, keys: keys)
                paths.append(record.path)
                if record.deletion != nil { marked.insert(record.path) }
            }
        }
        let index = PathIndex(paths, marked: marked)
        pathIndex = index
        return index
    }

    /// Everything that is known of a secret but its payloads.
    func details(
        of found: (row: SecretRow, record: SecretRecord),
        at now: Timestamp
    ) throws(StoreError) -> SecretDetails {
        var versions: [VersionDetails] = []
        for (version, stored, details) in try versionRecords(of: found.record, found.row) {
            versions.append(Self.details(version, of: found.record, stored, details, at: now))
        }
        return SecretDetails(
            path: found.record.path,
            environment: try environment(of: found.row),
            uniqueID: Hex.encode(found.record.id),
            created: found.record.created,
            updated: found.record.updated,
            current: Int(found.row.current),
            versions: versions,
            attributes: try attributes(of: found),
            deletion: found.record.deletion
        )
    }

    private static func details(
        _ version: SecretRecord.Version,
        of record: SecretRecord,
        _ stored: VersionRow,
        _ details: VersionRecord,
        at now: Timestamp
    ) -> VersionDetails {
        var attributes = details.attributes
        attributes.isEnabled = version.isEnabled
        return VersionDetails(
            number: Int(version.number),
            id: version.name,
            created: version.created,
            principal: details.principal,
            state: version.state(at: now),
            deleted: version.deleted,
            kind: PayloadBox.kind(of: stored.kind) ?? .bytes,
            labels: record.labels(on: version.number),
            attributes: attributes
        )
    }
}
