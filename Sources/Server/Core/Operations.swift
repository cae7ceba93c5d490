public import HTTPModel
public import SecretStore
public import Vaulting

/// What operators ask: `/healthz`, `/readyz`, `/metrics`.
public final class OperationsAdapter: ProtocolAdapter {
    /// The name in the audit log.
    public let wire = "operations"
    private let isOpen: Bool
    private let metrics: @Sendable () -> String
    private let knownHealth: @Sendable () -> Bool?
    /// Finds out whether requests can be answered now, on a thread where that may take time.
    private let tryHealth: @Sendable () -> Bool
    private let obstacle: @Sendable () -> String

    /// - Parameters:
    ///   - isOpen: Whether metrics are given to whoever asks; else only to this machine. They tell numbers, not names.
    ///   - metrics: Their text.
    ///   - knownHealth: Whether requests can be answered, as far as it is known.
    ///   - tryHealth: Finds it out, when it is not.
    ///   - obstacle: Why they cannot be answered.
    public init(
        isOpen: Bool,
        metrics: @escaping @Sendable () -> String = { "" },
        knownHealth: @escaping @Sendable () -> Bool? = { false },
        tryHealth: @escaping @Sendable () -> Bool = { false },
        obstacle: @escaping @Sendable () -> String = { "the store takes no records" }
    ) {
        self.isOpen = isOpen
        self.metrics = metrics
        self.knownHealth = knownHealth
        self.tryHealth = tryHealth
        self.obstacle = obstacle
    }

    /// The paths.
    public static let paths: Set<String> = ["/healthz", "/readyz", "/metrics"]

    /// Answers at once.
    public func plan(_ request: HTTPRequest) -> Plan {
        guard request.method == "GET" || request.method == "HEAD" else {
            return .reply(Self.text(405, "use GET\n"))
        }
        switch request.rawPath {
        case "/healthz": return .reply(Self.text(200, "ok\n"))
        case "/readyz":
            if let isHealthy = knownHealth() { return .reply(ready(isHealthy)) }
            return .work { [self] _ in .reply(ready(tryHealth())) }
        default:
            let address = request.origin.address
            guard isOpen || address == "::1" || address.hasPrefix("127.") else {
                return .reply(Self.text(403, "metrics are for this machine only\n"))
            }
            var response = Self.text(200, metrics())
            response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            return .reply(response)
        }
    }

    /// When the disk did not confirm a write, nobody can ask the store whether it is well again.
    public func failure(_ error: StoreError, _ request: HTTPRequest) -> HTTPResponse {
        Self.text(503, error.category == .sealed ? "sealed\n" : "unavailable\n")
    }

    /// Nothing here asks for a credential: this is for who asks whether requests can be answered, when they could not be
    /// before and there is no room to find out whether they can now.
    public func refusal(_ error: AuthenticationError, _ request: HTTPRequest) -> HTTPResponse {
        request.rawPath == "/readyz" ? ready(false) : Self.text(403, "not allowed\n")
    }

    private func ready(_ isHealthy: Bool) -> HTTPResponse {
        Self.text(isHealthy ? 200 : 503, (isHealthy ? "ready" : obstacle()) + "\n")
    }

    private static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}
