internal import AccessPolicy
internal import SecretStore
internal import Vaulting

/// How handlers of the encryption service come to a key.
extension LogicalContext {
    /// The name of the key.
    var keyName: String { routed["name"] }
    /// Where the mount's keys are.
    var keySpace: String { mount.kept }

    /// What a record says: the mount and the key.
    var keyDetail: String { "\(mount.path)/\(keyName)" }

    /// Does something with the directory, for a call about a key.
    @discardableResult
    func performOnKey<Result>(
        changing isChanging: Bool,
        exists: ((borrowing Directory) throws -> Bool)? = nil,
        _ body: (inout Directory) throws -> Result
    ) throws -> Result {
        try perform(changing: isChanging, exists: exists) { directory in
            directory.detail = keyDetail
            if isChanging { try checkMount(directory) }
            return try Self.faulting { try body(&directory) }
        }
    }

    /// Makes sure that the mount is still the one that the request was for: what takes long is computed before the
    /// transaction, and what is written into a mount that has gone meanwhile would be found by the next one of its name.
    func checkMount(_ directory: borrowing Directory) throws {
        let document = try directory.document(MountTable.collection, mount.path)
        guard let now = document.flatMap({ MountRecord(mount.path, $0) }), now.engine == .transit,
            now.kept == mount.kept, now.uuid.isEmpty || now.uuid == mount.uuid
        else { throw LogicalFault.noRoute(request.path) }
    }

    /// Uses a key, after it was rotated when it is time for that.
    ///
    /// What takes long is computed after the gate has given the key and left its record, so that nobody waits for it; all
    /// else while it is open, so that the record says how it ended.
    ///
    /// - Parameters:
    ///   - missing: What is said when there is no such key.
    ///   - body: Computes. It does not change the key.
    func useKey(missing: String, _ body: (TransitKey) throws -> TransitAnswer) throws -> TransitAnswer {
        let isDue = try vault.transitKeyState(keySpace, keyName)?.isDue ?? false
        func found(_ directory: inout Directory) throws -> TransitKey {
            guard var key = try directory.transitKey(keySpace, keyName) else { throw LogicalFault.invalid(missing) }
            // Only in a transaction that waits for the disk, and not when another request was first.
            if isDue, key.isDue(at: directory.time) {
                try key.rotate(at: directory.time)
                try directory.keep(key, in: keySpace)
            }
            return key
        }
        guard TransitCost.isHigh(request) else {
            return try performOnKey(changing: isDue) { directory in
                let answer = try body(try found(&directory))
                directory.detail = keyDetail + answer.detail
                return answer
            }
        }
        let key = try performOnKey(changing: isDue, found)
        if try vault.transitKeyState(keySpace, keyName)?.isFresh == true { try vault.sync() }
        return try Self.faulting { try body(key) }
    }

    /// Errors of the encryption service as Vault answers them.
    static func faulting<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as TransitError {
            throw LogicalFault.invalid(error.message)
        }
    }

    /// A hash function by the last segment of the path or by a parameter.
    func transitHashFunction(_ parameters: [String], unknown: String) throws(LogicalFault) -> TransitHash {
        var name = routed["algorithm"]
        for parameter in parameters where name.isEmpty { name = try self.parameters.text(parameter) ?? "" }
        if name.isEmpty { return .sha2x256 }
        guard let hash = TransitHash(rawValue: name) else {
            throw .invalid(
                "\(unknown): this server has " + TransitHash.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        return hash
    }
}
