import SecretStore
import Secrets
import Testing
import Vaulting

@Suite struct VersionTests {
    let path: SecretPath

    init() throws { path = try SecretPath("shop/production") }

    @Test func `each write is a version, and old ones can be read`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        for value in ["one", "two", "three"] { try vault.write(path, fields(["A": value])) }
        #expect(try vault.read(path).clear == ["A": "three"])
        #expect(try vault.read(path, version: .number(1)).clear == ["A": "one"])
        #expect(try vault.read(path, version: .label(.previous)).clear == ["A": "two"])
        #expect(try vault.versions(of: path).map(\.number) == [3, 2, 1])
        #expect(try vault.versions(of: path).map(\.labels) == [[.current], [.previous], []])
        expectError("KF-STORE-002") { _ = try vault.read(path, version: .number(4)) }
        expectError("KF-STORE-002") { _ = try vault.read(path, version: .number(0)) }
        expectError("KF-STORE-006") { _ = try vault.read(path, version: .label(try Label("none"))) }
    }

    @Test func `a write with a wrong expectation changes nothing`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        expectError("KF-STORE-060") {
            try vault.write(path, fields(["A": "x"]), options: WriteOptions(expectedVersion: 1))
        }
        expectError("KF-STORE-001") { _ = try vault.read(path) }
        try vault.write(path, fields(["A": "one"]), options: WriteOptions(expectedVersion: 0))
        expectError("KF-STORE-060") {
            try vault.write(path, fields(["A": "x"]), options: WriteOptions(expectedVersion: 0))
        }
        try vault.write(path, fields(["A": "two"]), options: WriteOptions(expectedVersion: 1))
        #expect(try vault.read(path).clear == ["A": "two"])
        let failed = try vault.auditRecords(last: 100).filter { $0.outcome == .failed && $0.action == .write }
        #expect(failed.map(\.code) == ["KF-STORE-060", "KF-STORE-060"])
    }

    @Test func `a rollback is a new version with the old payload`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, fields(["A": "one"]))
        try vault.write(path, fields(["A": "two"]))
        #expect(try vault.rollback(path, to: .number(1)).number == 3)
        #expect(try vault.read(path).clear == ["A": "one"])
        #expect(try vault.read(path, version: .number(2)).clear == ["A": "two"])
        #expect(try vault.auditRecords(last: 10).first { $0.action == .rollback }?.detail == "from version 1")
        expectError("KF-STORE-002") { try vault.rollback(path, to: .number(9)) }
        expectError("KF-STORE-060") { try vault.rollback(path, to: .number(1), expectedVersion: 2) }
        #expect(try vault.read(path).number == 3)
    }

    @Test func `labels move, and their versions are not pruned`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: VaultOptions(versionsKept: 3))
        let stable = try Label("stable")
        try vault.write(path, fields(["A": "1"]), options: WriteOptions(labels: [stable]))
        for number in 2...6 { try vault.write(path, fields(["A": "\(number)"])) }
        #expect(try vault.versions(of: path).map(\.number) == [6, 5, 1])
        #expect(try vault.read(path, version: .label(stable)).clear == ["A": "1"])
        try vault.setLabel(stable, on: path, to: .current)
        #expect(try vault.read(path, version: .label(stable)).clear == ["A": "6"])
        try vault.write(path, fields(["A": "7"]))
        #expect(try vault.versions(of: path).map(\.number) == [7, 6, 5])
        try vault.removeLabel(stable, from: path)
        expectError("KF-STORE-006") { _ = try vault.read(path, version: .label(stable)) }
        expectError("KF-STORE-065") { try vault.setLabel(.current, on: path, to: .number(5)) }
        expectError("KF-STORE-065") { try vault.removeLabel(.previous, from: path) }
        expectError("KF-STORE-065") { try vault.write(path, fields([:]), options: WriteOptions(labels: [.current])) }
    }

    @Test func `as many labels as are allowed, and no more`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, fields([:]))
        for number in 1...StoreLimits.labels { try vault.setLabel(try Label("l\(number)"), on: path, to: .current) }
        expectError("KF-STORE-078") { try vault.setLabel(try Label("more"), on: path, to: .current) }
    }

    @Test func `what is deleted comes back, what is destroyed does not`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, fields(["A": "one"]))
        try vault.write(path, fields(["A": "two"]))
        try vault.delete(path)
        expectError("KF-STORE-003") { _ = try vault.read(path) }
        #expect(try vault.list().map(\.state) == [.deleted])
        #expect(try vault.read(path, version: .number(1)).clear == ["A": "one"])
        try vault.undelete(path)
        #expect(try vault.read(path).clear == ["A": "two"])
        try vault.destroy(path, version: .number(1))
        expectError("KF-STORE-004") { _ = try vault.read(path, version: .number(1)) }
        expectError("KF-STORE-004") { try vault.undelete(path, version: .number(1)) }
        expectError("KF-STORE-004") { try vault.rollback(path, to: .number(1)) }
        #expect(try vault.versions(of: path).map(\.state) == [.live, .destroyed])
        try vault.destroy(path, version: .current)
        #expect(try vault.write(path, fields(["A": "three"])).number == 3)
        #expect(try vault.read(path).clear == ["A": "three"])
    }

    @Test func `what is removed is gone, and its path can be used again`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let development = WriteOptions(environment: try EnvironmentName("development"))
        try vault.write(path, fields(["A": "one"]), options: development)
        try vault.remove(path)
        expectError("KF-STORE-001") { _ = try vault.read(path) }
        expectError("KF-STORE-001") { try vault.remove(path) }
        #expect(try vault.list().isEmpty)
        let production = WriteOptions(environment: try EnvironmentName("production"))
        #expect(try vault.write(path, fields(["A": "new"]), options: production).number == 1)
    }

    @Test func `a secret stays in its environment`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let production = WriteOptions(environment: try EnvironmentName("production"))
        try vault.write(path, fields(["A": "one"]), options: production)
        expectError("KF-STORE-062") {
            try vault.write(
                path,
                fields(["A": "x"]),
                options: WriteOptions(environment: try EnvironmentName("staging"))
            )
        }
        try vault.write(path, fields(["A": "two"]))
        #expect(try vault.read(path).environment.text == "production")
    }

    @Test func `many are written together or not at all`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let items = try (0..<1000).map { (path: try SecretPath("many/\($0)"), payload: fields(["N": "\($0)"])) }
        try vault.writeAll(items)
        #expect(try vault.list().count == 1000)
        #expect(try vault.read(try SecretPath("many/777")).clear == ["N": "777"])
        let tooMany = fields(Dictionary(uniqueKeysWithValues: (0...StoreLimits.fields).map { ("N\($0)", "") }))
        expectError("KF-STORE-073") {
            try vault.writeAll([(try SecretPath("more/1"), fields([:])), (try SecretPath("more/2"), tooMany)])
        }
        expectError("KF-STORE-001") { _ = try vault.read(try SecretPath("more/1")) }
        #expect(try vault.auditRecords(last: 2).first?.path?.text == "more/2")
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `many are read together, each with its own answer and record`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, fields(["A": "one"]))
        let none = try SecretPath("shop/none")
        let answers = try vault.read(paths: [path, none, path])
        #expect(try answers[0].get().clear == ["A": "one"])
        expectError("KF-STORE-001") { _ = try answers[1].get() }
        #expect(try answers[2].get().clear == ["A": "one"])
        #expect(try vault.auditRecords(last: 3).map(\.outcome) == [.allowed, .failed, .allowed])
    }
}
