internal import Synchronization

/// Bytes that all connections share. Taken before they are kept, given back when they go.
final class MemoryBudget: Sendable {
    private let used = Atomic(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Takes bytes, or none when there are not enough.
    func take(_ count: Int) -> Bool {
        if used.add(count, ordering: .relaxed).newValue <= limit { return true }
        used.subtract(count, ordering: .relaxed)
        return false
    }

    /// Gives bytes back.
    func give(_ count: Int) { used.subtract(count, ordering: .relaxed) }

    /// How many bytes are taken.
    var taken: Int { used.load(ordering: .relaxed) }
}

/// What one connection or stream has taken of the budget. Given back when it goes, at the latest.
struct Share: ~Copyable {
    private let budget: MemoryBudget
    private(set) var held = 0

    init(of budget: MemoryBudget) { self.budget = budget }

    deinit { if held > 0 { budget.give(held) } }

    /// Holds exactly so many bytes from now on.
    ///
    /// - Returns: false when there are not enough; then the share is as before.
    mutating func hold(_ count: Int) -> Bool {
        if count > held {
            guard budget.take(count - held) else { return false }
        } else if count < held {
            budget.give(held - count)
        }
        held = count
        return true
    }
}

/// Counts connections, in all and by address.
final class ConnectionCounter: Sendable {
    private struct Counts {
        var all = 0
        var byAddress: [String: Int] = [:]
    }

    private let counts = Mutex(Counts())
    private let limit: Int
    private let limitPerAddress: Int

    init(limit: Int, limitPerAddress: Int) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
    }

    /// Counts a connection, unless there are too many.
    func enter(_ address: String) -> Bool {
        counts.withLock { counts in
            let ofAddress = counts.byAddress[address, default: 0]
            guard counts.all < limit, ofAddress < limitPerAddress else { return false }
            counts.all += 1
            counts.byAddress[address] = ofAddress + 1
            return true
        }
    }

    /// A counted connection is gone.
    func leave(_ address: String) {
        counts.withLock { counts in
            counts.all -= 1
            let ofAddress = counts.byAddress[address, default: 1] - 1
            counts.byAddress[address] = ofAddress > 0 ? ofAddress : nil
        }
    }

    /// How many there are.
    var count: Int { counts.withLock { $0.all } }
}
