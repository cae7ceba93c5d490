internal import SecretStore

/// Every path of a store in order, once somebody asked for them, and while they are gathered.
///
/// Rows have no order, so all of them are opened for the first listing: a page at a time, in the order of their numbers, with
/// others behind the gate in between. One rule keeps what is known true meanwhile, and afterwards: whatever changes which
/// secrets there are says so here at once, whether its row was met already or not, and a page takes nothing back that was
/// said since it was read. What is said twice is said once.
///
/// A transaction that is not kept takes back what it said. What another process changed is read from the audit log, which has
/// a record of each change in the transaction of that: see ``Engine/followPaths(from:to:)``.
struct PathCatalogue {
    private enum Extent {
        /// Nobody asked yet.
        case none
        /// The rows up to a number.
        case rows(upTo: Int64)
        case all
    }

    /// Where a page is to be read from.
    struct Page {
        /// After which row.
        let last: Int64
        fileprivate let ticket: UInt64
    }

    private enum Change {
        case inserted(SecretPath)
        case removed(SecretPath, wasMarked: Bool)
        /// Something that was known, or whose row was not met yet.
        case repeated
    }

    /// The paths that are known.
    private(set) var index = PathIndex([], marked: [])
    private var extent = Extent.none
    /// What the transaction that is under way has said, to be taken back.
    private var changes: [Change] = []
    /// The paths of which something was said since the page was begun.
    private var settled: Set<SecretPath> = []
    /// Which page is being read; a page of another ticket is thrown away.
    private var ticket: UInt64 = 0

    /// Whether all paths are known.
    var isWhole: Bool { if case .all = extent { true } else { false } }

    /// Whether any are.
    var isBegun: Bool { if case .none = extent { false } else { true } }

    /// Forgets them all. Whoever reads a page meanwhile begins anew.
    mutating func forget() {
        guard isBegun else { return }
        (index, extent) = (PathIndex([], marked: []), .none)
        changes.removeAll()
        settled.removeAll()
        ticket += 1
    }

    /// Adds the path of a secret that was made.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - isMarked: Whether its secret is, or may be, marked for deletion.
    mutating func insert(_ path: SecretPath, isMarked: Bool) {
        guard isBegun else { return }
        changes.append(index.insert(path, isMarked: isMarked) ? .inserted(path) : .repeated)
        note(path)
    }

    /// Takes the path of a secret away that is gone.
    mutating func remove(_ path: SecretPath) {
        guard isBegun else { return }
        let wasMarked = index.mayBeGone(path)
        changes.append(index.remove(path) ? .removed(path, wasMarked: wasMarked) : .repeated)
        note(path)
    }

    /// Takes note that a secret is marked for deletion.
    mutating func mark(_ path: SecretPath) {
        // Also of one whose row was not met yet: it is one that may be gone from now on. Nothing is taken back of this.
        if isBegun { index.mark(path) }
    }

    /// Takes what is true of a path now, whoever made it so: it is not taken back.
    ///
    /// - Parameter isMarked: Whether its secret is marked for deletion; nil when there is none.
    mutating func settle(_ path: SecretPath, isMarked: Bool?) {
        guard isBegun else { return }
        if let isMarked { index.insert(path, isMarked: isMarked) } else { index.remove(path) }
        note(path)
    }

    private mutating func note(_ path: SecretPath) { if !isWhole { settled.insert(path) } }
}

extension PathCatalogue {
    /// How much the transaction that is under way has said.
    var mark: Int { changes.count }

    /// Takes back what was said after a mark.
    mutating func goBack(to mark: Int) {
        guard changes.count > mark else { return }
        while changes.count > mark, let change = changes.popLast() {
            switch change {
            case .inserted(let path): index.remove(path)
            case .removed(let path, let wasMarked): index.insert(path, isMarked: wasMarked)
            case .repeated: break
            }
        }
        // A page that was read before may hold the rows of those paths, and be right: it is read again.
        ticket += 1
    }

    /// Keeps what the transaction has said.
    mutating func keep() { changes.removeAll(keepingCapacity: changes.count < 1024) }
}

extension PathCatalogue {
    /// Begins a page, in a transaction that reads it; nil when all paths are known.
    mutating func beginPage() -> Page? {
        var last: Int64 = 0
        switch extent {
        case .all: return nil
        case .none: extent = .rows(upTo: 0)
        case .rows(let number): last = number
        }
        ticket += 1
        settled.removeAll(keepingCapacity: true)
        return Page(last: last, ticket: ticket)
    }

    /// Takes a page, unless it was made worthless meanwhile.
    ///
    /// - Parameters:
    ///   - page: As it was begun.
    ///   - paths: What it holds, and whether each is marked for deletion.
    ///   - last: The number of its last row; nil when there were no rows after ``Page/last``: then all paths are known.
    mutating func take(_ page: Page, _ paths: [(path: SecretPath, isMarked: Bool)], last: Int64?) {
        guard page.ticket == ticket, case .rows = extent else { return }
        for (path, isMarked) in paths where !settled.contains(path) { index.insert(path, isMarked: isMarked) }
        extent = last.map(Extent.rows) ?? .all
        if isWhole { settled = [] }
    }
}
