internal import SecretStore
internal import Secrets

extension Engine {
    /// Adds a version to a secret, or makes the secret with it.
    ///
    /// - Parameters:
    ///   - found: The secret as it is, or nil when it is not there.
    ///   - principal: Who writes.
    ///   - passage: Takes the names of the changed fields and the version's number.
    /// - Returns: What is known of the new version.
    func add(
        _ payload: Payload,
        to path: SecretPath,
        found: (row: SecretRow, record: SecretRecord)?,
        _ options: WriteOptions,
        by principal: Principal,
        _ passage: inout Vault.Passage
    ) throws(StoreError) -> VersionInfo {
        try payload.validate()
        if let found { try honourResourcePolicy(found.row, found.record) }
        let attributes = try self.attributes(of: found)
        try checkExpectation(path, found, options, attributes)
        let environment = try self.environment(for: path, found?.row, asked: options.environment)
        let before = try previousRecord(found)
        let latest = found?.record.latest ?? 0
        guard StoreLimits.isCount(latest) else { throw .tampered("the row of a secret") }
        let number = latest + 1
        if let id = options.id, found?.record.versions.contains(where: { $0.name == id }) == true {
            throw .versionIDTaken(path)
        }
        passage.version = Int(number)
        passage.isChanging = true

        var row =
            found?.row
            ?? SecretRow(
                id: 0,
                index: keys.index(of: path),
                environment: keys.tag(of: environment),
                current: 0,
                sealed: []
            )
        var record = found?.record ?? SecretRecord(path: path, created: passage.time)
        record.updated = passage.time
        var version = SecretRecord.Version(
            number: number,
            name: options.id ?? VersionID(random: uniqueBytes(16)),
            state: .live,
            created: passage.time
        )
        version.isEnabled = options.attributes.isEnabled
        version.hasAttributes = options.attributes.saysMore
        if let seconds = attributes.deletesVersionsAfter, seconds > 0 {
            version.deleted = passage.time.adding(seconds: seconds)
        }
        record.versions.append(version)
        if options.makesCurrent || found == nil { record.makeCurrent(number) }
        try put(options.labels, on: number, in: &record)
        try prune(&record, row, keeping: attributes.versionsKept ?? self.options.versionsKept)
        let said = found == nil ? options.secretAttributes : nil
        if let said, !said.isEmpty { record.attributesID = uniqueBytes(SecretRecord.idBytes) }
        record.seal(into: &row, keys: keys)
        if let found { try stateRows.replace(found.row, with: row) } else { row.id = try insert(row, path) }
        if let said, !said.isEmpty { try storage.setAttributes(said.sealed(of: record, keys: keys), secret: row.id) }

        var details = VersionRecord(
            of: payload,
            number: number,
            created: passage.time,
            principal: principal,
            after: before,
            keys: keys
        )
        details.attributes = options.attributes
        passage.fields = details.changedNames
        passage.hash = details.fingerprint(keys: keys)
        var stored = try sealed(payload, number: number, of: record, row, in: environment)
        details.seal(into: &stored, of: record, keys: keys)
        try storage.insertVersion(stored)
        noteWrite(of: row)
        return VersionInfo(
            number: Int(number),
            id: version.name,
            created: passage.time,
            principal: principal,
            state: .live,
            kind: payload.kind,
            labels: record.labels(on: number),
            secretID: record.id
        )
    }

    /// Adds a secret's row. What was marked for deletion at the path, and whose time has run out, goes first.
    private func insert(_ row: SecretRow, _ path: SecretPath) throws(StoreError) -> Int64 {
        if let old = try storage.secret(index: row.index) {
            try stateRows.remove(old)
            paths.remove(path)
        }
        let id = try stateRows.insert(row)
        paths.insert(path, isMarked: false)
        return id
    }

    /// What is said of a secret; nothing when it is not there.
    func attributes(of found: (row: SecretRow, record: SecretRecord)?) throws(StoreError) -> SecretAttributes {
        guard let found, !found.record.attributesID.isEmpty else { return SecretAttributes() }
        return try SecretAttributes(
            opening: try storage.attributes(secret: found.row.id),
            of: found.record,
            keys: keys
        )
    }

    /// A version's row with its payload sealed under the newest data key of its environment.
    func sealed(
        _ payload: Payload,
        number: Int64,
        of record: SecretRecord,
        _ row: SecretRow,
        in environment: EnvironmentName
    ) throws(StoreError) -> VersionRow {
        let dataKey = try keyring.newestKey(of: environment)
        var version = VersionRow(
            secret: row.id,
            number: number,
            kind: PayloadBox.number(of: payload.kind),
            generation: dataKey.generation,
            salt: uniqueBytes(PayloadBox.saltBytes),
            payload: [],
            sealed: []
        )
        let context = Place.payload(storeID: keys.storeID, record, version, environment: environment)
        version.payload = PayloadBox.seal(payload, key: dataKey.key, salt: version.salt, context: context)
        return version
    }

    /// Puts labels of the caller's own on a version.
    func put(_ labels: Set<Label>, on number: Int64, in record: inout SecretRecord) throws(StoreError) {
        for label in labels {
            guard !label.isBuiltIn else { throw .builtInLabel(label) }
            record.labels[label] = number
        }
        guard record.labels.count <= StoreLimits.labels else { throw .tooManyLabels() }
    }

    private func checkExpectation(
        _ path: SecretPath,
        _ found: (row: SecretRow, record: SecretRecord)?,
        _ options: WriteOptions,
        _ attributes: SecretAttributes
    ) throws(StoreError) {
        if found?.record.deletion != nil { throw .secretDeleted(path) }
        guard let expected = options.expectedVersion else {
            guard attributes.isCheckAndSetRequired != true else { throw .checkAndSetRequired(path) }
            return
        }
        let current = Int(found?.row.current ?? 0)
        guard expected == current else { throw .versionConflict(path, expected: expected, found: current) }
    }

    private func environment(
        for path: SecretPath,
        _ row: SecretRow?,
        asked: EnvironmentName?
    ) throws(StoreError) -> EnvironmentName {
        guard let row else { return asked ?? path.environment ?? .shared }
        let environment = try self.environment(of: row)
        if let asked, asked != environment { throw .otherEnvironment(path, is: environment, asked: asked) }
        return environment
    }

    private func previousRecord(
        _ found: (row: SecretRow, record: SecretRecord)?
    ) throws(StoreError) -> VersionRecord? {
        guard let found else { return nil }
        return try versionRecord(found.row.current, of: found.record, found.row)
    }

    /// Removes the oldest versions beyond the number that is kept; what has a label stays, and so does the newest.
    func prune(_ record: inout SecretRecord, _ row: SecretRow, keeping count: Int) throws(StoreError) {
        let labelled = Set(record.labels.values).union([record.current, record.previous ?? 0])
        while record.versions.count > max(1, count) {
            let position = record.versions.dropLast().firstIndex { !labelled.contains($0.number) }
            guard let position else { return }
            try storage.removeVersion(secret: row.id, number: record.versions[position].number)
            record.versions.remove(at: position)
        }
    }
}

extension VersionRecord {
    /// The keyed hash of the whole payload, for the audit log: whoever holds a value can ask whether it was this one.
    func fingerprint(keys: RootKeys) -> [UInt8] {
        if fields.count == 1, let field = fields.first, field.info.name.isEmpty { return field.info.fingerprint.bytes }
        var writer = CanonicalWriter(reserving: fields.count * 48)
        for field in fields {
            writer.write(field.info.name)
            writer.write(fixed: field.info.fingerprint.bytes)
        }
        return keys.fingerprint.code(for: writer.bytes, count: 16)
    }

    /// The names of the fields that the version made, changed or removed.
    var changedNames: [String] {
        (fields.filter { $0.change != .unchanged }.map(\.info.name) + removed).filter { !$0.isEmpty }
    }
}

extension Place {
    /// The place of a payload, from the rows that it belongs to.
    static func payload(
        storeID: [UInt8],
        _ record: SecretRecord,
        _ row: VersionRow,
        environment: EnvironmentName
    ) -> [UInt8] {
        payload(
            storeID: storeID,
            secretID: record.id,
            versionID: record.versionID(row.number),
            environment: environment,
            path: record.path,
            number: row.number,
            kind: row.kind,
            generation: row.generation
        )
    }
}

extension SecretPath {
    /// The names that a path's second segment is taken for an environment by.
    private static let environments = ["development", "staging", "production", "test"]

    /// The environment that the path names, for a secret that is made without a word about it: `shop/production` and what
    /// is below it belong to production, and are sealed with its keys.
    var environment: EnvironmentName? {
        let segments = segments
        // In another mount, or another region, the first segment says which.
        let position = text.first == Resource.mountMark ? 2 : 1
        guard position < segments.count, let name = Self.environments.first(where: { $0 == segments[position] }) else {
            return nil
        }
        return try? EnvironmentName(name)
    }
}
