import Secrets
import Testing

@testable import Age

@Suite struct AgeKeyFileTests {
    private static let identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
    private static let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    private static let hybrid = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"

    private func identities(_ text: String) throws -> [any AgeKeyPair] {
        try AgeKeyFile.identities(from: .bytes(Array(text.utf8)))
    }

    private func recipients(_ text: String) throws -> [any AgeRecipient] {
        try AgeKeyFile.recipients(from: .bytes(Array(text.utf8)))
    }

    @Test(arguments: [
        (identity, 1), ("\(identity)\n", 1), ("# created: x\n# public key: y\n\(identity)\n", 1),
        ("\n\n\(identity)\n\n#\n\(hybrid)\n", 2), ("\(identity)\r\n\(hybrid)\r\n", 2), ("  \(identity)\t\n", 1),
    ])
    func `identities stand one on a line`(text: String, count: Int) throws {
        let found = try identities(text)
        #expect(found.count == count && found[0].text.reveal() == Self.identity)
        if count == 2 { #expect(found[1] is HybridIdentity) }
    }

    @Test func `recipients stand one on a line`() throws {
        let hybrid = try Fixture.text("hybrid-recipient.txt")
        let found = try recipients("# ours\n\(Self.recipient)\n\n\(hybrid)\n")
        #expect(found.count == 2 && found[0] is X25519Recipient && found[1] is HybridRecipient)
    }

    @Test(arguments: [
        ("", AgeError(.keyFileEmpty(.identities))), ("# nothing\n\n", AgeError(.keyFileEmpty(.identities))),
        ("\n\(recipient)", AgeError(.recipientInIdentityFile, line: 2)),
        ("#\n#\n\(identity)x", AgeError(.malformedKey(.mixedCase), line: 3)),
        ("\(identity)\n\(identity.dropLast())", AgeError(.malformedKey(.checksum), line: 2)),
        ("\(identity) \(identity)", AgeError(.malformedKey(.character), line: 1)),
        ("canary", AgeError(.malformedKey(.unknown), line: 1)),
        ("AGE-PLUGIN-YUBIKEY-1Q9ZQYYZ", AgeError(.malformedKey(.checksum), line: 1)),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", AgeError(.malformedKey(.ssh), line: 1)),
        ("age-encryption.org/v1\n", AgeError(.keyFileEncrypted)),
        ("-----BEGIN AGE ENCRYPTED FILE-----\n", AgeError(.keyFileEncrypted)),
    ])
    func `a fault in a file of identities is named with its line`(text: String, error: AgeError) {
        #expect(throws: error) { try identities(text) }
    }

    @Test(arguments: [
        ("", AgeError(.keyFileEmpty(.recipients))), ("\(identity)\n", AgeError(.identityInRecipientsFile, line: 1)),
        ("\(hybrid)\n", AgeError(.identityInRecipientsFile, line: 1)),
        ("\(recipient)\nssh-ed25519 AAAA\n", AgeError(.malformedKey(.ssh), line: 2)),
        ("\(recipient)\n\(recipient.uppercased())\n", AgeError(.malformedKey(.wrongCase), line: 2)),
        (
            "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e",
            AgeError(.malformedKey(.tagged), line: 1)
        ),
    ])
    func `a fault in a file of recipients is named with its line`(text: String, error: AgeError) {
        #expect(throws: error) { try recipients(text) }
    }

    @Test func `plugins are named as such`() throws {
        let recipient = String(decoding: Bech32.encode(prefix: "age1yubikey", content(33)), as: UTF8.self)
        #expect(throws: AgeError(.malformedKey(.plugin), line: 1)) { try recipients(recipient) }
        let identity = String(decoding: Bech32.encode(prefix: "age-plugin-yubikey-", content(33)), as: UTF8.self)
        #expect(throws: AgeError(.malformedKey(.plugin), line: 1)) { try identities(identity.uppercased()) }
    }

    @Test func `the bounds hold, and one less is accepted`() throws {
        let comment = "#" + String(repeating: "x", count: AgeLimits.keyLineBytes - 1)
        #expect(try recipients("\(comment)\n\(Self.recipient)\n").count == 1)
        #expect(throws: AgeError(.keyFileTooLarge, line: 1)) { try recipients("\(comment)x\n\(Self.recipient)\n") }
        let room = AgeLimits.keyFileBytes - Self.recipient.utf8.count
        let lines = String(repeating: "#234567\n", count: room / 8) + String(repeating: "\n", count: room % 8)
        #expect(try recipients(lines + Self.recipient).count == 1)
        #expect(throws: AgeError(.keyFileTooLarge)) { try recipients(lines + "\n" + Self.recipient) }
    }

    @Test func `an encrypted file of identities is opened with its passphrase`() throws {
        let passphrase = Secret("for this file")
        for armored in [false, true] {
            let file = try AgeFile.encrypt(
                Array("# mine\n\(Self.identity)\n".utf8),
                to: [ScryptRecipient(passphrase: passphrase, workFactor: 2)],
                armored: armored
            )
            #expect(throws: AgeError(.keyFileEncrypted)) { try AgeKeyFile.identities(from: .bytes(file)) }
            let found = try AgeKeyFile.identities(
                from: .bytes(file),
                openedBy: [ScryptIdentity(passphrase: passphrase)]
            )
            #expect(found.map { $0.text.reveal() } == [Self.identity])
        }
    }

    @Test func `the file that is written for a key is read again`() throws {
        for identity: any AgeKeyPair in [X25519Identity(), try HybridIdentity()] {
            let file = AgeKeys.file(for: identity, created: "2030-01-02T03:04:05Z")
            let lines = file.reveal().split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == 4 && lines[0] == "# created: 2030-01-02T03:04:05Z" && lines[3] == "")
            #expect(lines[1] == "# public key: \(identity.recipient)")
            let again = try identities(file.reveal())
            #expect(again.count == 1 && again[0].text == identity.text)
            #expect(try identities(AgeKeys.file(for: identity).reveal())[0].text == identity.text)
        }
    }
}
