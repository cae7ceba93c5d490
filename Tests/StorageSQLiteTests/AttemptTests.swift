import AccessPolicy
import Findings
import SecretStore
import StorageSQLite
import Testing

@testable import Vaulting

/// What is tried in a group, and given up or kept; and the blocks that its records are in.
@Suite struct AttemptTests {
    private struct Fixture {
        let store: TemporaryStore
        let vault: Vault
        let path: SecretPath

        init(paths: Int = 1) throws {
            store = try TemporaryStore()
            vault = try store.create()
            try vault.deferSync()
            try vault.writeAll(try (0..<paths).map { (try SecretPath("a/\($0)"), fields(["A": "1"])) })
            path = try SecretPath("a/0")
            vault.engine.synchronized { vault.engine.paths.forget() }
        }

        func actions(_ count: Int) throws -> [AuditAction] { try vault.auditRecords(last: count).map(\.action) }

        /// The most records in a block, and the most bytes.
        func largestBlock() throws -> (records: Int64, bytes: Int64) {
            (
                try number(store.path, "SELECT max(count) FROM audit"),
                try number(store.path, "SELECT max(length(sealed)) FROM audit")
            )
        }
    }

    private func list(_ vault: Vault) { _ = try? vault.list(under: nil, after: nil, limit: 10) }

    @Test(arguments: [false, true]) func `what has changed something is not done once more`(listsFirst: Bool) throws {
        let fixture = try Fixture()
        var reason: DetourReason?
        _ = try fixture.vault.group { group in
            group.beginAttempt()
            if listsFirst { list(group) }
            _ = try? group.write(fixture.path, fields(["A": "2"]))
            expectError("KF-STORE-030") { _ = try group.list(under: nil, after: nil, limit: 10) }
            reason = group.takeDetour()
        }
        #expect(reason == nil)
        #expect(try fixture.actions(1) == [.write])
        #expect(try fixture.vault.read(fixture.path).clear == ["A": "2"])
        #expect(try fixture.vault.verifyAudit().isIntact)
    }

    @Test func `what was changed and taken back does not count as changed`() throws {
        let fixture = try Fixture()
        var reason: DetourReason?
        _ = try fixture.vault.group { group in
            group.beginAttempt()
            try? group.perform("test.fail", .update, on: "sys/test", changing: true) {
                (directory) throws(StoreError) in
                try directory.put("things", "one", ["a": 1])
                throw .noSuchEntry("thing")
            }
            list(group)
            reason = group.takeDetour()
        }
        #expect(reason == .paths)
        #expect(try fixture.actions(1) == [.write])
        #expect(try fixture.vault.verifyAudit().isIntact)
    }

    @Test func `what one request of a group has met is not held against the next`() throws {
        let fixture = try Fixture()
        var reason: DetourReason?
        _ = try fixture.vault.group { group in
            // One that nobody asks how it is to be done.
            list(group)
            group.beginAttempt()
            _ = try? group.read(fixture.path)
            reason = group.takeDetour()
        }
        #expect(reason == nil)
        #expect(try fixture.actions(1) == [.read])
    }

    @Test func `an attempt that fills a block and is given up leaves nothing of it`() throws {
        let fixture = try Fixture()
        let before = try fixture.vault.auditLength()
        var reason: DetourReason?
        _ = try fixture.vault.group { group in
            for _ in 0..<300 { _ = try? group.read(fixture.path) }
            group.beginAttempt()
            for _ in 0..<900 { _ = try? group.read(fixture.path) }
            list(group)
            reason = group.takeDetour()
            _ = try? group.read(fixture.path)
        }
        #expect(reason == .paths)
        #expect(try fixture.vault.auditLength() == before + 301)
        #expect(try fixture.vault.verifyAudit().isIntact)
    }

    @Test func `a request that changes much and fails in a group leaves its failure only`() throws {
        let fixture = try Fixture(paths: 600)
        let before = try fixture.vault.auditLength()
        let pairs = try (0..<600).map { (try SecretPath("a/\($0)"), try SecretPath("b/\($0)")) }
        _ = try fixture.vault.group { group in
            _ = try? group.read(fixture.path)
            expectError("KF-STORE-015") {
                try group.move(pairs, then: "test.move", on: "sys/test") { (_) throws(StoreError) in
                    throw .noSuchEntry("thing")
                }
            }
            _ = try? group.read(fixture.path)
        }
        #expect(try fixture.actions(3) == [.read, "test.move", .read])
        #expect(try fixture.vault.auditLength() == before + 4)
        #expect(try fixture.vault.verifyAudit().isIntact)
    }

    @Test(arguments: [(1500, 1), (1, 1500), (30, 50)])
    func `no block of a group is larger than others are`(requests: Int, reads: Int) throws {
        let fixture = try Fixture()
        let before = try fixture.vault.auditLength()
        let verbose = String(repeating: "x", count: 512)
        _ = try fixture.vault.group { group in
            for _ in 0..<requests {
                group.beginAttempt()
                for number in 0..<reads {
                    let detail = number < 20 ? nil : verbose
                    try? group.perform("test.read", .read, on: "sys/test", changing: false, detail: detail) {
                        (_) throws(StoreError) in
                    }
                }
                _ = group.takeDetour()
            }
        }
        let largest = try fixture.largestBlock()
        #expect(largest.records <= 512 && largest.bytes < (128 << 10) + 4096, "\(largest)")
        #expect(try fixture.vault.auditLength() == before + Int64(requests * reads))
        #expect(try fixture.vault.verifyAudit().isIntact)
    }

    @Test func `where all paths cannot be known, whatever needs them fails with the reason, on record`() throws {
        let fixture = try Fixture()
        var reason: DetourReason?
        _ = try fixture.vault.group { group in
            group.beginAttempt(.tampered("a secret"))
            expectError("KF-STORE-041") { _ = try group.list(under: nil, after: nil, limit: 10) }
            expectError("KF-STORE-041") { _ = try group.paths(ignoringCaseOf: fixture.path) }
            reason = group.takeDetour()
            // It is said of that request only.
            group.beginAttempt()
            list(group)
            #expect(group.takeDetour() == .paths)
        }
        #expect(reason == nil)
        let records = try fixture.vault.auditRecords(last: 2)
        #expect(records.map(\.code) == ["KF-STORE-041", "KF-STORE-041"])
        #expect(records.allSatisfy { $0.action == .list && $0.outcome == .failed })
        #expect(records.last?.path == fixture.path)
    }

    @Test func `what a server has read for itself stays on record`() throws {
        let fixture = try Fixture()
        var reason: DetourReason?
        _ = try fixture.vault.group { group in
            // Nothing is under way yet.
            group.keepRecords()
            _ = try? group.read(fixture.path)
            group.beginAttempt()
            try? group.perform("test.read", .read, on: "sys/test", changing: false) { (_) throws(StoreError) in }
            group.keepRecords()
            _ = try? group.read(fixture.path)
            list(group)
            reason = group.takeDetour()
        }
        fixture.vault.keepRecords()
        #expect(reason == .paths)
        #expect(try fixture.actions(2) == [.read, "test.read"])
        #expect(try fixture.vault.verifyAudit().isIntact)
    }
}
