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

    @Test func `a lost or unreadable anchor is made again`() throws {
        let store = try TemporaryStore()
        try store.create().write(path, fields(["A": "1"]))
        let file = try anchor(store)
        let good = try contents(of: file)
        for content in [nil, "", "keyfolio-anchor-1 999 00 00\n", String(repeating: "x", count: 9999)] {
            if let content { try write(Array(content.utf8), to: file) } else { unsafe unlink(file) }
            _ = try store.open()
            #expect(try contents(of: file) == good)
        }
    }

    @Test func `an anchor that somebody made up without the key counts for nothing`() throws {
        let store = try TemporaryStore()
        try store.create().write(path, fields(["A": "1"]))
        let file = try anchor(store)
        var parts = String(decoding: try contents(of: file), as: UTF8.self).split(separator: " ").map(String.init)
        parts[1] = "999"
        try write(Array(parts.joined(separator: " ").utf8), to: file)
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
