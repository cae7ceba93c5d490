/// What every store can do, wherever it is: the local vault, a server, another vendor's service.
///
/// The methods are asynchronous for the stores behind a network. The local vault meets them with synchronous methods
/// of the same names, which its own callers use without an `await`.
public protocol SecretStore: Sendable {
    /// Reads one version of a secret.
    ///
    /// - Parameters:
    ///   - path: The secret.
    ///   - version: Which version.
    /// - Throws: ``StoreError``.
    func read(_ path: SecretPath, version: VersionReference) async throws -> SecretVersion

    /// Writes a new version of a secret, and the secret itself when it is not there.
    ///
    /// - Parameters:
    ///   - path: The secret.
    ///   - payload: What the version holds.
    ///   - options: Where it belongs and what must be true before.
    /// - Returns: What is known of the new version.
    /// - Throws: ``StoreError``.
    @discardableResult
    func write(_ path: SecretPath, _ payload: Payload, options: WriteOptions) async throws -> VersionInfo

    /// Lists secrets without their payloads, ordered by path.
    ///
    /// - Parameter prefix: Only what is there or below it; nil for everything.
    /// - Throws: ``StoreError``.
    func list(under prefix: SecretPath?) async throws -> [SecretInfo]

    /// The versions of a secret that are kept, the newest first.
    ///
    /// - Throws: ``StoreError``.
    func versions(of path: SecretPath) async throws -> [VersionInfo]

    /// Deletes the current version so that it can be had back.
    ///
    /// - Throws: ``StoreError``.
    func delete(_ path: SecretPath) async throws
}

/// How a write is to be done.
public struct WriteOptions: Sendable, Hashable {
    /// The environment of a secret that is not there yet; nil means ``EnvironmentName/shared``. A secret stays in its
    /// environment: naming another one for a secret that is there is a conflict.
    public var environment: EnvironmentName?
    /// The version that must be current, or 0 when the secret must not be there; nil to write whatever is there. This
    /// is check-and-set: who reads, decides and writes loses nothing that came between.
    public var expectedVersion: Int?
    /// Labels to put on the new version, beside `current`.
    public var labels: Set<Label>
    /// The new version's id; nil for a random one.
    public var id: VersionID?
    /// Whether the new version becomes the current one. The first version of a secret always does.
    public var makesCurrent = true
    /// What is said of the new version.
    public var attributes = VersionAttributes()
    /// What is said of the secret, when the write makes it; a secret that is there keeps what was said.
    public var secretAttributes: SecretAttributes?

    /// Sets the options.
    public init(environment: EnvironmentName? = nil, expectedVersion: Int? = nil, labels: Set<Label> = []) {
        self.environment = environment
        self.expectedVersion = expectedVersion
        self.labels = labels
    }
}
