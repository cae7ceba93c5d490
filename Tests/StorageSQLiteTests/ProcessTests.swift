import Glibc
import SecretStore
import Secrets
import Testing
import Vaulting

/// Several processes at one store, and processes that end in the middle of their work.
@Suite(.serialized) struct ProcessTests {
    let path: SecretPath

    init() throws { path = try SecretPath("torture/one") }

    @Test func `processes that each set another field lose nothing`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        let children = try (0..<4).map { try Child(["set", store.path, store.keyFile, path.text, "F\($0)", "25"]) }
        for child in children {
            #expect(child.remainingLines().last == "25")
            #expect(child.wait() == 0)
        }
        let vault = try store.open()
        #expect(try vault.read(path).clear == ["F0": "25", "F1": "25", "F2": "25", "F3": "25"])
        #expect(try vault.read(path).number == 100)
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `of processes that race for a version one wins each`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        let children = try (0..<3).map { _ in try Child(["race", store.path, store.keyFile, path.text, "20"]) }
        for child in children {
            #expect(child.remainingLines() == ["20"])
            #expect(child.wait() == 0)
        }
        #expect(try store.open().read(path).number == 60)
    }

    @Test func `a store that another process is writing opens every time`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        let writer = try Child(["count", store.path, store.keyFile, path.text])
        let first = try #require(writer.nextLine())
        for _ in 1...200 { _ = try store.open() }
        writer.kill()
        #expect(first == "1")
    }

    @Test func `a writer that is killed 200 times loses nothing that it acknowledged and tears nothing`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        var generator = SystemRandomNumberGenerator()
        var acknowledged = 0
        // A write that was committed and not acknowledged may be there: one for each round without a word.
        var unheard = 0
        for round in 1...200 {
            let writer = try Child(["count", store.path, store.keyFile, path.text])
            unheard += 1
            // A random instant: after some acknowledgements, and then some microseconds of turning in place.
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                acknowledged = try #require(writer.nextLine().flatMap { Int($0) })
                unheard = 1
            }
            spin(microseconds: Int64.random(in: 0...3000, using: &generator))
            writer.kill()
            // What it said before it was killed counts as well.
            if let last = writer.remainingLines().last.flatMap({ Int($0) }) {
                acknowledged = last
                unheard = 1
            }
            #expect(writer.wait() == nil, "the writer ended by itself")
            let possible = acknowledged...acknowledged + unheard
            if round.isMultiple(of: 10) { try check(store, possible, thoroughly: round.isMultiple(of: 50)) }
        }
        #expect(acknowledged > 200)
    }

    /// What was acknowledged is there, perhaps the write after it, and everything that is there fits together.
    private func check(_ store: TemporaryStore, _ possible: ClosedRange<Int>, thoroughly: Bool) throws {
        let vault = try store.open()
        let found = try vault.read(path)
        let number = try #require(Int(found.clear["n"] ?? ""))
        #expect(possible.contains(number))
        #expect(found.number == number)
        #expect(found.clear["text"] == String(repeating: "\(number) ", count: number % 500))
        guard thoroughly else { return }
        #expect(try vault.verifyAudit().isIntact)
        var writes = 0
        try vault.forEachAuditRecord { record in
            if record.action == .update && record.outcome == .allowed { writes += 1 }
        }
        #expect(writes == number, "each write has its record, and no record is without its write")
        #expect(try integrity(of: store.path) == "ok")
    }

    @Test func `a ring that is being rewrapped when the process is killed opens all the same`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let options = WriteOptions(environment: try EnvironmentName("production"))
        let items = try (0..<150).map { (path: try SecretPath("many/\($0)"), payload: fields(["N": "\($0)"])) }
        try vault.writeAll(items, options: options)
        var generator = SystemRandomNumberGenerator()
        for _ in 1...15 {
            let child = try Child(["rewrap", store.path, store.keyFile, "production"])
            for _ in 0..<Int.random(in: 1...2, using: &generator) { _ = child.nextLine() }
            spin(microseconds: Int64.random(in: 0...20_000, using: &generator))
            child.kill()
            _ = child.remainingLines()
            #expect(child.wait() == nil)
            let answers = try store.open().read(paths: items.map(\.path))
            for (number, answer) in answers.enumerated() { #expect(try answer.get().clear == ["N": "\(number)"]) }
        }
        let after = try store.open()
        #expect(try after.rotateRing(of: try EnvironmentName("production")) > 1)
        #expect(try after.rewrapRing(of: try EnvironmentName("production")) == 150)
        #expect(try number(store.path, "SELECT count(DISTINCT generation) FROM \(everyVersion)") == 1)
        #expect(try number(store.path, "SELECT count(*) FROM data_key") == 1)
        #expect(try after.verifyAudit().isIntact)
    }
}

/// Turns in place: a sleeping process would be killed at the instants that the scheduler likes.
private func spin(microseconds: Int64) {
    let end = Timestamp.now.microseconds + microseconds
    while Timestamp.now.microseconds < end {}
}
