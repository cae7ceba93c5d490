internal import AccessPolicy
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
        try pass(Request(writing: path, .rollback), .durable) { (passage) throws(StoreError) in
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
        try change(path, .label, needs: .update, .metadata) { (record, passage) throws(StoreError) in
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
        try change(path, .unlabel, needs: .update, .metadata) { (record, passage) throws(StoreError) in
            guard !label.isBuiltIn else { throw .builtInLabel(label) }
            guard let number = record.labels.removeValue(forKey: label) else { throw .noSuchLabel(path, label) }
            passage.version = Int(number)
            passage.detail = "label \(label)"
        }
    }

    /// Moves any label, `current` and `previous` too, as AWS's clients move staging labels.
    ///
    /// - Parameters:
    ///   - label: The label.
    ///   - path: The secret.
    ///   - old: The version that it must stand on; nil when it must stand nowhere, or `isAnywhere` says so.
    ///   - new: The version to put it on; nil to take it away, which `current` cannot be.
    ///   - isAnywhere: Whether it does not matter where it stands.
    /// - Throws: ``StoreError``: `KF-STORE-069` when it stands elsewhere.
    public func moveLabel(
        _ label: Label,
        on path: SecretPath,
        from old: VersionReference?,
        to new: VersionReference?,
        isAnywhere: Bool = false
    ) throws(StoreError) {
        // Moving `current` changes what every reader gets, as a write does.
        let aspect: Resource.Aspect = label == .current ? .data : .metadata
        try change(path, .label, needs: .update, aspect) { (record, passage) throws(StoreError) in
            let expected = try old.map { (reference) throws(StoreError) in try record.number(of: reference) }
            let found = record.place(of: label)
            guard isAnywhere || found == expected else { throw .labelElsewhere(path, label) }
            let number = try new.map { (reference) throws(StoreError) in try record.number(of: reference) }
            passage.version = (number ?? found).map(Int.init)
            passage.detail = "label \(label)"
            try engine.move(label, to: number, in: &record)
        }
    }
}

extension Vault {
    /// Changes what is said of a secret.
    ///
    /// - Parameters:
    ///   - path: The secret; it may be marked for deletion.
    ///   - change: Changes the attributes; it must be quick and not use the vault.
    /// - Throws: ``StoreError``, and what the closure throws.
    public func setAttributes(
        _ path: SecretPath,
        _ change: (inout SecretAttributes) throws(StoreError) -> Void
    ) throws(StoreError) {
        let request = Request(.describeAnew, needs: .update, .metadata, of: path)
        try pass(request, .durable) { (passage) throws(StoreError) in
            let found = try engine.existingSecret(at: path)
            var attributes = try engine.attributes(of: found)
            let before = attributes
            try change(&attributes)
            guard attributes != before else { return }
            var (row, record) = found
            record.updated = passage.time
            record.attributesID = attributes.isEmpty ? [] : randomBytes(SecretRecord.idBytes)
            passage.isChanging = true
            if let kept = attributes.versionsKept { try engine.prune(&record, row, keeping: kept) }
            record.seal(into: &row, keys: engine.keys)
            try engine.stateRows.replace(found.row, with: row)
            try engine.storage.setAttributes(
                attributes.isEmpty ? [] : attributes.sealed(of: record, keys: engine.keys),
                secret: row.id
            )
            engine.noteWrite(of: row)
        }
    }

    /// Changes what is said of one version.
    ///
    /// - Throws: ``StoreError``, and what the closure throws.
    public func setVersionAttributes(
        _ path: SecretPath,
        _ version: VersionReference,
        _ change: (inout VersionAttributes) throws(StoreError) -> Void
    ) throws(StoreError) {
        let request = Request(.describeAnew, needs: .update, .metadata, of: path)
        try pass(request, .durable) { (passage) throws(StoreError) in
            let found = try engine.existingSecret(at: path)
            if found.record.deletion != nil { throw .secretDeleted(path) }
            let number = try found.record.number(of: version)
            passage.version = Int(number)
            guard let position = found.record.versions.firstIndex(where: { $0.number == number }),
                var stored = try engine.storage.version(secret: found.row.id, number: number)
            else { throw .tampered("a version of a secret") }
            var details = try VersionRecord(opening: stored, of: found.record, keys: engine.keys)
            details.attributes.isEnabled = found.record.versions[position].isEnabled
            let before = details.attributes
            try change(&details.attributes)
            guard details.attributes != before else { return }
            var (row, record) = found
            record.versions[position].isEnabled = details.attributes.isEnabled
            record.versions[position].hasAttributes = details.attributes.saysMore
            record.updated = passage.time
            passage.isChanging = true
            record.seal(into: &row, keys: engine.keys)
            try engine.stateRows.replace(found.row, with: row)
            details.seal(into: &stored, of: record, keys: engine.keys)
            try engine.storage.updateVersionPayload(stored)
            engine.noteWrite(of: row)
        }
    }
}

extension Vault {
    /// Deletes the current version so that it can be had back.
    ///
    /// - Throws: ``StoreError``.
    public func delete(_ path: SecretPath) throws(StoreError) {
        try setState(.deleted, path, .current, .delete, needs: .delete, .data)
    }

    /// Deletes a version so that it can be had back.
    ///
    /// - Throws: ``StoreError``.
    public func delete(_ path: SecretPath, version: VersionReference) throws(StoreError) {
        try setState(.deleted, path, version, .delete, needs: .update, .delete)
    }

    /// Brings a deleted version back.
    ///
    /// - Throws: ``StoreError``, also when the version is destroyed.
    public func undelete(_ path: SecretPath, version: VersionReference = .current) throws(StoreError) {
        try setState(.live, path, version, .undelete, needs: .update, .undelete)
    }

    /// Destroys a version's payload for good. Who wrote it, when, and the names of its fields are remembered.
    ///
    /// Its ciphertext may stay in free pages of the file and in backups; the key that opens it stays in the ring until
    /// ``rewrapRing(of:)`` has replaced it.
    ///
    /// - Throws: ``StoreError``.
    public func destroy(_ path: SecretPath, version: VersionReference) throws(StoreError) {
        try setState(.destroyed, path, version, .destroy, needs: .update, .destroy)
    }

    /// Removes a secret with all its versions, for good.
    ///
    /// - Parameters:
    ///   - path: The secret.
    ///   - onlyMarked: Only when it is marked for deletion.
    /// - Throws: ``StoreError``.
    public func remove(_ path: SecretPath, onlyMarked: Bool = false) throws(StoreError) {
        try pass(Request(.remove, needs: .delete, .metadata, of: path), .durable) { (passage) throws(StoreError) in
            let (row, record) = try engine.existingSecret(at: path)
            if onlyMarked, record.deletion == nil { throw .notDeleted(path) }
            passage.isChanging = true
            passage.version = Int(row.current)
            passage.detail = "\(record.versions.count) versions"
            try engine.stateRows.remove(row)
            engine.paths.remove(path)
            engine.noteWrite(of: row)
        }
    }

    /// Marks a whole secret for deletion: its name is taken until then, and nothing of it can be read.
    ///
    /// - Parameters:
    ///   - path: The secret.
    ///   - time: When it goes for good.
    /// - Throws: ``StoreError``, also when it is marked already.
    @discardableResult
    public func markForDeletion(_ path: SecretPath, purging time: Timestamp) throws(StoreError) -> SecretDeletion {
        var deletion = SecretDeletion(deleted: time, purged: time)
        try change(path, .markForDeletion, needs: .delete, .metadata) { (record, passage) throws(StoreError) in
            if record.deletion != nil { throw .secretDeleted(path) }
            deletion = SecretDeletion(deleted: passage.time, purged: time)
            record.deletion = deletion
            engine.paths.mark(path)
            passage.detail = "until \(time)"
        }
        return deletion
    }

    /// Has a secret back that is marked for deletion.
    ///
    /// - Throws: ``StoreError``, also when it is not marked.
    public func restore(_ path: SecretPath) throws(StoreError) {
        try change(path, .restore, needs: .update, .undelete) { (record, _) throws(StoreError) in
            guard record.deletion != nil else { throw .notDeleted(path) }
            record.deletion = nil
        }
    }

    /// Sets the state of several versions at once; those that are not there, or destroyed, are passed over, as
    /// HashiCorp Vault does.
    ///
    /// - Parameters:
    ///   - state: Deleted, live again, or destroyed.
    ///   - path: The secret; having versions back restores one that is marked for deletion.
    ///   - numbers: The versions.
    /// - Throws: ``StoreError``.
    public func setState(
        _ state: VersionState,
        _ path: SecretPath,
        versions numbers: [Int]
    ) throws(StoreError) {
        let (action, aspect): (AuditAction, Resource.Aspect) =
            switch state {
            case .live: (.undelete, .undelete)
            case .deleted: (.delete, .delete)
            case .destroyed: (.destroy, .destroy)
            }
        var destroyed: [Int64] = []
        try change(path, action, needs: .update, aspect) { (record, passage) throws(StoreError) in
            if state == .live { record.deletion = nil }
            var changed: [Int] = []
            for number in Set(numbers).sorted() {
                guard let position = record.versions.firstIndex(where: { $0.number == Int64(number) }),
                    record.versions[position].state != .destroyed
                else { continue }
                record.versions[position].state = state
                record.versions[position].deleted = state == .deleted ? passage.time : nil
                if state == .destroyed { destroyed.append(Int64(number)) }
                changed.append(number)
            }
            // Those that are not there may be anything that was sent.
            passage.detail =
                changed.isEmpty
                ? "none of its versions" : "versions \(changed.map(String.init).joined(separator: ", "))"
        } then: { (row, _) throws(StoreError) in
            for number in destroyed {
                guard var stored = try engine.storage.versionPart(secret: row.id, number: number) else {
                    throw .tampered("a version of a secret")
                }
                stored.salt = []
                stored.payload = []
                try engine.storage.updateVersionPayload(stored)
            }
        }
    }

    private func setState(
        _ state: VersionState,
        _ path: SecretPath,
        _ version: VersionReference,
        _ action: AuditAction,
        needs capability: Capability,
        _ aspect: Resource.Aspect
    ) throws(StoreError) {
        try change(path, action, needs: capability, aspect) { (record, passage) throws(StoreError) in
            if record.deletion != nil { throw .secretDeleted(path) }
            let number = try record.number(of: version)
            passage.version = Int(number)
            guard let position = record.versions.firstIndex(where: { $0.number == number }) else {
                throw .noSuchVersion(path, Int(number))
            }
            if record.versions[position].state == .destroyed { throw .versionDestroyed(path, Int(number)) }
            record.versions[position].state = state
            record.versions[position].deleted = state == .deleted ? passage.time : nil
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
        _ aspect: Resource.Aspect,
        _ body: (inout SecretRecord, inout Passage) throws(StoreError) -> Void,
        then: (SecretRow, Passage) throws(StoreError) -> Void = { (_, _) in }
    ) throws(StoreError) {
        let request = Request(action, needs: capability, aspect, of: path)
        try pass(request, .durable) { (passage) throws(StoreError) in
            var (row, record) = try engine.existingSecret(at: path)
            let before = row
            try body(&record, &passage)
            passage.isChanging = true
            record.updated = passage.time
            record.seal(into: &row, keys: engine.keys)
            try engine.stateRows.replace(before, with: row)
            try then(row, passage)
            engine.noteWrite(of: row)
        }
    }
}

extension SecretRecord {
    /// The version that a label stands on.
    func place(of label: Label) -> Int64? {
        switch label {
        case .current: current
        case .previous: previous
        default: labels[label]
        }
    }
}

extension Engine {
    /// Moves a label; taking `current` to another version leaves `previous` behind.
    func move(_ label: Label, to number: Int64?, in record: inout SecretRecord) throws(StoreError) {
        switch (label, number) {
        case (.current, let number?): record.makeCurrent(number)
        case (.current, nil): throw .labelNeeded(label)
        case (.previous, let number): record.previous = number
        case (_, let number?): try put([label], on: number, in: &record)
        case (_, nil): record.labels[label] = nil
        }
    }
}
