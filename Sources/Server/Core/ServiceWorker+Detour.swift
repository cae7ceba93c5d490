internal import HTTPModel
internal import SecretStore
internal import Vaulting

/// Listings that would hold a group for too long: they are done on one thread, one after the other, and a group never waits
/// for them. Of the large ones one is in memory at a time. Who only waits until all paths are known has a thread apart, and
/// never too many before them.
extension ServiceWorker {
    /// How often a request is tried in a group that does not know all paths: another process may make them worthless again.
    private static let mostDetours = 3

    /// Has a request that passed in a group, to no effect, be done in another way.
    func detour(
        _ reason: DetourReason,
        _ credential: Credential,
        _ act: @escaping @Sendable (Result<Visitor, AuthenticationError>) -> HTTPResponse,
        _ pending: Pending,
        _ source: AuditSource
    ) -> Outcome {
        let (service, adapter, request) = (service, pending.adapter, pending.request)
        let (began, reply, detours) = (pending.began, pending.reply, pending.detours + 1)
        return .later {
            let turnAway: @Sendable (StoreError) -> Void = { error in
                ServiceWorker(service).answer(service.adapters[adapter].failure(error, request), adapter, began, reply)
            }
            guard detours <= Self.mostDetours else { return turnAway(.busy()) }
            let isTaken = service.list(reason, size: request.body.count) {
                guard !service.isEnding else { return turnAway(.busy()) }
                let worker = ServiceWorker(service)
                switch reason {
                case .paths:
                    var obstacle: StoreError?
                    do throws(StoreError) { try service.vault.gatherPaths { !service.isEnding } } catch {
                        guard error.category != .unavailable else { return turnAway(error) }
                        // It says something of the request, which passes again, fails with it, and is on record.
                        obstacle = error
                    }
                    var again = Pending(
                        adapter: adapter,
                        request: request,
                        step: .enter(credential, act),
                        began: began,
                        reply: reply
                    )
                    again.detours = detours
                    again.source = source
                    again.obstacle = obstacle
                    worker.add(again)
                case .length:
                    let vault = service.vault.acting(as: Self.login, source: source)
                    let plan = Self.enter(credential, act, vault, service, adapter, request)
                    worker.take(plan, adapter, request, began, nil, reply)
                }
                worker.flush()
            }
            if !isTaken { turnAway(service.isEnding ? .busy() : .tooManyListings()) }
        }
    }
}
