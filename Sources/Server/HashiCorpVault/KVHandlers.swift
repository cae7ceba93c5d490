internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// KV version 2: the payloads.
extension LogicalContext {
    /// The secret that the path names.
    func secretPath() throws(LogicalFault) -> SecretPath {
        let path = routed["path"]
        guard !path.isEmpty else { throw .invalid("missing path") }
        guard !request.hasTrailingSlash else { throw .invalid("path cannot end with a slash") }
        return try mount.secrets.secret(path)
    }

    /// The version that a request names; 0 and nothing are the current one.
    private func versionReference() throws(LogicalFault) -> VersionReference {
        let number = try parameters.integer("version") ?? 0
        guard number >= 0 else { throw LogicalParameters.mistyped("version", "a version's number") }
        return number == 0 ? .current : .number(number)
    }

    func readData() throws -> LogicalResponse {
        let path = try secretPath()
        let version = try versionReference()
        return try orDeleted(path, version) {
            let found = try vault.readDetailed(path, version: version)
            if let whole = KVAnswer.response(found, for: request) { return LogicalResponse(whole: whole) }
            return .data(
                JSONObject(members: [
                    "data": .object(KVData.object(of: found.version.payload)),
                    "metadata": .object(Self.metadata(found)),
                ])
            )
        }
    }

    func readSubkeys() throws -> LogicalResponse {
        let path = try secretPath()
        let version = try versionReference()
        let depth = try parameters.integer("depth") ?? 0
        guard depth >= 0 else { throw LogicalParameters.mistyped("depth", "a number of levels") }
        // In Vault a policy for subkeys is one of its own: names may be seen where values may not.
        try require()
        return try orDeleted(path, version, member: "subkeys") {
            let found = try trusted.readDetailed(path, version: version)
            let data = KVData.object(of: found.version.payload)
            return .data(
                JSONObject(members: [
                    "metadata": .object(Self.metadata(found)),
                    "subkeys": .object(MergePatch.subkeys(of: data, depth: depth)),
                ])
            )
        }
    }

    func writeData() throws -> LogicalResponse {
        let path = try secretPath()
        guard let data = try parameters.object("data") else { throw LogicalFault.invalid("no data provided") }
        let info = try write(KVData.payload(of: data), at: path, expecting: try checkAndSet(), with: vault)
        return .data(try written(info, path))
    }

    func patchData() throws -> LogicalResponse {
        let path = try secretPath()
        guard let patch = try parameters.object("data") else { throw LogicalFault.invalid("no data provided") }
        let expected = try checkAndSet()
        try require()
        return try orDeleted(path, .current, isFlat: true) {
            let found = try trusted.readDetailed(path, version: .current)
            let merged = MergePatch.apply(patch, to: KVData.object(of: found.version.payload))
            let number = found.version.number
            if let expected, expected != number {
                throw LogicalFault.invalid("check-and-set parameter did not match the current version")
            }
            if expected == nil, mount.isCheckAndSetRequired || found.attributes.isCheckAndSetRequired == true {
                throw LogicalFault.invalid("check-and-set parameter required for this call")
            }
            let info = try write(KVData.payload(of: merged), at: path, expecting: number, with: trusted)
            return .data(try written(info, path))
        }
    }

    func deleteLatest() throws -> LogicalResponse {
        let path = try secretPath()
        return try ignoringMissing { try vault.delete(path) }
    }

    func deleteVersions() throws -> LogicalResponse {
        try setState(.deleted)
    }

    func destroyVersions() throws -> LogicalResponse {
        try setState(.destroyed)
    }

    func undeleteVersions() throws -> LogicalResponse { try setState(.live) }

    private func setState(_ state: VersionState) throws -> LogicalResponse {
        let path = try secretPath()
        let numbers = try KVVersions.numbers(parameters)
        return try ignoringMissing { try vault.setState(state, path, versions: numbers) }
    }

    /// Vault's deletions say nothing of what is not there, or gone already.
    private func ignoringMissing(_ act: () throws -> Void) throws -> LogicalResponse {
        do {
            try act()
        } catch let error as StoreError where error.category == .notFound {
        }
        return .empty
    }
}

extension LogicalContext {
    /// `options.cas`.
    private func checkAndSet() throws(LogicalFault) -> Int? {
        guard let options = try parameters.object("options"), let value = options["cas"], value != .null else {
            return nil
        }
        guard let number = LogicalParameters.integer(value), number >= 0 else {
            throw .invalid("error parsing check-and-set parameter")
        }
        return number
    }

    private func write(
        _ payload: Payload,
        at path: SecretPath,
        expecting expected: Int?,
        with vault: Vault
    ) throws -> VersionInfo {
        if mount.isCheckAndSetRequired, expected == nil {
            throw LogicalFault.invalid("check-and-set parameter required for this call")
        }
        var options = WriteOptions(expectedVersion: expected)
        var attributes = SecretAttributes()
        // What the mount says holds for the secrets that are made while it says so.
        if mount.versionsKept > 0 { attributes.versionsKept = mount.versionsKept }
        if mount.deletesVersionsAfter > 0 { attributes.deletesVersionsAfter = mount.deletesVersionsAfter }
        if !attributes.isEmpty { options.secretAttributes = attributes }
        let info = try vault.write(path, payload, options: options)
        if info.number == 1, table.waiting.contains(path.text) { try takeWaiting(path) }
        return info
    }

    /// The answer to a write.
    private func written(_ info: VersionInfo, _ path: SecretPath) throws -> JSONObject {
        let details = try trusted.describe(path)
        guard let version = details.version(info.number) else {
            return JSONObject(members: ["version": .integer(info.number)])
        }
        return Self.metadata(version, details.attributes)
    }

    /// What is told of a version.
    static func metadata(
        _ version: VersionDetails,
        _ attributes: SecretAttributes,
        _ deletion: SecretDeletion? = nil
    ) -> JSONObject {
        JSONObject(members: [
            "created_time": .string(VaultTime.text(version.created)),
            "custom_metadata": customMetadata(attributes.tags),
            "deletion_time": VaultTime.value(deletion?.deleted ?? version.deleted),
            "destroyed": .bool(version.state == .destroyed),
            "version": .integer(version.number),
        ])
    }

    /// What is told of a version that was read.
    static func metadata(_ found: DetailedVersion) -> JSONObject {
        JSONObject(members: [
            "created_time": .string(VaultTime.text(found.version.created)),
            "custom_metadata": customMetadata(found.attributes.tags),
            "deletion_time": VaultTime.value(found.deleted),
            "destroyed": false,
            "version": .integer(found.version.number),
        ])
    }

    /// A map in the order of its names; `null` when there is none.
    static func customMetadata(_ map: [String: String]) -> JSONValue {
        guard !map.isEmpty else { return .null }
        var object = JSONObject()
        for name in map.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            object[name] = map[name].map(JSONValue.string)
        }
        return .object(object)
    }

    /// Does something with a version; when it is deleted or destroyed, the answer is 404 with what is known of it.
    private func orDeleted(
        _ path: SecretPath,
        _ version: VersionReference,
        member: String = "data",
        isFlat: Bool = false,
        _ body: () throws -> LogicalResponse
    ) throws -> LogicalResponse {
        do {
            return try body()
        } catch let error as StoreError
            where error.isVersionDeleted || error.isVersionDestroyed || error.isSecretDeleted
        {
            // The policy has allowed the read: that comes before what the version is.
            let details = try trusted.describe(path)
            let number = if case .number(let number) = version { number } else { details.current }
            guard let found = details.version(number) else { throw LogicalFault.notFound }
            let metadata = Self.metadata(found, details.attributes, details.deletion)
            if isFlat { return .data(metadata, status: 404) }
            return .data(JSONObject(members: [member: .null, "metadata": .object(metadata)]), status: 404)
        }
    }
}
