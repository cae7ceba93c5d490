internal import SecretStore
internal import Synchronization

/// How a request must be done that cannot be done within a group, because others would wait for too long.
public enum DetourReason: Sendable, Hashable {
    /// Not before ``Vault/gatherPaths()`` has gathered every path of the store.
    case paths
    /// On a thread of its own, outside of any group: it goes through much.
    case length
}

/// What a request of a group has met so far of that.
struct Detour {
    /// How many paths one request goes through in a group: some milliseconds.
    static let mostPaths = 4096

    /// Why not all paths can be known, when that was tried for this request: then nothing is asked for that.
    let obstacle: StoreError?
    private(set) var reason: DetourReason?
    private var looked = 0

    init(obstacle: StoreError? = nil) { self.obstacle = obstacle }

    /// Says why the request must be done otherwise.
    mutating func ask(_ reason: DetourReason) { self.reason = reason }

    /// Takes note of a path that was looked at.
    ///
    /// - Returns: Whether there may be another.
    mutating func look() -> Bool {
        looked += 1
        return looked <= Self.mostPaths
    }
}

/// What comes after a path that a listing has looked at.
enum PathStep {
    case next
    /// Paths from these bytes on.
    case from(String)
    case end
}

extension Engine {
    /// Goes through paths in order, some of them. All must be known.
    ///
    /// - Parameters:
    ///   - prefix: Only what is there or below it; nil for everything.
    ///   - text: Begin at the first path whose bytes are not below these.
    ///   - count: After how many to pause.
    ///   - body: Takes each path, and says what comes next.
    /// - Returns: Where to go on; nil at the end.
    /// - Throws: What the closure throws.
    func walk(
        under prefix: SecretPath?,
        from text: String,
        atMost count: Int = .max,
        _ body: (SecretPath) throws(StoreError) -> PathStep
    ) throws(StoreError) -> String? {
        var place: String? = text
        var left = count
        while let begin = place {
            place = nil
            try paths.index.forEach(from: max(prefix?.text ?? "", begin)) { (path) throws(StoreError) in
                if let prefix {
                    guard path.text.utf8.starts(with: prefix.text.utf8) else { return false }
                    // `a-b` comes between `a` and `a/b`; from `a0` on there is nothing more.
                    guard path.isInside(prefix) else {
                        if path.text < prefix.text + "/" { place = prefix.text + "/" }
                        return false
                    }
                }
                guard left > 0 else {
                    place = path.text
                    return false
                }
                left -= 1
                switch try body(path) {
                case .next: return true
                case .from(let text): place = text
                case .end: break
                }
                return false
            }
            if left == 0 { return place }
        }
        return nil
    }

    /// The most records of another process that are looked at for what it changed: some milliseconds.
    private static let mostFollowed: Int64 = 1000

    /// Takes from the audit log which paths another process has changed: each record names its own. What is true of them is
    /// asked of their rows, so it does not matter what was done, nor whether some of it was known. When that is not enough,
    /// all paths are forgotten, and gathered anew when somebody asks.
    func followPaths(from known: AuditHeadRow, to head: AuditHeadRow) {
        guard paths.isBegun else { return }
        guard head.sequence > known.sequence, head.sequence - known.sequence <= Self.mostFollowed else {
            return paths.forget()
        }
        do throws(StoreError) {
            var next = known.sequence + 1
            while next <= head.sequence {
                guard let row = try storage.auditBlock(endingAtOrAfter: next), let first = row.first, first <= next,
                    let records = row.open(keys: keys)
                else { throw .auditBroken(record: next) }
                for bytes in records[Int(next - first)...] {
                    // A secret that got another path names one of the two.
                    guard let record = AuditRecord(canonicalJSON: bytes), record.action != .moveSecret else {
                        throw .auditBroken(record: next)
                    }
                    if let path = record.path { try settle(path) }
                }
                next = row.last + 1
            }
        } catch { paths.forget() }
    }

    private func settle(_ path: SecretPath) throws(StoreError) {
        guard let row = try storage.secret(index: keys.index(of: path)) else {
            return paths.settle(path, isMarked: nil)
        }
        paths.settle(path, isMarked: try SecretRecord(opening: row, keys: keys).deletion != nil)
    }
}

extension Mutex where Value == () {
    /// Does something while no other thread does.
    borrowing func alone<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The lock's own closure wants a result that can be sent; ours stays with the caller, in this thread.
        var outcome: Swift.Result<Result, Failure>?
        withLock { _ in
            do throws(Failure) {
                outcome = .success(try body())
            } catch {
                outcome = .failure(error)
            }
        }
        guard let outcome else { preconditionFailure("the closure ran") }
        return try outcome.get()
    }
}
