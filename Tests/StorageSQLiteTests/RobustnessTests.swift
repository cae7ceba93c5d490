import Glibc
import SecretStore
import Secrets
import StorageSQLite
import Testing
import Vaulting

/// What goes wrong on real machines: each has a clear error of its own, and nothing is lost.
@Suite(.serialized) struct RobustnessTests {
    let path: SecretPath

    init() throws { path = try SecretPath("shop/production") }

    private func size(_ path: String) throws -> Int {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw TestFailure("no \(path)") }
        return Int(status.st_size)
    }

    @Test func `there is no store`() throws {
        let store = try TemporaryStore()
        expectError("KF-STORE-007") { _ = try store.open() }
    }

    @Test func `a file that is not a store is told from one that is damaged`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        for content in ["", "SECRET_KEY=1\n", String(repeating: "x", count: 10_000)] {
            for suffix in ["-wal", "-shm"] { unsafe unlink(store.path + suffix) }
            try write(Array(content.utf8), to: store.path)
            expectError("KF-STORE-043") { _ = try store.open() }
        }
        // A SQLite file of somebody else.
        unsafe unlink(store.path)
        try write([], to: store.path)
        try? edit(store.path, "CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        expectError("KF-STORE-043") { _ = try store.open() }
        unsafe unlink(store.path)
        unsafe mkdir(store.path, 0o700)
        #expect(throws: StoreError.self) { try store.open() }
    }

    @Test func `a store of a newer format is refused before anything is read of it`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        try edit(store.path, "UPDATE store SET id = 1; PRAGMA user_version = 3; ALTER TABLE store RENAME TO moved")
        expectError("KF-STORE-050") { _ = try store.open() }
    }

    @Test func `flipped bytes anywhere in the file give an error or the right value, never another one`() throws {
        let store = try TemporaryStore()
        try fillAndClose(store)
        let good = try contents(of: store.path)
        var codes: [String: Int] = [:]
        for start in stride(from: 0, to: good.count, by: 509) {
            for suffix in ["-wal", "-shm"] { unsafe unlink(store.path + suffix) }
            var bytes = good
            for position in start..<min(start + 16, bytes.count) { bytes[position] ^= 0xA5 }
            try write(bytes, to: store.path)
            do {
                #expect(try store.open().read(path).clear == ["A": "value 40"])
                codes["read", default: 0] += 1
            } catch let error as StoreError {
                codes[error.code, default: 0] += 1
            }
        }
        #expect(codes.keys.allSatisfy { $0 == "read" || $0.hasPrefix("KF-STORE-04") }, "\(codes)")
        // Some damage is in what was read, some is not; both kinds must have occurred.
        #expect(codes["read", default: 0] > 0)
        #expect(codes["KF-STORE-040", default: 0] + codes["KF-STORE-041", default: 0] > 0)
    }

    /// Forty versions, all in the one file, and nobody who has it open.
    private func fillAndClose(_ store: TemporaryStore) throws {
        let vault = try store.create()
        for number in 1...40 { try vault.write(path, fields(["A": "value \(number)"])) }
        try edit(store.path, "UPDATE store SET id = 1; PRAGMA wal_checkpoint(TRUNCATE)")
    }

    @Test func `a file that is cut off gives an error`() throws {
        let store = try TemporaryStore()
        try fillAndClose(store)
        let good = try contents(of: store.path)
        for length in stride(from: 100, to: good.count - 1, by: 4096 * 3 + 11) {
            for suffix in ["-wal", "-shm"] { unsafe unlink(store.path + suffix) }
            try write(Array(good.prefix(length)), to: store.path)
            // In its last page there may be nothing that the read needs.
            if length > good.count - 4096, let found = try? store.open().read(path).clear {
                #expect(found == ["A": "value 40"])
            } else {
                #expect(throws: StoreError.self) { _ = try store.open().read(path) }
            }
        }
    }

    @Test func `a full disk stops writes and reads with an error, and loses nothing`() throws {
        let store = try TemporaryStore()
        try store.create().write(path, fields(["n": "0"]))
        let limit = 400_000
        let child = try Child(["fill", store.path, store.keyFile, path.text, "\(limit)"])
        var lines = child.remainingLines()
        #expect(lines.popLast() == "KF-STORE-031")
        #expect(child.wait() == 1)
        let acknowledged = try #require(lines.last)
        #expect(lines.count > 5)
        let vault = try store.open()
        #expect(try vault.read(path).clear["n"] == acknowledged)
        #expect(try vault.verifyAudit().isIntact)
        #expect(try integrity(of: store.path) == "ok")
    }

    /// Only root of a whole system can mount.
    private static let canMount: Bool = {
        guard let store = try? TemporaryStore(), unsafe mount("tmpfs", store.folder, "tmpfs", 0, "size=1m") == 0 else {
            return false
        }
        return unsafe umount2(store.folder, 2) == 0
    }()

    @Test(.enabled(if: canMount, "needs the right to mount a disk of a megabyte"))
    func `a disk without a free block gives no answer that could not be recorded`() throws {
        let store = try TemporaryStore()
        let disk = store.folder + "/disk"
        unsafe mkdir(disk, 0o700)
        try #require(unsafe mount("tmpfs", disk, "tmpfs", 0, "size=1m,mode=700") == 0)
        defer { unsafe umount2(disk, 2) }
        let file = disk + "/store"
        let vault = try LocalVault.create(at: file, key: store.key, identity: store.identity)
        try vault.write(path, fields(["A": "1"]))
        // Takes every block that is left.
        try? write([UInt8](repeating: 1, count: 2 << 20), to: disk + "/filler")
        expectError("KF-STORE-031") { for _ in 1...200 { try vault.write(path, fields(["A": "x"])) } }
        expectError("KF-AUDIT-001") { for _ in 1...200 { _ = try vault.read(path) } }
        unsafe unlink(disk + "/filler")
        #expect(try vault.read(path).clear["A"] != nil)
        try vault.write(path, fields(["A": "after"]))
        #expect(
            try LocalVault.open(at: file, key: store.key, identity: store.identity).read(path).clear == ["A": "after"]
        )
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `a store that cannot be written gives no answer that could not be recorded`() throws {
        let store = try TemporaryStore()
        let user = geteuid() == 0 ? 65534 : geteuid()
        try store.create().write(path, fields(["A": "1"]))
        // What is in the log goes into the file, so that the log can be taken away.
        try edit(store.path, "UPDATE store SET id = 1; PRAGMA wal_checkpoint(TRUNCATE)")
        let own = names(in: store.folder + "/keys").map { "/keys/" + $0 }
        for name in ["", "/store.keyfolio", "/keys"] + own { unsafe chown(store.folder + name, user, user) }
        func attempt() throws -> String {
            let child = try Child(["read", store.path, store.keyFile, path.text, "\(user)"])
            defer { _ = child.wait() }
            return child.nextLine() ?? "nothing"
        }
        for suffix in ["-wal", "-shm"] { unsafe unlink(store.path + suffix) }
        // The folder can be read and not written: there can be no write-ahead log.
        unsafe chmod(store.folder, 0o500)
        #expect(try attempt() == "KF-STORE-032")
        unsafe chmod(store.folder, 0o700)
        // The file can be read and not written.
        unsafe chmod(store.path, 0o400)
        #expect(["KF-AUDIT-001", "KF-STORE-032"].contains(try attempt()))
        unsafe chmod(store.path, 0o600)
        // What the attempt left has the store's mode of then.
        for suffix in ["-wal", "-shm"] { unsafe unlink(store.path + suffix) }
        let answer = try attempt()
        #expect(answer == "read 1")
    }

    @Test func `a store that another process holds is busy, not broken`() throws {
        let store = try TemporaryStore()
        var options = VaultOptions()
        options.patience = 50
        let vault = try store.create(options: options)
        try vault.write(path, fields(["A": "1"]))
        try holdingTheStore(store.path) {
            expectError("KF-STORE-030") { try vault.write(path, fields(["A": "2"])) }
        }
        #expect(try vault.read(path).clear == ["A": "1"])
    }

    @Test func `what is too large is refused before it is written`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let largest = StoreLimits.payloadBytes
        expectError("KF-STORE-072") { try vault.write(path, .text(Secret(String(repeating: "x", count: largest + 1)))) }
        expectError("KF-STORE-072") { try vault.write(path, fields(["A": String(repeating: "x", count: largest)])) }
        expectError("KF-STORE-071") { try vault.write(path, fields(["": "x"])) }
        expectError("KF-STORE-071") { try vault.write(path, fields(["a\u{1B}[2J": "x"])) }
        expectError("KF-STORE-071") { try vault.write(path, fields([String(repeating: "n", count: 257): "x"])) }
        expectError("KF-STORE-001") { _ = try vault.read(path) }
        let text = String(repeating: "x", count: largest)
        try vault.write(path, .text(Secret(text)))
        #expect(try store.open().read(path).payload == .text(Secret(text)))
        // A large write must not leave a log that every later process has to read.
        #expect(try size(store.path + "-wal") < 5 << 20)
    }

    @Test func `the log may grow while a process works, and is short when it goes and after the next has come`() throws
    {
        let store = try TemporaryStore()
        let short = 65 * 4200
        func work(_ vault: Vault) throws {
            for _ in 0..<200 { _ = try vault.read(path) }
        }
        do {
            let vault = try store.create()
            try vault.write(path, fields(["A": "1"]))
            try work(vault)
            #expect(try size(store.path + "-wal") > short)
        }
        #expect(try size(store.path + "-wal") < short)

        // The last log of a process that was killed: a copy of one that is still at work.
        let vault = try store.open()
        try work(vault)
        let killed = try TemporaryStore()
        _ = try killed.create()
        for suffix in ["", "-wal", "-shm"] {
            try write(try contents(of: store.path + suffix), to: killed.path + suffix)
        }
        let next = try LocalVault.open(at: killed.path, key: store.key, identity: store.identity)
        #expect(try size(killed.path + "-wal") > short)
        #expect(try next.read(path).clear == ["A": "1"])
        #expect(try size(killed.path + "-wal") < short)
    }

    @Test func `no error of a store holds a value`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let canary = "canary-value-7f3a"
        try vault.write(path, .text(Secret(canary)))
        var errors: [String] = []
        func collect(_ body: () throws -> Void) {
            do { try body() } catch { errors.append("\(error) \(String(reflecting: error))") }
        }
        collect { try vault.update(path) { $0["A"] = Secret(canary) } }
        collect { try vault.write(path, fields(["A": canary]), options: WriteOptions(expectedVersion: 7)) }
        collect { try vault.write(path, fields(["": canary])) }
        collect { _ = try SecretPath("/\(canary)") }
        collect { _ = try SecretPath("\(canary)\n") }
        collect { _ = try EnvironmentName("\(canary) ") }
        collect { _ = try Label("\(canary) ") }
        try edit(store.path, "UPDATE secret SET version_payload = zeroblob(20)")
        collect { _ = try vault.read(path) }
        #expect(errors.count == 8)
        #expect(errors.allSatisfy { !$0.contains("canary") })
    }

    @Test func `every code of an error is there once, with its title`() {
        let codes = StoreError.allCodes
        #expect(Set(codes.map(\.code)).count == codes.count)
        #expect(codes.allSatisfy { $0.code.wholeMatch(of: /KF-(STORE|AUDIT)-[0-9]{3}/) != nil && !$0.title.isEmpty })
    }
}
