internal import HTTPModel
public import SecretStore
internal import Synchronization
public import Vaulting

/// What the protocols need to know of where they are spoken.
public struct ServiceSettings: Sendable {
    /// The AWS region that the other protocols see.
    public var region: String
    /// The AWS account in ARNs.
    public var account: String
    /// Where clients reach the server, such as `https://127.0.0.1:8200`.
    public var address: String
    /// Whether listings of Vault's clients show only what the caller may see; Vault itself shows every name.
    public var filtersLists = true
    /// Fetches the keys that issuers of tokens publish; nil for a server that fetches none.
    public var fetchKeySet: KeySetFetcher?
    /// Reads certificates of clients; nil for a server that reads none.
    public var certificates: (any CertificateReader)?
    /// How often, in seconds, those who read a stream of changes are looked at again.
    public var watchHeartbeat = 15
    /// Whether whoever reaches the server may begin to make a root token with shares; else that takes a token.
    public var allowsRootGeneration = false

    /// Puts the settings together.
    public init(region: String = "us-east-1", account: String = "000000000000", address: String) {
        self.region = region
        self.account = account
        self.address = address
    }
}

extension Service {
    /// The service with every protocol.
    ///
    /// - Parameters:
    ///   - vault: The store, opened, with every right.
    ///   - settings: What the protocols need to know.
    ///   - openMetrics: Whether `/metrics` is given to whoever asks.
    /// - Throws: ``StoreError``.
    public static func standard(
        _ vault: Vault,
        _ settings: ServiceSettings,
        openMetrics: Bool = false
    ) throws(StoreError) -> Service {
        try standard(vault, settings, openMetrics: openMetrics, seal: nil)
    }

    /// The service of a store that can be sealed.
    ///
    /// - Parameter seal: What seals it. It holds this service, which holds it: sealing breaks that.
    static func standard(
        _ vault: Vault,
        _ settings: ServiceSettings,
        openMetrics: Bool,
        seal: (any SealControl)?
    ) throws(StoreError) -> Service {
        let attempts = AttemptLimiter()
        let own = Own()
        let metrics: @Sendable () -> String = { own.metricsText }
        let operations = OperationsAdapter(
            isOpen: openMetrics,
            metrics: metrics,
            knownHealth: { own.service.map { $0.knownHealth() } ?? false },
            tryHealth: { own.service?.tryHealth() ?? false },
            obstacle: { own.service?.obstacle ?? "the server ends" }
        )
        let hashiCorp = HashiCorpVaultAdapter(
            state: HashiCorpVaultState(settings, clusterID: VersionID(hex: vault.storeID)?.uuid ?? ""),
            attempts: attempts,
            filtersLists: settings.filtersLists,
            metrics: metrics,
            fetchKeySet: settings.fetchKeySet,
            certificates: settings.certificates,
            seal: seal,
            allowsRootGeneration: settings.allowsRootGeneration
        )
        try hashiCorp.prepare(vault)
        var aws = AWSSettings()
        (aws.account, aws.defaultRegion) = (settings.account, settings.region)
        let resourcePolicies = ResourcePolicies(settings: aws)
        vault.honourResourcePolicies { resourcePolicies.refusal($0) }
        let service = try Service(
            vault: vault,
            adapters: adapters(operations: operations, hashiCorp: hashiCorp, aws, attempts),
            attempts: attempts,
            heartbeat: .seconds(settings.watchHeartbeat)
        ) { adapter(for: $0) }
        own.set(service, hashiCorp)
        return service
    }

    /// Every protocol, in the order of ``adapter(for:)-(HTTPRequest)``.
    static func adapters(
        operations: OperationsAdapter,
        hashiCorp: HashiCorpVaultAdapter,
        _ aws: AWSSettings,
        _ attempts: AttemptLimiter
    ) -> [any ProtocolAdapter] {
        [
            operations, NativeAdapter(attempts: attempts), hashiCorp, AWSAdapter(settings: aws),
            AzureKeyVault(attempts: attempts),
        ]
    }

    /// Which protocol a request is for: the place of its adapter.
    static func adapter(for request: HTTPRequest) -> Int? {
        // AWS's clients ask for `/`, and say by a header or by how they sign that it is they.
        if request.rawPath == "/" { return AWSAdapter.isMeant(by: request) ? 3 : nil }
        if request.rawPath.hasPrefix("/api/") { return 1 }
        if HashiCorpVaultAdapter.takes(request) { return 2 }
        if OperationsAdapter.paths.contains(request.rawPath) { return 0 }
        return AzureKeyVault.isHere(request) ? 4 : nil
    }
}

/// The service, for the adapter that it is made with.
private final class Own: Sendable {
    private let value = Mutex<Holder>(Holder())

    private struct Holder {
        weak var service: Service?
        weak var hashiCorp: HashiCorpVaultAdapter?
    }

    var service: Service? { value.withLock { $0.service } }

    /// The counters in Prometheus's text format.
    var metricsText: String {
        let refused = value.withLock { $0.hashiCorp }?.refusedByQuota ?? 0
        let help = "Requests that were refused because their client had sent too many."
        return service?.metricsText([("keyfolio_rate_limited", help, Double(refused))]) ?? ""
    }

    func set(_ service: Service, _ hashiCorp: HashiCorpVaultAdapter) {
        value.withLock { ($0.service, $0.hashiCorp) = (service, hashiCorp) }
    }
}
