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
        try checkExpectation(path, found?.row, options)
        let environment = try self.environment(for: path, found?.row, asked: options.environment)
        let before = try previousRecord(found)
        let current = found?.row.current ?? 0
        guard StoreLimits.isCount(current) else { throw .tampered("the row of a secret") }
        let number = current + 1
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
        var record =
            found?.record
            ?? SecretRecord(
                id: randomBytes(SecretRecord.idBytes),
                path: path,
                created: passage.time,
                versions: [],
                labels: [:]
            )
        row.current = number
        record.versions.append(.init(number: number, state: .live, created: passage.time))
        try put(options.labels, on: number, in: &record)
        try prune(&record, row)
        record.seal(into: &row, keys: keys)
        if let found { try stateRows.replace(found.row, with: row) } else { row.id = try stateRows.insert(row) }

        let details = VersionRecord(
            of: payload,
            number: number,
            created: passage.time,
            principal: principal,
            after: before,
            keys: keys
        )
        passage.fields = details.changedNames
        var version = try sealed(payload, number: number, of: record, row, in: environment)
        details.seal(into: &version, of: record, keys: keys)
        try storage.insertVersion(version)
        return VersionInfo(
            number: Int(number),
            created: passage.time,
            principal: principal,
            state: .live,
            kind: payload.kind,
            labels: record.labels(on: number)
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
            salt: randomBytes(PayloadBox.saltBytes),
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

    private func checkExpectation(_ path: SecretPath, _ row: SecretRow?, _ options: WriteOptions) throws(StoreError) {
        guard let expected = options.expectedVersion else { return }
        let found = Int(row?.current ?? 0)
        guard expected == found else { throw .versionConflict(path, expected: expected, found: found) }
    }

    private func environment(
        for path: SecretPath,
        _ row: SecretRow?,
        asked: EnvironmentName?
    ) throws(StoreError) -> EnvironmentName {
        guard let row else { return asked ?? .shared }
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

    /// Removes the oldest versions beyond the number that is kept; what has a label of its own stays, and so do the
    /// last two.
    private func prune(_ record: inout SecretRecord, _ row: SecretRow) throws(StoreError) {
        let labelled = Set(record.labels.values)
        while record.versions.count > options.versionsKept {
            let position = record.versions.dropLast(2).firstIndex { !labelled.contains($0.number) }
            guard let position else { return }
            try storage.removeVersion(secret: row.id, number: record.versions[position].number)
            record.versions.remove(at: position)
        }
    }
}

extension VersionRecord {
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
