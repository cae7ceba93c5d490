internal import SecretStore
internal import Synchronization
internal import Vaulting

/// Keeps the newest changes and those who wait for one.
///
/// It decides nothing: whoever may be concerned passes the gate anew (``ServiceWorker``), on the hub's own thread, and is
/// told what the gate lets through. A change finds those who wait for it by its path and by what is above it, so others
/// cost it nothing.
///
/// Numbers are the hub's own, microseconds of the clock and always growing: so a number says nothing of what happened
/// elsewhere, and one from before a restart, or from another server, is older or newer than all that this one knows.
final class WatchHub: Sendable {
    /// How much it keeps.
    struct Limits: Sendable {
        /// How many changes are kept at least.
        var changes = 4096
        /// How many may watch at once.
        var watchers = 4096
        /// How many of one principal, or with one credential that belongs to none.
        var watchersPerPrincipal = 1024
        /// How many from one address.
        var watchersPerAddress = 1024
        /// How many changes are told at once.
        var changesPerAnswer = 256
        /// How many pass the gate together: nobody else passes meanwhile.
        var group = 64
    }

    private struct State {
        var changes: [WatchNews.Item] = []
        /// The highest number that was given to a change or to somebody who watches.
        var last: Int64
        /// Who was told up to an earlier number may have missed something.
        var floor: Int64
        var watchers: [Int: Watcher] = [:]
        var bySecret: [String: Set<Int>] = [:]
        var byPrefix: [String: Set<Int>] = [:]
        var woken: [Watcher] = []
        /// What they pass the gate with, while there is anybody: whoever holds it holds the keys of the store.
        var service: Service?
        var nextDue: ContinuousClock.Instant?
        var lastID = 0
        var isDraining = false
        var isStopped = false
    }

    let limits: Limits
    /// How often those who read streams are looked at again.
    let heartbeat: Duration
    private let clock: @Sendable () -> Timestamp
    private let state: Mutex<State>
    private let seats = Mutex<[String: Int]>([:])
    private let signal = CommitSignal()
    private let thread = Mutex<Thread?>(nil)

    init(
        limits: Limits = Limits(),
        heartbeat: Duration = .seconds(15),
        clock: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.limits = limits
        self.heartbeat = heartbeat
        self.clock = clock
        let now = clock().microseconds
        state = Mutex(State(last: now, floor: now))
        signal.follow()
    }

    // MARK: Changes

    /// Takes changes that the disk has confirmed.
    func publish(_ changes: [SecretChange]) {
        let isAnybodyWoken = state.withLock { state in
            for change in changes {
                state.last = max(state.last + 1, clock().microseconds)
                state.changes.append(WatchNews.Item(number: state.last, change: change))
                wake(for: change.path.text, &state)
            }
            // Now and then many, not each time one.
            if state.changes.count >= limits.changes * 2 {
                let extra = state.changes.count - limits.changes
                state.floor = state.changes[extra - 1].number
                state.changes.removeFirst(extra)
            }
            return !state.woken.isEmpty
        }
        if isAnybodyWoken { signal.raise() }
    }

    private func wake(for path: String, _ state: inout State) {
        guard !state.watchers.isEmpty else { return }
        var found = state.bySecret[path] ?? []
        if !state.byPrefix.isEmpty {
            if let all = state.byPrefix[""] { found.formUnion(all) }
            for slash in path.indices where path[slash] == "/" {
                if let some = state.byPrefix[String(path[...slash])] { found.formUnion(some) }
            }
        }
        for id in found { if let watcher = Self.take(id, &state) { state.woken.append(watcher) } }
    }

    /// The number of this moment: everything that happens from now on has a higher one.
    func now() -> Int64 { state.withLock { now(&$0) } }

    private func now(_ state: inout State) -> Int64 {
        state.last = max(state.last, clock().microseconds)
        return state.last
    }

    /// What happened in a place after a number.
    func news(of place: WatchedPlace, after number: Int64) -> WatchNews {
        state.withLock { state in
            let now = now(&state)
            guard (state.floor...now).contains(number) else { return WatchNews(next: now, isReset: true) }
            var news = WatchNews(next: now)
            for item in state.changes[Self.position(after: number, state)...] where place.holds(item.change.path) {
                news.items.append(item)
                guard news.items.count < limits.changesPerAnswer else {
                    news.next = item.number
                    break
                }
            }
            return news
        }
    }

    /// Where the changes after a number begin.
    private static func position(after number: Int64, _ state: State) -> Int {
        var (low, high) = (0, state.changes.count)
        while low < high {
            let middle = (low + high) / 2
            if state.changes[middle].number > number { high = middle } else { low = middle + 1 }
        }
        return low
    }

    // MARK: Those who watch

    /// A place among those who watch; nil when there are too many.
    func seat(for principal: String, at address: String) -> WatchSeat? {
        let keys = [
            ("", limits.watchers), ("p:" + principal, limits.watchersPerPrincipal),
            ("a:" + address, limits.watchersPerAddress),
        ]
        return seats.withLock { seats in
            guard keys.allSatisfy({ seats[$0.0, default: 0] < $0.1 }) else { return nil }
            for (key, _) in keys { seats[key, default: 0] += 1 }
            return WatchSeat(keys: keys.map(\.0), hub: self)
        }
    }

    fileprivate func leave(_ keys: [String]) {
        seats.withLock { seats in
            for key in keys {
                let count = seats[key, default: 1] - 1
                seats[key] = count > 0 ? count : nil
            }
        }
    }

    /// How many watch.
    var count: Int { seats.withLock { $0[""] ?? 0 } }

    /// A name for a watcher.
    func newID() -> Int {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Whether everybody is sent home.
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Has somebody wait: until something happens there after what they were told, or their time is over.
    ///
    /// - Parameter service: What they pass the gate with then.
    func wait(_ watcher: Watcher, _ service: Service) {
        // First, so that whoever stands there before the end finds the thread that answers them.
        run()
        let isWoken = state.withLock { state -> Bool? in
            guard !state.isStopped else { return nil }
            state.service = service
            let missed = state.changes[Self.position(after: watcher.after, state)...]
            guard !state.isDraining, watcher.after >= state.floor,
                !missed.contains(where: { watcher.watch.place.holds($0.change.path) })
            else {
                state.woken.append(watcher)
                return true
            }
            state.watchers[watcher.id] = watcher
            switch watcher.watch.place.key {
            case .secret(let path): state.bySecret[path, default: []].insert(watcher.id)
            case .prefix(let prefix): state.byPrefix[prefix, default: []].insert(watcher.id)
            }
            let isSooner = state.nextDue.map { watcher.due < $0 } ?? true
            if isSooner { state.nextDue = watcher.due }
            return isSooner
        }
        // Nobody comes back to them: the thread has ended, or ends without looking.
        guard let isWoken else {
            return watcher.reply(service.adapters[watcher.adapter].failure(.sealed(), watcher.request))
        }
        // It may have been closed before it stood where that is looked for.
        if let stream = watcher.stream, stream.isClosed { remove(watcher.id) }
        if isWoken { signal.raise() }
    }

    /// Forgets somebody whose peer is gone.
    func remove(_ id: Int) {
        // Let go of outside the lock.
        _ = state.withLock { state -> Service? in
            _ = Self.take(id, &state)
            return Self.takeService(&state)
        }
    }

    /// The service, to be let go of, when nobody waits.
    private static func takeService(_ state: inout State) -> Service? {
        guard state.watchers.isEmpty, state.woken.isEmpty else { return nil }
        return state.service.take()
    }

    private static func take(_ id: Int, _ state: inout State) -> Watcher? {
        guard let watcher = state.watchers.removeValue(forKey: id) else { return nil }
        func without(_ ids: Set<Int>?) -> Set<Int>? {
            var rest = ids ?? []
            rest.remove(id)
            return rest.isEmpty ? nil : rest
        }
        switch watcher.watch.place.key {
        case .secret(let path): state.bySecret[path] = without(state.bySecret[path])
        case .prefix(let prefix): state.byPrefix[prefix] = without(state.byPrefix[prefix])
        }
        return watcher
    }

    // MARK: The thread

    /// Sends everybody home: who waits is answered at once, and nobody waits from now on.
    func drain() {
        state.withLock { state in
            state.isDraining = true
            for id in state.watchers.keys.sorted() {
                if let watcher = Self.take(id, &state) { state.woken.append(watcher) }
            }
        }
        signal.raise()
    }

    /// Ends the thread when everybody was answered.
    func stop() {
        drain()
        state.withLock { $0.isStopped = true }
        signal.raise()
        thread.withLock { $0.take() }?.join()
    }

    /// Starts the thread when the first one waits. It holds the service for one pass, and none while it waits: a store that
    /// is sealed waits for the last one who holds it.
    private func run() {
        thread.withLock { thread in
            guard thread == nil, !state.withLock({ $0.isStopped }) else { return }
            thread = Thread { [self] in
                while true {
                    let seen = signal.raised
                    switch pass() {
                    case .passed: continue
                    case .nobody: signal.wait(after: seen, milliseconds: milliseconds())
                    case .stopped: return
                    }
                }
            }
        }
    }

    private enum Pass { case passed, nobody, stopped }

    /// Has those pass the gate whose turn it is.
    private func pass() -> Pass {
        let (due, service, isStopped) = takeDue()
        guard let service, !due.isEmpty else { return isStopped ? .stopped : .nobody }
        let worker = service.makeWorker()
        for watcher in due { worker.resume(watcher, isOver: watcher.due <= .now) }
        worker.flush()
        return .passed
    }

    /// Those who pass the gate next: who was woken, and whose time is over.
    private func takeDue() -> (due: [Watcher], service: Service?, isStopped: Bool) {
        state.withLock { state in
            let now = ContinuousClock.now
            if let next = state.nextDue, next <= now {
                for watcher in state.watchers.values where watcher.due <= now {
                    if let watcher = Self.take(watcher.id, &state) { state.woken.append(watcher) }
                }
                state.nextDue = state.watchers.values.map(\.due).min()
            }
            let due = Array(state.woken.prefix(limits.group))
            state.woken.removeFirst(due.count)
            return (due, due.isEmpty ? Self.takeService(&state) : state.service, state.isStopped)
        }
    }

    /// How long nobody's time is over.
    private func milliseconds() -> Int {
        guard let next = state.withLock({ $0.nextDue }) else { return 60_000 }
        let left = (next - .now).components
        // One more, so that it is over when the wait is; and a few, so that those who came together go together.
        return max(0, Int(left.seconds) * 1000 + Int(left.attoseconds / 1_000_000_000_000_000)) + 10
    }
}

/// A place among those who may watch at once, given back when it goes.
final class WatchSeat: Sendable {
    private let keys: [String]
    private let hub: WatchHub

    fileprivate init(keys: [String], hub: WatchHub) {
        self.keys = keys
        self.hub = hub
    }

    deinit { hub.leave(keys) }
}

extension WatchedPlace {
    /// Where those who watch it are found.
    fileprivate var key: WatchKey {
        switch self {
        case .secret(let path): .secret(path.text)
        case .below(let above): .prefix(above.map { $0.text + "/" } ?? "")
        }
    }
}

private enum WatchKey {
    case secret(String)
    case prefix(String)
}
