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
    /// How often, in seconds, those who read a stream of changes are looked at again.
    public var watchHeartbeat = 15

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
        let attempts = AttemptLimiter()
        let own = Own()
        let metrics: @Sendable () -> String = { own.metricsText }
        let operations = OperationsAdapter(isOpen: openMetrics) {
            own.service.map { ($0.isHealthy, own.metricsText) } ?? (false, "")
        }
        let native = NativeAdapter(attempts: attempts)
        let hashiCorp = HashiCorpVaultAdapter(
            state: HashiCorpVaultState(
                version: "1.17.0+keyfolio",
                clusterName: "keyfolio",
                clusterID: VersionID(hex: vault.storeID)?.uuid ?? "",
                address: settings.address,
                started: .now
            ),
            attempts: attempts,
            filtersLists: settings.filtersLists,
            metrics: metrics
        )
        try hashiCorp.prepare(vault)
        var aws = AWSSettings()
        (aws.account, aws.defaultRegion) = (settings.account, settings.region)
        let azure = AzureKeyVault(attempts: attempts)
        let resourcePolicies = ResourcePolicies(settings: aws)
        vault.honourResourcePolicies { resourcePolicies.refuses($0) }
        let service = try Service(
            vault: vault,
            adapters: [operations, native, hashiCorp, AWSAdapter(settings: aws), azure],
            attempts: attempts,
            heartbeat: .seconds(settings.watchHeartbeat)
        ) { request in
            // AWS's clients ask for `/`, and say by a header or by how they sign that it is they.
            if request.rawPath == "/" { return AWSAdapter.isMeant(by: request) ? 3 : nil }
            if request.rawPath.hasPrefix("/api/") { return 1 }
            if HashiCorpVaultAdapter.takes(request) { return 2 }
            if OperationsAdapter.paths.contains(request.rawPath) { return 0 }
            return AzureKeyVault.isHere(request) ? 4 : nil
        }
        own.set(service, hashiCorp)
        return service
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
