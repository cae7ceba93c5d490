import Glibc
import SecretStore
import Secrets
import StorageSQLite
import Testing
import Vaulting

/// Rows that were true once, put back by somebody who can write the file and has no key. Each authenticates.
@Suite struct FreshnessTests {
    private let development = WriteOptions(environment: try? EnvironmentName("development"))

    /// A store at version 2 of everything, its ring rotated and rewrapped, one secret and one slot gone; and beside it,
    /// attached as `old` by the edits, a copy from when all was at version 1.
    private func prepare(secrets: Int) throws -> TemporaryStore {
        let store = try TemporaryStore()
        let vault = try store.create()
        let items = try (0..<secrets).map { (path: try SecretPath("many/\($0)"), payload: fields(["A": "other"])) }
        try vault.writeAll(items, options: development)
        try vault.write(try SecretPath("shop/development"), fields(["A": "old"]), options: development)
        try vault.write(try SecretPath("shop/gone"), fields(["A": "old"]), options: development)
        let slot = try vault.addSlot(.keyFile(store.folder + "/keys/second"))
        try edit(store.path, "UPDATE store SET id = 1; VACUUM INTO '\(store.folder)/old.db'")
        try vault.write(try SecretPath("shop/development"), fields(["A": "new"]), options: development)
        try vault.remove(try SecretPath("shop/gone"))
        try vault.rotateRing(of: try EnvironmentName("development"))
        try vault.rewrapRing(of: try EnvironmentName("development"))
        try vault.removeSlot(slot.number)
        #expect(try vault.verifyAudit().isIntact)
        #expect(try store.open().read(try SecretPath("shop/development")).clear == ["A": "new"])
        return store
    }

    private static let all = ["secret", "version", "data_key"]
        .map { "DELETE FROM \($0); INSERT INTO \($0) SELECT * FROM old.\($0);" }
        // The columns that are computed cannot be given.
        .joined().replacing("version SELECT *", with: "version SELECT id, kind, generation, salt, sealed, payload")
        .replacing("INTO version SELECT", with: "INTO version (id, kind, generation, salt, sealed, payload) SELECT")

    static let edits = [
        all,
        // One secret with its versions, and the data key that they need.
        """
        DELETE FROM secret WHERE id = @; INSERT INTO secret SELECT * FROM old.secret WHERE id = @;
        DELETE FROM version WHERE secret = @;
        INSERT INTO version (id, kind, generation, salt, sealed, payload)
            SELECT id, kind, generation, salt, sealed, payload FROM old.version WHERE secret = @;
        INSERT INTO data_key SELECT * FROM old.data_key;
        """,
        // The secret's own row alone.
        "DELETE FROM secret WHERE id = @; INSERT INTO secret SELECT * FROM old.secret WHERE id = @",
        // A secret that was removed, in its place and in one where no listing would meet it.
        "INSERT INTO secret SELECT * FROM old.secret WHERE id = @ + 1",
        """
        INSERT INTO secret (id, path, environment, current, sealed, attributes)
            SELECT -5, path, environment, current, sealed, attributes FROM old.secret WHERE id = @ + 1
        """,
        // Taken away.
        "DELETE FROM secret WHERE id = @", "DELETE FROM secret; DELETE FROM version", "DELETE FROM secret WHERE id = 1",
        // Keys: an old one beside the new, an old one instead, and the slot that was removed.
        "INSERT INTO data_key SELECT * FROM old.data_key",
        "DELETE FROM data_key; INSERT INTO data_key SELECT * FROM old.data_key", "DELETE FROM data_key",
        "INSERT INTO slot SELECT * FROM old.slot WHERE number = 2",
    ]

    private func tamper(_ store: TemporaryStore, _ sql: String, secrets: Int) throws {
        let id = secrets + 1
        try edit(
            store.path,
            "ATTACH '\(store.folder)/old.db' AS old; " + sql.replacing("@", with: "\(id)") + "; DETACH old"
        )
    }

    @Test(arguments: edits)
    func `in a small store, rows that were put back or taken away are noticed when it is opened`(sql: String) throws {
        let store = try prepare(secrets: 5)
        try tamper(store, sql, secrets: 5)
        expectError("KF-STORE-041") { _ = try store.open() }
    }

    @Test(arguments: edits)
    func `in a large store, they are noticed when the log is verified and when a backup is made`(sql: String) throws {
        let store = try prepare(secrets: 300)
        try tamper(store, sql, secrets: 300)
        let vault = try store.open()
        let result = try vault.verifyAudit()
        #expect(!result.isIntact && result.brokenAt == nil && result.fault != nil)
        expectError("KF-STORE-041") { try vault.exportSnapshot { _ in } }
        // Whatever is written afterwards does not make it good.
        _ = try? vault.write(try SecretPath("shop/another"), fields(["A": "x"]), options: development)
        #expect(try !store.open().verifyAudit().isIntact)
    }

    @Test(arguments: edits)
    func `in a store that is served, they are noticed when its rows are looked through, and nothing is done then`(
        sql: String
    ) throws {
        let store = try prepare(secrets: 300)
        let vault = try store.open()
        try vault.deferSync()
        #expect(try vault.checkRowsApart { true } == true)
        try tamper(store, sql, secrets: 300)
        expectError("KF-STORE-041") { _ = try vault.checkRowsApart { true } }
        #expect(vault.isTampered)
        expectError("KF-STORE-041") { _ = try vault.read(try SecretPath("many/7")) }
        expectError("KF-STORE-041") {
            try vault.write(try SecretPath("shop/another"), fields(["A": "x"]), options: development)
        }
        expectError("KF-STORE-041") {
            _ = try vault.group { group in
                expectError("KF-STORE-041") { _ = try group.list(under: nil) }
            }
        }
        expectError("KF-STORE-041") { try vault.exportSnapshot { _ in } }
    }

    @Test(arguments: [
        "CREATE TABLE extra (a)", "PRAGMA application_id = 0", "PRAGMA user_version = 1", "PRAGMA user_version = 99",
    ])
    func `a layout that was changed keeps nobody from looking, and is as good as a row that was put back`(
        sql: String
    ) throws {
        let store = try prepare(secrets: 300)
        let vault = try store.open()
        try vault.deferSync()
        try editSchema(store.path, sql)
        #expect(throws: StoreError.self) { _ = try vault.checkRowsApart { true } }
        #expect(vault.isTampered)
        expectError("KF-STORE-041") { _ = try vault.read(try SecretPath("many/7")) }
    }

    @Test(arguments: [true, false])
    func `what is looked at is what is served, wherever it was moved`(isReplaced: Bool) throws {
        let store = try prepare(secrets: 300)
        let vault = try store.open()
        try vault.deferSync()
        let copy = try contents(of: store.path)
        #expect(unsafe rename(store.path, store.path + ".moved") == 0)
        if isReplaced { try write(copy, to: store.path) }
        expectError("KF-STORE-041") { _ = try vault.checkRowsApart { true } }
        #expect(vault.isTampered)
    }

    @Test(arguments: [true, false])
    func `an older state with its own head is noticed by whoever saw a later one`(isByLook: Bool) throws {
        let store = try prepare(secrets: 300)
        let vault = try store.open()
        try vault.deferSync()
        #expect(try vault.read(try SecretPath("shop/development")).clear == ["A": "new"])
        let before = try vault.auditLength()
        let rest = ["slot", "entry", "audit"].map { "DELETE FROM \($0); INSERT INTO \($0) SELECT * FROM old.\($0);" }
        try tamper(
            store,
            Self.all + rest.joined() + "DELETE FROM store; INSERT INTO store SELECT * FROM old.store;",
            secrets: 300
        )
        if isByLook {
            expectError("KF-STORE-042") { _ = try vault.checkRowsApart { true } }
        } else {
            // Who asked is refused, and that cannot be recorded in that log either.
            #expect(throws: StoreError.self) { _ = try vault.read(try SecretPath("shop/development")) }
        }
        #expect(vault.isTampered && before > 0)
        expectError("KF-STORE-041") { _ = try vault.read(try SecretPath("shop/development")) }
    }

    @Test func `who follows the log gets what was recorded until the rows were found, and no more is`() throws {
        let store = try prepare(secrets: 300)
        let vault = try store.open()
        try vault.deferSync()
        try tamper(store, "DELETE FROM secret WHERE id = 1", secrets: 300)
        _ = try vault.read(try SecretPath("many/7"))
        let before = try vault.auditLength()
        expectError("KF-STORE-041") { _ = try vault.checkRowsApart { true } }
        expectError("KF-STORE-041") { _ = try vault.read(try SecretPath("many/7")) }
        #expect(try vault.auditLength() == before)
    }

    @Test func `who looks through the rows sees one state of them, whoever writes meanwhile, and may end early`() throws
    {
        let store = try TemporaryStore()
        let vault = try store.create()
        let items = try (0..<300).map { (path: try SecretPath("many/\($0)"), payload: fields(["A": "1"])) }
        try vault.writeAll(items, options: development)
        try vault.deferSync()
        let other = try store.open()
        var (batches, writes) = (0, 0)
        #expect(
            try vault.checkRowsApart {
                batches += 1
                // Before and behind what was looked at, by the process itself and by another one.
                let writer = batches.isMultiple(of: 2) ? vault : other
                for number in [batches, 299 - batches] {
                    let path = try? SecretPath("many/\(number)")
                    let written = try? path.map { try writer.write($0, fields(["A": "2"]), options: development) }
                    if written != nil { writes += 1 }
                }
                return true
            } == true
        )
        #expect(batches > 4 && writes == 2 * batches)
        #expect(try vault.checkRowsApart { true } == true && !vault.isTampered)
        #expect(try vault.checkRowsApart { false } == false && !vault.isTampered)
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `a state that was put back with the rows is not signed by the head that is there`() throws {
        let store = try prepare(secrets: 1)
        try tamper(store, Self.all + "UPDATE store SET state = (SELECT state FROM old.store)", secrets: 1)
        expectError("KF-STORE-044") { _ = try store.open() }
    }

    @Test func `a version that was written before an older state was accepted does not open as the one written after`()
        throws
    {
        let store = try TemporaryStore()
        let path = try SecretPath("shop/development")
        try store.create().write(path, fields(["A": "1"]), options: development)
        try edit(store.path, "UPDATE store SET id = 1; VACUUM INTO '\(store.folder)/first.db'")
        try store.open().write(path, fields(["A": "stolen"]), options: development)
        try edit(store.path, "UPDATE store SET id = 1; VACUUM INTO '\(store.folder)/second.db'")
        for suffix in ["", "-wal", "-shm"] { unsafe unlink(store.path + suffix) }
        try write(try contents(of: store.folder + "/first.db"), to: store.path)
        try store.open(acceptRollback: true).write(path, fields(["A": "2"]), options: development)
        #expect(try store.open().read(path).clear == ["A": "2"])
        // The same secret, number, environment, kind and data key: only the version's id is another.
        try edit(
            store.path,
            """
            ATTACH '\(store.folder)/second.db' AS second;
            UPDATE secret SET (version_salt, version_sealed, version_payload) =
                (SELECT version_salt, version_sealed, version_payload FROM second.secret WHERE version = 2);
            """
        )
        expectError("KF-STORE-041") { _ = try store.open().read(path) }
        expectError("KF-STORE-041") { _ = try store.open().history(path) }
    }

    @Test func `every kind of change leaves a state that is true`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let path = try SecretPath("shop/development")
        func check(_ what: String) throws {
            #expect(try vault.verifyAudit().isIntact, "after \(what)")
            _ = try store.open()
        }
        for number in 1...4 { try vault.write(path, fields(["A": "\(number)"]), options: development) }
        try check("writes")
        try vault.update(path) { $0["B"] = Secret("x") }
        try vault.setLabel(try Label("mark"), on: path, to: .number(2))
        try check("a label")
        try vault.delete(path, version: .number(2))
        try vault.undelete(path, version: .number(2))
        try vault.destroy(path, version: .number(1))
        try check("states")
        try vault.rollback(path, to: .number(3))
        try vault.rotateRing(of: try EnvironmentName("development"))
        try check("a new ring")
        try vault.rewrapRing(of: try EnvironmentName("development"))
        try check("an old ring's end")
        let slot = try vault.addSlot(.keyFile(store.folder + "/keys/second"))
        try check("a slot")
        try vault.removeSlot(slot.number)
        expectError("KF-STORE-060") {
            try vault.write(path, fields([:]), options: WriteOptions(expectedVersion: 1))
        }
        try check("a failure")
        try vault.remove(path)
        try check("a removal")
    }
}
