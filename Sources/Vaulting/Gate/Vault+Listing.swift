public import AccessPolicy
public import SecretStore

/// Listings: what is where, in the order of paths.
///
/// Inside a group a listing goes through some thousand paths at most, and not before all paths are known; else
/// ``takeDetour()`` says so, and what was answered is worth nothing. Outside of one it goes through any number, a few at a
/// time: between two of those others pass, so each secret is listed as it was at some moment of the listing.
extension Vault {
    /// Whether the identity may see a secret's name in a listing: when it may list at the very path, or read what is known of
    /// it, or its payload.
    private func mayList(_ path: SecretPath) -> Bool { lets(path) { $0.isAllowed } }

    /// The same for what is known of the secret: when the answer is wrapped as the rule asks that lets it be seen.
    func mayShow(_ path: SecretPath) -> Bool { lets(path) { $0.admits(wrapping: wrappedSeconds) } }

    /// Whether the policies let the identity do something, which decides nothing: for an answer of several parts, of which
    /// one is left out for those who may not see it.
    public func holds(_ capability: Capability, on resource: String) -> Bool {
        identity.access.isRoot || identity.access.decide(capability, on: resource).admits(wrapping: wrappedSeconds)
    }

    private func lets(_ path: SecretPath, _ suffices: (Decision) -> Bool) -> Bool {
        identity.access.isRoot || suffices(identity.access.decide(.read, on: Resource.text(.data, path)))
            || suffices(identity.access.decide(.read, on: Resource.text(.metadata, path)))
            || suffices(identity.access.decide(.list, on: Resource.text(.metadata, path)))
    }

    /// Whether there may be a secret below a path that the identity may see in a listing.
    private func maySeeAnything(below path: SecretPath) -> Bool {
        let access = identity.access
        return access.isRoot || access.mayHold(.read, under: Resource.text(.data, path) + "/")
            || access.mayHold(.read, under: Resource.text(.metadata, path) + "/")
            || access.mayHold(.list, under: Resource.text(.metadata, path) + "/")
    }

    /// A page of a listing, by the order of paths. What the policy does not let the principal see is left out, or only in an
    /// answer that is wrapped otherwise.
    ///
    /// - Parameters:
    ///   - prefix: Only what is there or below it; nil for everything.
    ///   - last: Begin after this path; nil to begin at the beginning.
    ///   - limit: The most lines.
    ///   - isHeld: Whether it stays in its group however many paths it goes through: when what is listed is changed in the
    ///     same transaction. The limit then bounds for how long others wait.
    /// - Throws: ``StoreError``.
    public func list(
        under prefix: SecretPath?,
        after last: SecretPath?,
        limit: Int,
        isHeld: Bool = false
    ) throws(StoreError) -> [SecretInfo] {
        var infos: [SecretInfo] = []
        let begin = last.map { $0.text + "\u{1}" } ?? ""
        try walk(Request(listing: prefix), under: prefix, from: begin, isHeld) { (path) throws(StoreError) in
            if mayShow(path), let found = try engine.secret(at: path) {
                infos.append(try engine.info(found.row, found.record))
            }
            return infos.count < limit ? .next : .end
        }
        return infos
    }

    /// The paths that are a path when ASCII letters are taken without their case, ordered; those that the principal may
    /// not see are left out. Azure's names have no case.
    ///
    /// No decision is made here: whoever asks has one about each path. So there is a record only when it cannot be done.
    ///
    /// - Throws: ``StoreError``.
    public func paths(ignoringCaseOf path: SecretPath) throws(StoreError) -> [SecretPath] {
        let folded = path.text.lowercased()
        let lower = try SecretPath(folded)
        do throws(StoreError) {
            return try knowingPaths { () throws(StoreError) in
                var found = engine.paths.index.mixedCase(folded)
                if try engine.secret(at: lower) != nil { found.append(lower) }
                return found.filter(mayList).sorted()
            }
        } catch {
            if error.isDecision { try record(failure: Request(listing: path), error) }
            throw error
        }
    }

    /// So many paths of one folder are gone through before it is jumped over.
    private static let fewPaths = 8

    /// The names one level below a prefix: of secrets, and of what is above secrets, with a slash at its end. What the
    /// policy does not let the principal see is left out.
    ///
    /// - Parameters:
    ///   - prefix: The prefix; nil for the top.
    ///   - isFiltered: Whether what the principal may not see is left out; HashiCorp Vault shows it.
    ///   - page: Only names after one, and how many at most: so much is gone through, and not the whole folder. All names are
    ///     given where paths of the store have escapes (`=20`), since protocols order those names in another way: whoever
    ///     asks for a page makes it of what is given.
    /// - Throws: ``StoreError``.
    public func children(
        of prefix: SecretPath?,
        isFiltered: Bool = true,
        page: (after: String, limit: Int)? = nil
    ) throws(StoreError) -> [String] {
        try children(of: prefix, isFiltered: isFiltered, page: page) { _ in }
    }

    /// - Parameter look: Is told of each path that is looked at: there are few, however many lie below.
    func children(
        of prefix: SecretPath?,
        isFiltered: Bool,
        page: (after: String, limit: Int)? = nil,
        _ look: (SecretPath) -> Void
    ) throws(StoreError) -> [String] {
        let request = Request(.list, needs: .list, on: Resource.listing(prefix), path: prefix)
        var names: [String] = []
        let skipped = prefix.map { $0.text.utf8.count + 1 } ?? 0
        // How many paths of a folder were looked at in vain.
        var seen = (folder: "", count: 0)
        let top = prefix.map { $0.text + "/" } ?? ""
        var begins = true
        try walk(request, under: prefix, from: top, false) { (path) throws(StoreError) in
            look(path)
            let page = engine.paths.index.escaped == 0 ? page : nil
            if begins, let page, !page.after.isEmpty {
                begins = false
                // A name with a slash is all of its folder, behind which `0` comes.
                let folder = Substring(page.after.utf8.prefix { $0 != UInt8(ascii: "/") })
                return .from(top + folder + (folder.utf8.count < page.after.utf8.count ? "0" : "\u{1}"))
            }
            if let page, names.count >= page.limit { return .end }
            // Another mount's secrets are no children of this one's top. `A` comes after `@`.
            if prefix == nil, path.text.utf8.first == UInt8(ascii: "@") { return .from("A") }
            guard path.text.utf8.count > skipped else { return .next }
            let rest = path.text.utf8.dropFirst(skipped)
            let isFolder = rest.contains(UInt8(ascii: "/"))
            var name = String(Substring(rest.prefix { $0 != UInt8(ascii: "/") }))
            if isFolder { name += "/" }
            let isKnown = names.last == name
            if !isKnown, !isFiltered || mayList(path), try engine.isThere(path) {
                names.append(name)
                seen.count = 0
                return .next
            }
            if seen.folder != name { seen = (name, 0) }
            seen.count += 1
            guard isFolder, seen.count > Self.fewPaths else { return .next }
            let folder = String(Substring(path.text.utf8.prefix(skipped))) + name.dropLast()
            if !isKnown {
                // Asked now and then only.
                let above = try SecretPath(folder)
                if seen.count % Self.fewPaths != 1 || maySeeAnything(below: above) { return .next }
            }
            // All of a folder, however much that is, is one name or none: go on behind it. `0` comes after `/`.
            seen.count = 0
            return .from(folder + "0")
        }
        // A secret and a folder of one name may have others between them.
        return Set(names).sorted()
    }
}

extension Vault {
    /// How many paths are gone through at a time, outside of a group.
    private static let pathsAtATime = 256
    /// How often paths are gathered for one listing: another process may make them worthless while they are.
    private static let gatherings = 3

    /// Passes a listing, and goes through paths for it.
    private func walk(
        _ request: Request,
        under prefix: SecretPath?,
        from text: String,
        _ isHeld: Bool,
        _ body: (SecretPath) throws(StoreError) -> PathStep
    ) throws(StoreError) {
        guard !joins else {
            return try pass(request) { (_) throws(StoreError) in
                try knowingPaths { () throws(StoreError) in
                    _ = try engine.walk(under: prefix, from: text) { (path) throws(StoreError) in
                        guard isHeld || engine.detour.look() else { throw engine.ask(.length) }
                        return try body(path)
                    }
                }
            }
        }
        try pass(request) { (_) throws(StoreError) in }
        // It is allowed, and that is on record; when it cannot be done all the same, that is as well.
        try begun(request, recordsDecisions: false) { () throws(StoreError) in
            var place: String? = text
            while let begin = place {
                place = try knowingPaths { () throws(StoreError) in
                    try engine.walk(under: prefix, from: begin, atMost: Self.pathsAtATime, body)
                }
            }
        }
    }

    /// Does something that needs all paths. Outside of a group it gathers them first, and does it in one view of the store.
    private func knowingPaths<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        guard !joins else {
            guard engine.paths.isWhole else { throw engine.detour.obstacle ?? engine.ask(.paths) }
            return try body()
        }
        for _ in 0..<Self.gatherings {
            try gatherPaths()
            let outcome = try exclusively { () throws(StoreError) in
                try engine.storage.transaction(.snapshot) {
                    () throws(StoreError) -> Swift.Result<Result, StoreError>? in
                    _ = try engine.head()
                    return engine.paths.isWhole ? .success(try body()) : nil
                }
            }
            if let outcome { return try outcome.get() }
        }
        throw .busy()
    }

    /// Gathers all paths of the store, unless they are known: each row is opened for that, a page at a time, and others pass in
    /// between. Callable from any thread, outside of a group.
    ///
    /// - Parameter goesOn: Asked before each page: whether anybody waits for it still.
    /// - Throws: ``StoreError``: `KF-STORE-030` when nobody does.
    public func gatherPaths(while goesOn: () -> Bool = { true }) throws(StoreError) {
        try engine.gathering.alone { () throws(StoreError) in
            repeat { guard goesOn() else { throw .busy() } } while try gatherPage()
        }
    }

    /// How many rows a page has: a third of a millisecond's worth to read.
    private static let rowsOfPage = 256

    /// - Parameters:
    ///   - count: How many rows it has.
    ///   - meanwhile: Is done between reading the page and taking it, when others may pass.
    /// - Returns: Whether there may be more.
    func gatherPage(
        rows count: Int = rowsOfPage,
        _ meanwhile: () throws(StoreError) -> Void = {}
    ) throws(StoreError) -> Bool {
        let read = try engine.synchronized { () throws(StoreError) -> (PathCatalogue.Page, [SecretRow])? in
            guard !engine.paths.isWhole else { return nil }
            return try engine.storage.transaction(.snapshot) { () throws(StoreError) in
                _ = try engine.head()
                guard let page = engine.paths.beginPage() else { return nil }
                // Made here, where one thread is: it is made when it is first needed.
                _ = engine.keys.metadata
                return (page, try engine.storage.secrets(after: page.last, limit: count))
            }
        }
        guard let (page, rows) = read else { return false }
        // What takes longest keeps nobody waiting.
        var paths: [(path: SecretPath, isMarked: Bool)] = []
        paths.reserveCapacity(rows.count)
        for row in rows {
            let record = try SecretRecord(opening: row, keys: engine.keys)
            paths.append((record.path, record.deletion != nil))
        }
        try meanwhile()
        engine.synchronized { engine.paths.take(page, paths, last: rows.last?.id) }
        return true
    }

    /// Inside a group: begins what may have to be done in another way: see ``takeDetour()``.
    ///
    /// - Parameter obstacle: With what gathering all paths has failed, when that was tried for this request: whatever needs
    ///   them fails with it then, and has a record of that.
    public func beginAttempt(_ obstacle: StoreError? = nil) { engine.beginAttempt(obstacle) }

    /// Inside a group: how what was asked since ``beginAttempt(_:)`` must be done instead; nil when it was done. If not, its
    /// answer is worth nothing, it has changed nothing, and its records are taken back. What has changed something is never
    /// done instead: a listing after that, which cannot be done within the group, fails with `KF-STORE-030`.
    public func takeDetour() -> DetourReason? { engine.endAttempt() }

    /// Keeps what was recorded so far, however the attempt that is under way ends: when a server has read something for
    /// itself, and will not read it again. Nothing is under way outside of a group.
    public func keepRecords() { if joins { engine.keepRecords() } }

    /// Inside a group: gives back the use of a token that counts them, when the request is to be done in another way.
    ///
    /// - Parameter session: Who was let in, by that use.
    public func giveBackUse(of session: Session) throws(StoreError) {
        guard let token = session.token, token.uses != nil else { return }
        precondition(joins, "it is given back in the transaction that took it")
        // As it was before it was counted.
        var directory = Directory(engine: engine, time: engine.options.clock(), identity: session.identity)
        try directory.change(token)
        engine.noteChange()
    }
}

extension Engine {
    /// Has the request of the group be done otherwise.
    ///
    /// - Returns: What to throw: nobody is shown it, and it leaves no record.
    fileprivate func ask(_ reason: DetourReason) -> StoreError {
        detour.ask(reason)
        return .busy()
    }

    /// Whether a path of the index is one of a secret: without a look at its row, as a rule.
    fileprivate func isThere(_ path: SecretPath) throws(StoreError) -> Bool {
        paths.index.mayBeGone(path) ? try secret(at: path) != nil : true
    }
}

extension Vault.Request {
    /// What is about a prefix, and needs a capability on exactly it.
    fileprivate init(_ action: AuditAction, needs capability: Capability, on resource: String, path: SecretPath?) {
        self.action = action
        need = .capability(capability, resource)
        self.path = path
        fields = []
    }
}
