/// Which version of a secret is meant.
public enum VersionReference: Sendable, Hashable {
    /// The current one.
    case current
    /// The one with a number, counted from 1.
    case number(Int)
    /// The one that a label stands on.
    case label(Label)
    /// The one with an id.
    case id(VersionID)
}

/// Whether a version can be read.
public enum VersionState: String, Sendable, Hashable, CaseIterable {
    /// It can.
    case live
    /// It was deleted and can be had back.
    case deleted
    /// Its payload is gone for good; that it was there is remembered.
    case destroyed
}

/// What is known of one version without opening its payload.
public struct VersionInfo: Sendable, Hashable {
    /// The number, counted from 1.
    public let number: Int
    /// When it was written.
    public let created: Timestamp
    /// Who wrote it.
    public let principal: Principal
    /// Whether it can be read.
    public let state: VersionState
    /// What kind of payload it has.
    public let kind: Payload.Kind
    /// The labels that stand on it, `current` and `previous` among them.
    public let labels: Set<Label>
    /// The version's other name.
    public let id: VersionID
    /// 16 bytes that no other secret has or had, not even one at the same path.
    public let secretID: [UInt8]

    /// Puts the parts together. Stores make these; callers read them.
    public init(
        number: Int,
        id: VersionID,
        created: Timestamp,
        principal: Principal,
        state: VersionState,
        kind: Payload.Kind,
        labels: Set<Label>,
        secretID: [UInt8] = []
    ) {
        self.secretID = secretID
        self.id = id
        self.number = number
        self.created = created
        self.principal = principal
        self.state = state
        self.kind = kind
        self.labels = labels
    }
}

/// One version with its payload: what a read gives.
public struct SecretVersion: Sendable {
    /// Where it is from.
    public let path: SecretPath
    /// The environment that the secret belongs to.
    public let environment: EnvironmentName
    /// The version's number, counted from 1.
    public let number: Int
    /// The version's other name.
    public let id: VersionID
    /// When the version was written.
    public let created: Timestamp
    /// The labels that stand on it, `current` and `previous` among them.
    public let labels: Set<Label>
    /// 16 bytes that no other secret has or had, not even one at the same path.
    public let secretID: [UInt8]
    /// What it holds.
    public let payload: Payload

    /// Puts the parts together. Stores make these; callers read them.
    public init(
        path: SecretPath,
        environment: EnvironmentName,
        number: Int,
        id: VersionID,
        created: Timestamp,
        labels: Set<Label>,
        secretID: [UInt8] = [],
        payload: Payload
    ) {
        self.secretID = secretID
        self.path = path
        self.environment = environment
        self.number = number
        self.id = id
        self.created = created
        self.labels = labels
        self.payload = payload
    }
}

/// One line of a listing: a secret without its payload.
public struct SecretInfo: Sendable, Hashable {
    /// Where it is.
    public let path: SecretPath
    /// The environment that it belongs to.
    public let environment: EnvironmentName
    /// The number of its current version.
    public let currentVersion: Int
    /// Whether the current version can be read.
    public let state: VersionState
    /// When its first version was written.
    public let created: Timestamp
    /// When its current version was written.
    public let updated: Timestamp
    /// That the whole of it is marked for deletion; nil when it is not.
    public let deletion: SecretDeletion?
    /// 16 bytes that no other secret has or had, not even one at the same path.
    public let secretID: [UInt8]

    /// Puts the parts together. Stores make these; callers read them.
    public init(
        path: SecretPath,
        environment: EnvironmentName,
        currentVersion: Int,
        state: VersionState,
        created: Timestamp,
        updated: Timestamp,
        deletion: SecretDeletion? = nil,
        secretID: [UInt8] = []
    ) {
        self.deletion = deletion
        self.secretID = secretID
        self.path = path
        self.environment = environment
        self.currentVersion = currentVersion
        self.state = state
        self.created = created
        self.updated = updated
    }
}
