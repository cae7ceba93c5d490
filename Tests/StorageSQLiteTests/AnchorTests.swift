import Glibc
import SecretStore
import StorageSQLite
import Testing
import Vaulting

/// An old copy of the store in the place of the new one.
@Suite struct AnchorTests {
    let path: SecretPath

    init() throws { path = try SecretPath("shop/production") }

    private let suffixes = ["", "-wal", "-shm"]

    private func save(_ store: TemporaryStore) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for suffix in suffixes { files[suffix] = try contents(of: store.path + suffix) }
        return files
    }

    private func putBack(_ files: [String: [UInt8]], _ store: TemporaryStore) throws {
        for (suffix, bytes) in files { try write(bytes, to: store.path + suffix) }
    }

    private func anchor(_ store: TemporaryStore) throws -> String {
        let name = try #require(names(in: store.folder + "/keys").first { $0.hasSuffix(".anchor") })
        return "\(store.folder)/keys/\(name)"
    }

    /// A store at version 2, and the files of its version 1.
    private func rolledBack() throws -> TemporaryStore {
        let store = try TemporaryStore()
        var old: [String: [UInt8]] = [:]
        do {
            try store.create().write(path, fields(["A": "1"]))
            old = try save(store)
            try store.open().write(path, fields(["A": "2"]))
        }
        try putBack(old, store)
        return store
    }

    @Test func `an old copy is refused until it is accepted, and that is on record`() throws {
        let store = try rolledBack()
        expectError("KF-STORE-042") { _ = try store.open() }
        let vault = try store.open(acceptRollback: true)
        #expect(try vault.read(path).clear == ["A": "1"])
        let record = try #require(try vault.auditRecords(last: 10).first { $0.action == .acceptRollback })
        #expect(record.detail == "the anchor was at record 3, the store at 2")
        _ = try store.open()
    }

    @Test func `an old copy that was written to since is refused as well`() throws {
        let store = try rolledBack()
        // Somebody who keeps the key elsewhere, without the anchor, went on with the old copy.
        let elsewhere = store.folder + "/elsewhere"
        let vault = try LocalVault.open(
            at: store.path,
            key: store.key,
            identity: store.identity,
            anchorFolder: elsewhere
        )
        for _ in 1...3 { try vault.write(path, fields(["A": "other"])) }
        expectError("KF-STORE-042") { _ = try store.open() }
    }

    @Test func `an old copy of the same length is told from the one that was written`() throws {
        let store = try TemporaryStore()
        try store.create().write(path, fields(["A": "1"]))
        let old = try save(store)
        try store.open().write(path, fields(["A": "2"]))
        try putBack(old, store)
        _ = try LocalVault.open(
            at: store.path,
            key: store.key,
            identity: store.identity,
            anchorFolder: store.folder + "/elsewhere"
        )
        .write(path, fields(["A": "3"]))
        let error = try #require(#expect(throws: StoreError.self) { try store.open() })
        #expect(error.code == "KF-STORE-042")
        #expect(error.message.contains("ends at record 3 ") && error.message.contains("another record 3 was"))
    }

    @Test func `a lost anchor is made again: a key on another machine has none`() throws {
        let store = try TemporaryStore()
        try store.create().write(path, fields(["A": "1"]))
        let file = try anchor(store)
        let good = try contents(of: file)
        unsafe unlink(file)
        _ = try store.open()
        #expect(try newest(contents(of: file)) == newest(good))
    }

    /// The words of the line with the greatest number.
    private func newest(_ anchor: [UInt8]) throws -> [Substring] {
        let lines = String(decoding: anchor, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
        let whole = lines.filter { $0.count == 4 }
        return try #require(whole.max { Int($0[1]) ?? 0 < Int($1[1]) ?? 0 })
    }

    @Test(arguments: [0, 1], ["", "keyfolio-anchor-1 999 00 00", "\u{0}\u{0}"])
    func `a line that the power failed over is passed over, since the other one holds`(line: Int, text: String) throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        for value in 1...4 { try vault.write(path, fields(["A": "\(value)"])) }
        let file = try anchor(store)
        var bytes = try contents(of: file)
        #expect(bytes.count == 8192)
        let spoiled = (Array(text.utf8) + Array(repeating: UInt8(ascii: " "), count: 4096)).prefix(4096)
        bytes.replaceSubrange(line * 4096..<(line + 1) * 4096, with: spoiled)
        try write(bytes, to: file)
        // The next write goes over the spoiled line, and then both hold.
        try store.open().write(path, fields(["A": "5"]))
        let both = String(decoding: try contents(of: file), as: UTF8.self).split(separator: "\n")
        #expect(both.count == 2 && both.allSatisfy { $0.utf8.count == 4095 && $0.hasPrefix("keyfolio-anchor-1 ") })
        _ = try store.open()
    }

    @Test func `whoever writes at once with another leaves the anchor at the last of their records`() async throws {
        let store = try TemporaryStore()
        _ = try store.create()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in ["one", "other", "third"] {
                let vault = try store.open()
                group.addTask {
                    for value in 0..<60 { try vault.write(try SecretPath(name), fields(["A": "\(value)"])) }
                }
            }
            try await group.waitForAll()
        }
        let last = try #require(try store.open().auditRecords(last: 1).first).sequence
        #expect(try newest(contents(of: try anchor(store)))[1] == "\(last)")
        _ = try store.open()
    }

    @Test func `a write does not wait for a process that keeps the anchor, and says so`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.deferSync()
        let descriptor = unsafe open(try anchor(store), O_RDWR | O_CLOEXEC)
        _ = flock(descriptor, LOCK_EX)
        _ = try vault.group { group in _ = try? group.write(path, fields(["A": "1"])) }
        try vault.sync()
        #expect(!vault.isAnchorWritten)
        close(descriptor)
        _ = try vault.group { group in _ = try? group.write(path, fields(["A": "2"])) }
        try vault.sync()
        #expect(vault.isAnchorWritten)
    }

    @Test func `a server whose anchor cannot be written goes on and says so`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.deferSync()
        func put(_ value: String) throws {
            _ = try vault.group { group in _ = try? group.write(path, fields(["A": value])) }
            try vault.sync()
        }
        try put("1")
        #expect(vault.isAnchorWritten)
        let file = try anchor(store)
        let good = try contents(of: file)
        unsafe unlink(file)
        unsafe mkdir(file, 0o700)
        unsafe mkdir(file + "/inner", 0o700)
        try put("2")
        #expect(!vault.isAnchorWritten)
        unsafe rmdir(file + "/inner")
        unsafe rmdir(file)
        try write(good, to: file)
        try put("3")
        #expect(vault.isAnchorWritten)
        #expect(try newest(contents(of: file))[1] != newest(good)[1])
    }

    @Test func `an anchor of one line, as it was written before, is read and written anew`() throws {
        let store = try TemporaryStore()
        try store.create().write(path, fields(["A": "1"]))
        let file = try anchor(store)
        try write(Array((newest(try contents(of: file)).joined(separator: " ") + "\n").utf8), to: file)
        try store.open().write(path, fields(["A": "2"]))
        #expect(try contents(of: file).count == 8192)
        _ = try store.open()
    }

    @Test(arguments: ["", "keyfolio-anchor-1 999 00 00\n", String(repeating: "x", count: 9999), "number", "hash"])
    func `an anchor that was changed is refused until that is accepted`(change: String) throws {
        let store = try TemporaryStore()
        try store.create().write(path, fields(["A": "1"]))
        let file = try anchor(store)
        // Of both lines, since either holds alone.
        let text = String(decoding: try contents(of: file), as: UTF8.self)
        var parts = try #require(text.split(separator: "\n").first).split(separator: " ").map(String.init)
        switch change {
        case "number": parts[1] = "7"
        case "hash": parts[2] = String(parts[2].reversed())
        default: parts = [change]
        }
        try write(Array(parts.joined(separator: " ").utf8), to: file)
        try expectRefusal(of: store)
    }

    @Test(arguments: ["folder", "full folder", "link", "dangling link", "pipe", "unreadable"])
    func `what is no plain file in the anchor's place is refused until that is accepted`(what: String) throws {
        let store = try TemporaryStore()
        try store.create().write(path, fields(["A": "1"]))
        let file = try anchor(store)
        unsafe rename(file, store.folder + "/moved")
        switch what {
        case "folder": unsafe mkdir(file, 0o700)
        case "full folder":
            unsafe mkdir(file, 0o700)
            unsafe mkdir(file + "/inner", 0o700)
        case "link": unsafe symlink(store.folder + "/moved", file)
        case "dangling link": unsafe symlink(store.folder + "/nowhere", file)
        case "pipe": unsafe mkfifo(file, 0o600)
        default:
            // The superuser reads whatever the mode says.
            guard geteuid() != 0 else { return }
            unsafe rename(store.folder + "/moved", file)
            unsafe chmod(file, 0)
        }
        try expectRefusal(of: store)
    }

    private func expectRefusal(of store: TemporaryStore) throws {
        for _ in 1...2 { expectError("KF-STORE-045") { _ = try store.open() } }
        let vault = try store.open(acceptRollback: true)
        #expect(try vault.read(path).clear == ["A": "1"])
        let record = try #require(try vault.auditRecords(last: 10).first { $0.action == .acceptRollback })
        #expect(record.detail == "the anchor was changed, the store was at 2")
        _ = try store.open()
    }

    @Test func `reads do not move the anchor, and a store that is ahead of it is fine`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(path, fields(["A": "1"]))
        let before = try contents(of: try anchor(store))
        for _ in 1...5 { _ = try vault.read(path) }
        #expect(try contents(of: try anchor(store)) == before)
        _ = try store.open()
        try vault.write(path, fields(["A": "2"]))
        #expect(try contents(of: try anchor(store)) != before)
    }
}
