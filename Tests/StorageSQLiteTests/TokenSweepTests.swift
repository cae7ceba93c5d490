import AccessPolicy
import SecretStore
import Secrets
import StorageSQLite
import Testing

@testable import Vaulting

@Suite struct TokenSweepTests {
    private let clock = TestClock(Timestamp.now.microseconds)

    @discardableResult
    private func issue(_ vault: Vault, seconds: Int?, parent: String? = nil) throws -> TokenRecord {
        try vault.perform("test.issue", .update, on: "sys/test", changing: true) { (directory) throws(StoreError) in
            var record = TokenRecord(principal: nil, policies: ["a"], created: directory.time)
            record.live(seconds: seconds, from: directory.time)
            record.parent = parent
            _ = try directory.issue(record)
            return record
        }
    }

    /// How many entries there are of tokens, of accessors, and of what leads to children of some.
    private func count(_ vault: Vault, childrenOf parents: [String] = []) throws -> [Int] {
        try vault.perform("test.count", .read, on: "sys/test", changing: false) { (directory) throws(StoreError) in
            var counts = [
                try directory.names(in: CollectionName.tokens).count,
                try directory.names(in: CollectionName.accessors).count,
            ]
            for parent in parents {
                counts.append(try directory.names(in: "\(CollectionName.children).\(parent)").count)
            }
            return counts
        }
    }

    private func forward(_ seconds: Int) { clock.set(clock.read().microseconds + Int64(seconds) * 1_000_000) }

    @Test func `tokens that are made and end for ever do not fill the directory`() throws {
        let vault = try TemporaryStore().create(options: VaultOptions(clock: clock.read))
        var most = 0
        for number in 0..<600 {
            try issue(vault, seconds: 60)
            forward(1)
            if number % 20 == 0 { most = max(most, try count(vault)[0]) }
        }
        // Sixty are alive at any time; of those that are kept, at most a quarter are not, and a few that are just met.
        #expect(most >= 60 && most <= 90, "\(most)")
        #expect(try count(vault)[0] == count(vault)[1])
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `a token goes that has ended, and one whose parent has; others stay`() throws {
        let vault = try TemporaryStore().create(options: VaultOptions(clock: clock.read))
        let parent = try issue(vault, seconds: 60)
        for _ in 0..<150 { try issue(vault, seconds: nil, parent: parent.accessor) }
        let stays = try issue(vault, seconds: 6000)
        try issue(vault, seconds: nil)
        #expect(try vault.sweepTokens(rows: 1000) == 0)
        #expect(try count(vault, childrenOf: [parent.accessor]) == [153, 153, 150])
        forward(61)
        for _ in 0..<200 { try vault.sweepTokens(rows: 16) }
        #expect(try count(vault, childrenOf: [parent.accessor]) == [2, 2, 0])
        let left = try vault.perform("test.read", .read, on: "sys/test", changing: false) {
            (directory) throws(StoreError) in try directory.token(.accessor(stays.accessor))
        }
        #expect(left?.accessor == stays.accessor)
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `each sweep does a bounded part, and leaves a record only of what it took`() throws {
        let vault = try TemporaryStore().create(options: VaultOptions(clock: clock.read))
        for _ in 0..<40 { try issue(vault, seconds: 60) }
        let before = try vault.verifyAudit().records
        for _ in 0..<10 { #expect(try vault.sweepTokens(rows: 8) == 0) }
        // Each check of the log is itself a record.
        #expect(try vault.verifyAudit().records == before + 1)
        forward(61)
        var taken: [Int] = []
        for _ in 0..<6 { taken.append(try vault.sweepTokens(rows: 8)) }
        #expect(taken.allSatisfy { $0 <= 8 })
        #expect(taken.reduce(0, +) == 40)
        #expect(try vault.verifyAudit().records == before + 2 + Int64(taken.count { $0 > 0 }))
        #expect(try count(vault) == [0, 0])
    }
}
