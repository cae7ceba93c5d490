internal import AccessPolicy
internal import Findings
internal import HTTPModel
public import SecretStore
public import Secrets
internal import Synchronization
public import Vaulting

/// The store that is served, while it is open, while it is sealed, and before there is one.
///
/// Sealed means that its keys are in nobody's memory: whatever protocol is spoken, the answer is that protocol's for a
/// service that cannot answer. Shares that come together over HashiCorp Vault's `sys/unseal` open it, `sys/seal` seals it,
/// and `sys/init` makes it, where the program was told to wait for that. All of it is done by one thread, one after the
/// other, so that of two who are first one is.
public final class ServedStore: Sendable {
    /// How the program gets at the store's file.
    public struct Place: Sendable {
        /// The ways to open it; they are in the clear.
        public var slots: @Sendable () throws(StoreError) -> [SealSlot]
        /// Opens it.
        public var open: @Sendable (KeySource) throws(StoreError) -> Vault
        /// Makes it with a key in shares, and gives a token that may do everything; nil when it may not be made so.
        public var create: (@Sendable (SharedKey) throws(StoreError) -> Secret<String>)?
        /// Whether it is still there when its keys are not in memory any more.
        public var isLasting: Bool

        /// Puts the parts together.
        public init(
            slots: @escaping @Sendable () throws(StoreError) -> [SealSlot],
            open: @escaping @Sendable (KeySource) throws(StoreError) -> Vault,
            create: (@Sendable (SharedKey) throws(StoreError) -> Secret<String>)? = nil,
            isLasting: Bool = true
        ) {
            (self.slots, self.open, self.create, self.isLasting) = (slots, open, create, isLasting)
        }
    }

    private enum Phase {
        /// There is no store yet.
        case absent
        case sealed
        case open(Service)
        /// The server ends.
        case ended
    }

    private struct State {
        var phase: Phase
        var progress = UnsealProgress()
        /// The slots with shares, as they were when the store was sealed, opened or made.
        var slots: [SealSlot] = []
    }

    private let place: Place
    private let makeService: @Sendable (Vault, ServedStore) throws(StoreError) -> Service
    /// What is to be done with a service that was opened, such as starting the sinks of its log.
    private let onOpen: @Sendable (Service) throws(StoreError) -> Void
    private let state: Mutex<State>
    private let jobs = JobQueue<@Sendable () -> Void>(limit: 32)
    private let sealed: SealedProtocols
    /// How long requests that are under way have when the store is sealed.
    private static let drainMilliseconds: UInt32 = 10_000

    /// Begins with a sealed store, or with none.
    ///
    /// - Parameters:
    ///   - place: Where the store is.
    ///   - settings: What the protocols need to know.
    ///   - isThere: Whether there is a store.
    ///   - openMetrics: Whether `/metrics` is given to whoever asks.
    ///   - onOpen: Is called whenever the store was opened, before the first request is answered. When it throws, the store
    ///     is not served.
    /// - Throws: ``StoreError`` when the slots cannot be read.
    public init(
        _ place: Place,
        _ settings: ServiceSettings,
        isThere: Bool = true,
        openMetrics: Bool = false,
        onOpen: @escaping @Sendable (Service) throws(StoreError) -> Void = { _ in }
    ) throws(StoreError) {
        self.place = place
        self.onOpen = onOpen
        makeService = { (vault, store) throws(StoreError) in
            try Service.standard(vault, settings, openMetrics: openMetrics, seal: store)
        }
        sealed = SealedProtocols(settings)
        state = Mutex(State(phase: isThere ? .sealed : .absent, slots: isThere ? try place.slots() : []))
        Thread.detach { [jobs] in
            while let job = jobs.takeOne() { job() }
        }
    }

    /// Opens the store with a key that the program has. Called before anything is answered.
    ///
    /// - Throws: ``StoreError``.
    public func open(with key: KeySource) throws(StoreError) { try open(try place.open(key)) }

    /// Takes a store that was opened already.
    ///
    /// - Throws: ``StoreError``.
    public func open(_ vault: Vault) throws(StoreError) {
        let service = try makeService(vault, self)
        let slots: [SealSlot]
        do throws(StoreError) {
            try onOpen(service)
            slots = try place.slots()
        } catch {
            service.stop()
            throw error
        }
        let isServed = state.withLock { state -> Bool in
            if case .ended = state.phase { return false }
            state.phase = .open(service)
            state.slots = slots
            state.progress = UnsealProgress()
            return true
        }
        if !isServed { service.stop() }
    }

    /// Calls a closure with the service, when the store is open.
    public func withService(_ body: (Service) -> Void) { if let service { body(service) } }

    /// Takes no more work, as ``Service/stop()``.
    public func stop() {
        jobs.close()
        let service = service
        state.withLock { $0.phase = .ended }
        service?.drain()
        service?.stop()
    }

    /// One event loop's own part.
    public func makeWorker() -> ServedWorker { ServedWorker(self) }

    /// The service, while the store is open. Whoever holds it holds the keys: for one turn of an event loop.
    var service: Service? { state.withLock { if case .open(let service) = $0.phase { service } else { nil } } }

    /// Which protocol a request is for is said by the request alone, so this answers for all.
    func answerSealed(_ request: HTTPRequest, _ reply: @escaping @Sendable (HTTPResponse) -> Void) {
        guard sealed.isVault(request) else { return reply(sealed.refusal(request)) }
        do throws(LogicalFault) {
            let read = try LogicalRequest(request)
            guard let routed = SealedProtocols.route(read) else { throw .sealed }
            switch routed {
            case .health: reply(try health(read).rendered(for: read, mountType: ""))
            case .sealStatus: reply(statusResponse(read))
            case .leader: reply(sealed.state.leader().rendered(for: read, mountType: ""))
            case .initStatus:
                let isThere = status.isInitialized
                reply(HTTPResponse.json(200, ["initialized": .bool(isThere)]))
            case .initialize:
                let wanted = try InitRequest(read.parameters)
                run(reply) { (store) throws(LogicalFault) in try store.initialize(wanted) }
            case .unseal:
                let wanted = try UnsealRequest(read.parameters)
                run(reply) { (store) throws(LogicalFault) in try store.unseal(wanted, for: read) }
            default: throw .sealed
            }
        } catch { reply(error.response) }
    }

    /// Does one thing after the other, on the thread for that.
    private func run(
        _ reply: @escaping @Sendable (HTTPResponse) -> Void,
        _ body: @escaping @Sendable (ServedStore) throws(LogicalFault) -> HTTPResponse
    ) {
        let isTaken = jobs.push { [self] in
            do throws(LogicalFault) { reply(try body(self)) } catch { reply(error.response) }
        }
        if !isTaken { reply(LogicalFault(503, "too many requests for the seal at once").response) }
    }

    private func health(_ request: LogicalRequest) throws(LogicalFault) -> LogicalResponse {
        let isInitialized = status.isInitialized
        return try sealed.state.health(request.parameters, isSealed: true, isInitialized: isInitialized, now: .now)
    }
}

// What is done by the one thread.
extension ServedStore {
    private func initialize(_ wanted: InitRequest) throws(LogicalFault) -> HTTPResponse {
        guard case .absent = state.withLock({ $0.phase }) else { throw .alreadyInitialized }
        guard let create = place.create else { throw .notInitialized }
        do throws(StoreError) {
            let key = try SharedKey(shares: wanted.shares, threshold: wanted.threshold)
            let token = try create(key)
            let slots = try place.slots()
            state.withLock { state in
                state.phase = .sealed
                state.slots = slots
            }
            return wanted.response(key, token)
        } catch { throw LogicalFault(error) }
    }

    private func unseal(_ wanted: UnsealRequest, for request: LogicalRequest) throws(LogicalFault) -> HTTPResponse {
        // Somebody was first, or there is nothing to unseal.
        guard case .sealed = state.withLock({ $0.phase }) else {
            guard status.isInitialized else { throw .notInitialized }
            return statusResponse(request)
        }
        guard case .share(let text) = wanted else {
            state.withLock { $0.progress = UnsealProgress() }
            return statusResponse(request)
        }
        // Read anew: the seal may have been changed where the store's file is.
        let slots: [SealSlot]
        do throws(StoreError) { slots = try place.slots() } catch { throw LogicalFault(error) }
        state.withLock { $0.slots = slots }
        let thresholds = slots.compactMap { $0.shares?.threshold }
        guard !thresholds.isEmpty else {
            throw .invalid("the store has no shares: start the server anew with what opens it")
        }
        let share = try UnsealRequest.decode(text)
        let (shares, isEnough, isLast) = state.withLock { $0.progress.add(share, thresholds: thresholds) }
        if isEnough { try unseal(with: shares, isLast: isLast, for: request) }
        return statusResponse(request)
    }

    private func statusResponse(_ request: LogicalRequest) -> HTTPResponse {
        var server = sealed.state
        if let storeID = service?.vault.storeID { server.clusterID = VersionID(hex: storeID)?.uuid ?? "" }
        return status.response(server).rendered(for: request, mountType: "")
    }

    private func unseal(
        with shares: [Secret<[UInt8]>],
        isLast: Bool,
        for request: LogicalRequest
    ) throws(LogicalFault) {
        do throws(StoreError) {
            guard let key = SharedKey(combining: shares) else { throw .wrongShares() }
            let vault = try place.open(.shares(key))
            var source = vault.source
            (source.wire, source.address, source.request) = ("vault", request.origin.address, request.id)
            let owner = vault.acting(as: vault.identity, source: source)
            try owner.perform(.unseal, .sudo, on: "sys/unseal", changing: false) { (_) throws(StoreError) in }
            try open(vault)
        } catch {
            // Another set of shares may need more of them.
            if error.isWrongShares, !isLast { return }
            state.withLock { $0.progress = UnsealProgress() }
            if error.isWrongShares { throw .invalid("Unseal failed, invalid key") }
            throw LogicalFault(error)
        }
    }

    private func sealNow() {
        var taken = state.withLock { state -> Service? in
            guard case .open(let service) = state.phase else { return nil }
            state.phase = .sealed
            state.progress = UnsealProgress()
            return service
        }
        guard var service = taken.take() else { return }
        // Whoever waits for changes would hold it until something changes.
        service.drain()
        // Each request holds the service until it is answered; the last copy is this one.
        Drain.wait(atMost: Self.drainMilliseconds) { isKnownUniquelyReferenced(&service) }
        service.stop()
    }
}

extension ServedStore: SealControl {
    /// What is told of the seal.
    var status: SealStatus {
        state.withLock { state in
            var status = SealStatus()
            switch state.phase {
            case .absent: status.isInitialized = false
            case .open: status.isSealed = false
            case .sealed, .ended: break
            }
            // The set that was made last is the one that its holders have.
            if let shares = state.slots.last(where: { $0.kind == .shares })?.shares {
                (status.type, status.shares, status.threshold) = ("shamir", shares.count, shares.threshold)
            }
            (status.progress, status.nonce) = (state.progress.shares.count, state.progress.nonce)
            return status
        }
    }

    /// Tells of the shares that there are now.
    func slotsChanged() {
        guard let slots = try? place.slots() else { return }
        state.withLock { $0.slots = slots }
    }

    /// Seals the store soon: what is under way is answered first, this request too.
    func seal() throws(LogicalFault) {
        guard place.isLasting else {
            throw .invalid("a store in memory cannot be sealed: nothing of it would be left")
        }
        guard jobs.push({ [self] in sealNow() }) else { throw .sealed }
    }
}
