import SecretStore
import Secrets
import StorageSQLite
import Synchronization
import Testing
import Vaulting

/// Every column of every row, changed by somebody who can write the file and has no key.
@Suite struct TamperTests {
    /// What is tried after an edit.
    enum Attempt: Sendable {
        case read, readFirst, write, versions, history, open, verify, list
    }

    /// Row 1 is `shop/development`, row 2 `shop/production`, row 3 `shop/other` of production; each has two versions.
    private func prepare(_ store: TemporaryStore) throws {
        let vault = try store.create()
        for (name, environment) in [
            ("development", "development"), ("production", "production"), ("other", "production"),
        ] {
            let options = WriteOptions(environment: try EnvironmentName(environment))
            for version in 1...2 {
                try vault.write(try SecretPath("shop/\(name)"), fields(["A": "\(name) \(version)"]), options: options)
            }
        }
        try vault.rotateRing(of: try EnvironmentName("production"))
        try vault.write(try SecretPath("shop/third"), .text(Secret("x")))
        #expect(try vault.read(try SecretPath("shop/production")).clear == ["A": "production 2"])
    }

    private func attempt(_ attempt: Attempt, _ store: TemporaryStore) throws {
        let path = try SecretPath("shop/production")
        let vault = try store.open()
        switch attempt {
        case .open: break
        case .read: _ = try vault.read(path)
        case .readFirst: _ = try vault.read(path, version: .number(1))
        case .write: try vault.write(path, fields([:]))
        case .versions: _ = try vault.versions(of: path)
        case .history: _ = try vault.history(path)
        case .list: _ = try vault.list()
        case .verify:
            let result = try vault.verifyAudit()
            if !result.isIntact { throw StoreErrorOfVerification(at: result.brokenAt ?? 0) }
        }
    }

    private func checkVersions(_ sql: String, _ tried: Attempt, _ layout: VersionLayout) throws {
        let store = try TemporaryStore()
        try prepare(store)
        try editVersions(store.path, sql, layout)
        expectError("KF-STORE-041") { try attempt(tried, store) }
    }

    private func check(_ sql: String, _ tried: Attempt, _ code: String) throws {
        let store = try TemporaryStore()
        try prepare(store)
        try edit(store.path, sql)
        expectError(code) { try attempt(tried, store) }
    }

    @Test(
        arguments: [
            "DELETE FROM version WHERE secret = 2 AND number = 2",
            "DELETE FROM version WHERE secret = 2 AND number = 1",
            "UPDATE version SET sealed = (SELECT sealed FROM version WHERE secret = 3 AND number = 1) "
                + "WHERE secret = 2 AND number = 1",
        ],
        VersionLayout.allCases
    )
    func `a version that was taken away or exchanged shows when the log is verified`(
        sql: String,
        layout: VersionLayout
    ) throws {
        let store = try TemporaryStore()
        try prepare(store)
        #expect(try store.open().verifyAudit().isIntact)
        try editVersions(store.path, sql, layout)
        let result = try store.open().verifyAudit()
        #expect(result.fault == "a version of a secret was put back, changed or taken away", "\(result)")
    }

    @Test func `what another process writes while the log is verified is no fault`() async throws {
        let store = try TemporaryStore()
        try prepare(store)
        let (verifying, writing) = (try store.open(), try store.open())
        let path = try SecretPath("shop/production")
        let isOver = Mutex(false)
        async let written: Void = Task.detached {
            defer { isOver.withLock { $0 = true } }
            for value in 0..<200 { try writing.write(path, fields(["A": "\(value)"])) }
        }.value
        var verified = 0
        repeat {
            let result = try verifying.verifyAudit()
            #expect(result.isIntact, "\(result)")
            verified += 1
        } while !isOver.withLock { $0 }
        try await written
        #expect(verified > 3)
    }

    static let changes = [
        // A payload in the place of another: of another version, secret, environment, or without its salt.
        ("payload = (SELECT payload FROM version WHERE secret = 2 AND number = 1)", Attempt.read),
        ("(salt, payload) = (SELECT salt, payload FROM version WHERE secret = 2 AND number = 1)", .read),
        ("(salt, payload) = (SELECT salt, payload FROM version WHERE secret = 3 AND number = 2)", .read),
        ("(salt, payload) = (SELECT salt, payload FROM version WHERE secret = 1 AND number = 2)", .read),
        ("(salt, payload, generation) = (SELECT salt, payload, generation FROM version WHERE secret = 1)", .read),
        ("salt = randomblob(32)", .read), ("salt = zeroblob(0)", .read), ("payload = zeroblob(0)", .read),
        ("payload = CAST(substr(payload, 1, length(payload) - 1) AS BLOB)", .read),
        ("payload = CAST(payload || x'00' AS BLOB)", .read),
        // Another generation, one that is there and one that is not, and another kind.
        ("generation = 2", .read), ("generation = 9", .read), ("generation = -1", .read), ("kind = 2", .read),
        ("kind = 9", .read), ("kind = 3", .versions),
        // The sealed record of a version.
        ("sealed = (SELECT sealed FROM version WHERE secret = 2 AND number = 1)", .history),
        ("sealed = (SELECT sealed FROM version WHERE secret = 3 AND number = 2)", .versions),
        ("sealed = (SELECT sealed FROM version WHERE secret = 1 AND number = 2)", .write),
        ("sealed = (SELECT sealed FROM secret WHERE id = 2)", .history), ("sealed = zeroblob(0)", .history),
    ]

    @Test(arguments: changes, VersionLayout.allCases)
    func `a version's row that was changed does not open`(
        change: (sql: String, tried: Attempt),
        layout: VersionLayout
    ) throws {
        try checkVersions("UPDATE version SET \(change.sql) WHERE secret = 2 AND number = 2", change.tried, layout)
    }

    static let moves = [
        // Versions that change their numbers or their secret, or go.
        (
            "UPDATE version SET id = secret << 32 | 9 WHERE secret = 2 AND number = 1; UPDATE version SET id = secret "
                + "<< 32 | 1 WHERE secret = 2 AND number = 2; UPDATE version SET id = secret << 32 | 2 WHERE number = 9",
            Attempt.read
        ),
        ("UPDATE version SET id = secret << 32 | 3 WHERE secret = 2 AND number = 2", .read),
        (
            "UPDATE version SET id = 9 << 32 | number WHERE secret = 3; UPDATE version SET id = 3 << 32 | number WHERE "
                + "secret = 2; UPDATE version SET id = 2 << 32 | number WHERE secret = 9", .read
        ),
        ("DELETE FROM version WHERE secret = 2 AND number = 2", .read),
        ("DELETE FROM version WHERE secret = 2 AND number = 1", .readFirst),
        ("DELETE FROM version WHERE secret = 2 AND number = 1", .history),
        (
            "INSERT INTO version SELECT 2 << 32 | 3, kind, generation, salt, sealed, payload FROM version WHERE secret "
                + "= 3 LIMIT 1", .history
        ),
    ]

    @Test(arguments: moves, VersionLayout.allCases)
    func `versions that were moved, removed or added are noticed`(
        move: (sql: String, tried: Attempt),
        layout: VersionLayout
    ) throws { try checkVersions(move.sql, move.tried, layout) }

    @Test(arguments: [
        ("current = 1", Attempt.read), ("current = 3", .read), ("current = 1", .write), ("current = 1", .list),
        ("environment = (SELECT environment FROM secret WHERE id = 1)", .read),
        ("environment = zeroblob(16)", .read), ("environment = zeroblob(0)", .list),
        ("sealed = (SELECT sealed FROM secret WHERE id = 3)", .read),
        ("sealed = (SELECT sealed FROM version WHERE secret = 2)", .read), ("sealed = zeroblob(0)", .list),
        ("path = zeroblob(16)", .list),
    ])
    func `a secret's row that was changed does not open`(change: String, tried: Attempt) throws {
        try check("UPDATE secret SET \(change) WHERE id = 2", tried, "KF-STORE-041")
    }

    @Test func `a row under another path's hash does not answer for that path`() throws {
        try check(
            """
            CREATE TEMP TABLE other AS SELECT path FROM secret WHERE id = 2;
            DELETE FROM secret WHERE id = 2;
            UPDATE secret SET path = (SELECT path FROM other) WHERE id = 3;
            """,
            .read,
            "KF-STORE-041"
        )
    }

    @Test(arguments: [
        "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key ORDER BY environment LIMIT 1)",
        "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key ORDER BY environment DESC LIMIT 1)",
        "UPDATE data_key SET generation = generation + 10",
        "UPDATE data_key SET environment = randomblob(16) WHERE generation = 1",
        "UPDATE data_key SET wrapped = zeroblob(80)", "DELETE FROM data_key WHERE generation = 1",
    ])
    func `a data key that was changed, moved or removed opens nothing`(sql: String) throws {
        let store = try TemporaryStore()
        try prepare(store)
        try edit(store.path, sql)
        expectError("KF-STORE-041") { _ = try store.open() }
    }

    @Test(arguments: [
        ("UPDATE slot SET wrapped = randomblob(60)", "KF-STORE-041"), ("UPDATE slot SET number = 2", "KF-STORE-041"),
        ("UPDATE slot SET parameters = randomblob(8)", "KF-STORE-020"), ("UPDATE slot SET kind = 2", "KF-STORE-025"),
        ("UPDATE slot SET kind = 3", "KF-STORE-025"), ("DELETE FROM slot", "KF-STORE-025"),
        // Another store's id: the slot does not open, so nothing does.
        ("UPDATE store SET store = randomblob(16)", "KF-STORE-041"), ("UPDATE store SET store = x'00'", "KF-STORE-040"),
        ("DELETE FROM store", "KF-STORE-040"),
    ])
    func `a seal that was changed does not open`(sql: String, code: String) throws {
        try check(sql, .open, code)
    }

    @Test(arguments: [
        "sequence = sequence - 1", "sequence = sequence + 1", "hash = randomblob(32)", "time = time + 1",
        "state = randomblob(56)", "state = zeroblob(0)", "signature = randomblob(64)", "signature = zeroblob(0)",
    ])
    func `a head of the audit log that was changed stops everything`(change: String) throws {
        try check("UPDATE store SET \(change)", .read, "KF-STORE-044")
    }

    @Test(arguments: [
        ("UPDATE audit SET sealed = (SELECT sealed FROM audit WHERE last = 4) WHERE last = 3", 3),
        ("UPDATE audit SET hash = randomblob(32) WHERE last = 3", 3), ("UPDATE audit SET count = 2 WHERE last = 3", 3),
        ("DELETE FROM audit WHERE last = 3", 3), ("DELETE FROM audit WHERE last = 1", 1),
        ("UPDATE audit SET last = last + 100 WHERE last = 3", 3),
        ("UPDATE audit SET sealed = zeroblob(0) WHERE last = 5", 5),
        ("UPDATE audit SET count = -1 WHERE last = 3", 3), ("UPDATE audit SET count = 4000000000000 WHERE last = 3", 3),
        // Numbers that no arithmetic bears.
        ("UPDATE audit SET count = -9223372036854775808 WHERE last = 3", 3),
        ("UPDATE audit SET count = 9223372036854775807 WHERE last = 3", 3),
        ("UPDATE audit SET last = 9223372036854775807, count = -9223372036854775808 WHERE last = 3", 3),
        ("DELETE FROM audit WHERE last = (SELECT max(last) FROM audit)", 11),
    ])
    func `an audit log that was changed does not verify, and the place is told`(sql: String, place: Int64) throws {
        let store = try TemporaryStore()
        try prepare(store)
        #expect(try store.open().verifyAudit().isIntact)
        try edit(store.path, sql)
        let result = try LocalVault.open(at: store.path, key: store.key, identity: store.identity, acceptRollback: true)
            .verifyAudit()
        #expect(result.brokenAt == place)
        #expect(result.fault != nil)
    }

    @Test func `rows of another store with the same key file do not open`() throws {
        let store = try TemporaryStore()
        try prepare(store)
        let second = store.folder + "/second.keyfolio"
        let vault = try LocalVault.create(at: second, key: store.key, identity: store.identity)
        let production = WriteOptions(environment: try EnvironmentName("production"))
        for version in 1...2 {
            try vault.write(try SecretPath("shop/production"), fields(["A": "second \(version)"]), options: production)
        }
        try edit(
            second,
            """
            ATTACH '\(store.path)' AS first;
            DELETE FROM data_key; INSERT INTO data_key SELECT * FROM first.data_key;
            DELETE FROM secret; INSERT INTO secret SELECT * FROM first.secret;
            DELETE FROM version; INSERT INTO version SELECT * FROM first.version;
            """
        )
        #expect(throws: StoreError.self) { try vault.read(try SecretPath("shop/production")) }
        expectError("KF-STORE-041") { _ = try vault.list() }
    }

    @Test(arguments: VersionLayout.allCases)
    func `a version of a removed secret does not fit one that is made later at its path`(layout: VersionLayout) throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let path = try SecretPath("shop/production")
        try vault.write(path, fields(["A": "old"]))
        try editVersions(
            store.path,
            "CREATE TABLE kept AS SELECT id, kind, generation, salt, sealed, payload FROM version; UPDATE store SET id = 1",
            layout
        )
        try vault.remove(path)
        try vault.write(path, fields(["A": "new"]))
        let back = "DELETE FROM version; INSERT INTO version SELECT * FROM kept; DROP TABLE kept"
        try editVersions(store.path, back, layout)
        expectError("KF-STORE-041") { _ = try vault.read(path) }
    }
}

/// A verification that found something, as an error.
struct StoreErrorOfVerification: Error {
    let at: Int64
}
