import Secrets
import Testing

@testable import Age

@Suite struct MixingTests {
    private struct Custom: AgeRecipient {
        var stanzas: [AgeStanza]
        func wrap(_ fileKey: AgeFileKey) throws(AgeError) -> [AgeStanza] { stanzas }
    }

    @Test func `a file has a recipient at least`() {
        #expect(throws: AgeError(.noRecipients)) { try AgeFile.encrypt([], to: []) }
        #expect(throws: AgeError(.noIdentities)) { try AgeFile.decrypt([], identities: []) }
    }

    @Test func `many recipients each open the file`() throws {
        let identities = (0..<20).map { _ in X25519Identity() }
        let file = try AgeFile.encrypt(content(10), to: identities.map(\.recipient))
        for identity in identities { #expect(try AgeFile.decrypt(file, identities: [identity]) == content(10)) }
        #expect(try AgeFile.decrypt(file, identities: [X25519Identity(), identities[19]]) == content(10))
    }

    @Test func `a passphrase stands alone`() throws {
        let passphrase = try ScryptRecipient(passphrase: Secret("x"), workFactor: 1)
        let others: [any AgeRecipient] = [X25519Identity().recipient, try HybridIdentity().recipient, passphrase]
        for other in others {
            #expect(throws: AgeError(.passphraseWithOthers)) { try AgeFile.encrypt([], to: [passphrase, other]) }
            #expect(throws: AgeError(.passphraseWithOthers)) { try AgeFile.encrypt([], to: [other, passphrase]) }
        }
    }

    @Test func `post-quantum recipients do not stand beside others`() throws {
        let (hybrid, classical) = (try HybridIdentity().recipient, X25519Identity().recipient)
        #expect(throws: AgeError(.mixedQuantumResistance)) { try AgeFile.encrypt([], to: [hybrid, classical]) }
        #expect(throws: AgeError(.mixedQuantumResistance)) { try AgeFile.encrypt([], to: [classical, hybrid]) }
        #expect(throws: Never.self) { try AgeFile.encrypt([], to: [hybrid, HybridIdentity().recipient]) }
    }

    @Test(arguments: [
        AgeStanza(type: "", arguments: [], body: []), AgeStanza(type: "a b", arguments: [], body: []),
        AgeStanza(type: "a", arguments: [""], body: []), AgeStanza(type: "a", arguments: ["b\n"], body: []),
        AgeStanza(type: "é", arguments: [], body: []), AgeStanza(type: "a", arguments: ["\u{7F}"], body: []),
    ])
    func `a recipient cannot write what a reader would refuse`(stanza: AgeStanza) {
        #expect(throws: AgeError(.invalidStanzaFromRecipient)) {
            try AgeFile.encrypt([], to: [Custom(stanzas: [stanza])])
        }
    }

    @Test func `what is written stays within the bounds that are read`() throws {
        let key = X25519Identity()
        let stanza = AgeStanza(type: "x", arguments: [], body: [])
        let filled = Custom(stanzas: [AgeStanza](repeating: stanza, count: AgeLimits.stanzas - 1))
        let file = try AgeFile.encrypt([1], to: [filled, key.recipient])
        #expect(try AgeFile.decrypt(file, identities: [key]) == [1])
        #expect(throws: AgeError(.tooManyRecipients)) { try AgeFile.encrypt([], to: [filled, filled]) }
        #expect(throws: AgeError(.tooManyRecipients)) {
            try AgeFile.encrypt([], to: [X25519Recipient](repeating: key.recipient, count: AgeLimits.stanzas + 1))
        }
        let large = AgeStanza(type: "x", arguments: [], body: [UInt8](zeros: AgeLimits.headerBytes * 3 / 4))
        #expect(throws: AgeError(.tooManyRecipients)) { try AgeFile.encrypt([], to: [Custom(stanzas: [large])]) }
        let wide = AgeStanza(type: String(repeating: "x", count: AgeLimits.headerLineBytes), arguments: [], body: [])
        #expect(throws: AgeError(.invalidStanzaFromRecipient)) {
            try AgeFile.encrypt([], to: [Custom(stanzas: [wide])])
        }
        #expect(throws: AgeError(.noRecipients)) { try AgeFile.encrypt([], to: [Custom(stanzas: [])]) }
    }

    @Test func `an identity may be the caller's own`() throws {
        struct Escrow: AgeRecipient, AgeIdentity {
            func wrap(_ fileKey: AgeFileKey) throws(AgeError) -> [AgeStanza] {
                // No protection at all: it shows that the doors are open, not how to walk through them.
                [AgeStanza(type: "example.com/escrow", arguments: [], body: fileKey.bytes)]
            }
            func unwrap(_ stanzas: [AgeStanza]) throws(AgeError) -> AgeFileKey? {
                stanzas.first { $0.type == "example.com/escrow" }.flatMap { AgeFileKey(Secret($0.body)) }
            }
        }
        let file = try AgeFile.encrypt(content(5), to: [X25519Identity().recipient, Escrow()])
        #expect(try AgeFile.decrypt(file, identities: [Escrow()]) == content(5))
        #expect(AgeFileKey(Secret([UInt8](zeros: 15))) == nil)
    }
}
