internal import AccessPolicy
internal import Findings
public import SecretStore

/// Secrets that get another path and stay what they are: their versions, numbers, ids, labels and times.
extension Vault {
    /// Moves secrets, and then does something with the directory: all of it, or nothing. What seals a payload binds it to
    /// its path, so each version is sealed again.
    ///
    /// - Parameters:
    ///   - items: Paths, and what they become. A path keeps its environment.
    ///   - action: What the audit log calls the rest; each secret has a record of its own.
    ///   - resource: On what `update` must be allowed for the rest.
    ///   - act: The rest, once every secret has moved. It must be quick and not use the vault.
    /// - Throws: ``StoreError``: `KF-STORE-061` when a path is taken; and what the closure throws.
    public func move(
        _ items: [(from: SecretPath, to: SecretPath)],
        then action: AuditAction,
        on resource: String,
        _ act: (inout Directory) throws(StoreError) -> Void
    ) throws(StoreError) {
        let steps: [(from: SecretPath, to: SecretPath)?] = items.map { $0 } + [nil]
        try passAll(steps) { step in
            step.map { Request(.moveSecret, needs: .delete, .metadata, of: $0.from) }
                ?? Request(action, needs: .update, on: resource)
        } _: {
            (step, passage) throws(StoreError) in
            guard let item = step else {
                var directory = Directory(engine: engine, time: passage.time, identity: identity)
                try act(&directory)
                passage.detail = directory.detail
                passage.isChanging = directory.isChanged
                return
            }
            guard identity.access.decide(.create, on: Resource.text(.data, item.to)).isAllowed else {
                throw Request.denialOfCreation(.moveSecret, item.to)
            }
            let found = try engine.existingSecret(at: item.from)
            guard try engine.secret(at: item.to) == nil else { throw .storeExists() }
            passage.isChanging = true
            passage.alsoChanged = [item.to]
            passage.detail = "to \(item.to.text)"
            // One whose time has run out may still have its row.
            if let old = try engine.storage.secret(index: engine.keys.index(of: item.to)) {
                try engine.stateRows.remove(old)
            }
            var text: [UInt8] = []
            defer { wipe(&text) }
            var writer = SnapshotWriter(engine: engine) { text.append(contentsOf: $0) }
            try writer.writeSecret(found.row)
            var lines = text.split(separator: 0x0A).map(Array.init)
            defer { for position in lines.indices { wipe(&lines[position]) } }
            guard let first = lines.first, let head = try? JSONValue(parsing: first),
                var secret = head["secret"]?.asObject
            else { throw .tampered("a secret") }
            secret["path"] = .string(item.to.text)
            lines[0] = (["secret": .object(secret)] as JSONValue).bytes()
            try engine.stateRows.remove(found.row)
            var reader = SnapshotReader(engine: engine, log: engine.newLog())
            try reader.takeSecret(lines)
            engine.paths.remove(item.from)
            engine.paths.insert(item.to, isMarked: found.record.deletion != nil)
            engine.noteChange()
        }
    }
}

extension AuditAction {
    /// A secret got another path.
    public static let moveSecret = AuditAction(rawValue: "secret.move")
}
