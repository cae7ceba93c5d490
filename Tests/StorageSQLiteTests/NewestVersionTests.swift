import SecretStore
import Secrets
import Synchronization
import Testing
import Vaulting

@testable import StorageSQLite

/// The newest version of a secret is in the secret's own row when it is short, and nobody can tell by what they read.
@Suite struct NewestVersionTests {
    let store: TemporaryStore
    let vault: Vault
    let path: SecretPath

    init() throws {
        store = try TemporaryStore()
        vault = try store.create()
        path = try SecretPath("shop/production")
    }

    private static let long = String(repeating: "long ", count: 500)

    /// The numbers of the versions in rows of their own, and the one in the secret's row, or 0.
    private func layout() throws -> (apart: String, inRow: Int64) {
        (
            try text(
                store.path,
                "SELECT coalesce(group_concat(number), '') FROM (SELECT number FROM version ORDER BY id)"
            ),
            try number(store.path, "SELECT coalesce(version, 0) FROM secret")
        )
    }

    private func expect(_ values: [Int: String], apart: String, inRow: Int64) throws {
        let found = try layout()
        #expect(found.apart == apart && found.inRow == inRow)
        let newest = try #require(values.keys.max().flatMap { values[$0] })
        for vault in [vault, try store.open()] {
            #expect(try vault.read(path).clear == ["A": newest])
            for (number, value) in values {
                #expect(try vault.read(path, version: .number(number)).clear == ["A": value])
            }
            #expect(try vault.versions(of: path).map(\.number) == values.keys.sorted(by: >))
        }
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `short ones are in the row one after the other, long ones never`() throws {
        try vault.write(path, fields(["A": "1"]))
        try expect([1: "1"], apart: "", inRow: 1)
        try vault.write(path, fields(["A": "2"]))
        try expect([1: "1", 2: "2"], apart: "1", inRow: 2)
        try vault.write(path, fields(["A": Self.long]))
        try expect([1: "1", 2: "2", 3: Self.long], apart: "1,2,3", inRow: 0)
        try vault.write(path, fields(["A": Self.long + "er"]))
        try vault.write(path, fields(["A": "5"]))
        try expect([1: "1", 2: "2", 3: Self.long, 4: Self.long + "er", 5: "5"], apart: "1,2,3,4", inRow: 5)
    }

    @Test func `what happens to a version happens to it wherever it is`() throws {
        for value in ["1", "2", "3"] { try vault.write(path, fields(["A": value])) }
        try vault.destroy(path, version: .number(3))
        expectError("KF-STORE-004") { _ = try vault.read(path) }
        #expect(try number(store.path, "SELECT length(version_payload) + length(version_salt) FROM secret") == 0)
        try vault.destroy(path, version: .number(1))
        #expect(try number(store.path, "SELECT length(payload) + length(salt) FROM version WHERE number = 1") == 0)
        try vault.delete(path, version: .number(2))
        expectError("KF-STORE-003") { _ = try vault.read(path, version: .number(2)) }
        try vault.undelete(path, version: .number(2))
        #expect(try vault.read(path, version: .number(2)).clear == ["A": "2"])
        #expect(try vault.verifyAudit().isIntact)
        try vault.remove(path)
        #expect(try number(store.path, "SELECT (SELECT count(*) FROM secret) + (SELECT count(*) FROM version)") == 0)
        try vault.write(path, fields(["A": "new"]))
        try expect([1: "new"], apart: "", inRow: 1)
    }

    @Test func `versions that are too many go from where they are`() throws {
        let few = try store.open(options: VaultOptions(versionsKept: 2))
        for value in ["1", "2", Self.long, "4", "5"] { try few.write(path, fields(["A": value])) }
        try expect([4: "4", 5: "5"], apart: "4", inRow: 5)
        let one = try store.open(options: VaultOptions(versionsKept: 1))
        try one.write(path, fields(["A": "6"]))
        // The one before is labelled.
        try expect([5: "5", 6: "6"], apart: "5", inRow: 6)
    }

    @Test func `one that is too many goes from the secret's row too`() throws {
        let one = try store.open(options: VaultOptions(versionsKept: 1))
        try one.write(path, fields(["A": "1"]))
        var options = WriteOptions()
        options.makesCurrent = false
        for value in ["2", "3"] { try one.write(path, fields(["A": value]), options: options) }
        #expect(try layout() == ("1", 3))
        #expect(try one.versions(of: path).map(\.number) == [3, 1])
        #expect(try one.read(path).clear == ["A": "1"])
        #expect(try one.read(path, version: .number(3)).clear == ["A": "3"])
        #expect(try one.verifyAudit().isIntact)
    }

    @Test func `the current version may be an older one`() throws {
        try vault.write(path, fields(["A": "1"]))
        var options = WriteOptions()
        options.makesCurrent = false
        try vault.write(path, fields(["A": "2"]), options: options)
        #expect(try layout() == ("1", 2))
        #expect(try vault.read(path).clear == ["A": "1"])
        #expect(try vault.read(path, version: .number(2)).clear == ["A": "2"])
    }

    @Test func `a ring is rewrapped wherever the versions are`() throws {
        let production = try EnvironmentName("production")
        for value in ["1", Self.long, "3"] { try vault.write(path, fields(["A": value])) }
        try vault.rotateRing(of: production)
        #expect(try vault.rewrapRing(of: production) == 3)
        #expect(try number(store.path, "SELECT min(generation) FROM \(everyVersion)") == 2)
        try expect([1: "1", 2: Self.long, 3: "3"], apart: "1,2", inRow: 3)
    }

    @Test func `a program of the first format that adds a version beside it takes nothing away`() throws {
        for value in ["1", "2", "3"] { try vault.write(path, fields(["A": value])) }
        // Version 2 in the row, and version 3, which that program has added, where it knows of.
        try edit(store.path, VersionLayout.apart.sql)
        try edit(
            store.path,
            """
            UPDATE secret SET (version, version_kind, version_generation, version_salt, version_sealed, version_payload) =
                (SELECT number, kind, generation, salt, sealed, payload FROM version WHERE number = 2);
            DELETE FROM version WHERE number = 2;
            """
        )
        try expect([1: "1", 2: "2", 3: "3"], apart: "1,3", inRow: 2)
        try vault.write(path, fields(["A": "4"]))
        try expect([1: "1", 2: "2", 3: "3", 4: "4"], apart: "1,2,3", inRow: 4)
    }

    /// Makes the store one of the first format, as the program of that time wrote it.
    private func makeFirstFormat() throws {
        try edit(store.path, VersionLayout.apart.sql)
        let columns = [
            "version", "version_kind", "version_generation", "version_salt", "version_sealed", "version_payload",
        ]
        try editSchema(
            store.path,
            columns.map { "ALTER TABLE secret DROP COLUMN \($0);" }.joined() + "PRAGMA user_version = 1;"
        )
    }

    @Test func `a store of the first format is made one of this when it is opened, and has what it had`() throws {
        for value in ["1", "2"] { try vault.write(path, fields(["A": value])) }
        try makeFirstFormat()
        let schema = "SELECT group_concat(sql) FROM (SELECT sql FROM sqlite_master ORDER BY name)"
        let first = try text(store.path, schema)
        #expect(!first.contains("version_kind") && Schema.firstObjects.allSatisfy { first.contains($0.sql) })
        #expect(try store.open().read(path).clear == ["A": "2"])
        #expect(try number(store.path, "SELECT user_version FROM pragma_user_version") == 2)
        try expect([1: "1", 2: "2"], apart: "1,2", inRow: 0)
        try vault.write(path, fields(["A": "3"]))
        try expect([1: "1", 2: "2", 3: "3"], apart: "1,2", inRow: 3)
        // The same file as one that was made so.
        let second = try text(store.path, schema)
        #expect(Schema.objects.allSatisfy { second.contains($0.sql) })
    }

    @Test func `many that open a store of the first format at once all find it made`() async throws {
        try vault.write(path, fields(["A": "1"]))
        try makeFirstFormat()
        let (store, path) = (store, path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let found = try store.open().read(path).clear
                    #expect(found == ["A": "1"])
                }
            }
            try await group.waitForAll()
        }
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `who has waited for another that made it so has nothing left to do`() throws {
        try vault.write(path, fields(["A": "1"]))
        try makeFirstFormat()
        let late = try Connection(path: store.path, patience: 5000)
        _ = try store.open()
        // It had seen the first format before.
        try SQLiteStorage.upgrade(late)
        #expect(try store.open().read(path).clear == ["A": "1"])
    }

    @Test func `a store of the first format whose schema was changed is left as it is`() throws {
        try vault.write(path, fields(["A": "1"]))
        try makeFirstFormat()
        try editSchema(store.path, "CREATE TRIGGER t AFTER UPDATE ON secret BEGIN DELETE FROM version; END")
        expectError("KF-STORE-041") { _ = try store.open() }
        #expect(try number(store.path, "SELECT user_version FROM pragma_user_version") == 1)
        // And somebody who holds it is waited for, and not passed over.
        try editSchema(store.path, "DROP TRIGGER t")
        _ = try store.open()
        #expect(try number(store.path, "SELECT user_version FROM pragma_user_version") == 2)
    }
}
