import SecretStore
import Secrets
import Testing
import Vaulting

@Suite struct FieldTests {
    let path: SecretPath

    init() throws { path = try SecretPath("shop/production") }

    @Test func `an update changes its own fields and leaves the others`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, fields(["A": "one", "B": "two"]))
        let info = try vault.update(path) { fields in
            fields["B"] = Secret("three")
            fields["C"] = Secret("new")
        }
        #expect(info?.number == 2)
        #expect(try vault.read(path).clear == ["A": "one", "B": "three", "C": "new"])
        #expect(try vault.auditRecords(last: 2).first?.fields == ["B", "C"])
    }

    @Test func `an update that changes nothing writes nothing`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, fields(["A": "one"]))
        #expect(try vault.update(path) { $0["A"] = Secret("one") } == nil)
        #expect(try vault.read(path).number == 1)
    }

    @Test func `an update makes a secret that is not there`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let options = WriteOptions(environment: try EnvironmentName("production"))
        #expect(try vault.update(path, options: options) { $0["A"] = Secret("one") }?.number == 1)
        #expect(try vault.read(path).environment.text == "production")
    }

    @Test func `an update whose closure throws changes nothing, and is on record`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, fields(["A": "one"]))
        #expect(throws: TestFailure.self) {
            try vault.update(path) { fields in
                fields["A"] = nil
                throw TestFailure("no")
            }
        }
        #expect(try vault.read(path).clear == ["A": "one"])
        #expect(try vault.auditRecords(last: 2).first?.code == "KF-STORE-066")
    }

    @Test func `a text has no fields to update`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, .text(Secret("one")))
        expectError("KF-STORE-077") { try vault.update(path) { $0["A"] = Secret("x") } }
        #expect(try vault.read(path).payload == .text(Secret("one")))
    }

    @Test func `a text that is a JSON object becomes fields when one is written, and stays as it is until then`() throws
    {
        let store = try TemporaryStore()
        let vault = try store.create()
        let text = #"{"B": 1.10, "A": "one"}"#
        try vault.write(path, .text(Secret(text)))
        #expect(try vault.update(path) { $0["A"] = Secret("one") } == nil)
        #expect(try vault.read(path).payload == .text(Secret(text)))
        #expect(try vault.update(path) { $0["C"] = Secret("new") }?.number == 2)
        #expect(try vault.read(path).clear == ["A": "one", "B": "1.10", "C": "new"])
        #expect(try vault.read(path, version: .number(1)).payload == .text(Secret(text)))
    }

    @Test func `the history tells what each version did to each field, and who did it`() throws {
        let store = try TemporaryStore()
        let ada = try store.create()
        let eve = ada.acting(as: .owner(Principal("user:eve")))
        try ada.write(path, fields(["A": "1", "B": "1"]))
        try eve.write(path, fields(["A": "2", "B": "1", "C": "1"]))
        try ada.write(path, fields(["A": "2", "C": "2"]))
        let entries = try ada.history(path).map { "\($0.version) \($0.field) \($0.change) \($0.principal)" }
        #expect(
            entries == [
                "3 C changed user:test", "3 B removed user:test", "2 A changed user:eve", "2 C created user:eve",
                "1 A created user:test", "1 B created user:test",
            ]
        )
        let ofB = try ada.history(path, field: "B", includingUnchanged: true)
        #expect(ofB.map(\.change) == [.removed, .unchanged, .created])
        expectError("KF-STORE-005") { _ = try ada.history(path, field: "Z") }
    }

    @Test func `a field's age is that of its last change, even when the version that made it is pruned`() throws {
        let store = try TemporaryStore()
        let clock = TestClock(1_000_000)
        let vault = try store.create(options: VaultOptions(versionsKept: 2, clock: clock.read))
        try vault.write(path, fields(["A": "same", "B": "0"]))
        for number in 1...5 {
            clock.set(1_000_000 + Int64(number) * 1000)
            try vault.write(path, fields(["A": "same", "B": "\(number)"]))
        }
        #expect(try vault.versions(of: path).map(\.number) == [6, 5])
        let ages = try vault.fields(of: path)
        #expect(ages.map(\.name) == ["A", "B"])
        #expect(ages.map(\.version) == [1, 6])
        #expect(ages.map(\.changed.microseconds) == [1_000_000, 1_005_000])
        #expect(try vault.fields(of: path, version: .number(5)).map(\.version) == [1, 5])
    }

    @Test func `equal values have equal fingerprints across secrets, and other stores have others`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let other = try SecretPath("shop/staging")
        try vault.write(path, fields(["A": "same", "B": "different"]))
        try vault.write(other, .text(Secret("same")))
        let here = try vault.fields(of: path).map(\.fingerprint)
        let there = try vault.fields(of: other).map(\.fingerprint)
        #expect(here[0] == there[0])
        #expect(here[0] != here[1])
        #expect(vault.fingerprint(of: Secret("same")) == here[0])
        let second = try TemporaryStore()
        #expect(try second.create().fingerprint(of: Secret("same")) != here[0])
    }
}
