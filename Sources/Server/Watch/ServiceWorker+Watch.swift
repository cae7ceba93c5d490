internal import HTTPModel
internal import SecretStore
internal import Vaulting

/// One pass of somebody who watches through the gate.
struct WatchRound: Sendable {
    let credential: Credential
    let watch: Watch
    /// Who comes again; nil the first time.
    let watcher: Watcher?
    /// Whether the time is over: then there is an answer, or a heartbeat, whatever happened.
    let isOver: Bool
    /// Begins a stream, the first time.
    let stream: StreamMaker?
}

/// Watching: a request passes the gate when it comes, and again whenever there may be something to tell or its time is
/// over. Each time whoever asks is authenticated and authorised anew, so what was revoked meanwhile is told nothing.
extension ServiceWorker {
    /// Has a request pass the first time.
    func begin(
        _ watch: Watch,
        _ credential: Credential,
        _ adapter: Int,
        _ request: HTTPRequest,
        _ stream: StreamMaker?,
        _ reply: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        // All of it that is needed: many of these lie in memory for long.
        var short = HTTPRequest(method: request.method, rawPath: "", origin: request.origin)
        if let trace = request.headers["traceparent"] { short.headers.add("traceparent", trace) }
        let round = WatchRound(credential: credential, watch: watch, watcher: nil, isOver: false, stream: stream)
        add(Pending(adapter: adapter, request: short, step: .watch(round), began: .now, reply: reply))
    }

    /// Has somebody who waited pass again.
    func resume(_ watcher: Watcher, isOver: Bool) {
        let round = WatchRound(
            credential: watcher.credential,
            watch: watcher.watch,
            watcher: watcher,
            isOver: isOver,
            stream: nil
        )
        let step = Step.watch(round)
        add(Pending(adapter: watcher.adapter, request: watcher.request, step: step, began: .now, reply: watcher.reply))
    }

    func pass(_ round: WatchRound, _ pending: Pending, _ vault: Vault) -> Outcome {
        let adapter = service.adapters[pending.adapter]
        let address = pending.request.origin.address
        let source = service.source(of: pending.request, adapter.wire)
        do throws(StoreError) {
            // A request is one use of a token, however often it passes.
            let isFirst = round.watcher == nil
            switch try vault.authenticate(round.credential, from: address, isCounted: isFirst) {
            case .failure(let error):
                note(error, pending, vault, source, nil)
                return .answer(adapter.refusal(error, pending.request))
            case .success(let session):
                let visitor = Visitor(vault: vault.acting(as: session.identity, source: source), session: session)
                switch round.watch.manner {
                case .answer(let seconds): return try answer(round, seconds, pending, visitor)
                case .stream: return try stream(round, pending, visitor)
                }
            }
        } catch { return .answer(adapter.failure(error, pending.request)) }
    }

    /// What may be told now.
    private func news(_ round: WatchRound, _ visitor: Visitor) throws(StoreError) -> WatchNews {
        let hub = service.watches
        let after = round.watcher?.after ?? round.watch.after ?? hub.now()
        var news = hub.news(of: round.watch.place, after: after)
        let told = try visitor.vault.watch(
            round.watch.place,
            telling: news.items.map(\.change),
            isRecorded: round.watcher == nil || news.isReset
        )
        if told.count < news.items.count {
            let numbers = Set(told.map(\.sequence))
            news.items.removeAll { !numbers.contains($0.change.sequence) }
        }
        return news
    }

    private func answer(
        _ round: WatchRound,
        _ seconds: Int,
        _ pending: Pending,
        _ visitor: Visitor
    ) throws(StoreError) -> Outcome {
        let news = try news(round, visitor)
        let format = round.watch.format
        // The last use of a token ends it: whoever waited with it could not come again.
        let isLastUse = round.watcher == nil && visitor.session.token?.uses.map { $0 <= 1 } ?? false
        guard news.isEmpty, seconds > 0, !round.isOver, !isLastUse, !service.watches.isDraining else {
            return .answer(format.answer(news))
        }
        if var watcher = round.watcher {
            watcher.after = news.next
            return later(watcher)
        }
        guard let seat = seat(of: visitor, pending) else { return .answer(format.tooMany) }
        return later(
            Watcher(
                id: service.watches.newID(),
                adapter: pending.adapter,
                request: pending.request,
                credential: round.credential,
                watch: round.watch,
                reply: pending.reply,
                stream: nil,
                seat: seat,
                after: news.next,
                due: .now + .seconds(seconds)
            )
        )
    }

    private func later(_ watcher: Watcher) -> Outcome {
        let service = service
        return .later { service.watches.wait(watcher, service) }
    }

    private func seat(of visitor: Visitor, _ pending: Pending) -> WatchSeat? {
        let session = visitor.session
        return service.watches.seat(
            for: session.principal?.name ?? session.identity.session ?? session.identity.principal.name,
            at: pending.request.origin.address
        )
    }

    /// Begins a stream, or writes what there is to write. An answer in place of that ends the stream.
    private func stream(_ round: WatchRound, _ pending: Pending, _ visitor: Visitor) throws(StoreError) -> Outcome {
        let format = round.watch.format
        let hub = service.watches
        let news = try news(round, visitor)
        if var watcher = round.watcher {
            guard let stream = watcher.stream, !hub.isDraining else { return .answer(HTTPResponse(status: 200)) }
            var bytes = news.isEmpty ? [] : format.events(news)
            if round.isOver {
                if bytes.isEmpty { bytes = format.heartbeat }
                watcher.due = .now + hub.heartbeat
            }
            watcher.after = news.next
            let (service, next, piece) = (service, watcher, bytes)
            return .later {
                // Whoever reads so slowly that there is no room comes again, and is told from where they are.
                guard piece.isEmpty || stream.write(piece) else { return stream.end() }
                service.watches.wait(next, service)
            }
        }
        guard let make = round.stream, visitor.session.token?.uses == nil else { return .answer(format.noStream) }
        guard !hub.isDraining, let seat = seat(of: visitor, pending) else { return .answer(format.tooMany) }
        let start = round.watch.after.map { news.isReset ? news.next : $0 } ?? news.next
        let bytes = format.opening(at: start) + (news.isEmpty ? [] : format.events(news))
        let (service, round, pending) = (service, round, (pending.adapter, pending.request, pending.began))
        let due = ContinuousClock.now + hub.heartbeat
        return .later {
            let (adapter, request, began) = pending
            let id = hub.newID()
            let stream = make(200, format.streamHeaders) { hub.remove(id) }
            let time = Timestamp.now.microseconds - began.microseconds
            service.metrics.note(wire: adapter, status: 200, microseconds: time)
            guard stream.write(bytes) else { return stream.end() }
            let watcher = Watcher(
                id: id,
                adapter: adapter,
                request: request,
                credential: round.credential,
                watch: round.watch,
                reply: { _ in stream.end() },
                stream: stream,
                seat: seat,
                after: news.next,
                due: due
            )
            hub.wait(watcher, service)
        }
    }
}
