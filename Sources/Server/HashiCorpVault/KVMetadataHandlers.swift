internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Vaulting

/// KV version 2: what is known of secrets, and the mount's settings.
extension LogicalContext {
    func readMetadata() throws -> LogicalResponse {
        let path = try secretPath()
        do {
            return .data(Self.metadata(of: try vault.describe(path)))
        } catch {
            guard error.isNoSuchSecret, table.waiting.contains(path.text), let waiting = try waiting(path) else {
                throw error
            }
            return .data(Self.metadata(waiting.attributes, [], waiting.created, waiting.created, current: 0))
        }
    }

    func writeMetadata() throws -> LogicalResponse {
        try changeMetadata(try KVMetadataChange(parameters, isPatch: false), makes: true)
    }

    func patchMetadata() throws -> LogicalResponse {
        let change = try KVMetadataChange(parameters, isPatch: true)
        try require()
        return try changeMetadata(change, makes: false)
    }

    func deleteMetadata() throws -> LogicalResponse {
        let path = try secretPath()
        do {
            try vault.remove(path)
        } catch {
            guard error.category == .notFound else { throw error }
        }
        if table.waiting.contains(path.text) {
            try perform(changing: true) { try $0.remove(MountTable.waitingCollection, path.text) }
            adapter.forgetMounts()
        }
        return .empty
    }

    func listSecrets() throws -> LogicalResponse {
        let (after, limit) = (try parameters.text("after") ?? "", max(0, try parameters.integer("limit") ?? 0))
        let names = try vault.children(
            of: try mount.secrets.prefix(routed["path"]),
            isFiltered: adapter.filtersLists,
            page: limit > 0 ? (after, limit) : nil
        )
        var level = KVLevel()
        for name in names {
            let decoded = mount.secrets.decodedName(name)
            // The gate has filtered by the spelling of the store.
            guard !adapter.filtersLists || decoded == name || maySee(decoded) else { continue }
            level.add(decoded[...])
        }
        return try .keys(level.page(after: after, limit: limit))
    }

    /// Whether a name of a listing is shown, by what the policy says of it as clients spell it: of the secret, or of
    /// anything below a name with a slash at its end.
    private func maySee(_ name: String) -> Bool {
        let access = vault.identity.access
        let path = (routed["path"].isEmpty ? "" : routed["path"] + "/") + name
        func may(_ capability: Capability, _ aspect: String) -> Bool {
            let resource = "\(mount.path)/\(aspect)/\(path)"
            return name.last == "/"
                ? access.mayHold(capability, under: resource) : access.decide(capability, on: resource).isAllowed
        }
        return may(.read, "data") || may(.read, "metadata") || may(.list, "metadata")
    }

    func scanSecrets() throws -> LogicalResponse {
        let prefix = try mount.secrets.prefix(routed["path"])
        var keys: [String] = []
        var last: SecretPath?
        while keys.count < Self.mostScanned {
            let page = try vault.list(under: prefix, after: last, limit: 1000)
            guard let end = page.last else { break }
            last = end.path
            let folder = routed["path"].isEmpty ? 0 : routed["path"].utf8.count + 1
            for info in page {
                guard let path = mount.secrets.path(of: info.path), path.utf8.count > folder else { continue }
                let key = String(Substring(path.utf8.dropFirst(folder)))
                let isPlain = !info.path.text.utf8.contains(UInt8(ascii: "="))
                if !adapter.filtersLists || isPlain || maySee(key) { keys.append(key) }
            }
        }
        return try .keys(keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// The most names that one SCAN shows.
    private static let mostScanned = 100_000

    func readKeyValueConfig() throws -> LogicalResponse {
        try require()
        return .data(
            JSONObject(members: [
                "cas_required": .bool(mount.isCheckAndSetRequired),
                "delete_version_after": .string(GoDuration.text(mount.deletesVersionsAfter)),
                "max_versions": .integer(mount.versionsKept),
            ])
        )
    }

    func writeKeyValueConfig() throws -> LogicalResponse {
        let change = try KVMetadataChange(parameters, isPatch: false)
        var changed = mount
        if case .set(let number) = change.versionsKept { changed.versionsKept = number }
        if case .set(let flag) = change.isCheckAndSetRequired { changed.isCheckAndSetRequired = flag }
        if case .set(let seconds) = change.deletesVersionsAfter { changed.deletesVersionsAfter = seconds }
        try perform(changing: true) { try $0.put(MountTable.collection, changed.path, changed.json) }
        adapter.forgetMounts()
        return .empty
    }
}

extension LogicalContext {
    private func changeMetadata(_ change: KVMetadataChange, makes: Bool) throws -> LogicalResponse {
        let path = try secretPath()
        let gate = makes ? vault : trusted
        var fault: LogicalFault?
        do {
            try gate.setAttributes(path) { (attributes) throws(StoreError) in
                do throws(LogicalFault) {
                    try change.apply(to: &attributes)
                } catch {
                    fault = error
                    throw .invalidAttribute("the metadata is not valid")
                }
            }
        } catch {
            if let fault { throw fault }
            guard error.isNoSuchSecret, makes else { throw error }
            try wait(path, change)
        }
        var response = LogicalResponse.empty
        if mount.isCheckAndSetRequired, case .set(false) = change.isCheckAndSetRequired {
            response.warnings = [
                "\"cas_required\" set to false, but is mandated by backend config. This value will be ignored."
            ]
        }
        return response
    }

    /// Keeps what is said of a secret that has no version yet, until it has one.
    private func wait(_ path: SecretPath, _ change: KVMetadataChange) throws {
        let old = try waiting(path)
        var attributes = old?.attributes ?? SecretAttributes()
        try change.apply(to: &attributes)
        try performTrusted(changing: true) { directory in
            try directory.put(
                MountTable.waitingCollection,
                path.text,
                WaitingMetadata(attributes: attributes, created: old?.created ?? directory.time).json
            )
        }
        adapter.forgetMounts()
    }

    private func waiting(_ path: SecretPath) throws -> WaitingMetadata? {
        try performTrusted(changing: false) { directory in
            try directory.document(MountTable.waitingCollection, path.text).map(WaitingMetadata.init)
        }
    }

    /// Gives a secret that has just been made what was said of it before.
    func takeWaiting(_ path: SecretPath) throws {
        guard let waiting = try waiting(path) else { return }
        try trusted.setAttributes(path) { (attributes) throws(StoreError) in attributes = waiting.attributes }
        try performTrusted(changing: true) { try $0.remove(MountTable.waitingCollection, path.text) }
        adapter.forgetMounts()
    }

    private static func metadata(of details: SecretDetails) -> JSONObject {
        metadata(
            details.attributes,
            details.versions,
            details.created,
            details.updated,
            current: details.current,
            details.deletion
        )
    }

    private static func metadata(
        _ attributes: SecretAttributes,
        _ versions: [VersionDetails],
        _ created: Timestamp,
        _ updated: Timestamp,
        current: Int,
        _ deletion: SecretDeletion? = nil
    ) -> JSONObject {
        var shown = JSONObject()
        for version in versions {
            shown[String(version.number)] = .object(
                JSONObject(members: [
                    "created_time": .string(VaultTime.text(version.created)),
                    "deletion_time": VaultTime.value(deletion?.deleted ?? version.deleted),
                    "destroyed": .bool(version.state == .destroyed),
                ])
            )
        }
        return JSONObject(members: [
            "cas_required": .bool(attributes.isCheckAndSetRequired ?? false),
            "created_time": .string(VaultTime.text(created)),
            "current_version": .integer(current),
            "custom_metadata": customMetadata(attributes.tags),
            "delete_version_after": .string(GoDuration.text(attributes.deletesVersionsAfter ?? 0)),
            "max_versions": .integer(attributes.versionsKept ?? 0),
            "oldest_version": .integer(versions.first?.number ?? 0),
            "updated_time": .string(VaultTime.text(updated)),
            "versions": .object(shown),
        ])
    }
}

/// What was said of a secret before its first version.
private struct WaitingMetadata {
    var attributes: SecretAttributes
    var created: Timestamp

    init(attributes: SecretAttributes, created: Timestamp) {
        self.attributes = attributes
        self.created = created
    }

    var json: JSONValue {
        var object = JSONObject(members: ["created": .string(created.description), "tags": .map(attributes.tags)])
        object["cas"] = attributes.isCheckAndSetRequired.map(JSONValue.bool)
        object["versions"] = attributes.versionsKept.map(JSONValue.integer)
        object["delete"] = attributes.deletesVersionsAfter.map(JSONValue.integer)
        return .object(object)
    }

    init(_ value: JSONValue) {
        attributes = SecretAttributes()
        attributes.tags = value["tags"].map
        attributes.versionsKept = value["versions"]?.asInteger
        attributes.deletesVersionsAfter = value["delete"]?.asInteger
        if case .bool(let flag) = value["cas"] { attributes.isCheckAndSetRequired = flag }
        created = value["created"]?.asString.flatMap { Timestamp($0) } ?? .earliest
    }
}

extension KVMetadataChange {
    /// Changes what is said of a secret.
    func apply(to attributes: inout SecretAttributes) throws(LogicalFault) {
        Self.apply(versionsKept, to: &attributes.versionsKept, none: 0)
        Self.apply(isCheckAndSetRequired, to: &attributes.isCheckAndSetRequired, none: false)
        Self.apply(deletesVersionsAfter, to: &attributes.deletesVersionsAfter, none: 0)
        if let names {
            attributes.tags = names.applied(to: attributes.tags)
            try Self.checkCount(attributes.tags)
        }
    }

    private static func apply<Value: Equatable>(_ change: Change<Value>, to setting: inout Value?, none: Value) {
        switch change {
        case .keep: break
        case .clear: setting = nil
        case .set(let value): setting = value == none ? nil : value
        }
    }
}
