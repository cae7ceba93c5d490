internal import HTTPModel
internal import SecretStore

/// How each protocol says that the store is sealed. No adapter here has anything to do with a store.
struct SealedProtocols: Sendable {
    /// What Vault's clients are told about the server.
    let state: HashiCorpVaultState
    private let adapters: [any ProtocolAdapter]

    init(_ settings: ServiceSettings) {
        let attempts = AttemptLimiter()
        state = HashiCorpVaultState(settings, clusterID: "")
        var aws = AWSSettings()
        (aws.account, aws.defaultRegion) = (settings.account, settings.region)
        adapters = Service.adapters(
            operations: OperationsAdapter(isOpen: false),
            hashiCorp: HashiCorpVaultAdapter(state: state, attempts: attempts),
            aws,
            attempts
        )
    }

    func isVault(_ request: HTTPRequest) -> Bool { HashiCorpVaultAdapter.takes(request) }

    /// The answer to whatever needs the store.
    func refusal(_ request: HTTPRequest) -> HTTPResponse {
        guard let index = Service.adapter(for: request) else {
            return HTTPResponse(status: 404, headers: ["Content-Type": "text/plain"], body: Array("not found\n".utf8))
        }
        // The process is alive, and not ready.
        if request.rawPath == "/healthz", case .reply(let response) = adapters[index].plan(request) { return response }
        return adapters[index].failure(.sealed(), request)
    }

    /// Which of the calls that a sealed server answers is meant.
    static func route(_ request: LogicalRequest) -> VaultCall? {
        guard request.path.hasPrefix("sys/") else { return nil }
        return try? Route.find(.system, request.segments.dropFirst(), request).call
    }
}
