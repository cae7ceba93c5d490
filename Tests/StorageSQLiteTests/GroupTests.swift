import AccessPolicy
import Findings
import SecretStore
import Secrets
import StorageSQLite
import Testing

@testable import Vaulting

@Suite struct GroupTests {
    private func storeWithOne() throws -> (TemporaryStore, Vault, SecretPath) {
        let store = try TemporaryStore()
        let vault = try store.create()
        // A test that does not keep the store has its folder removed.
        try vault.deferSync(isTemporary: true)
        let path = try SecretPath("a/b")
        try vault.write(path, fields(["A": "1"]))
        return (store, vault, path)
    }

    @Test func `a group's requests share one signed head, and each has its record`() throws {
        let (_, vault, path) = try storeWithOne()
        let before = try #require(try vault.auditRecords(last: 1).last?.sequence)
        let isChanged = try vault.group { group in
            for _ in 0..<20 { _ = try? group.read(path) }
        }
        #expect(!isChanged)
        let records = try vault.auditRecords(last: 20)
        #expect(records.count == 20 && records.allSatisfy { $0.action == .read && $0.path == path })
        // The record of the reading above is not among what it gives.
        #expect(records.last?.sequence == before + 21)
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `a request that fails after it changed something is taken back alone`() throws {
        let (store, vault, path) = try storeWithOne()
        let other = try SecretPath("c/d")
        var outcomes: [String] = []
        _ = try vault.group { group in
            _ = try? group.write(path, fields(["A": "2"]))
            do {
                try group.perform("test.fail", .update, on: "sys/test", changing: true) {
                    (directory) throws(StoreError) in
                    try directory.put("things", "one", ["a": 1])
                    throw .noSuchEntry("thing")
                }
            } catch { outcomes.append((error as? StoreError)?.code ?? "another") }
            _ = try? group.write(other, fields(["B": "1"]))
        }
        #expect(outcomes == ["KF-STORE-015"])
        #expect(try vault.read(path).clear == ["A": "2"])
        #expect(try vault.read(other).clear == ["B": "1"])
        let kept = try vault.perform("test.look", .read, on: "sys/test", changing: false) {
            (directory) throws(StoreError) in
            try directory.document("things", "one")
        }
        #expect(kept == nil)
        let failed = try vault.auditRecords(last: 20).filter { $0.action.rawValue == "test.fail" }
        #expect(failed.map(\.outcome) == [.failed])
        // The signed state is that of the rows which stayed, also for who opens the store anew.
        #expect(try vault.verifyAudit().isIntact)
        #expect(try store.open().verifyAudit().isIntact)
    }

    @Test func `a change in a group is seen by the next request of the group`() throws {
        let (_, vault, path) = try storeWithOne()
        var seen: [String: String] = [:]
        _ = try vault.group { group in
            _ = try? group.write(path, fields(["A": "new"]))
            seen = (try? group.read(path).clear) ?? [:]
        }
        #expect(seen == ["A": "new"])
    }

    @Test func `listings, documents and what is not there wait for every change that is not confirmed`() throws {
        let (_, vault, path) = try storeWithOne()
        let (other, none) = (try SecretPath("c/d"), try SecretPath("no/where"))
        try vault.write(other, fields([:]))
        let views: [(Vault) throws -> Void] = [
            { _ = try $0.list() }, { _ = try $0.describe(other) }, { _ = try? $0.read(none) },
            { _ = try $0.perform("role.list", .list, on: "sys/roles", changing: false) { _ in } },
        ]
        func tell(in group: Vault) -> [Bool] {
            views.map { view in
                try? view(group)
                return group.takeIsFresh()
            }
        }
        var seen: [[Bool]] = []
        _ = try vault.group { seen.append(tell(in: $0)) }
        _ = try vault.group { group in
            _ = try? group.write(path, fields(["A": "2"]))
            _ = group.takeIsFresh()
            seen.append(tell(in: group))
        }
        _ = try vault.group { seen.append(tell(in: $0)) }
        try vault.sync()
        _ = try vault.group { seen.append(tell(in: $0)) }
        let (wait, go) = (Array(repeating: true, count: views.count), Array(repeating: false, count: views.count))
        #expect(seen == [go, wait, wait, go])
    }

    @Test func `what is answered outside of a group waits for what is pending`() throws {
        let (_, vault, path) = try storeWithOne()
        var fresh: [Bool] = []
        func look() throws {
            _ = try vault.group { group in
                _ = try? group.list()
                fresh.append(group.takeIsFresh())
            }
        }
        _ = try vault.group { group in _ = try? group.write(path, fields(["A": "2"])) }
        try look()
        try vault.syncWhatIsPending()
        try look()
        #expect(fresh == [true, false])
    }

    @Test func `what the disk has not confirmed makes every answer that shows it wait`() throws {
        let (_, vault, path) = try storeWithOne()
        let other = try SecretPath("c/d")
        try vault.write(other, fields([:]))
        var fresh: [Bool] = []
        func reading(_ path: SecretPath) throws {
            _ = try vault.group { group in
                _ = try? group.read(path)
                fresh.append(group.takeIsFresh())
            }
        }
        try reading(path)
        _ = try vault.group { group in
            _ = try? group.write(path, fields(["A": "2"]))
            fresh.append(group.takeIsFresh())
            _ = try? group.read(other)
            fresh.append(group.takeIsFresh())
        }
        try reading(path)
        try reading(other)
        try vault.sync()
        try reading(path)
        #expect(fresh == [false, true, false, true, false, false])
    }

    @Test(arguments: ["moved", "put back"])
    func `who reads a secret that was moved or put back waits as long as whoever did it`(_ how: String) throws {
        let (_, vault, path) = try storeWithOne()
        let new = how == "moved" ? try SecretPath("n/e") : path
        let kept = try vault.backUp(path)
        if how != "moved" { try vault.remove(path) }
        try vault.sync()
        var fresh: [Bool] = []
        _ = try vault.group { group in
            if how == "moved" {
                try? group.move([(path, new)], then: "test.move", on: "sys/test") { _ in }
            } else {
                _ = try? group.putBack(kept)
            }
            fresh.append(group.takeIsFresh())
        }
        func reading() throws {
            var seen: [String: String]?
            _ = try vault.group { group in
                seen = try? group.read(new).clear
                fresh.append(group.takeIsFresh())
            }
            #expect(seen == ["A": "1"])
        }
        try reading()
        try vault.sync()
        try reading()
        #expect(fresh == [true, true, false])
    }

    @Test(arguments: [true, false])
    func `what moves with secrets and fails takes them back`(_ isGroup: Bool) throws {
        let (store, vault, path) = try storeWithOne()
        let (other, new, far) = (try SecretPath("c/d"), try SecretPath("n/e"), try SecretPath("n/f"))
        try vault.write(other, fields(["B": "1"]))
        func move(_ vault: Vault) -> String {
            do throws(StoreError) {
                try vault.move([(path, new), (other, far)], then: "test.move", on: "sys/test") {
                    (directory) throws(StoreError) in
                    try directory.put("things", "one", ["a": 1])
                    throw .noSuchEntry("thing")
                }
            } catch { return error.code }
            return "none"
        }
        var code = ""
        if isGroup { _ = try vault.group { code = move($0) } } else { code = move(vault) }
        #expect(code == "KF-STORE-015")
        #expect(try vault.list(under: nil, after: nil, limit: 10).map(\.path) == [path, other])
        #expect(try vault.read(path).clear == ["A": "1"])
        #expect(try vault.verifyAudit().isIntact)
        #expect(try store.open().read(other).clear == ["B": "1"])
        let failed = try vault.auditRecords(last: 20).filter { $0.outcome == .failed }
        #expect(failed.map(\.action.rawValue) == ["test.move"])
    }

    @Test func `a store that another process changed is read anew`() throws {
        let (store, vault, path) = try storeWithOne()
        _ = try vault.list(under: nil, after: nil, limit: 10)
        let other = try store.open()
        let added = try SecretPath("e/f")
        try other.write(added, fields([:]))
        #expect(try vault.list(under: nil, after: nil, limit: 10).map(\.path) == [path, added])
        var token = Secret("")
        try other.perform("t", .update, on: "sys/x", changing: true) { (directory) throws(StoreError) in
            token = try directory.issue(TokenRecord(principal: nil, policies: ["root"], created: directory.time))
        }
        func isLetIn() throws -> Bool {
            var isIn = false
            _ = try vault.group { group in
                isIn = (try? group.authenticate(.token(token), from: "127.0.0.1").get()) != nil
            }
            return isIn
        }
        #expect(try isLetIn())
        try other.perform("t", .update, on: "sys/x", changing: true) { (directory) throws(StoreError) in
            _ = try directory.revoke(accessor: try directory.accessors()[0])
        }
        #expect(try !isLetIn())
    }

    @Test func `the index of paths is the sorted list of them, whatever comes and goes`() throws {
        var random = SystemRandomNumberGenerator()
        var index = PathIndex([], marked: [])
        var paths: Set<SecretPath> = []
        for _ in 0..<4000 {
            let path = try SecretPath(
                "\(["a", "B", "a-b", "ab"].randomElement() ?? "a")/\(Int.random(in: 0..<900, using: &random))"
            )
            if Bool.random(using: &random) || paths.count < 600 {
                paths.insert(path)
                index.insert(path, isMarked: false)
            } else {
                paths.remove(path)
                index.remove(path)
            }
        }
        var found: [SecretPath] = []
        try index.forEach(from: "") {
            found.append($0); return true
        }
        #expect(found == paths.sorted())
        let middle = try #require(paths.sorted().dropFirst(paths.count / 2).first)
        var first: SecretPath?
        try index.forEach(from: middle.text) {
            first = $0; return false
        }
        #expect(first == middle)
        for path in paths where path.text.hasPrefix("B") {
            #expect(index.mixedCase(path.text.lowercased()) == [path])
        }
    }
}
