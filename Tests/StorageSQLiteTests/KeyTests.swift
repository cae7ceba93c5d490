import Glibc
import SecretStore
import Secrets
import StorageSQLite
import Testing
import Vaulting

@Suite struct KeyTests {
    let path: SecretPath

    init() throws { path = try SecretPath("shop/production") }

    private func mode(_ path: String) throws -> UInt32 {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw TestFailure("no \(path)") }
        return status.st_mode & 0o7777
    }

    @Test func `the key file is for its owner only, and so is the store`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, fields(["A": "1"]))
        #expect(try mode(store.keyFile) == 0o600)
        #expect(try mode(store.folder + "/keys") == 0o700)
        for name in names(in: store.folder) where name.hasPrefix("store") {
            #expect(try mode("\(store.folder)/\(name)") == 0o600, "\(name)")
        }
        #expect(
            names(in: store.folder).sorted() == ["keys", "store.keyfolio", "store.keyfolio-shm", "store.keyfolio-wal"]
        )
        let text = String(decoding: try contents(of: store.keyFile), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { !$0.hasPrefix("#") })
        #expect(line.wholeMatch(of: /keyfolio-key-1-[0-9a-f]{64}-[0-9a-f]{8}/) != nil)
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o610, 0o644])
    func `a key file that others can get at is refused, with the command that mends it`(mode: mode_t) throws {
        let store = try TemporaryStore()
        _ = try store.create()
        unsafe chmod(store.keyFile, mode)
        expectError("KF-STORE-022") { _ = try store.open() }
        #expect {
            try store.open()
        } throws: {
            ($0 as? StoreError)?.fix.contains("chmod 600 '\(store.keyFile)'") == true
        }
        unsafe chmod(store.keyFile, 0o600)
        _ = try store.open()
    }

    @Test func `a folder in which others could exchange the key file is refused`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        unsafe chmod(store.folder + "/keys", 0o770)
        expectError("KF-STORE-022") { _ = try store.open() }
        unsafe chmod(store.folder + "/keys", 0o755)
        _ = try store.open()
    }

    @Test func `a key file of another user is refused`() throws {
        // Only root can give a file away; elsewhere there is nothing to try.
        let store = try TemporaryStore()
        _ = try store.create()
        guard unsafe chown(store.keyFile, 65534, 65534) == 0 else { return }
        expectError("KF-STORE-023") { _ = try store.open() }
    }

    @Test func `a key file that is a link, a folder or a pipe is refused`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        let real = store.folder + "/keys/real"
        unsafe rename(store.keyFile, real)
        unsafe symlink(real, store.keyFile)
        expectError("KF-STORE-026") { _ = try store.open() }
        unsafe unlink(store.keyFile)
        unsafe mkdir(store.keyFile, 0o700)
        expectError("KF-STORE-026") { _ = try store.open() }
        unsafe rmdir(store.keyFile)
        unsafe mkfifo(store.keyFile, 0o600)
        expectError("KF-STORE-026") { _ = try store.open() }
        unsafe unlink(store.keyFile)
        expectError("KF-STORE-021") { _ = try store.open() }
        unsafe rename(real, store.keyFile)
        _ = try store.open()
    }

    @Test func `a key file that was mistyped or cut off is told from a wrong one`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        let text = String(decoding: try contents(of: store.keyFile), as: UTF8.self)
        let lines = text.split(separator: "\n").map(String.init)
        let key = try #require(lines.last)
        var digits = Array(key.utf8)
        digits[20] = digits[20] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
        let mistyped = String(decoding: digits, as: UTF8.self)
        for wrong in [
            mistyped, String(key.dropLast()), key + "0", key.uppercased(), "", "# only a comment", "\(key)\n\(key)",
            String(repeating: "x", count: 5000), key.replacing("key-1", with: "key-2"),
        ] {
            try write(Array(wrong.utf8), to: store.keyFile)
            expectError("KF-STORE-024") { _ = try store.open() }
        }
        for same in [key, key + "\r\n", "\n# again\n\(key)\n\n"] {
            try write(Array(same.utf8), to: store.keyFile)
            _ = try store.open()
        }
    }

    @Test func `another key does not open the store, and making a store never touches a key that is there`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        let other = store.folder + "/keys/other"
        let second = store.folder + "/second"
        _ = try LocalVault.create(at: second, key: .keyFile(other), identity: store.identity)
        expectError("KF-STORE-020") {
            _ = try LocalVault.open(at: store.path, key: .keyFile(other), identity: store.identity)
        }
        let before = try contents(of: store.keyFile)
        _ = try LocalVault.create(at: store.folder + "/third", key: store.key, identity: store.identity)
        #expect(try contents(of: store.keyFile) == before)
    }

    @Test func `a passphrase opens a store, and only the right one`() throws {
        let store = try TemporaryStore()
        var options = VaultOptions()
        options.scryptLogN = 10
        let passphrase = KeySource.passphrase(Secret("correct horse"))
        let vault = try LocalVault.create(
            at: store.path,
            key: passphrase,
            identity: store.identity,
            options: options
        )
        try vault.write(path, fields(["A": "1"]))
        #expect(
            try LocalVault.open(at: store.path, key: passphrase, identity: store.identity).read(path).clear == [
                "A": "1"
            ]
        )
        for wrong in ["correct horse ", "Correct horse", ""] {
            expectError("KF-STORE-020") {
                _ = try LocalVault.open(at: store.path, key: .passphrase(Secret(wrong)), identity: store.identity)
            }
        }
        _ = try TemporaryStore().create()
        expectError("KF-STORE-027") {
            _ = try LocalVault.create(at: store.folder + "/x", key: .passphrase(Secret("")), identity: store.identity)
        }
        let other = try TemporaryStore()
        _ = try other.create()
        expectError("KF-STORE-025") {
            _ = try LocalVault.open(at: store.path, key: other.key, identity: store.identity)
        }
        expectError("KF-STORE-025") {
            _ = try LocalVault.open(at: other.path, key: passphrase, identity: store.identity)
        }
    }

    @Test func `keys are added and removed, and the last one stays`() throws {
        let store = try TemporaryStore()
        var options = VaultOptions()
        options.scryptLogN = 10
        let vault = try store.create(options: options)
        try vault.write(path, fields(["A": "1"]))
        expectError("KF-STORE-064") { try vault.removeSlot(1) }
        let passphrase = KeySource.passphrase(Secret("correct horse"))
        #expect(try vault.addSlot(passphrase).number == 2)
        #expect(try vault.addSlot(.keyFile(store.folder + "/keys/second")).number == 3)
        #expect(try vault.slots().map(\.kind) == [.keyFile, .passphrase, .keyFile])
        expectError("KF-STORE-008") { try vault.removeSlot(9) }
        try vault.removeSlot(1)
        expectError("KF-STORE-020") { _ = try store.open() }
        for key in [passphrase, .keyFile(store.folder + "/keys/second")] {
            #expect(
                try LocalVault.open(at: store.path, key: key, identity: store.identity).read(path).clear == ["A": "1"]
            )
        }
    }

    @Test func `a file may not ask for more scrypt than is acceptable`() throws {
        let store = try TemporaryStore()
        var options = VaultOptions()
        options.scryptLogN = 10
        let passphrase = KeySource.passphrase(Secret("correct horse"))
        _ = try LocalVault.create(at: store.path, key: passphrase, identity: store.identity, options: options)
        // 2^63 rounds, then 4 GiB of blocks: refused before any memory is taken. r = 1 with N = 2^17: not scrypt.
        // r = 32: more than the library does, and no lack of memory.
        for parameters in [
            "x'110000000100000001' || substr(parameters, 10)",
            "x'0A0000002000000001' || substr(parameters, 10)",
            "x'3F0000000800000001' || substr(parameters, 10)", "x'0AFFFFFFFF00000001' || substr(parameters, 10)",
        ] {
            try edit(store.path, "UPDATE slot SET parameters = CAST(\(parameters) AS BLOB)")
            expectError("KF-STORE-041") {
                _ = try LocalVault.open(at: store.path, key: passphrase, identity: store.identity)
            }
        }
    }

    @Test func `a store with more passphrases than there can be is refused before any is tried`() throws {
        let store = try TemporaryStore()
        var options = VaultOptions()
        options.scryptLogN = 10
        let vault = try store.create(options: options)
        for number in 1...8 { try vault.addSlot(.passphrase(Secret("phrase \(number)"))) }
        expectError("KF-STORE-079") { try vault.addSlot(.passphrase(Secret("phrase 9"))) }
        let eighth = KeySource.passphrase(Secret("phrase 8"))
        _ = try LocalVault.open(at: store.path, key: eighth, identity: store.identity)
        // Each of these would take a gigabyte and seconds.
        try edit(
            store.path,
            """
            WITH n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 140)
            INSERT INTO slot SELECT i, 2, CAST(x'140000000800000001' || substr(parameters, 10) AS BLOB), wrapped
            FROM n, slot WHERE number = 2
            """
        )
        expectError("KF-STORE-041") {
            _ = try LocalVault.open(at: store.path, key: eighth, identity: store.identity)
        }
    }

    @Test func `a store that is there is never overwritten`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, fields(["A": "1"]))
        expectError("KF-STORE-061") { _ = try store.create() }
        #expect(try store.open().read(path).clear == ["A": "1"])
    }

    @Test func `a rotated ring seals new versions with a new key, and old ones still open`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let production = try EnvironmentName("production")
        try vault.write(path, fields(["A": "1"]), options: WriteOptions(environment: production))
        #expect(try vault.rotateRing(of: production) == 2)
        try vault.write(path, fields(["A": "2"]))
        #expect(try number(store.path, "SELECT generation FROM \(everyVersion) WHERE number = 1") == 1)
        #expect(try number(store.path, "SELECT generation FROM \(everyVersion) WHERE number = 2") == 2)
        #expect(try vault.read(path, version: .number(1)).clear == ["A": "1"])
        #expect(try vault.rewrapRing(of: production) == 1)
        #expect(try number(store.path, "SELECT min(generation) FROM \(everyVersion)") == 2)
        for version in 1...2 {
            #expect(try store.open().read(path, version: .number(version)).clear == ["A": "\(version)"])
        }
        #expect(try vault.rewrapRing(of: production) == 0)
    }
}
