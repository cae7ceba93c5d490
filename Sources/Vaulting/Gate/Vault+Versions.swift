public import SecretStore

extension Vault {
    /// Writes an old version's payload as a new version. Nothing is taken back: the versions between stay.
    ///
    /// - Parameters:
    ///   - path: The secret.
    ///   - version: The version to go back to; it must be live.
    ///   - expectedVersion: The version that must be current, or nil for whatever is.
    /// - Returns: What is known of the new version.
    /// - Throws: ``StoreError``.
    @discardableResult
    public func rollback(
        _ path: SecretPath,
        to version: VersionReference,
        expectedVersion: Int? = nil
    ) throws(StoreError) -> VersionInfo {
        try pass(Request(.rollback, needs: .write, path: path), .durable) { (passage) throws(StoreError) in
            let found = try engine.existingSecret(at: path)
            let number = try found.record.number(of: version)
            let old = try engine.read(found.row, found.record, number, &passage)
            passage.detail = "from version \(number)"
            return try engine.add(
                old.payload,
                to: path,
                found: found,
                WriteOptions(expectedVersion: expectedVersion),
                by: identity.principal,
                &passage
            )
        }
    }

    /// Puts a label of the caller's own on a version, taking it from the version that had it.
    ///
    /// - Throws: ``StoreError``, also for `current` and `previous`, which move by themselves.
    public func setLabel(_ label: Label, on path: SecretPath, to version: VersionReference) throws(StoreError) {
        try change(path, .label, needs: .write) { (record, passage) throws(StoreError) in
            let number = try record.number(of: version)
            try engine.put([label], on: number, in: &record)
            passage.version = Int(number)
            passage.detail = "label \(label)"
        }
    }

    /// Takes a label away.
    ///
    /// - Throws: ``StoreError``.
    public func removeLabel(_ label: Label, from path: SecretPath) throws(StoreError) {
        try change(path, .unlabel, needs: .write) { (record, passage) throws(StoreError) in
            guard !label.isBuiltIn else { throw .builtInLabel(label) }
            guard let number = record.labels.removeValue(forKey: label) else { throw .noSuchLabel(path, label) }
            passage.version = Int(number)
            passage.detail = "label \(label)"
        }
    }
}

extension Vault {
    /// Deletes the current version so that it can be had back.
    ///
    /// - Throws: ``StoreError``.
    public func delete(_ path: SecretPath) throws(StoreError) { try delete(path, version: .current) }

    /// Deletes a version so that it can be had back.
    ///
    /// - Throws: ``StoreError``.
    public func delete(_ path: SecretPath, version: VersionReference) throws(StoreError) {
        try setState(.deleted, path, version, .delete)
    }

    /// Brings a deleted version back.
    ///
    /// - Throws: ``StoreError``, also when the version is destroyed.
    public func undelete(_ path: SecretPath, version: VersionReference = .current) throws(StoreError) {
        try setState(.live, path, version, .undelete)
    }

    /// Destroys a version's payload for good. Who wrote it, when, and the names of its fields are remembered.
    ///
    /// Its ciphertext may stay in free pages of the file and in backups; the key that opens it stays in the ring until
    /// ``rewrapRing(of:)`` has replaced it.
    ///
    /// - Throws: ``StoreError``.
    public func destroy(_ path: SecretPath, version: VersionReference) throws(StoreError) {
        try setState(.destroyed, path, version, .destroy)
    }

    /// Removes a secret with all its versions, for good.
    ///
    /// - Throws: ``StoreError``.
    public func remove(_ path: SecretPath) throws(StoreError) {
        try pass(Request(.remove, needs: .delete, path: path), .durable) { (passage) throws(StoreError) in
            let (row, record) = try engine.existingSecret(at: path)
            passage.isChanging = true
            passage.version = Int(row.current)
            passage.detail = "\(record.versions.count) versions"
            try engine.stateRows.remove(row)
        }
    }

    private func setState(
        _ state: VersionState,
        _ path: SecretPath,
        _ version: VersionReference,
        _ action: AuditAction
    ) throws(StoreError) {
        try change(path, action, needs: .delete) { (record, passage) throws(StoreError) in
            let number = try record.number(of: version)
            passage.version = Int(number)
            guard let position = record.versions.firstIndex(where: { $0.number == number }) else {
                throw .noSuchVersion(path, Int(number))
            }
            if record.versions[position].state == .destroyed { throw .versionDestroyed(path, Int(number)) }
            record.versions[position].state = state
        } then: { (row, passage) throws(StoreError) in
            guard state == .destroyed, let number = passage.version else { return }
            guard var stored = try engine.storage.versionPart(secret: row.id, number: Int64(number)) else {
                throw .tampered("a version of a secret")
            }
            stored.salt = []
            stored.payload = []
            try engine.storage.updateVersionPayload(stored)
        }
    }

    /// Changes the record of a secret.
    private func change(
        _ path: SecretPath,
        _ action: AuditAction,
        needs capability: Capability,
        _ body: (inout SecretRecord, inout Passage) throws(StoreError) -> Void,
        then: (SecretRow, Passage) throws(StoreError) -> Void = { (_, _) in }
    ) throws(StoreError) {
        try pass(Request(action, needs: capability, path: path), .durable) { (passage) throws(StoreError) in
            var (row, record) = try engine.existingSecret(at: path)
            let before = row
            try body(&record, &passage)
            passage.isChanging = true
            record.seal(into: &row, keys: engine.keys)
            try engine.stateRows.replace(before, with: row)
            try then(row, passage)
        }
    }
}
