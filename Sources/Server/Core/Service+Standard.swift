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
    /// Whether connections are encrypted.
    public var isEncrypted: Bool

    /// Puts the settings together.
    public init(region: String = "us-east-1", account: String = "000000000000", isEncrypted: Bool = true) {
        self.region = region
        self.account = account
        self.isEncrypted = isEncrypted
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
        let operations = OperationsAdapter(isOpen: openMetrics) {
            own.service.map { ($0.isHealthy, $0.metricsText()) } ?? (false, "")
        }
        let native = NativeAdapter(attempts: attempts)
        let service = try Service(vault: vault, adapters: [operations, native], attempts: attempts) { request in
            if OperationsAdapter.paths.contains(request.rawPath) { return 0 }
            if request.rawPath.hasPrefix("/api/") { return 1 }
            return nil
        }
        own.set(service)
        return service
    }
}

/// The service, for the adapter that it is made with.
private final class Own: Sendable {
    private let value = Mutex<Holder>(Holder())

    private struct Holder {
        weak var service: Service?
    }

    var service: Service? { value.withLock { $0.service } }

    func set(_ service: Service) { value.withLock { $0.service = service } }
}
