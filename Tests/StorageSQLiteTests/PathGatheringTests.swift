import AccessPolicy
import SecretStore
import Secrets
import StorageSQLite
import Testing

@testable import Vaulting

/// All paths of a store are gathered a page at a time, and are right whatever happens in between.
@Suite struct PathGatheringTests {
    private static let names = (0..<24).map { number in
        ["a/\(number)", "B/\(number)", "a-b/\(number)", "c/d/e/\(number)"][number % 4]
    }

    /// Something that changes which secrets there are, or tries to and is taken back.
    private func step(_ vault: Vault, _ other: Vault) throws {
        let name = try #require(Self.names.randomElement())
        let (path, who) = (try SecretPath(name), Bool.random() ? vault : other)
        func attempt(_ body: () throws -> Void) { try? body() }
        switch Int.random(in: 0..<8) {
        case 0, 1: attempt { try who.write(path, fields(["A": "1"])) }
        case 2, 3: attempt { try who.remove(path) }
        case 4: attempt { try who.markForDeletion(path, purging: .now.adding(seconds: Bool.random() ? -1 : 3600)) }
        case 5:
            // A secret that is marked for deletion takes no payload: everything before it is taken back.
            let marked = try SecretPath("marked")
            attempt { try who.writeAll([(path, fields(["A": "2"])), (marked, fields([:]))]) }
        case 6:
            // The same in a group of which the rest is kept.
            let (kept, marked) = (try SecretPath(try #require(Self.names.randomElement())), try SecretPath("marked"))
            _ = try vault.group { group in
                attempt { try group.remove(path) }
                attempt { try group.writeAll([(path, fields(["A": "3"])), (marked, fields([:]))]) }
                attempt { try group.write(kept, fields(["A": "4"])) }
            }
        default:
            let to = try SecretPath(try #require(Self.names.randomElement()))
            let fails = Bool.random()
            attempt {
                try who.move([(path, to)], then: "test.move", on: "sys/test") { (_) throws(StoreError) in
                    if fails { throw .noSuchEntry("thing") }
                }
            }
        }
    }

    /// The paths as a process finds them that opens the store now.
    private func truth(_ store: TemporaryStore) throws -> [String] {
        try store.open().list(under: nil, after: nil, limit: 1000).map(\.path.text)
    }

    @Test(arguments: 0..<12) func `they are those of the rows, whoever changes them while they are gathered`(
        round: Int
    ) throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.writeAll(try Self.names.shuffled().prefix(16).map { (try SecretPath($0), fields(["A": "0"])) })
        let marked = try SecretPath("marked")
        try vault.write(marked, fields([:]))
        try vault.markForDeletion(marked, purging: .now.adding(seconds: 3600))
        let other = try store.open()
        var pages = 0
        while try vault.gatherPage(
            rows: 3,
            { () throws(StoreError) in
                for _ in 0..<Int.random(in: 0..<4) { try? step(vault, other) }
            }
        ) {
            pages += 1
            for _ in 0..<Int.random(in: 0..<3) { try step(vault, other) }
            try #require(pages < 10_000)
        }
        #expect(vault.engine.paths.isWhole && pages > 2)
        for _ in 0..<60 {
            #expect(try vault.list(under: nil, after: nil, limit: 1000).map(\.path.text) == truth(store))
            try step(vault, other)
        }
        let found = try vault.children(of: try SecretPath("B"), isFiltered: false)
        #expect(found == (try truth(store)).filter { $0.hasPrefix("B/") }.map { String($0.dropFirst(2)) })
        for path in try vault.list(under: try SecretPath("B"), after: nil, limit: 1000).map(\.path) {
            #expect(try vault.paths(ignoringCaseOf: path) == [path])
        }
        withExtendedLifetime(store) {}
    }

    @Test func `a removal that is taken back is not lost to a page that was read before`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let paths = try ["a", "b", "c"].map { try SecretPath($0) }
        try vault.writeAll(paths.map { ($0, fields(["A": "0"])) })
        var isFirst = true
        while try vault.gatherPage({ () throws(StoreError) in
            guard isFirst else { return }
            isFirst = false
            let moved = try SecretPath("z")
            try? vault.move([(paths[1], moved)], then: "test.move", on: "sys/test") { (_) throws(StoreError) in
                throw .noSuchEntry("thing")
            }
        }) {}
        #expect(try vault.list(under: nil, after: nil, limit: 10).map(\.path) == paths)
        withExtendedLifetime(store) {}
    }

    @Test func `another process takes from the log what one has changed, and gathers anew only when that is much`()
        throws
    {
        let store = try TemporaryStore()
        let vault = try store.create()
        let one = try SecretPath("one")
        try vault.write(one, fields(["A": "1"]))
        _ = try vault.list(under: nil, after: nil, limit: 10)
        func isKept() throws -> Bool {
            try vault.engine.synchronized { () throws(StoreError) in
                _ = try vault.engine.head()
                return vault.engine.paths.isWhole
            }
        }
        let other = try store.open()
        // What only reads changes nothing, however much it is.
        for _ in 0..<1100 { _ = try other.read(one) }
        #expect(try isKept())
        try other.write(try SecretPath("two"), fields([:]))
        try other.remove(one)
        #expect(try isKept())
        #expect(try vault.list(under: nil, after: nil, limit: 10).map(\.path.text) == ["two"])
        try other.writeAll(try (0..<1001).map { (try SecretPath("many/\($0)"), fields([:])) })
        #expect(try !isKept())
        #expect(try vault.list(under: nil, after: nil, limit: 2000).count == 1002)
        withExtendedLifetime(store) {}
    }

    @Test func `what was known of tokens is kept while another process only reads`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let path = try SecretPath("a")
        try vault.write(path, fields(["A": "1"]))
        let other = try store.open()
        let token = try vault.perform("t", .update, on: "sys/x", changing: true) { (directory) throws(StoreError) in
            try directory.issue(TokenRecord(principal: nil, policies: ["root"], created: directory.time))
        }
        func session() throws -> Session? {
            var found: Session?
            _ = try vault.group { found = try? $0.authenticate(.token(token), from: "127.0.0.1").get() }
            return found
        }
        let first = try #require(try session())
        _ = try other.read(path)
        #expect(try session() === first)
        try other.perform("t", .update, on: "sys/x", changing: true) { (directory) throws(StoreError) in
            try directory.setPolicy("p", "")
        }
        #expect(try session() !== first)
        withExtendedLifetime(store) {}
    }

    @Test func `in a group nobody waits for a listing that goes through much, nor for paths that are not known`() throws
    {
        let store = try TemporaryStore()
        let vault = try store.create()
        let count = Detour.mostPaths + 10
        try vault.writeAll(try (0..<count).map { (try SecretPath("many/\($0)"), fields([:])) })
        let folder = try SecretPath("many")
        func reason(_ body: (Vault) throws -> Void) throws -> DetourReason? {
            var reason: DetourReason?
            _ = try vault.group { group in
                try? body(group)
                reason = group.takeDetour()
            }
            return reason
        }
        func list(_ group: Vault) throws { _ = try group.list(under: nil, after: nil, limit: 10) }
        #expect(try reason(list) == .paths)
        #expect(try reason { _ = try $0.paths(ignoringCaseOf: folder) } == .paths)
        try vault.gatherPaths()
        #expect(try reason(list) == nil)
        #expect(try reason { _ = try $0.children(of: nil) } == nil)
        #expect(try reason { _ = try $0.children(of: folder) } == .length)
        #expect(try reason { for _ in 0..<500 { try list($0) } } == .length)
        #expect(try reason { _ = try $0.list(under: nil, after: nil, limit: count, isHeld: true) } == nil)
        // What one has gone through is not counted for the next.
        #expect(try reason(list) == nil)
        #expect(try vault.children(of: folder).count == count)
        #expect(try vault.list(under: folder, after: nil, limit: count + 1).count == count)
        withExtendedLifetime(store) {}
    }

    @Test func `a long listing that meets a row that was changed is on record as failed`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        for name in ["a", "b", "c"] { try vault.write(try SecretPath("many/\(name)"), fields([:])) }
        try vault.gatherPaths()
        try edit(store.path, "UPDATE secret SET sealed = zeroblob(length(sealed)) WHERE id = 2")
        expectError("KF-STORE-041") { _ = try vault.list(under: nil, after: nil, limit: 10) }
        let records = try vault.auditRecords(last: 3).filter { $0.action == .list }
        #expect(records.map(\.outcome) == [.allowed, .failed])
        #expect(records.last?.code == "KF-STORE-041")
    }
}
