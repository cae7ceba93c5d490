import SecretStore
import Testing
import Vaulting

/// A follower of the log that is killed at any moment goes on where it was.
@Suite struct AuditKillTests {
    @Test func `a copy of the log is whole and in order, however often its follower was killed`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        let file = store.folder + "/audit.jsonl"
        for round in 1...12 {
            let child = try Child(["follow", store.path, store.keyFile, "a", file, "0"])
            for _ in 0..<(round % 5 + 1) { #expect(child.nextLine() != nil) }
            child.kill()
            #expect(child.wait() == nil)
        }
        let last = try Child(["follow", store.path, store.keyFile, "a", file, "5"])
        #expect(last.remainingLines().last == "ended")
        #expect(last.wait() == 0)
        let lines = try contents(of: file).split(separator: 0x0A).map(Array.init)
        let vault = try store.open()
        let entries = try #require(try vault.auditBatch(after: .beginning, records: .max, bytes: .max)).entries
        // Each record as the log has it, the first time in order; what came twice comes right after.
        let places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.line, $0 + 1) })
        var next = 1
        var reader = AuditCheckpointReader()
        for line in lines {
            reader.update((line + [0x0A])[...])
            guard let number = places[line] else { continue }
            #expect(number <= next, "record \(number) came before record \(next)")
            if number == next { next += 1 }
        }
        #expect(next > entries.count, "record \(next) of \(entries.count) is missing in the copy")
        #expect(!reader.checkpoints.isEmpty)
        let verdict = try vault.verifyAudit(through: reader.checkpoints)
        #expect(verdict.isIntact, "\(verdict.fault ?? "")")
    }
}
