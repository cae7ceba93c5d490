import Crypto
import CryptoExtras
import Secrets
import Synchronization
import Testing

@testable import Age

@Suite struct ScryptTests {
    private let passphrase = Secret("canary passphrase, päss")

    private func recipient(_ workFactor: Int = 4) throws(AgeError) -> ScryptRecipient {
        try ScryptRecipient(passphrase: passphrase, workFactor: workFactor)
    }

    @Test func `the passphrase opens the file, and another does not`() throws {
        let file = try AgeFile.encrypt(content(100), to: [recipient()])
        #expect(try AgeFile.decrypt(file, identities: [ScryptIdentity(passphrase: passphrase)]) == content(100))
        #expect(throws: AgeError(.passphraseWrong)) {
            try AgeFile.decrypt(file, identities: [ScryptIdentity(passphrase: Secret("another"))])
        }
        #expect(throws: AgeError(.passphraseNeeded)) { try AgeFile.decrypt(file, identities: [X25519Identity()]) }
        let keyed = try AgeFile.encrypt(content(100), to: [X25519Identity().recipient])
        #expect(throws: AgeError(.passphraseNotUsed)) {
            try AgeFile.decrypt(keyed, identities: [ScryptIdentity(passphrase: passphrase)])
        }
    }

    @Test func `a passphrase is asked for when a file needs it, and not before`() throws {
        let asked = Atomic(0)
        let identity = try ScryptIdentity { [passphrase] in
            asked.add(1, ordering: .relaxed)
            return passphrase
        }
        let key = X25519Identity()
        let keyed = try AgeFile.encrypt(content(1), to: [key.recipient])
        #expect(try AgeFile.decrypt(keyed, identities: [identity, key]) == content(1))
        #expect(asked.load(ordering: .relaxed) == 0)
        let locked = try AgeFile.encrypt(content(1), to: [recipient()])
        #expect(try AgeFile.decrypt(locked, identities: [key, identity]) == content(1))
        #expect(asked.load(ordering: .relaxed) == 1)
        #expect(throws: AgeError(.passphraseNeeded)) {
            try AgeFile.decrypt(locked, identities: [ScryptIdentity { nil }])
        }
        #expect(throws: AgeError(.emptyPassphrase)) {
            try AgeFile.decrypt(locked, identities: [ScryptIdentity { Secret("") }])
        }
    }

    /// The construction itself, written out.
    @Test func `the stanza is the one that the specification describes`() throws {
        let fileKey = AgeFileKey()
        let stanza = try recipient(6).wrap(fileKey)[0]
        #expect(stanza.type == "scrypt" && stanza.arguments[1] == "6" && stanza.arguments.count == 2)
        let salt = try #require(Base64.decode(stanza.arguments[0].utf8))
        #expect(salt.count == 16)
        let key = try KDF.Scrypt.deriveKey(
            from: Array(passphrase.reveal().utf8),
            salt: Array("age-encryption.org/v1/scrypt".utf8) + salt,
            outputByteCount: 32,
            rounds: 64,
            blockSize: 8,
            parallelism: 1
        )
        let box = try ChaChaPoly.SealedBox(combined: [UInt8](zeros: 12) + stanza.body)
        #expect(try Array(ChaChaPoly.open(box, using: key)) == fileKey.bytes)
    }

    @Test(arguments: [0, -1, 23, 64, Int.max, Int.min])
    func `a work factor out of bounds is refused before it is computed`(workFactor: Int) {
        #expect(throws: AgeError(.invalidWorkFactor)) { try recipient(workFactor) }
        #expect(throws: AgeError(.invalidWorkFactor)) {
            try ScryptIdentity(passphrase: passphrase, maximumWorkFactor: workFactor)
        }
    }

    @Test func `the highest work factor of a file is the caller's to choose`() throws {
        let file = try AgeFile.encrypt([], to: [recipient(5)])
        #expect(
            try AgeFile.decrypt(file, identities: [ScryptIdentity(passphrase: passphrase, maximumWorkFactor: 5)]) == []
        )
        #expect(throws: AgeError(.workFactorTooHigh(maximum: 4))) {
            try AgeFile.decrypt(file, identities: [ScryptIdentity(passphrase: passphrase, maximumWorkFactor: 4)])
        }
    }

    @Test(arguments: [
        ("0", AgeError.Kind.malformedStanza(.workFactor, type: "scrypt")),
        ("04", .malformedStanza(.workFactor, type: "scrypt")), ("+4", .malformedStanza(.workFactor, type: "scrypt")),
        ("-4", .malformedStanza(.workFactor, type: "scrypt")), ("4a", .malformedStanza(.workFactor, type: "scrypt")),
        ("0x4", .malformedStanza(.workFactor, type: "scrypt")), ("٤", .malformedStanza(.workFactor, type: "scrypt")),
        ("", .malformedStanza(.workFactor, type: "scrypt")), ("23", .workFactorTooHigh(maximum: 22)),
        ("99999999999999999999999999", .workFactorTooHigh(maximum: 22)),
    ])
    func `a work factor is a plain positive number`(text: String, kind: AgeError.Kind) throws {
        let salt = String(decoding: Base64.encode(content(16)), as: UTF8.self)
        let stanza = AgeStanza(type: "scrypt", arguments: [salt, text], body: content(32))
        #expect(throws: AgeError(kind)) { try ScryptIdentity(passphrase: passphrase).unwrap([stanza]) }
    }

    @Test func `the stanza stands alone`() throws {
        let stanza = try recipient().wrap(AgeFileKey())[0]
        let other = AgeStanza(type: "grease", arguments: [], body: [])
        for stanzas in [[stanza, other], [other, stanza], [stanza, stanza]] {
            #expect(throws: AgeError(.scryptNotAlone)) {
                try ScryptIdentity(passphrase: passphrase).unwrap(stanzas)
            }
        }
        #expect(try ScryptIdentity(passphrase: passphrase).unwrap([other]) == nil)
    }

    @Test func `an empty passphrase is refused`() {
        #expect(throws: AgeError(.emptyPassphrase)) { try ScryptRecipient(passphrase: Secret("")) }
        #expect(throws: AgeError(.emptyPassphrase)) { try ScryptIdentity(passphrase: Secret("")) }
    }

    @Test func `a passphrase does not print`() throws {
        var dumped = ""
        dump(try recipient(), to: &dumped)
        dump(try ScryptIdentity(passphrase: passphrase), to: &dumped)
        for text in ["\(try recipient())", String(reflecting: try ScryptIdentity(passphrase: passphrase)), dumped] {
            #expect(!text.contains("canary"))
        }
    }
}
