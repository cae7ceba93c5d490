internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Keys of the encryption service: making, changing, rotating and removing them.
extension LogicalContext {
    func listTransitKeys() throws -> LogicalResponse {
        try .keys(try perform(changing: false) { try $0.transitKeyNames(keySpace) })
    }

    func readTransitKey() throws -> LogicalResponse {
        let context = try TransitItem(parameters, index: nil)
            .bytes("context", orElse: "failed to base64-decode context")
        return try performOnKey(changing: false) { directory in
            guard let key = try directory.transitKey(keySpace, keyName) else { throw LogicalFault.notFound }
            return .data(try key.members(context: context))
        }
    }

    func createTransitKey() throws -> LogicalResponse {
        var wanted = TransitKey.Request()
        wanted.type = try transitType() ?? .aes256
        wanted.isDerived = try parameters.flag("derived") ?? false
        wanted.isConvergent = try parameters.flag("convergent_encryption") ?? false
        wanted.isExportable = try parameters.flag("exportable") ?? false
        wanted.allowsPlaintextBackup = try parameters.flag("allow_plaintext_backup") ?? false
        wanted.rotationPeriod = try parameters.duration("auto_rotate_period") ?? 0
        wanted.byteCount = try parameters.integer("key_size") ?? 0
        let fresh = try freshVersion(wanted.type, if: vault.transitKeyState(keySpace, keyName) == nil)
        let request = wanted
        return try performOnKey(changing: true) { directory in
            if let key = try directory.transitKey(keySpace, keyName) {
                var response = LogicalResponse.data(try key.members(context: []))
                response.warnings = ["key \(keyName) already existed"]
                return response
            }
            let key = try TransitKey(keyName, request, fresh: fresh, at: directory.time)
            try directory.keep(key, in: keySpace)
            return .data(try key.members(context: []))
        }
    }

    func deleteTransitKey() throws -> LogicalResponse {
        try performOnKey(changing: true) { directory in
            let prefix = "error deleting policy \(keyName)"
            guard let key = try directory.transitKey(keySpace, keyName) else {
                throw LogicalFault.invalid("\(prefix): could not delete key; not found")
            }
            guard key.isDeletionAllowed else {
                throw LogicalFault.invalid("\(prefix): deletion is not allowed for this key")
            }
            try directory.removeTransitKey(keySpace, keyName)
        }
        return .empty
    }

    func configureTransitKey() throws -> LogicalResponse {
        var wanted = TransitKey.Change()
        wanted.oldestForDecryption = try parameters.integer("min_decryption_version")
        wanted.oldestForEncryption = try parameters.integer("min_encryption_version")
        wanted.isDeletionAllowed = try parameters.flag("deletion_allowed")
        wanted.isExportable = try parameters.flag("exportable")
        wanted.allowsPlaintextBackup = try parameters.flag("allow_plaintext_backup")
        wanted.rotationPeriod = try parameters.duration("auto_rotate_period")
        let change = wanted
        return try changeKey(missing: "no existing key named \(keyName) could be found") { key, _ in
            try key.apply(change)
        }
    }

    func rotateTransitKey() throws -> LogicalResponse {
        let type = try vault.transitKeyState(keySpace, keyName)?.type
        let fresh = try type.flatMap { try freshVersion($0, if: true) }
        return try changeKey(missing: "key not found") { key, time in try key.rotate(fresh, at: time) }
    }

    func trimTransitKey() throws -> LogicalResponse {
        guard let number = try parameters.integer("min_available_version") else {
            throw LogicalFault.invalid("missing min_available_version")
        }
        return try changeKey(missing: "invalid key name") { key, _ in try key.trim(to: number) }
    }

    /// Makes the version of an RSA key while the gate is not held.
    private func freshVersion(_ type: TransitKeyType, if isNeeded: Bool) throws -> TransitFreshVersion? {
        guard isNeeded, type.modulusBits != nil else { return nil }
        return try Self.faulting { try TransitFreshVersion(type, at: .now) }
    }

    private func changeKey(
        missing: String,
        _ change: (inout TransitKey, Timestamp) throws -> Void
    ) throws -> LogicalResponse {
        try performOnKey(changing: true) { directory in
            guard var key = try directory.transitKey(keySpace, keyName) else { throw LogicalFault.invalid(missing) }
            try change(&key, directory.time)
            try directory.keep(key, in: keySpace)
            return .data(try key.members(context: []))
        }
    }

    /// `type`; nil when it was not sent.
    func transitType() throws(LogicalFault) -> TransitKeyType? {
        guard let name = try parameters.text("type"), !name.isEmpty else { return nil }
        guard let type = TransitKeyType(rawValue: name) else { throw .invalid("unknown key type") }
        return type
    }
}

/// Taking keys out and putting them back.
extension LogicalContext {
    func exportTransitKey() throws -> LogicalResponse {
        guard let kind = TransitKey.ExportKind(rawValue: routed["kind"]) else {
            throw LogicalFault.invalid("invalid export type: \(routed["kind"])")
        }
        guard let format = TransitKey.ExportFormat(rawValue: try parameters.text("format") ?? "") else {
            throw LogicalFault.invalid("invalid format")
        }
        let version = routed["version"]
        return try performOnKey(changing: false) { directory in
            guard let key = try directory.transitKey(keySpace, keyName) else { throw LogicalFault.notFound }
            var number: Int?
            if version == "latest" {
                number = key.latest
            } else if !version.isEmpty {
                guard let given = Int(version.hasPrefix("v") ? String(version.dropFirst()) : version) else {
                    throw LogicalFault.invalid("invalid key version")
                }
                number = given
            }
            var keys = JSONObject()
            for (number, text) in try key.export(kind, number, format) {
                keys[String(number)] = .string(text.reveal())
            }
            return .data(
                JSONObject(members: [
                    "keys": .object(keys), "name": .string(key.name), "type": .string(key.type.rawValue),
                ])
            )
        }
    }

    func backUpTransitKey() throws -> LogicalResponse {
        try performOnKey(changing: false) { directory in
            guard let key = try directory.transitKey(keySpace, keyName) else {
                throw LogicalFault.invalid("key \"\(keyName)\" not found")
            }
            return .data(JSONObject(members: ["backup": .string(try key.backup().reveal())]))
        }
    }

    func restoreTransitKey() throws -> LogicalResponse {
        guard let backup = try parameters.secret("backup"), !backup.isEmpty else {
            throw LogicalFault.invalid("'backup' must be supplied")
        }
        let isForced = try parameters.flag("force") ?? false
        let key = try Self.faulting {
            try TransitKey(restoring: backup, as: keyName.isEmpty ? nil : keyName)
        }
        try perform(changing: true) { directory in
            directory.detail = "\(mount.path)/\(key.name)"
            try checkMount(directory)
            try checkRestoring(key.name, &directory)
            if !isForced, try directory.transitKey(keySpace, key.name) != nil {
                throw LogicalFault.invalid("key \"\(key.name)\" already exists")
            }
            try directory.keep(key, in: keySpace)
        }
        return .empty
    }

    /// Refuses what a rule denies on the path with the key's name, when the name came with the backup: to Vault, whoever may
    /// restore at all may put any key back, and replace the one that is there.
    private func checkRestoring(_ name: String, _ directory: inout Directory) throws {
        guard keyName.isEmpty else { return }
        let decision = vault.identity.access.decide(.update, on: "\(mount.path)/restore/\(name)")
        guard decision.refusal == .denied else { return }
        directory.rule = decision.refusalText(of: .update)
        throw LogicalFault.denied
    }
}

extension TransitKey {
    /// The key as it is described: never the key itself.
    func members(context: [UInt8]) throws -> JSONObject {
        var members = JSONObject(members: [
            "allow_plaintext_backup": .bool(allowsPlaintextBackup), "auto_rotate_period": .integer(rotationPeriod),
            "deletion_allowed": .bool(isDeletionAllowed), "derived": .bool(isDerived),
            "exportable": .bool(isExportable), "imported_key": false,
        ])
        if isDerived {
            members["kdf"] = "hkdf_sha256"
            members["convergent_encryption"] = .bool(isConvergent)
            if isConvergent { members["convergent_encryption_version"] = -1 }
        }
        if byteCount > 0 { members["key_size"] = .integer(byteCount) }
        var keys = JSONObject()
        for (number, created) in usableVersions {
            guard type.supportsSigning else {
                keys[String(number)] = .integer(Int(created.microseconds / 1_000_000))
                continue
            }
            keys[String(number)] = [
                "creation_time": .string(VaultTime.text(created)), "name": .string(curveName),
                "public_key": .string(try publicKey(number, context: context) ?? ""),
            ]
        }
        members["keys"] = .object(keys)
        for (name, number) in [
            ("latest_version", latest), ("min_available_version", oldestKept),
            ("min_decryption_version", oldestForDecryption), ("min_encryption_version", oldestForEncryption),
        ] { members[name] = .integer(number) }
        members["name"] = .string(name)
        members["supports_decryption"] = .bool(type.supportsEncryption)
        members["supports_derivation"] = .bool(type.supportsDerivation)
        members["supports_encryption"] = .bool(type.supportsEncryption)
        members["supports_signing"] = .bool(type.supportsSigning)
        members["type"] = .string(type.rawValue)
        return members
    }

    /// What Vault calls a curve: as Go does.
    private var curveName: String {
        switch type {
        case .ecdsaP256: "P-256"
        case .ecdsaP384: "P-384"
        case .ecdsaP521: "P-521"
        default: type.rawValue
        }
    }
}
