import Glibc
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import StorageSQLite

/// The storage's own log while a server works: it stays short, and nobody waits for long.
@Suite struct LogTests {
    private let store: TemporaryStore
    private let connection: Connection

    init() throws {
        store = try TemporaryStore()
        try write([], to: store.path)
        connection = try Connection(path: store.path, patience: 1000)
        _ = try connection.prepare("PRAGMA journal_mode = WAL").first { $0.text(0) }
        try connection.execute("PRAGMA synchronous = NORMAL; CREATE TABLE t (a BLOB)")
    }

    private func logSize() throws -> Int {
        var status = stat()
        guard unsafe stat(store.path + "-wal", &status) == 0 else { throw TestFailure("no log") }
        return Int(status.st_size)
    }

    @Test func `it is short whatever is written`() throws {
        let log = try LogSync(path: store.path, connection: Connection(path: store.path, patience: 0), mostPages: 50)
        var longest = 0
        for number in 0..<200 {
            // Ten pages a commit: 2000 in all.
            try connection.execute("INSERT INTO t VALUES (randomblob(40000))")
            if number.isMultiple(of: 5) { log.tidy() }
            longest = max(longest, try logSize())
        }
        #expect((50 * 4096..<100 * 4096).contains(longest))
        #expect(try connection.prepare("SELECT count(*) FROM t").first { $0.integer(0) } == 200)
    }

    @Test func `what reads an older state keeps the log from beginning anew, and nobody from writing`() throws {
        let log = try LogSync(path: store.path, connection: Connection(path: store.path, patience: 0), mostPages: 10)
        let reader = try Connection(path: store.path, patience: 0)
        try reader.execute("BEGIN")
        #expect(try reader.prepare("SELECT count(*) FROM t").first { $0.integer(0) } == 0)
        for _ in 0..<20 {
            try connection.execute("INSERT INTO t VALUES (randomblob(40000))")
            log.tidy()
        }
        #expect(try logSize() > 200 * 4096)
        #expect(try reader.prepare("SELECT count(*) FROM t").first { $0.integer(0) } == 0)
        try reader.execute("COMMIT")
        #expect(try reader.prepare("SELECT count(*) FROM t").first { $0.integer(0) } == 20)
    }

    @Test func `what has lost its name confirms nothing, but in a store that has none`() throws {
        let logs = try [false, true].map {
            try LogSync(path: store.path, connection: Connection(path: store.path, patience: 0), isTemporary: $0)
        }
        try connection.execute("INSERT INTO t VALUES (1)")
        for log in logs { try log.sync() }
        unsafe unlink(store.path + "-wal")
        expectError("KF-STORE-036") { try logs[0].sync() }
        try logs[1].sync()
    }

    @Test(arguments: ["link", "journal"])
    func `a store behind a link, or whose journal somebody changed, is served as any other`(what: String) throws {
        let other = try TemporaryStore()
        let path = try SecretPath("shop/production")
        try other.create().write(path, fields(["A": "1"]))
        if what == "link" {
            unsafe mkdir(other.folder + "/real", 0o700)
            for suffix in ["", "-wal", "-shm"] {
                unsafe rename(other.path + suffix, other.folder + "/real/store.keyfolio" + suffix)
            }
            unsafe symlink("real/store.keyfolio", other.path)
        } else {
            try editSchema(other.path, "PRAGMA journal_mode = DELETE")
        }
        let vault = try other.open()
        try vault.deferSync()
        try vault.write(path, fields(["A": "2"]))
        try vault.sync()
        #expect(try other.open().read(path).clear == ["A": "2"])
    }

    @Test func `at rest it gives its room back, unless somebody reads an older state`() throws {
        let log = try LogSync(path: store.path, connection: Connection(path: store.path, patience: 0))
        let reader = try Connection(path: store.path, patience: 0)
        try connection.execute("INSERT INTO t VALUES (randomblob(40000))")
        log.rest()
        // What is short stays: it would only be written anew.
        #expect(try logSize() > 40_000)
        try reader.execute("BEGIN")
        _ = try reader.prepare("SELECT count(*) FROM t").first { $0.integer(0) }
        for _ in 0..<60 { try connection.execute("INSERT INTO t VALUES (randomblob(100000))") }
        log.tidy()
        let long = try logSize()
        #expect(long > 6_000_000)
        let waited = ContinuousClock().measure { log.rest() }
        #expect(waited < .seconds(1))
        #expect(try logSize() == long)
        try reader.execute("COMMIT")
        log.rest()
        #expect(try logSize() == 0)
        try log.sync()
        #expect(try reader.prepare("SELECT count(*) FROM t").first { $0.integer(0) } == 61)
        try connection.execute("INSERT INTO t VALUES (1)")
        #expect(try reader.prepare("SELECT count(*) FROM t").first { $0.integer(0) } == 62)
        #expect((log.room() ?? 0) > 0)
    }

    @Test func `whoever cannot write waits as long as it was told, and no longer`() throws {
        let other = try Connection(path: store.path, patience: 300)
        try connection.execute("BEGIN IMMEDIATE")
        let clock = ContinuousClock()
        let waited = clock.measure { expectError("KF-STORE-030") { try other.execute("BEGIN IMMEDIATE") } }
        #expect(waited >= .milliseconds(300))
        try connection.execute("COMMIT")
        try other.execute("BEGIN IMMEDIATE; COMMIT")
    }
}
