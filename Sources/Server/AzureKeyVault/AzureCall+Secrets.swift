internal import SecretStore
internal import Secrets
internal import Vaulting

extension AzureCall {
    func set(_ name: AzureName, _ vault: Vault) throws(AzureFailure) -> AzureBundle {
        let (value, changes) = try said { () throws(AzureError) in try AzureBody.set(body) }
        let path = try destination(name, vault)
        var options = WriteOptions()
        options.attributes = VersionAttributes()
        changes.apply(to: &options.attributes)
        let info = try store { () throws(StoreError) in try vault.write(path, .text(value), options: options) }
        return AzureBundle(
            name: spelled(path, name),
            version: info.id.hex,
            value: value,
            attributes: .init(options.attributes, created: info.created)
        )
    }

    func get(_ name: AzureName, _ version: String?, _ vault: Vault) throws(AzureFailure) -> AzureBundle {
        let reference = try reference(version)
        let found = try find(name, vault) { (path) throws(StoreError) in
            try vault.readDetailed(path, version: reference)
        }
        return AzureBundle(
            name: spelled(found.version.path, name),
            version: found.version.id.hex,
            value: found.version.payload.azureValue,
            attributes: .init(found.versionAttributes, created: found.version.created)
        )
    }

    func update(_ name: AzureName, _ version: String?, _ vault: Vault) throws(AzureFailure) -> AzureBundle {
        let changes = try said { () throws(AzureError) in try AzureBody.update(body) }
        let reference = try reference(version)
        let secret = try find(name, vault) { (path) throws(StoreError) in try vault.describe(path) }
        guard let details = secret.details(of: reference) else {
            throw .said(.secretNotFound(name.text, version: version))
        }
        var attributes = details.attributes
        try store { () throws(StoreError) in
            try vault.setVersionAttributes(secret.path, .number(details.number)) { (stored) in
                changes.apply(to: &stored)
                attributes = stored
            }
        }
        var bundle = AzureBundle(name: spelled(secret.path, name), version: details.id.hex)
        bundle.attributes = .init(attributes, created: details.created)
        bundle.attributes.updated = attributes == details.attributes ? details.created : .now
        return bundle
    }

    func delete(_ name: AzureName, _ vault: Vault) throws(AzureFailure) -> AzureBundle {
        let secret = try find(name, vault) { (path) throws(StoreError) in try vault.describe(path) }
        let purge = Timestamp.now.adding(seconds: settings.recoverableDays * 86_400)
        let deletion = try store { () throws(StoreError) in try vault.markForDeletion(secret.path, purging: purge) }
        return bundle(of: secret, spelled(secret.path, name), deletion: deletion)
    }

    /// A secret that is marked for deletion, with its path.
    func deleted(_ name: AzureName, _ vault: Vault) throws(AzureFailure) -> (path: SecretPath, bundle: AzureBundle) {
        let secret = try find(name, vault) { (path) throws(StoreError) in try vault.describe(path) }
        guard let deletion = secret.deletion else { throw .said(.deletedSecretNotFound(name.text)) }
        return (secret.path, bundle(of: secret, spelled(secret.path, name), deletion: deletion))
    }

    func recover(_ name: AzureName, _ vault: Vault) throws(AzureFailure) -> AzureBundle {
        var (path, bundle) = try deleted(name, vault)
        try store { () throws(StoreError) in try vault.restore(path) }
        bundle.deletion = nil
        return bundle
    }

    /// The bundle of the current version, without its value.
    func bundle(of secret: SecretDetails, _ name: String, deletion: SecretDeletion? = nil) -> AzureBundle {
        let current = secret.version(secret.current)
        return AzureBundle(
            name: name,
            version: current?.id.hex,
            attributes: .init(current?.attributes ?? VersionAttributes(), created: current?.created ?? secret.created),
            deletion: deletion.map { ($0.deleted, $0.purged) }
        )
    }

    /// How a name is shown: as its path has it, and as it was asked for only if the path has no spelling.
    func spelled(_ path: SecretPath, _ name: AzureName) -> String {
        // A name without a number of a character in it is the one spelling of its path.
        if !name.hasNumbers, (try? name.path(in: host.vault)) == path { return name.text }
        return AzureName(path, in: host.vault)?.text ?? name.text
    }
}

extension SecretDetails {
    /// The version that a reference means, unless it cannot be read for good.
    fileprivate func details(of reference: VersionReference) -> VersionDetails? {
        let found: VersionDetails? =
            switch reference {
            case .id(let id): versions.last { $0.id == id }
            default: version(current)
            }
        return found?.state == .live && deletion == nil ? found : nil
    }
}

extension AzureBody.Changes {
    /// Changes what is said of a version; what was not sent stays.
    func apply(to attributes: inout VersionAttributes) {
        if let isEnabled { attributes.isEnabled = isEnabled }
        if let notBefore { attributes.notBefore = notBefore }
        if let expires { attributes.expires = expires }
        if let contentType { attributes.contentType = contentType.isEmpty ? nil : contentType }
        if let tags { attributes.tags = tags }
    }
}

extension AzureBundle.VersionFacts {
    /// What is said of a version.
    init(_ attributes: VersionAttributes, created: Timestamp) {
        self.init(
            contentType: attributes.contentType,
            isEnabled: attributes.isEnabled,
            notBefore: attributes.notBefore,
            expires: attributes.expires,
            created: created,
            updated: created,
            tags: attributes.tags
        )
    }
}
