import Glibc
import SecretStore
import Testing
import Vaulting

/// Signed heads that were kept elsewhere convict a log that is not the same any more.
@Suite struct AuditCheckpointTests {
    private func line(_ vault: Vault) throws -> AuditCheckpoint {
        let batch = try vault.auditBatch(after: .beginning, records: .max, bytes: .max)
        return try #require(batch?.checkpoint)
    }

    private func read(_ lines: [[UInt8]]) -> AuditCheckpointReader {
        var reader = AuditCheckpointReader()
        reader.update(lines.flatMap { $0 + [0x0A] }[...])
        reader.finish()
        return reader
    }

    @Test func `a log leads through its own checkpoints, wherever in a line they stand`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        var checkpoints: [AuditCheckpoint] = []
        for number in 0..<5 {
            try vault.write(try SecretPath("a/\(number)"), fields([:]))
            checkpoints.append(try line(vault))
        }
        #expect(checkpoints.allSatisfy(\.isSigned) && checkpoints.map(\.sequence) == [2, 3, 4, 5, 6])
        let lines = checkpoints.map { Array("<85>1 - host keyfolio - - [x y=\"{\\\"\"] ".utf8) + $0.line }
        let reader = read(
            lines + [Array("{\"hash\":\"00\",\"record\":{}}".utf8), [], Array(checkpoints[0].line.dropLast(9))]
        )
        #expect(reader.checkpoints == checkpoints && reader.unreadable == 1)
        // As they come, twice, in any order.
        let result = try vault.verifyAudit(through: checkpoints.reversed() + checkpoints)
        #expect(result.isIntact, "\(result.fault ?? "")")
        #expect(try store.open().verifyAudit(through: checkpoints).isIntact)
    }

    @Test func `a log that was put back to an older state does not lead to a later checkpoint`() throws {
        let store = try TemporaryStore()
        let names = ["", "-wal", "-shm"].map { store.path + $0 }
        var old: [String: [UInt8]] = [:]
        let checkpoint: AuditCheckpoint
        do {
            let vault = try store.create()
            try vault.write(try SecretPath("a"), fields(["A": "1"]))
            for name in names { old[name] = try? contents(of: name) }
            for _ in 0..<20 { try vault.write(try SecretPath("a"), fields(["A": "2"])) }
            checkpoint = try line(vault)
        }
        for name in names { unsafe unlink(name) }
        for (name, bytes) in old { try write(bytes, to: name) }
        let restored = try store.open(acceptRollback: true)
        #expect(try restored.auditRecords(last: 1)[0].sequence < checkpoint.sequence)
        let cut = try restored.verifyAudit(through: [checkpoint])
        #expect(cut.fault?.contains("ends before the checkpoint of record \(checkpoint.sequence)") == true)
        // And when it has grown past the place, it is another log.
        for _ in 0..<30 { try restored.write(try SecretPath("b"), fields([:])) }
        let anew = try restored.verifyAudit(through: [checkpoint])
        #expect(anew.brokenAt == checkpoint.sequence && anew.fault?.contains("written anew") == true)
        #expect(try restored.verifyAudit().isIntact)
    }

    @Test func `a checkpoint that was changed or that another store signed is refused`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let checkpoint = try line(vault)
        let text = String(decoding: checkpoint.line, as: UTF8.self)
        for change in ["\"sequence\":1", "\"time\":1"] {
            let changed = try #require(AuditCheckpoint(line: Array(text.replacing(change, with: change + "0").utf8)))
            #expect(!changed.isSigned)
            #expect(try vault.verifyAudit(through: [changed]).fault == "its checkpoint was changed")
        }
        let other = try TemporaryStore().create()
        let foreign = try line(other)
        let refused = try vault.verifyAudit(through: [foreign])
        #expect(refused.fault?.contains("another store's key") == true)
        // Known as the key of the store that this one comes from; the chain is another one all the same.
        let known = try vault.verifyAudit(through: [foreign], signedBy: [other.auditPublicKey.uppercased()])
        #expect(known.brokenAt == 1)
        for end in 0..<checkpoint.line.count {
            #expect(AuditCheckpoint(line: Array(checkpoint.line.prefix(end))) == nil)
        }
        #expect(AuditCheckpoint(line: checkpoint.line + [0x20]) == nil)
    }

    @Test func `what is no copy of a log gives no checkpoints, and takes no long`() throws {
        var reader = AuditCheckpointReader()
        let piece = Array(String(repeating: "{\"checkpoint\":{", count: 5000).utf8)
        for _ in 0..<100 { reader.update(piece[...]) }
        reader.update([0x0A])
        for _ in 0..<1000 { reader.update(Array("{\"checkpoint\":{\"sequence\":-1}}\n".utf8)[...]) }
        reader.finish()
        #expect(reader.checkpoints.isEmpty && reader.unreadable == 1000)
    }

    @Test func `a follower takes every record once, whatever the size of its steps, and knows a place that is none`()
        throws
    {
        let store = try TemporaryStore()
        let vault = try store.create()
        for number in 0..<5 { try vault.write(try SecretPath("a/\(number)"), fields([:])) }
        try vault.writeAll((0..<600).map { (path: try SecretPath("many/\($0)"), payload: fields([:])) })
        for step in [1, 100, 10_000] {
            var (place, numbers) = (AuditPosition.beginning, [Int64]())
            while true {
                let batch = try #require(try vault.auditBatch(after: place, records: step, bytes: .max))
                if batch.entries.isEmpty { break }
                numbers += batch.entries.map(\.record.sequence)
                place = batch.position
                #expect(try vault.isPlace(place))
                #expect(AuditPosition(text: place.text) == place)
            }
            #expect(numbers == Array(1...606))
        }
        // In the middle of a block.
        let entries = try #require(try vault.auditBatch(after: .beginning, records: .max, bytes: .max)).entries
        for number in [3, 100, 517, 606] {
            let place = AuditPosition(sequence: Int64(number), hash: entries[number - 1].hash)
            #expect(try vault.isPlace(place))
            let rest = try vault.auditBatch(after: place, records: .max, bytes: .max)
            #expect(rest?.entries.map(\.record.sequence) == Array(Int64(number + 1)..<607))
            let wrong = AuditPosition(sequence: place.sequence, hash: entries[0].hash)
            #expect(try !vault.isPlace(wrong))
            #expect(try vault.auditBatch(after: wrong, records: .max, bytes: .max) == nil)
        }
        let beyond = AuditPosition(sequence: 607, hash: entries[0].hash)
        #expect(try !vault.isPlace(beyond))
        #expect(try vault.auditBatch(after: beyond, records: 1, bytes: 1) == nil)
        // A changed block is no other place, but a broken log.
        try edit(store.path, "UPDATE audit SET sealed = zeroblob(64) WHERE last = 3")
        expectError("KF-STORE-044") { _ = try vault.auditBatch(after: .beginning, records: .max, bytes: .max) }
    }
}
