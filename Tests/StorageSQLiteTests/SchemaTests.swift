import SecretStore
import Secrets
import StorageSQLite
import Testing
import Vaulting

/// A schema that somebody else wrote: SQLite would do what it says.
@Suite struct SchemaTests {
    private func prepare() throws -> (store: TemporaryStore, path: SecretPath) {
        let store = try TemporaryStore()
        let path = try SecretPath("shop/production")
        try store.create().write(path, fields(["A": "1"]))
        return (store, path)
    }

    @Test(arguments: [
        // No record of a read.
        "CREATE TRIGGER t BEFORE INSERT ON audit BEGIN SELECT raise(ignore); END",
        "CREATE TRIGGER t BEFORE UPDATE ON store BEGIN SELECT raise(ignore); END",
        "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM audit WHERE last = new.last; END",
        // A write that says it is done.
        "CREATE TRIGGER t BEFORE INSERT ON version BEGIN SELECT raise(ignore); END",
        "CREATE TRIGGER t BEFORE UPDATE ON secret BEGIN SELECT raise(ignore); END",
        "CREATE TRIGGER t AFTER UPDATE ON secret BEGIN DELETE FROM version; END",
        // Views in the place of tables, one that has no end among them.
        "ALTER TABLE audit RENAME TO kept; CREATE VIEW audit AS SELECT * FROM kept",
        """
        ALTER TABLE secret RENAME TO kept;
        CREATE VIEW secret AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT kept.* FROM kept, n WHERE n.i < 0
        """,
        "ALTER TABLE slot RENAME TO kept; CREATE VIEW slot AS SELECT * FROM kept",
        // Anything beside what belongs there, or otherwise.
        "CREATE TABLE other (a)", "CREATE INDEX i ON secret (current)", "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE pragma_application_id (application_id)", "ALTER TABLE secret ADD COLUMN other BLOB", "ANALYZE",
        "DROP TABLE audit; CREATE TABLE audit (last INTEGER PRIMARY KEY ON CONFLICT IGNORE, count, hash, sealed)",
        "PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = replace(sql, 'UNIQUE', 'UNIQUE ON CONFLICT IGNORE')",
    ])
    func `a store whose schema was changed does not open`(sql: String) throws {
        let (store, _) = try prepare()
        try editSchema(store.path, sql)
        expectError("KF-STORE-041") { _ = try store.open() }
    }

    @Test func `a table that takes the name of SQLite's own does not hide the schema`() throws {
        let (store, _) = try prepare()
        try editSchema(
            store.path,
            """
            PRAGMA writable_schema = 1;
            INSERT INTO sqlite_master SELECT 'table', 'sqlite_schema', 'sqlite_schema', rootpage,
                'CREATE TABLE sqlite_schema(type, name, tbl_name, rootpage, sql)' FROM sqlite_master WHERE name = 'slot'
            """
        )
        // SQLite itself refuses such a schema.
        expectError("KF-STORE-040") { _ = try store.open() }
    }

    @Test func `a store that other tools made compact opens as before`() throws {
        let (store, path) = try prepare()
        try editSchema(store.path, "VACUUM")
        #expect(try store.open().read(path).clear == ["A": "1"])
    }

    @Test(arguments: [
        "CREATE TRIGGER t BEFORE INSERT ON audit BEGIN SELECT raise(ignore); END",
        "CREATE TRIGGER t AFTER UPDATE ON store BEGIN DELETE FROM audit WHERE last = new.sequence; END",
    ])
    func `a trigger that comes while the store is open does not keep a record away`(sql: String) throws {
        let (store, path) = try prepare()
        let vault = try store.open()
        try editSchema(store.path, sql)
        _ = try vault.read(path)
        try editSchema(store.path, "DROP TRIGGER t")
        #expect(try store.open().auditRecords(last: 1).map(\.action) == [.read])
    }

    @Test func `a read whose record touches no row gives no answer`() throws {
        let (store, path) = try prepare()
        let vault = try store.open()
        _ = try vault.read(path)
        try editSchema(
            store.path,
            """
            DROP TABLE audit;
            CREATE TABLE audit (last INTEGER PRIMARY KEY, count UNIQUE ON CONFLICT IGNORE, hash, sealed);
            INSERT INTO audit VALUES (1, 1, x'', x'');
            """
        )
        expectError("KF-STORE-041") { _ = try vault.read(path) }
    }
}
