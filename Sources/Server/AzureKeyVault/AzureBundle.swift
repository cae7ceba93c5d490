internal import SecretStore
internal import Secrets

/// What Azure shows of one version of a secret: the bundle with its value, or the item of a list without.
struct AzureBundle {
    /// The name, as it is spelled in links.
    var name: String
    /// 32 hexadecimal digits; nil in a list of secrets, whose ids name no version.
    var version: String?
    /// nil wherever the API gives none: everywhere but when a secret is set or got.
    var value: Secret<String>?
    var attributes = VersionFacts()
    /// When the secret was deleted and will be purged; nil when it is not.
    var deletion: (deleted: Timestamp, purged: Timestamp)?

    /// What is known of the version beside its value.
    struct VersionFacts {
        var contentType: String?
        var isEnabled = true
        var notBefore: Timestamp?
        var expires: Timestamp?
        var created = Timestamp(microseconds: 0)
        var updated = Timestamp(microseconds: 0)
        var tags: [String: String] = [:]
    }

    /// The object, its members in the order of the service's own answers.
    ///
    /// - Parameters:
    ///   - host: Where the request went: what the links begin with.
    ///   - version: The API's version.
    ///   - settings: How long a deleted secret can be recovered.
    func object(_ host: AzureHost, _ version: AzureVersion, _ settings: AzureSettings) -> AzureObject {
        // Names, links and facts; and the value, as it is when nothing in it must be escaped.
        var object = AzureObject(reserving: 384 + (unsafe value?.withUnsafeBytes(\.count) ?? 0))
        if let deletion {
            object.add("recoveryId", plain: host.base, "/deletedsecrets/", name)
            object.add("deletedDate", deletion.deleted.seconds)
            object.add("scheduledPurgeDate", deletion.purged.seconds)
        }
        if let value { object.add("value", secret: value) }
        object.add("contentType", ifThere: attributes.contentType)
        if let version = self.version {
            object.add("id", plain: host.base, "/secrets/", name, "/", version)
        } else {
            object.add("id", plain: host.base, "/secrets/", name)
        }
        object.add("attributes") { add(attributes, to: &$0, version, settings) }
        if !attributes.tags.isEmpty { object.add("tags", map: attributes.tags) }
        return object
    }

    private func add(
        _ attributes: VersionFacts,
        to object: inout AzureObject,
        _ version: AzureVersion,
        _ settings: AzureSettings
    ) {
        object.add("enabled", attributes.isEnabled)
        if let notBefore = attributes.notBefore { object.add("nbf", notBefore.seconds) }
        if let expires = attributes.expires { object.add("exp", expires.seconds) }
        object.add("created", attributes.created.seconds)
        object.add("updated", attributes.updated.seconds)
        object.add("recoveryLevel", plain: settings.recoveryLevel)
        if version.tellsRecoverableDays { object.add("recoverableDays", Int64(settings.recoverableDays)) }
    }
}
