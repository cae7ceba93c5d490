import Crypto
import Secrets
import Testing

@testable import Age

@Suite struct HybridTests {
    /// The example of C2SP, "age", section "The MLKEM768-X25519 (i.e. X-Wing) hybrid post-quantum recipient type".
    private static let identity = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"

    @Test func `the specification's identity has the specification's recipient`() throws {
        let recipient = try Fixture.text("hybrid-recipient.txt")
        #expect(recipient.hasPrefix("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzdxz95paef6"))
        #expect(recipient.hasSuffix("fqdkmhh6gjtqmwze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k"))
        let identity = try HybridIdentity(parsing: Secret(Self.identity))
        #expect(identity.recipient.description == recipient)
        #expect(identity.text.reveal() == Self.identity)
        #expect(try HybridRecipient(parsing: recipient) == identity.recipient)
    }

    @Test func `reading an identity's text leaves the identity as it was`() throws {
        let identity = try HybridIdentity()
        let text = identity.text
        #expect(identity.text == text)
        let file = try AgeFile.encrypt(content(1), to: [identity.recipient])
        #expect(try AgeFile.decrypt(file, identities: [identity]) == content(1))
    }

    @Test func `a new identity opens what its recipient was sent, and no other does`() throws {
        let identity = try HybridIdentity()
        let again = try HybridIdentity(parsing: identity.text)
        let recipient = try HybridRecipient(parsing: identity.recipient.description)
        let file = try AgeFile.encrypt(content(100), to: [HybridIdentity().recipient, recipient])
        #expect(try AgeFile.decrypt(file, identities: [again]) == content(100))
        #expect(throws: AgeError(.noMatch)) {
            try AgeFile.decrypt(file, identities: [HybridIdentity(), X25519Identity()])
        }
    }

    @Test func `the stanza is as long as the specification says`() throws {
        let stanza = try HybridIdentity().recipient.wrap(AgeFileKey())[0]
        #expect(stanza.type == "mlkem768x25519" && stanza.arguments.count == 1 && stanza.body.count == 32)
        #expect(Base64.decode(stanza.arguments[0].utf8)?.count == 1120)
    }

    @Test(arguments: [
        ([], 32, AgeError.StanzaFault.arguments), ([1120, 1120], 32, .arguments), ([1119], 32, .argument),
        ([1121], 32, .argument), ([32], 32, .argument), ([1120], 31, .bodyLength), ([1120], 48, .bodyLength),
    ])
    func `a stanza of another shape is refused`(arguments: [Int], body: Int, fault: AgeError.StanzaFault) throws {
        let stanza = AgeStanza(
            type: "mlkem768x25519",
            arguments: arguments.map { String(decoding: Base64.encode(content($0)), as: UTF8.self) },
            body: content(body)
        )
        #expect(throws: AgeError(.malformedStanza(fault, type: "mlkem768x25519"))) {
            try HybridIdentity().unwrap([stanza])
        }
    }

    @Test func `a recipient that is no key is refused when it is read`() throws {
        // 12 bits of ones are no coefficient of ML-KEM (FIPS 203, section 7.2); zeros are no point of X25519.
        var bytes = Array(try HybridIdentity().recipientBytes)
        bytes.replaceSubrange(0..<3, with: [0xFF, 0xFF, 0xFF])
        #expect(throws: AgeError(.malformedKey(.value))) {
            try HybridRecipient(bytes: Bech32.encode(prefix: "age1pq", bytes))
        }
        bytes = Array(try HybridIdentity().recipientBytes)
        bytes.replaceSubrange(1184..<1216, with: [UInt8](zeros: 32))
        #expect(throws: AgeError(.malformedKey(.value))) {
            try HybridRecipient(bytes: Bech32.encode(prefix: "age1pq", bytes))
        }
    }

    @Test(arguments: [1215, 1217, 32])
    func `a key of another length is refused`(count: Int) {
        let recipient = Bech32.encode(prefix: "age1pq", content(count))
        #expect(throws: AgeError(.malformedKey(.length))) { try HybridRecipient(bytes: recipient) }
        let identity = KeyText.encode(content(31), prefix: "age-secret-key-pq-")
        #expect(throws: AgeError(.malformedKey(.length))) { try HybridIdentity(parsing: identity) }
    }

    @Test func `the types do not take each other's keys`() throws {
        let (hybrid, classical) = (try HybridIdentity(), X25519Identity())
        #expect(throws: AgeError(.malformedKey(.otherType))) { try X25519Recipient(parsing: "\(hybrid.recipient)") }
        #expect(throws: AgeError(.malformedKey(.otherType))) { try HybridRecipient(parsing: "\(classical.recipient)") }
        #expect(throws: AgeError(.malformedKey(.otherType))) { try X25519Identity(parsing: hybrid.text) }
        #expect(throws: AgeError(.malformedKey(.otherType))) { try HybridIdentity(parsing: classical.text) }
        #expect(throws: AgeError(.malformedKey(.identityAsRecipient))) {
            try HybridRecipient(parsing: hybrid.text.reveal())
        }
    }

    @Test func `an identity does not print`() throws {
        let identity = try HybridIdentity(parsing: Secret(Self.identity))
        var dumped = ""
        dump(identity, to: &dumped)
        for text in ["\(identity)", String(reflecting: identity), dumped] {
            #expect(text == "•••• for \(identity.recipient)" || text == "▿ \(identity)\n" || text == "- \(identity)\n")
        }
    }
}

extension HybridIdentity {
    fileprivate var recipientBytes: [UInt8] {
        get throws { try Bech32.decode(recipient.description.utf8).bytes }
    }
}
