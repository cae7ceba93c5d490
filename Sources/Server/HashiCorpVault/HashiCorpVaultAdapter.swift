internal import AccessPolicy
internal import Findings
public import HTTPModel
public import SecretStore
internal import Secrets
internal import Synchronization
public import Vaulting

/// HashiCorp Vault's HTTP API over the gate, as `vault`, `bao` and hvac speak it.
///
/// It turns bytes into a call of ``Route/all`` and the call's end into bytes. What is allowed, what is kept and what is
/// written down is the gate's business.
public final class HashiCorpVaultAdapter: ProtocolAdapter {
    /// What is told about the server.
    public let state: HashiCorpVaultState
    /// Whether a LIST shows only what the caller may read. Vault shows every name.
    public let filtersLists: Bool
    /// Counts wrong passwords and secret ids. The service's own, so that all protocols count together.
    let attempts: AttemptLimiter
    /// Counts requests against the quotas.
    let limiter: RateLimiter
    /// The server's counters in Prometheus's text format.
    let metrics: @Sendable () -> String
    /// The keys that issuers of tokens publish.
    let keySets: KeySetCache
    /// Reads certificates of clients; nil where none are read.
    let certificates: (any CertificateReader)?
    /// The mounts as they were read last; nil when they changed since.
    private let table = Mutex(Known())
    /// The mounts that were moved last.
    private let remounts = Mutex<[Remount]>([])

    private struct Known {
        var table: MountTable?
        /// How often they changed: what was read before the last change is not remembered.
        var changes = 0
    }

    /// What seals the store; nil where nothing does.
    let seal: (any SealControl)?
    /// What holders of shares do together.
    let ceremonies: KeyCeremonies
    /// Whether whoever reaches the server may begin to make a root token with shares.
    let allowsRootGeneration: Bool
    /// How many requests were refused because their client had sent too many.
    public var refusedByQuota: Int { limiter.refused }

    /// Makes an adapter.
    ///
    /// - Parameters:
    ///   - state: What is told about the server.
    ///   - attempts: Counts wrong passwords and secret ids.
    ///   - filtersLists: Whether a LIST shows only what the caller may read.
    ///   - metrics: The server's counters in Prometheus's text format.
    ///   - clock: Tells the time of quotas.
    ///   - fetchKeySet: Fetches the keys of issuers; nil where none are fetched.
    ///   - certificates: Reads certificates of clients; nil where none are read.
    public convenience init(
        state: HashiCorpVaultState,
        attempts: AttemptLimiter,
        filtersLists: Bool = true,
        metrics: @escaping @Sendable () -> String = { "" },
        fetchKeySet: KeySetFetcher? = nil,
        certificates: (any CertificateReader)? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.init(
            state: state,
            attempts: attempts,
            filtersLists: filtersLists,
            metrics: metrics,
            fetchKeySet: fetchKeySet,
            certificates: certificates,
            clock: clock,
            seal: nil
        )
    }

    /// Makes an adapter of a store that can be sealed.
    init(
        state: HashiCorpVaultState,
        attempts: AttemptLimiter,
        filtersLists: Bool,
        metrics: @escaping @Sendable () -> String = { "" },
        fetchKeySet: KeySetFetcher? = nil,
        certificates: (any CertificateReader)? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now },
        seal: (any SealControl)?,
        allowsRootGeneration: Bool = false
    ) {
        self.seal = seal
        self.allowsRootGeneration = allowsRootGeneration
        ceremonies = KeyCeremonies(clock: clock)
        self.state = state
        self.metrics = metrics
        limiter = RateLimiter(clock: clock)
        self.certificates = certificates
        keySets = KeySetCache(fetch: fetchKeySet)
        self.attempts = attempts
        self.filtersLists = filtersLists
    }

    /// `vault`.
    public var wire: String { "vault" }

    /// Whether a request is for this protocol: its path begins with `/v1/`.
    public static func takes(_ request: HTTPRequest) -> Bool { request.rawPath.utf8.starts(with: "/v1/".utf8) }

    /// Reads a request.
    public func plan(_ request: HTTPRequest) -> Plan {
        // Before the body is parsed, a token looked up or a password hashed.
        let verdict = quota(on: request)
        if let verdict, !verdict.isAllowed { return .reply(Self.tooMany(request, verdict)) }
        let plan: Plan
        do throws(LogicalFault) {
            plan = try self.plan(try LogicalRequest(request))
        } catch {
            plan = .reply(error.response)
        }
        guard let verdict, verdict.isShown else { return plan }
        return plan.adding(verdict.headers)
    }

    /// Reads what holds before the first request comes.
    public func prepare(_ vault: Vault) throws(StoreError) { try readQuotas(vault) }

    /// 500 with the error's code, or 503.
    public func failure(_ error: StoreError, _ request: HTTPRequest) -> HTTPResponse {
        // When a whole group is taken back, what one of it read of another was never there.
        forgetMounts()
        limiter.forget()
        return LogicalFault(error).response
    }

    /// 403, whatever the reason.
    public func refusal(_ error: AuthenticationError, _ request: HTTPRequest) -> HTTPResponse {
        LogicalFault(error).response
    }

    /// Remembers that a mount was moved, for who asks how that went.
    func remember(_ remount: Remount) {
        remounts.withLock { remounts in
            remounts.append(remount)
            remounts.removeFirst(max(0, remounts.count - Remount.most))
        }
    }

    /// A mount that was moved, by the id that its mover was given.
    func remount(_ id: String) -> Remount? { remounts.withLock { $0.first { $0.id == id } } }

    /// Reads the mounts anew at the next request. Called after every change of them, also of one that is taken back.
    func forgetMounts() {
        table.withLock { known in
            known.table = nil
            known.changes += 1
        }
    }

    /// The mounts.
    ///
    /// - Parameter vault: The gate; the look-up is the server's own.
    func mounts(_ vault: Vault) throws(StoreError) -> MountTable {
        let (known, changes) = table.withLock { ($0.table, $0.changes) }
        if let known { return known }
        let own = vault.acting(as: .owner(Principal("keyfolio-server")))
        let read = try own.perform(.init(rawValue: "vault.mounts"), .read, on: "sys/mounts", changing: false) {
            (directory) throws(StoreError) in try MountTable(directory)
        }
        vault.keepRecords()
        table.withLock { known in if known.changes == changes { known.table = read } }
        return read
    }
}

extension HashiCorpVaultAdapter {
    private func plan(_ request: LogicalRequest) throws(LogicalFault) -> Plan {
        if let response = try stateResponse(request) {
            return .reply(response.rendered(for: request, mountType: Route.Engine.system.type))
        }
        if request.path == "sys/internal/ui/mounts", request.token == nil {
            return .visit { vault in self.respond(to: request, vault, nil) }
        }
        let segments = request.segments
        if segments.count >= 3, segments[0] == "auth", segments[2] == "login", request.operation == .write {
            if segments.count == 3, request.parameters["jwt"] != nil, request.parameters["role_id"] == nil {
                return try tokenLogin(request, mount: segments[1])
            }
            if segments.count == 3, request.origin.clientCertificate != nil, request.parameters["role_id"] == nil {
                return try certificateLogin(request, mount: segments[1])
            }
            return try login(request, user: segments.count == 4 ? String(segments[3]) : nil)
        }
        if let plan = try wrappingPlan(request, segments) { return plan }
        if let plan = try ceremonyPlan(request) { return plan }
        let credential = request.token.map(Credential.token) ?? .none
        let act: @Sendable (Result<Visitor, AuthenticationError>) -> HTTPResponse = { entered in
            switch entered {
            case .success(let visitor): self.respond(to: request, visitor.vault, visitor.session)
            case .failure(let error): LogicalFault(error).response
            }
        }
        if TransitCost.isHigh(request), isForTransit(request) { return .enterApart(credential, act) }
        // The counters ask the store how long its log is: not from inside a group of requests.
        // A listing of tokens opens all of them.
        if ["sys/metrics", "auth/token/accessors"].contains(request.path) { return .enterApart(credential, act) }
        let enter = Plan.enter(credential, act)
        guard case .token(let token) = credential, Self.hasPassword(request, segments) else { return enter }
        return hashing(request, token, otherwise: enter)
    }

    /// Whether a request may be for the encryption service, as far as the mounts are known.
    private func isForTransit(_ request: LogicalRequest) -> Bool {
        table.withLock { known in known.table.map { $0.find(request.path)?.engine == .transit } ?? true }
    }

    /// What is told without the store.
    private func stateResponse(_ request: LogicalRequest) throws(LogicalFault) -> LogicalResponse? {
        guard request.path.hasPrefix("sys/"), !request.path.hasPrefix("sys/internal/") else { return nil }
        let segments = request.segments.dropFirst()
        guard let routed = try? Route.find(.system, segments, request) else { return nil }
        switch routed.call {
        case .health: return try state.health(request.parameters, isSealed: false, now: .now)
        case .sealStatus: return sealStatus()
        case .unseal: return try unsealOpen(request)
        case .leader: return state.leader()
        case .initStatus: return .bare(JSONObject(members: ["initialized": true]))
        case .initialize: throw .alreadyInitialized
        default: return nil
        }
    }

    /// Does a call in the transaction that is under way.
    func respond(
        to request: LogicalRequest,
        _ vault: Vault,
        _ session: Session?,
        _ call: (LogicalContext) throws -> LogicalResponse = { try $0.respond() }
    ) -> HTTPResponse {
        do {
            let context = try context(request, vault.wrapping(for: request.wrapSeconds), session)
            return try context.wrapped(try call(context)).rendered(
                for: request,
                mountType: context.mount.engine.type
            )
        } catch let unrouted as UnroutedKeyValuePath {
            return unrouted.response.rendered(for: request, mountType: Route.Engine.keyValue2.type)
        } catch {
            return LogicalFault(any: error).response
        }
    }

    func context(_ request: LogicalRequest, _ vault: Vault, _ session: Session?) throws -> LogicalContext {
        try readQuotas(vault)
        let table = try mounts(vault)
        guard let mount = table.find(request.path) else {
            throw Self.mayKnow(request, vault) ? LogicalFault.noRoute(request.path) : .denied
        }
        let segments = request.segments.dropFirst(mount.segmentCount)
        let routed: RoutedCall
        do throws(LogicalFault) {
            routed = try Route.find(mount.engine, segments, request)
        } catch {
            // Which paths there are is told to whoever may do something there.
            guard Self.mayKnow(request, vault) else { throw LogicalFault.denied }
            if mount.engine == .keyValue2, error == .unsupportedPath { throw UnroutedKeyValuePath(request.operation) }
            throw error
        }
        if session == nil, routed.route.access != .anybody { throw LogicalFault.missingToken }
        return LogicalContext(
            vault: vault,
            session: session,
            request: routed.route.foldsCase ? request.inLowerCase : request,
            routed: routed,
            mount: mount,
            table: table,
            adapter: self
        )
    }

    private static func mayKnow(_ request: LogicalRequest, _ vault: Vault) -> Bool {
        vault.identity.access.capabilities(on: request.path) != [.deny]
    }
}

/// A path below a mount of KV version 2 that is none of its own: as a rule, of somebody who means version 1.
struct UnroutedKeyValuePath: Error {
    let response: LogicalResponse

    init(_ operation: LogicalRequest.Operation) {
        let command =
            switch operation {
            case .read, .header: "vault kv get"
            case .list, .scan: "vault kv list"
            case .write: "vault kv put"
            case .patch: "vault kv patch"
            case .delete: "vault kv delete"
            }
        let warning =
            "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. "
            + "If using the Vault CLI, use '\(command)' for this operation."
        response = LogicalResponse(status: 404, warnings: [warning])
    }
}
