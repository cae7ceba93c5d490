internal import AccessPolicy
public import HTTPModel
internal import SecretStore
internal import Synchronization
internal import Vaulting

/// The part of the ``Service`` that belongs to one event loop: it gathers the requests of a turn, and passes them as a
/// group when the turn ends. Used on that loop only.
public final class ServiceWorker {
    struct Pending {
        let adapter: Int
        let request: HTTPRequest
        let step: Step
        let began: Timestamp
        let reply: @Sendable (HTTPResponse) -> Void
        /// How often it was tried in a group that did not know all paths.
        var detours = 0
        /// As what it is in the log, once it was tried.
        var source: AuditSource?
        /// Why not all paths can be known, when they were gathered for it.
        var obstacle: StoreError?
    }

    enum Step {
        case enter(Credential, @Sendable (Result<Visitor, AuthenticationError>) -> HTTPResponse)
        case visit(@Sendable (Vault) -> HTTPResponse)
        case watch(WatchRound)
    }

    /// How a request has passed.
    enum Outcome {
        /// With an answer.
        case answer(HTTPResponse)
        /// With something to be done once the group is committed, from which its answer comes some time.
        case later(@Sendable () -> Void)
    }

    let service: Service
    private var pending: [Pending] = []

    init(_ service: Service) { self.service = service }

    /// Takes a request. The answer comes now, when the turn ends, or later from another thread; once in any case.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - stream: Begins an answer that comes bit by bit, in place of the one answer; nil when there are none such.
    ///   - sender: Takes the answer in place of `reply` when it matters whether it leaves; without it, none is known to.
    ///   - reply: Takes the answer.
    public func handle(
        _ request: HTTPRequest,
        stream: StreamMaker? = nil,
        sender: AnswerSender? = nil,
        _ reply: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        guard let adapter = service.adapter(for: request) else {
            return reply(
                HTTPResponse(status: 404, headers: ["Content-Type": "text/plain"], body: Array("not found\n".utf8))
            )
        }
        let plan = service.adapters[adapter].plan(request)
        if case .watch(let credential, let watch) = plan {
            return begin(watch, credential, adapter, request, stream, reply)
        }
        take(plan, adapter, request, Timestamp.now, sender, reply)
    }

    /// Has a request pass with the next group.
    func add(_ request: Pending) { pending.append(request) }

    /// For how many microseconds what was gathered may wait to become more: not at all while the disk is idle. While it is
    /// not, those whose answers waited for it together come back together, and one commit for all of them costs them less
    /// than one for the first few.
    public var patience: Int { service.committer.isBusy ? 100 : 0 }

    /// Passes what was gathered.
    public func flush() {
        guard !pending.isEmpty else { return }
        let group = pending
        pending.removeAll(keepingCapacity: true)
        run(group)
    }

    func take(
        _ plan: Plan,
        _ adapter: Int,
        _ request: HTTPRequest,
        _ began: Timestamp,
        _ sender: AnswerSender?,
        _ reply: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        switch plan {
        case .reply(let response): answer(response, adapter, began, reply)
        case .replyThen(let response, let learn):
            let source = service.source(of: request, service.adapters[adapter].wire)
            // Not held: a peer that takes its answer slowly must not hold the keys of a store that is sealed meanwhile.
            let whenSent: @Sendable (Bool) -> Void = { [weak service] isSent in
                let act = learn(isSent)
                guard let service else { return }
                _ = service.work(isOwed: true) { act(service.vault.acting(as: Self.login, source: source)) }
            }
            answer(response, adapter, began) { response in
                if let sender { return sender(response, whenSent) }
                reply(response)
                whenSent(false)
            }
        case .enter(let credential, let act):
            pending.append(
                Pending(adapter: adapter, request: request, step: .enter(credential, act), began: began, reply: reply)
            )
        case .visit(let act):
            pending.append(Pending(adapter: adapter, request: request, step: .visit(act), began: began, reply: reply))
        case .enterApart(let credential, let act):
            // Strangers stop at the credential, which is cheap: a place among the known is theirs no longer than that.
            apart(adapter, request, began, sender, reply, isStranger: false) { [service] vault in
                Self.enter(credential, act, vault, service, adapter, request)
            }
        case .watch(let credential, let watch): begin(watch, credential, adapter, request, nil, reply)
        case .work(let work): apart(adapter, request, began, sender, reply, isStranger: true, work)
        }
    }

    /// Does what takes time on another thread, and goes on there with what it says.
    private func apart(
        _ adapter: Int,
        _ request: HTTPRequest,
        _ began: Timestamp,
        _ sender: AnswerSender?,
        _ reply: @escaping @Sendable (HTTPResponse) -> Void,
        isStranger: Bool,
        _ work: @escaping @Sendable (Vault) -> Plan
    ) {
        let service = service
        let job: @Sendable () -> Void = {
            let worker = ServiceWorker(service)
            let vault = service.vault.acting(
                as: Self.login,
                source: service.source(of: request, service.adapters[adapter].wire)
            )
            worker.take(Self.work(work, vault, service, adapter, request), adapter, request, began, sender, reply)
            worker.flush()
        }
        let isTaken = isStranger ? service.workForStranger(at: request.origin.address, job) : service.work(job)
        guard !isTaken else { return }
        answer(service.adapters[adapter].refusal(.locked(seconds: 1), request), adapter, began, reply)
    }

    func answer(
        _ response: HTTPResponse,
        _ adapter: Int,
        _ began: Timestamp,
        _ reply: @Sendable (HTTPResponse) -> Void
    ) {
        let time = Timestamp.now.microseconds - began.microseconds
        service.metrics.note(wire: adapter, status: response.status, microseconds: time)
        reply(response)
    }

    /// Who acts before anybody is known.
    static let login = Identity(principal: Principal("anonymous"), access: .root)

    private func run(_ group: [Pending]) {
        var answers: [(outcome: Outcome, isFresh: Bool)] = []
        answers.reserveCapacity(group.count)
        do throws(StoreError) {
            guard !service.committer.hasFailed else { throw .notSynced() }
            _ = try service.vault.group { vault in
                for pending in group {
                    let outcome = pass(pending, vault)
                    answers.append((outcome, vault.takeIsFresh()))
                }
            }
        } catch {
            service.note(error)
            for pending in group {
                let response = service.adapters[pending.adapter].failure(error, pending.request)
                answer(response, pending.adapter, pending.began, pending.reply)
            }
            return
        }
        service.committed.raise()
        service.metrics.groups.add()
        service.metrics.grouped.add(group.count)
        var waiting: [Committer.Waiting] = []
        for (pending, passed) in zip(group, answers) {
            let response: HTTPResponse
            switch passed.outcome {
            case .answer(let said): response = said
            case .later(let go):
                go()
                continue
            }
            guard passed.isFresh else {
                answer(response, pending.adapter, pending.began, pending.reply)
                continue
            }
            let (adapter, request) = (service.adapters[pending.adapter], pending.request)
            waiting.append(
                Committer.Waiting(
                    response: response,
                    failure: { adapter.failure($0, request) },
                    reply: { [metrics = service.metrics] response in
                        let time = Timestamp.now.microseconds - pending.began.microseconds
                        metrics.note(wire: pending.adapter, status: response.status, microseconds: time)
                        pending.reply(response)
                    }
                )
            )
        }
        service.keeper.note(bytes: group.reduce(0) { $0 + $1.request.body.count })
        if !waiting.isEmpty { service.committer.wait(waiting) }
    }

    private func pass(_ pending: Pending, _ vault: Vault) -> Outcome {
        if case .watch(let round) = pending.step { return pass(round, pending, vault) }
        return respond(to: pending, vault)
    }

    private func respond(to pending: Pending, _ vault: Vault) -> Outcome {
        let adapter = service.adapters[pending.adapter]
        let address = pending.request.origin.address
        let source = pending.source ?? service.source(of: pending.request, adapter.wire)
        do throws(StoreError) {
            switch pending.step {
            case .watch: return .answer(adapter.failure(.busy(), pending.request))
            case .visit(let act):
                guard try !vault.isBlocked(address) else {
                    return .answer(refuse(.address, pending, vault, source, nil))
                }
                return .answer(act(vault.acting(as: Self.login, source: source)))
            case .enter(let credential, let act):
                switch try vault.authenticate(credential, from: address) {
                case .success(let session):
                    let own = vault.acting(as: session.identity, source: source)
                    vault.beginAttempt(pending.obstacle)
                    let response = act(.success(Visitor(vault: own, session: session)))
                    if let reason = vault.takeDetour() {
                        try vault.giveBackUse(of: session)
                        return detour(reason, credential, act, pending, source)
                    }
                    try vault.endLastUse(of: session)
                    return .answer(response)
                case .failure(let error):
                    var detail: String?
                    if case .accessKey(let id, _) = credential, id.hasPrefix("AKIA"), id.utf8.count == 20 {
                        // Anything else may be the secret half in the wrong place.
                        detail = "key \(Principal(id))"
                    }
                    note(error, pending, vault, source, detail)
                    return .answer(act(.failure(error)))
                }
            }
        } catch {
            return .answer(adapter.failure(error, pending.request))
        }
    }

    /// Does what takes time, unless nobody may come in from there or nothing may be answered.
    private static func work(
        _ work: @Sendable (Vault) -> Plan,
        _ vault: Vault,
        _ service: Service,
        _ adapter: Int,
        _ request: HTTPRequest
    ) -> Plan {
        do throws(StoreError) {
            guard !service.committer.hasFailed else { throw .notSynced() }
            guard try !vault.isBlocked(request.origin.address) else {
                if let dropped = service.admitRefusal(from: request.origin.address) {
                    try vault.recordRefusal(.address, detail: Self.detail(nil, unrecorded: dropped))
                }
                return .reply(service.adapters[adapter].refusal(.address, request))
            }
            return work(vault)
        } catch {
            service.note(error)
            return .reply(service.adapters[adapter].failure(error, request))
        }
    }

    /// Checks a credential in a group of its own.
    static func enter(
        _ credential: Credential,
        _ act: @Sendable (Result<Visitor, AuthenticationError>) -> HTTPResponse,
        _ vault: Vault,
        _ service: Service,
        _ adapter: Int,
        _ request: HTTPRequest
    ) -> Plan {
        var outcome: Result<Session, AuthenticationError>?
        var failure = StoreError.busy()
        do throws(StoreError) {
            let isFresh = try vault.group { group in
                do throws(StoreError) {
                    let found = try group.authenticate(credential, from: request.origin.address)
                    outcome = found
                    if case .failure(let error) = found, error != .missing,
                        let dropped = service.admitRefusal(from: request.origin.address)
                    {
                        try group.recordRefusal(error, detail: Self.detail(nil, unrecorded: dropped))
                    }
                } catch {
                    outcome = nil
                    failure = error
                }
            }
            if isFresh { try vault.sync() }
        } catch {
            service.note(error)
            return .reply(service.adapters[adapter].failure(error, request))
        }
        switch outcome {
        case .success(let session):
            let visitor = Visitor(vault: vault.acting(as: session.identity), session: session)
            let response = act(.success(visitor))
            do throws(StoreError) {
                if session.token?.uses == 1 {
                    _ = try vault.group { group in try? group.endLastUse(of: session) }
                }
                try vault.syncWhatIsPending()
            } catch {
                service.note(error)
                return .reply(service.adapters[adapter].failure(error, request))
            }
            return .reply(response)
        case .failure(let error): return .reply(act(.failure(error)))
        case nil: return .reply(service.adapters[adapter].failure(failure, request))
        }
    }

    private func refuse(
        _ error: AuthenticationError,
        _ pending: Pending,
        _ vault: Vault,
        _ source: AuditSource,
        _ detail: String?
    ) -> HTTPResponse {
        note(error, pending, vault, source, detail)
        return service.adapters[pending.adapter].refusal(error, pending.request)
    }

    func note(
        _ error: AuthenticationError,
        _ pending: Pending,
        _ vault: Vault,
        _ source: AuditSource,
        _ detail: String?
    ) {
        // Who shows nothing, as Azure's clients first do, is no attempt.
        guard error != .missing else { return }
        guard let dropped = service.admitRefusal(from: pending.request.origin.address) else { return }
        let text = Self.detail(detail, unrecorded: dropped)
        try? vault.acting(as: Self.login, source: source).recordRefusal(error, detail: text)
    }

    /// What a refusal's record says, with how many before it have none.
    private static func detail(_ text: String?, unrecorded count: Int) -> String? {
        guard count > 0 else { return text }
        return (text.map { $0 + ", " } ?? "") + "\(count) more were not recorded"
    }
}
