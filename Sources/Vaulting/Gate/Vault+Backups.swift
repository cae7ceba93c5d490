internal import AccessPolicy
internal import Findings
public import SecretStore

/// One secret, taken out and put back whole, in a form that only the same store opens.
extension Vault {
    /// Takes a secret out with all its versions, ids, labels and attributes.
    ///
    /// The form is sealed under a key of its own from the store's root key; who carries it learns its size.
    ///
    /// - Throws: ``StoreError``.
    public func backUp(_ path: SecretPath) throws(StoreError) -> [UInt8] {
        let request = Request(.backUp, needs: .read, .data, of: path)
        return try pass(request) { (_) throws(StoreError) in
            let found = try engine.existingSecret(at: path)
            if found.record.deletion != nil { throw .secretDeleted(path) }
            var lines: [UInt8] = []
            defer { wipe(&lines) }
            var writer = SnapshotWriter(engine: engine) { lines.append(contentsOf: $0) }
            try writer.writeSecret(found.row)
            return Cipher.seal(lines, key: engine.keys.backup, context: Place.backup(storeID: engine.keys.storeID))
        }
    }

    /// Puts a secret back that ``backUp(_:)`` took out of this store, at its own path.
    ///
    /// - Parameter bytes: What was taken out.
    /// - Returns: Its path.
    /// - Throws: ``StoreError``: `KF-STORE-076` when this store did not make it, `KF-STORE-061` when the path is taken.
    public func putBack(_ bytes: [UInt8]) throws(StoreError) -> SecretPath {
        let place = Place.backup(storeID: engine.keys.storeID)
        let key = exclusively { engine.keys.backup }
        let lines = unsafe Cipher.open(bytes, key: key, context: place) { memory in
            unsafe memory.split(separator: 0x0A).map { unsafe Array($0) }
        }
        let head = lines?.first.flatMap { try? JSONValue(parsing: $0) }
        guard let lines, let text = head?["secret"]?["path"]?.asString, let path = try? SecretPath(text) else {
            throw .invalidSnapshot("this store did not make it", line: 1)
        }
        let request = Request(.putBack, needs: .create, .data, of: path)
        return try pass(request, .durable) { (passage) throws(StoreError) in
            guard try engine.secret(at: path) == nil else { throw .storeExists() }
            passage.isChanging = true
            // One whose time has run out may still have its row.
            if let old = try engine.storage.secret(index: engine.keys.index(of: path)) {
                try engine.stateRows.remove(old)
            }
            var reader = SnapshotReader(engine: engine, log: engine.newLog())
            try reader.takeSecret(lines)
            engine.paths.insert(path, isMarked: true)
            engine.noteChange()
            return path
        }
    }
}

extension AuditAction {
    /// A secret was taken out in a form that only this store opens.
    public static let backUp = AuditAction(rawValue: "secret.back-up")
    /// Such a secret was put back.
    public static let putBack = AuditAction(rawValue: "secret.put-back")
}
