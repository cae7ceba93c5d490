import Findings
import SecretStore
import Secrets
import Testing

@testable import Vaulting

@Suite struct TransitKeyTests {
    let start = TransitTesting.time
    let plaintext = Secret(Array("4111 1111 1111 1111".utf8))

    func later(_ seconds: Int) -> Timestamp {
        Timestamp(microseconds: start.microseconds + Int64(seconds) * 1_000_000)
    }

    func key(_ type: TransitKeyType = .aes256, versions: Int = 1) throws -> TransitKey {
        var request = TransitKey.Request()
        request.type = type
        var key = try TransitKey("k", request, at: start)
        for _ in 1..<versions { try key.rotate(at: start) }
        return key
    }

    func change(_ body: (inout TransitKey.Change) -> Void) -> TransitKey.Change {
        var change = TransitKey.Change()
        body(&change)
        return change
    }

    @Test func `every version opens what it made and nothing of another`() throws {
        let key = try key(versions: 3)
        for number in 1...3 {
            var use = TransitKey.Use()
            use.version = number
            let (text, version) = try key.encrypt(plaintext, use)
            #expect(version == number)
            #expect(text.hasPrefix("vault:v\(number):"))
            #expect(try key.decrypt(text, TransitKey.Use()) == plaintext)
            let other = text.replacing("vault:v\(number):", with: "vault:v\(number % 3 + 1):")
            #expect(throws: TransitError.notAuthentic) { try key.decrypt(other, TransitKey.Use()) }
        }
    }

    @Test func `a version below the minimum opens, verifies and makes nothing`() throws {
        var key = try key(.aes256, versions: 3)
        var use = TransitKey.Use()
        use.version = 1
        let text = try key.encrypt(plaintext, use).text
        let code = try key.code(of: plaintext, .sha2x256, version: 1)
        try key.apply(change { $0.oldestForDecryption = 2 })
        #expect(throws: TransitError.tooOld) { try key.decrypt(text, TransitKey.Use()) }
        #expect(throws: TransitError.noSuchVersion) { try key.encrypt(plaintext, use) }
        #expect(throws: TransitError.noSuchVersion) { try key.code(of: plaintext, .sha2x256, version: 1) }
        #expect(throws: TransitError("cannot verify HMAC: version is too old (disallowed by policy)")) {
            try key.isValid(code: code, for: plaintext, .sha2x256)
        }
        #expect(key.usableVersions.map(\.number) == [2, 3])
        try key.apply(change { $0.oldestForDecryption = 0 })
        #expect(key.oldestForDecryption == 1)
        #expect(try key.decrypt(text, TransitKey.Use()) == plaintext)
    }

    @Test func `a signature below the minimum is not verified`() throws {
        var key = try key(.ed25519, versions: 2)
        var options = TransitSigning()
        options.version = 1
        let text = try key.sign(plaintext, options).text
        #expect(try key.isValid(text, for: plaintext, options))
        try key.apply(change { ($0.oldestForDecryption, $0.oldestForEncryption) = (2, 2) })
        #expect(throws: TransitError.tooOld) { try key.isValid(text, for: plaintext, options) }
        #expect(
            throws: TransitError("requested version for signing is less than the minimum encryption key version")
        ) { try key.sign(plaintext, options) }
    }

    @Test func `a change that is wrong in one place changes nothing`() throws {
        var key = try key(versions: 3)
        let wrong: [TransitKey.Change] = [
            change { ($0.oldestForDecryption, $0.oldestForEncryption, $0.isExportable) = (3, 2, true) },
            change { ($0.isDeletionAllowed, $0.rotationPeriod) = (true, 5) },
            change { ($0.oldestForDecryption, $0.isDeletionAllowed) = (4, true) },
            change { ($0.oldestForEncryption, $0.isDeletionAllowed) = (-1, true) },
        ]
        for change in wrong {
            #expect(throws: TransitError.self) { try key.apply(change) }
            #expect(!key.isExportable && !key.isDeletionAllowed && key.oldestForDecryption == 1)
        }
        try key.apply(change { ($0.isExportable, $0.allowsPlaintextBackup) = (true, true) })
        try key.apply(change { ($0.isExportable, $0.allowsPlaintextBackup) = (false, false) })
        #expect(key.isExportable && key.allowsPlaintextBackup)
    }

    @Test func `what is trimmed is gone for ever`() throws {
        var key = try key(versions: 4)
        #expect(throws: TransitError.self) { try key.trim(to: 1) }
        try key.apply(change { ($0.oldestForDecryption, $0.oldestForEncryption) = (3, 3) })
        #expect(throws: TransitError.self) { try key.trim(to: 4) }
        try key.trim(to: 3)
        #expect(key.versions.keys.sorted() == [3, 4])
        #expect(throws: TransitError.self) { try key.trim(to: 2) }
        #expect(throws: TransitError.self) { try key.apply(change { $0.oldestForDecryption = 1 }) }
        #expect(throws: TransitError.self) { try key.apply(change { $0.oldestForEncryption = 0 }) }
        let read = try #require(TransitKey("k", key.document))
        #expect(read.versions.keys.sorted() == [3, 4] && read.oldestKept == 3)
    }

    @Test func `a key is due when its period is over, and not before`() throws {
        var key = try key()
        #expect(!key.isDue(at: later(1_000_000)))
        try key.apply(change { $0.rotationPeriod = 3600 })
        #expect(!key.isDue(at: later(3599)))
        #expect(key.isDue(at: later(3600)))
        try key.rotate(at: later(3600))
        #expect(!key.isDue(at: later(7199)))
        #expect(key.isDue(at: later(7200)))
    }

    @Test(arguments: TransitKeyType.allCases)
    func `a key of every type comes back from its document and its backup`(_ type: TransitKeyType) throws {
        var request = TransitKey.Request()
        (request.type, request.isExportable, request.allowsPlaintextBackup) = (type, true, true)
        let key = try TransitKey("k", request, at: start)
        let read = try #require(TransitKey("k", try JSONValue(parsing: Array(key.document.text().utf8))))
        let restored = try TransitKey(restoring: try key.backup(), as: "other")
        #expect(restored.name == "other")
        for copy in [read, restored] {
            #expect(copy.document == key.document)
            let code = try key.code(of: plaintext, .sha2x512, version: 0)
            #expect(try copy.isValid(code: code, for: plaintext, .sha2x512))
            if type.supportsEncryption {
                let text = try key.encrypt(plaintext, TransitKey.Use()).text
                #expect(try copy.decrypt(text, TransitKey.Use()) == plaintext)
            }
            if type.supportsSigning {
                let text = try key.sign(plaintext, TransitSigning()).text
                #expect(try copy.isValid(text, for: plaintext, TransitSigning()))
            }
        }
        #expect("\(key)" == "key k, version 1")
        var shown = ""
        dump(key, to: &shown)
        dump(key.versions, to: &shown)
        dump(try TransitFreshVersion(type == .rsa4096 ? .hmac : type, at: start), to: &shown)
        #expect(!shown.contains("raw") && !shown.contains("material"))
    }

    @Test func `nothing is taken out that was not allowed`() throws {
        let key = try key(.ed25519)
        for kind in [TransitKey.ExportKind.encryptionKey, .signingKey, .codeKey] {
            #expect(throws: TransitError("private key material is not exportable")) {
                try key.export(kind, nil, .standard)
            }
        }
        #expect(throws: TransitError("exporting is disallowed on the policy")) { try key.backup() }
        #expect(try key.export(.publicKey, nil, .standard).count == 1)
        var exportable = key
        try exportable.apply(change { $0.isExportable = true })
        #expect(throws: TransitError("plaintext backup is disallowed on the policy")) { try exportable.backup() }
    }

    @Test func `versions and items have a most`() throws {
        var key = try key()
        let one = try #require(key.versions[1])
        for number in 1...TransitLimits.versions(.aes256) { key.versions[number] = one }
        key.latest = TransitLimits.versions(.aes256)
        #expect(throws: TransitError.tooManyVersions) { try key.rotate(at: start) }
        key.rotationPeriod = 3600
        #expect(!key.isDue(at: later(100_000)))
        var use = TransitKey.Use()
        use.context = [UInt8](repeating: 1, count: TransitLimits.context + 1)
        let derived = try TransitTesting.key(.aes256, String(repeating: "00", count: 32), isDerived: true)
        #expect(throws: TransitError("the context is too long")) { try derived.encrypt(plaintext, use) }
        use.context = []
        #expect(throws: TransitError.contextMissing) { try derived.encrypt(plaintext, use) }
    }

    static let texts: [(String, VersionedText.Sort, String)] = [
        ("", .ciphertext, "invalid ciphertext: no prefix"), ("vault:", .code, "invalid HMAC to verify: no prefix"),
        ("vault:v", .signature, "invalid signature: wrong number of fields"),
        ("vault:v:x", .signature, "invalid signature: version number could not be decoded"),
        ("vault:v+1:x", .ciphertext, "invalid ciphertext: version number could not be decoded"),
        ("vault:v1234567890:x", .code, "invalid HMAC: version number could not be decoded"),
        ("vault:v１:x", .ciphertext, "invalid ciphertext: version number could not be decoded"),
    ]

    @Test(arguments: texts)
    func `a text that is none says what is wrong and not what it is`(_ row: (String, VersionedText.Sort, String)) {
        #expect(throws: TransitError(row.2)) { try VersionedText(row.0, row.1) }
    }

    @Test func `a text is a number and what follows`() throws {
        let text = try VersionedText("vault:v0123:a:b", .ciphertext)
        #expect(text.version == 123 && text.rest == "a:b")
        #expect(try VersionedText(VersionedText.text(7, [1, 2, 3]), .code).rest == "AQID")
        #expect(VersionedText.text(7, [0xFB], forURL: true) == "vault:v7:-w")
    }

    @Test func `a document that is not whole is none`() throws {
        var key = try key(versions: 3)
        try key.apply(change { ($0.oldestForDecryption, $0.oldestForEncryption) = (2, 2) })
        try key.trim(to: 2)
        let whole = key.document
        #expect(TransitKey("k", whole) != nil)
        let wrong: [(String, JSONValue)] = [
            ("type", "rsa-2048"), ("type", "none"), ("type", .null), ("latest", 2), ("latest", 4), ("latest", "3"),
            ("latest", 4_000_000_000), ("min_available", 3), ("min_available", -1), ("min_decryption", 1),
            ("min_decryption", 4), ("min_encryption", 0), ("min_encryption", 1), ("min_encryption", 9),
            ("versions", []),
            ("versions", .null), ("bytes", 32), ("auto_rotate", 1), ("auto_rotate", -3600), ("convergent", true),
        ]
        for (name, value) in wrong {
            var members = try #require(whole.asObject)
            members[name] = value
            #expect(TransitKey("k", .object(members)) == nil, "\(name)")
        }
    }
}
