import SecretStore
import Secrets
import StorageSQLite
import Testing
import Vaulting

@Suite struct SnapshotTests {
    /// A store with a bit of everything.
    private func full() throws -> (store: TemporaryStore, vault: Vault) {
        let store = try TemporaryStore()
        let clock = TestClock(1_700_000_000_000_000)
        let vault = try store.create(options: VaultOptions(versionsKept: 3, clock: clock.read))
        let eve = vault.acting(as: .owner(Principal("user:eve")))
        let production = WriteOptions(environment: try EnvironmentName("production"))
        let path = try SecretPath("shop/production")
        for number in 1...4 {
            clock.set(1_700_000_000_000_000 + Int64(number) * 1_000_000)
            try (number == 2 ? eve : vault).write(
                path,
                fields(["SAME": "same", "N": "\(number)", "ODD \"\\ ü": "line\nbreak\u{1}\u{2028}"]),
                options: production
            )
        }
        try vault.setLabel(try Label("stable"), on: path, to: .number(3))
        try vault.write(try SecretPath("shop/deleted"), fields(["A": "1"]))
        try vault.delete(try SecretPath("shop/deleted"))
        try vault.write(try SecretPath("shop/destroyed"), fields(["A": "gone"]))
        try vault.write(try SecretPath("shop/destroyed"), fields(["A": "2"]))
        try vault.destroy(try SecretPath("shop/destroyed"), version: .number(1))
        try vault.write(try SecretPath("shop/text"), .text(Secret("a\0b")))
        for length in 0...4 {
            let bytes = (0..<length).map { UInt8(250 + $0) }
            try vault.write(try SecretPath("shop/bytes-\(length)"), .bytes(Secret(bytes)))
        }
        return (store, vault)
    }

    private func snapshot(_ vault: Vault) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try vault.exportSnapshot { bytes += $0 }
        return bytes
    }

    private func restore(_ bytes: [UInt8], into store: TemporaryStore, pieces size: Int = 1000) throws -> SnapshotCounts
    {
        var position = 0
        return try LocalVault.restore(at: store.path, key: store.key, identity: store.identity) {
            guard position < bytes.count else { return nil }
            defer { position += size }
            return Array(bytes[position..<min(position + size, bytes.count)])
        }
    }

    @Test func `a restored store tells of its own data key, and not of the one that was left behind`() throws {
        let (store, vault) = try full()
        try vault.rotateRings()
        #expect(try vault.sharedRing().since.microseconds < 1_800_000_000_000_000)
        let second = try TemporaryStore()
        let before = Timestamp.now
        _ = try restore(try snapshot(vault), into: second)
        let restored = try second.open()
        #expect(try restored.sharedRing().generation == 1)
        #expect(try restored.sharedRing().since.microseconds >= before.microseconds - 1_000_000)
        try restored.rotateRings()
        let mark = Timestamp.now
        #expect(try restored.sharedRing().generation == 2)
        #expect(try restored.sharedRing().since <= mark && restored.sharedRing().since >= before)
        withExtendedLifetime(store) {}
    }

    /// What can be seen of a store through its gate.
    private func view(_ vault: Vault) throws -> [String] {
        var lines: [String] = []
        for info in try vault.list() {
            lines.append("\(info)")
            for version in try vault.versions(of: info.path) {
                lines.append(
                    "\(version.number) \(version.created) \(version.principal) \(version.state) \(version.kind)"
                )
                lines.append(version.labels.sorted().map(\.text).joined(separator: " "))
                for field in try vault.fields(of: info.path, version: .number(version.number)) {
                    lines.append("\(field.name) \(field.version) \(field.changed) \(field.principal)")
                }
                guard version.state == .live else { continue }
                switch try vault.read(info.path, version: .number(version.number)).payload {
                case .fields(let fields): lines.append("\(fields.mapValues { $0.reveal() }.sorted { $0.key < $1.key })")
                case .text(let text): lines.append(text.reveal())
                case .bytes(let bytes): lines.append("\(bytes.reveal())")
                }
            }
            lines += try vault.history(info.path, includingUnchanged: true).map { "\($0)" }
        }
        return lines
    }

    @Test func `a restored store is the same store under new keys`() throws {
        let (store, vault) = try full()
        let bytes = try snapshot(vault)
        let lastRecord = try vault.auditRecords(last: 1)
        let new = try TemporaryStore()
        let counts = try restore(bytes, into: new)
        #expect(counts.secrets == 9)
        #expect(counts.versions == 12)
        let restored = try new.open()
        #expect(try view(restored) == view(vault))
        #expect(restored.storeID != vault.storeID)
        #expect(try contents(of: new.keyFile) != contents(of: store.keyFile))
        #expect(try restored.verifyAudit().isIntact)
        var records: [AuditRecord] = []
        try restored.forEachAuditRecord { records.append($0) }
        #expect(records[Int(lastRecord[0].sequence) - 1] == lastRecord[0])
        let marker = records[counts.records]
        #expect(marker.action == .restoreSnapshot)
        #expect(marker.detail?.contains(vault.storeID) == true)
        // Reuse is found among restored values, and a change after the restore knows what it changes.
        let path = try SecretPath("shop/production")
        #expect(try restored.fields(of: path)[2].fingerprint == restored.fingerprint(of: Secret("same")))
        try restored.update(path) { $0["N"] = Secret("5") }
        #expect(try restored.history(path, field: "SAME", includingUnchanged: true)[0].change == .unchanged)
    }

    @Test func `the size of the pieces does not matter`() throws {
        let (_, vault) = try full()
        let bytes = try snapshot(vault)
        for size in [1, 17, bytes.count] {
            let new = try TemporaryStore()
            #expect(try restore(bytes, into: new, pieces: size).secrets == 9)
        }
    }

    @Test func `an old export of the log is the beginning of the restored one`() throws {
        let (_, vault) = try full()
        var export: [UInt8] = []
        try vault.exportAudit { export += $0 }
        let new = try TemporaryStore()
        _ = try restore(try snapshot(vault), into: new)
        var later: [UInt8] = []
        try new.open().exportAudit { later += $0 }
        let before = String(decoding: export, as: UTF8.self).split(separator: "\n").dropFirst().dropLast()
        let after = String(decoding: later, as: UTF8.self).split(separator: "\n").dropFirst()
        #expect(after.starts(with: before))
    }

    @Test func `a snapshot that is cut off or changed restores nothing, and says where`() throws {
        let (_, vault) = try full()
        let text = String(decoding: try snapshot(vault), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        let firstSecret = try #require(lines.firstIndex { $0.hasPrefix(#"{"secret""#) })
        var broken: [[String]] = [[], ["{}"], Array(lines.dropLast()), lines + [lines[1]]]
        for removed in [0, 1, 5, firstSecret - 1, firstSecret, firstSecret + 1, lines.count - 2] {
            var changed = lines
            changed.remove(at: removed)
            broken.append(changed)
        }
        for (line, old, new) in [
            (0, "snapshot-1", "snapshot-2"), (0, "\"sequence\":", "\"sequence\":1"), (2, "allowed", "failed"),
            (firstSecret, "\"versions\":3", "\"versions\":4"), (firstSecret, "production\"", "../x\""),
            (firstSecret, "\"version\":3", "\"version\":9"), (firstSecret + 1, "\"number\":2", "\"number\":0"),
            // Numbers that leave no room for another version, or that no arithmetic bears.
            (firstSecret + 1, "\"number\":2", "\"number\":9223372036854775807"),
            (firstSecret + 3, "\"number\":4", "\"number\":4294967295"),
            (firstSecret + 1, "\"version\":", "\"version\":922337203685477580"),
            (0, "\"sequence\":", "\"sequence\":922337203685477580"),
            (0, "\"time\":", "\"time\":-"), (0, "\"state\":\"", "\"state\":\"0"),
            (firstSecret + 1, "\"value\"", "\"walue\""), (firstSecret + 1, "fields\",\"number", "text\",\"number"),
            (lines.count - 1, "\"secrets\":9", "\"secrets\":8"),
        ] {
            var changed = lines
            changed[line] = changed[line].replacing(old, with: new)
            #expect(changed[line] != lines[line], "line \(line), \(old)")
            broken.append(changed)
        }
        for (number, lines) in broken.enumerated() {
            let new = try TemporaryStore()
            #expect(throws: StoreError.self, "case \(number)") {
                try restore(Array(lines.map { $0 + "\n" }.joined().utf8), into: new)
            }
            #expect(names(in: new.folder) == ["keys"], "case \(number)")
            #expect(names(in: new.folder + "/keys") == [], "case \(number)")
        }
    }

    @Test func `a source that fails restores nothing, and its own error comes out`() throws {
        let (_, vault) = try full()
        let bytes = try snapshot(vault)
        let new = try TemporaryStore()
        let target = try new.create()
        var given = false
        #expect(throws: TestFailure.self) {
            try target.importSnapshot {
                if given { throw TestFailure("the disk is gone") }
                given = true
                return Array(bytes.dropLast(100))
            }
        }
        #expect(try target.list().isEmpty)
        #expect(try target.verifyAudit().isIntact)
    }

    @Test func `a store that was used is not restored into`() throws {
        let (_, vault) = try full()
        let bytes = try snapshot(vault)
        let new = try TemporaryStore()
        let target = try new.create()
        try target.write(try SecretPath("a"), fields([:]))
        try target.remove(try SecretPath("a"))
        var rest: [UInt8]? = bytes
        expectError("KF-STORE-063") {
            try target.importSnapshot {
                defer { rest = nil }
                return rest
            }
        }
    }

    @Test func `a sink that fails stops the export with its own error`() throws {
        let (_, vault) = try full()
        #expect(throws: TestFailure.self) { try vault.exportSnapshot { _ in throw TestFailure("the disk is full") } }
        #expect(try vault.verifyAudit().isIntact)
    }
}
