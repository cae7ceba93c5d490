import SecretStore
import Testing
import Vaulting

/// An export is verified with nothing but its bytes and the public key.
@Suite struct AuditExportTests {
    /// Ten records: the store's, eight of writes and reads, and the export's own.
    private func export() throws -> (bytes: [UInt8], publicKey: String) {
        let store = try TemporaryStore()
        let vault = try store.create()
        for number in 1...4 {
            try vault.write(
                try SecretPath("shop/\(number)"),
                fields(["A": "1", "ä\"\\\n": "2"].filter { $0.key == "A" })
            )
            _ = try vault.read(try SecretPath("shop/\(number)"))
        }
        var bytes: [UInt8] = []
        try vault.exportAudit { bytes += $0 }
        return (bytes, vault.auditPublicKey)
    }

    private func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func verify(_ lines: [String], _ publicKey: String? = nil) -> AuditVerification {
        AuditExport.verify(Array(lines.map { $0 + "\n" }.joined().utf8), publicKey: publicKey)
    }

    @Test func `an export verifies with the public key alone`() throws {
        let (bytes, publicKey) = try export()
        let result = AuditExport.verify(bytes, publicKey: publicKey)
        #expect(result.isIntact && result.fault == nil)
        #expect(result.records == 10)
        #expect(result.publicKey == publicKey)
        #expect(lines(bytes).count == 12)
        // In pieces of any size.
        for size in [1, 7, 1000] {
            var verifier = AuditExportVerifier(publicKey: publicKey)
            for start in stride(from: 0, to: bytes.count, by: size) {
                verifier.update(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(verifier.finish().isIntact)
        }
    }

    @Test func `removing a record shows, and which`() throws {
        let lines = lines(try export().bytes)
        for record in 1...10 {
            var changed = lines
            changed.remove(at: record)
            #expect(verify(changed).brokenAt == Int64(record))
        }
    }

    @Test func `changing a record shows, and which`() throws {
        let lines = lines(try export().bytes)
        for record in 1...10 {
            for (old, new) in [("allowed", "failed"), ("user:test", "user:tess"), ("\"sequence\":", "\"sequence\":1")] {
                var changed = lines
                changed[record] = changed[record].replacing(old, with: new)
                #expect(changed[record] != lines[record])
                #expect(verify(changed).brokenAt == Int64(record))
            }
        }
    }

    @Test func `reordering, doubling and adding records shows`() throws {
        let lines = lines(try export().bytes)
        var swapped = lines
        swapped.swapAt(3, 4)
        #expect(verify(swapped).brokenAt == 3)
        var doubled = lines
        doubled.insert(lines[5], at: 5)
        #expect(verify(doubled).brokenAt == 6)
        #expect(verify(lines + [lines[5]]).brokenAt == 11)
    }

    @Test func `cutting the end off shows`() throws {
        let lines = lines(try export().bytes)
        for kept in 1...11 { #expect(verify(Array(lines.prefix(kept))).brokenAt == Int64(max(1, kept))) }
        // The head stays, the last records go.
        #expect(verify(Array(lines.prefix(9)) + [lines[11]]).brokenAt == 9)
        let (bytes, _) = try export()
        #expect(!AuditExport.verify(Array(bytes.dropLast())).isIntact)
        #expect(!AuditExport.verify([]).isIntact)
    }

    @Test func `cutting the beginning off shows`() throws {
        let lines = lines(try export().bytes)
        #expect(verify([lines[0]] + lines[2...]).brokenAt == 1)
        #expect(verify(Array(lines.dropFirst())).brokenAt == 1)
    }

    @Test func `a head with another number, hash, time or signature shows`() throws {
        let lines = lines(try export().bytes)
        for change in ["\"sequence\":1", "\"time\":1"] {
            var changed = lines
            changed[11] = changed[11].replacing(change.dropLast(), with: change)
            #expect(changed != lines)
            #expect(verify(changed).fault == "the head is not signed by the store's key")
        }
        // The whole of another store's log, under the first one's key.
        let other = try export()
        let own = try export()
        #expect(AuditExport.verify(other.bytes, publicKey: own.publicKey).fault == "the export has another public key")
        var forged = self.lines(other.bytes)
        forged[0] = self.lines(own.bytes)[0]
        #expect(verify(forged, own.publicKey).fault == "the head is not signed by the store's key")
    }

    @Test func `what stands unsigned beside the members of the first line or the head is refused`() throws {
        let (bytes, publicKey) = try export()
        for (line, old, new) in [
            (11, "{\"head\":", "{\"note\":\"all is well\",\"head\":"), (11, "}}", "},\"note\":1}"),
            (11, "{\"hash\":", "{\"approved\":true,\"hash\":"), (11, "}}", "} }"),
            (0, "{\"format\":", "{\"by\":\"somebody\",\"format\":"), (0, ",\"store\"", ", \"store\""),
        ] {
            var changed = lines(bytes)
            changed[line] = changed[line].replacing(old, with: new)
            #expect(changed != lines(bytes))
            #expect(!verify(changed, publicKey).isIntact, "\(new)")
        }
    }

    @Test func `a public key is the same in capital letters`() throws {
        let (bytes, publicKey) = try export()
        #expect(AuditExport.verify(bytes, publicKey: publicKey.uppercased()).isIntact)
    }

    @Test func `one flipped bit anywhere shows`() throws {
        let (bytes, publicKey) = try export()
        for position in stride(from: 0, to: bytes.count, by: 13) {
            var changed = bytes
            changed[position] ^= 0x04
            #expect(!AuditExport.verify(changed, publicKey: publicKey).isIntact, "byte \(position)")
        }
    }

    @Test func `a record's text is canonical, and reads back as the record`() throws {
        let record = AuditRecord(
            sequence: 7,
            time: Timestamp(microseconds: 1),
            skew: 12,
            principal: Principal("a\"b\\c"),
            action: .read,
            path: try SecretPath("a/b"),
            fields: ["ü", "x\ty"],
            version: 3,
            outcome: .failed,
            code: "KF-STORE-003",
            detail: "d",
            source: AuditSource(process: "p", processID: 1)
        )
        #expect(
            record.canonicalJSON
                == #"{"action":"secret.read","code":"KF-STORE-003","detail":"d","fields":["ü","x\ty"],"#
                + #""outcome":"failed","path":"a/b","principal":"a\"b\\c","sequence":7,"skew":12,"#
                + #""source":{"pid":1,"process":"p","protocol":"cli"},"time":"1970-01-01T00:00:00.000001Z","version":3}"#
        )
    }

    @Test func `times never go back, and a clock that does is on record`() throws {
        let store = try TemporaryStore()
        let clock = TestClock(5_000_000)
        let vault = try store.create(options: VaultOptions(clock: clock.read))
        let path = try SecretPath("a")
        try vault.write(path, fields([:]))
        clock.set(2_000_000)
        try vault.write(path, fields([:]))
        clock.set(253_402_300_799_000_000)
        try vault.write(path, fields([:]))
        clock.set(6_000_000)
        try vault.write(path, fields([:]))
        let records = try vault.auditRecords(last: 4)
        #expect(
            records.map(\.time.microseconds) == [
                5_000_000, 5_000_000, 253_402_300_799_000_000, 253_402_300_799_000_000,
            ]
        )
        #expect(records.map(\.skew) == [0, 3_000_000, 0, 253_402_300_793_000_000])
        #expect(try vault.versions(of: path).map(\.created.microseconds).sorted() == records.map(\.time.microseconds))
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `only the newest records are given when only they are asked for`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let items = try (0..<1200).map { (path: try SecretPath("many/\($0)"), payload: fields([:])) }
        try vault.writeAll(items)
        #expect(try vault.auditRecords(last: 2).map(\.sequence) == [1200, 1201])
        #expect(try vault.auditRecords(last: 0).isEmpty)
        var sequences: [Int64] = []
        try vault.forEachAuditRecord(from: 700) { sequences.append($0.sequence) }
        #expect(sequences == Array(700...1204))
    }
}
