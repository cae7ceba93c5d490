/// What the owner of a secret says of the whole of it. Nothing here is a value; all of it is sealed all the same.
public struct SecretAttributes: Sendable, Hashable {
    /// What the secret is for.
    public var description: String?
    /// Names and values of the owner's own: AWS's tags and Vault's custom metadata are this one map.
    public var tags: [String: String] = [:]
    /// The key that an AWS client asked for. Kept and told, not used.
    public var keyID: String?
    /// The rotation that an AWS client configured, as JSON.
    public var rotation: String?
    /// The resource policy of an AWS client, as JSON.
    public var resourcePolicy: String?
    /// Whether each write must name the version that it replaces.
    public var isCheckAndSetRequired: Bool?
    /// How many versions are kept; nil for the store's own number.
    public var versionsKept: Int?
    /// After how many seconds a new version is deleted by itself; nil for never.
    public var deletesVersionsAfter: Int?

    /// Nothing said.
    public init() {}

    /// Whether nothing is said.
    public var isEmpty: Bool { self == SecretAttributes() }
}

/// What the owner of a secret says of one version.
public struct VersionAttributes: Sendable, Hashable {
    /// Whether the version may be read. Azure's clients disable versions.
    public var isEnabled = true
    /// Before when the version should not be used; told, not enforced, as in Azure.
    public var notBefore: Timestamp?
    /// After when the version should not be used; told, not enforced, as in Azure.
    public var expires: Timestamp?
    /// What the payload is, such as `text/plain`.
    public var contentType: String?
    /// Names and values of the owner's own.
    public var tags: [String: String] = [:]
    /// The client request token of an AWS client, when it is no UUID and so not the version's id.
    public var token: String?

    /// Nothing said.
    public init() {}
}

/// That a whole secret is marked for deletion, and until when it can be had back.
public struct SecretDeletion: Sendable, Hashable {
    /// When it was marked.
    public let deleted: Timestamp
    /// When it goes for good.
    public let purged: Timestamp

    /// Puts the parts together. Stores make these; callers read them.
    public init(deleted: Timestamp, purged: Timestamp) {
        self.deleted = deleted
        self.purged = purged
    }
}

/// Everything that is known of one version without its payload.
public struct VersionDetails: Sendable, Hashable {
    /// The number, counted from 1.
    public let number: Int
    /// The other name of the version.
    public let id: VersionID
    /// When it was written.
    public let created: Timestamp
    /// Who wrote it.
    public let principal: Principal
    /// Whether it can be read, as of the moment that was asked.
    public let state: VersionState
    /// When it was deleted, or will be by itself.
    public let deleted: Timestamp?
    /// What kind of payload it has.
    public let kind: Payload.Kind
    /// The labels that stand on it, `current` and `previous` among them.
    public let labels: Set<Label>
    /// What its owner says of it.
    public let attributes: VersionAttributes

    /// Puts the parts together. Stores make these; callers read them.
    public init(
        number: Int,
        id: VersionID,
        created: Timestamp,
        principal: Principal,
        state: VersionState,
        deleted: Timestamp?,
        kind: Payload.Kind,
        labels: Set<Label>,
        attributes: VersionAttributes
    ) {
        self.number = number
        self.id = id
        self.created = created
        self.principal = principal
        self.state = state
        self.deleted = deleted
        self.kind = kind
        self.labels = labels
        self.attributes = attributes
    }
}

/// Everything that is known of a secret without its payloads.
public struct SecretDetails: Sendable, Hashable {
    /// Where it is.
    public let path: SecretPath
    /// The environment that it belongs to.
    public let environment: EnvironmentName
    /// 32 hexadecimal digits that no other secret has or had, not even one at the same path.
    public let uniqueID: String
    /// When its first version was written.
    public let created: Timestamp
    /// When anything about it changed last.
    public let updated: Timestamp
    /// The number of the version that a plain read gives.
    public let current: Int
    /// The versions that are kept, by ascending number.
    public let versions: [VersionDetails]
    /// What its owner says of it.
    public let attributes: SecretAttributes
    /// That it is marked for deletion; nil when it is not.
    public let deletion: SecretDeletion?

    /// Puts the parts together. Stores make these; callers read them.
    public init(
        path: SecretPath,
        environment: EnvironmentName,
        uniqueID: String,
        created: Timestamp,
        updated: Timestamp,
        current: Int,
        versions: [VersionDetails],
        attributes: SecretAttributes,
        deletion: SecretDeletion?
    ) {
        self.path = path
        self.environment = environment
        self.uniqueID = uniqueID
        self.created = created
        self.updated = updated
        self.current = current
        self.versions = versions
        self.attributes = attributes
        self.deletion = deletion
    }

    /// The highest number of a version.
    public var latest: Int { versions.last?.number ?? 0 }
    /// The version with a number.
    public func version(_ number: Int) -> VersionDetails? { versions.last { $0.number == number } }
}

/// One version with its payload and what its owner says of it.
public struct DetailedVersion: Sendable {
    /// The version.
    public let version: SecretVersion
    /// What is said of the version.
    public let versionAttributes: VersionAttributes
    /// When the version will be deleted by itself.
    public let deleted: Timestamp?
    /// What is said of the whole secret.
    public let attributes: SecretAttributes

    /// Puts the parts together. Stores make these; callers read them.
    public init(
        version: SecretVersion,
        versionAttributes: VersionAttributes,
        deleted: Timestamp?,
        attributes: SecretAttributes
    ) {
        self.version = version
        self.versionAttributes = versionAttributes
        self.deleted = deleted
        self.attributes = attributes
    }
}
