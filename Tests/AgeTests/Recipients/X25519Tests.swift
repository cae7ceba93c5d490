import Crypto
import Foundation
import Secrets
import Testing

@testable import Age

@Suite struct X25519Tests {
    /// The examples of C2SP, "age", section "The X25519 recipient type".
    private static let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    private static let identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"

    @Test func `the specification's identity has the specification's recipient`() throws {
        let identity = try X25519Identity(parsing: Secret(Self.identity))
        #expect(identity.recipient.description == Self.recipient)
        #expect(identity.text.reveal() == Self.identity)
        #expect(try X25519Recipient(parsing: Self.recipient) == identity.recipient)
    }

    @Test func `reading an identity's text leaves the identity as it was`() throws {
        let identity = X25519Identity()
        let text = identity.text
        #expect(identity.text == text)
        let file = try AgeFile.encrypt(content(1), to: [identity.recipient])
        #expect(try AgeFile.decrypt(file, identities: [identity]) == content(1))
    }

    @Test func `a new identity opens what its recipient was sent, and no other does`() throws {
        let identity = X25519Identity()
        let again = try X25519Identity(parsing: identity.text)
        let file = try AgeFile.encrypt(content(100), to: [identity.recipient])
        #expect(try AgeFile.decrypt(file, identities: [again]) == content(100))
        #expect(throws: AgeError(.noMatch)) { try AgeFile.decrypt(file, identities: [X25519Identity()]) }
    }

    @Test func `the same key and content make another file each time`() throws {
        let recipient = X25519Identity().recipient
        let files = try (0..<3).map { _ in try AgeFile.encrypt(content(100), to: [recipient]) }
        #expect(Set(files).count == 3)
        #expect(Set(try (0..<3).map { _ in try recipient.wrap(AgeFileKey())[0].arguments[0] }).count == 3)
    }

    /// The points of small order on the curve and its twist, as numbers below 2^256 (RFC 7748, section 6.1; the list is
    /// in D. J. Bernstein's "Curve25519", section "Does public-key validation matter?").
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
    ])
    func `a point of low order is neither a recipient nor a share`(point: String) throws {
        let text = Bech32.encode(prefix: "age", hex(point))
        #expect(throws: AgeError(.malformedKey(.value))) { try X25519Recipient(bytes: text) }
        let share = String(decoding: Base64.encode(hex(point)), as: UTF8.self)
        let stanza = AgeStanza(type: "X25519", arguments: [share], body: [UInt8](zeros: 32))
        #expect(throws: AgeError(.malformedStanza(.lowOrder, type: "X25519"))) {
            try X25519Identity().unwrap([stanza])
        }
    }

    @Test(arguments: [
        ([], 32, AgeError.StanzaFault.arguments), ([32, 32], 32, .arguments), ([31], 32, .argument),
        ([33], 32, .argument), ([0], 32, .argument), ([32], 31, .bodyLength), ([32], 33, .bodyLength),
        ([32], 48, .bodyLength), ([32], 0, .bodyLength),
    ])
    func `a stanza of another shape is refused`(arguments: [Int], body: Int, fault: AgeError.StanzaFault) {
        let stanza = AgeStanza(
            type: "X25519",
            arguments: arguments.map { String(decoding: Base64.encode(content($0)), as: UTF8.self) },
            body: content(body)
        )
        #expect(throws: AgeError(.malformedStanza(fault, type: "X25519"))) { try X25519Identity().unwrap([stanza]) }
    }

    @Test func `stanzas of other types are passed over`() throws {
        let identity = X25519Identity()
        let fileKey = AgeFileKey()
        let grease = AgeStanza(type: "+~-grease", arguments: ["x"], body: content(100))
        let lookalike = AgeStanza(type: "x25519", arguments: [], body: [])
        let stanzas =
            try [grease, lookalike] + X25519Identity().recipient.wrap(fileKey) + identity.recipient.wrap(fileKey)
        let found = try #require(try identity.unwrap(stanzas))
        #expect(found.bytes == fileKey.bytes)
        #expect(try identity.unwrap([grease, lookalike]) == nil)
    }

    @Test(arguments: [
        (recipient.uppercased(), AgeError.KeyFault.wrongCase), (String(recipient.dropLast()), .checksum),
        (identity, .identityAsRecipient), ("age1", .length), ("", .unknown), ("age", .unknown),
        ("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", .plugin),
    ])
    func `what is no recipient is refused, and it is said why`(text: String, fault: AgeError.KeyFault) {
        #expect(throws: AgeError(.malformedKey(fault))) { try X25519Recipient(parsing: text) }
        #expect(X25519Recipient(text) == nil)
    }

    @Test(arguments: [
        (identity.lowercased(), AgeError.KeyFault.wrongCase), (String(identity.dropLast()), .checksum),
        (recipient, .recipientAsIdentity), ("AGE-SECRET-KEY-1", .length), ("", .unknown),
    ])
    func `what is no identity is refused, and it is said why`(text: String, fault: AgeError.KeyFault) {
        #expect(throws: AgeError(.malformedKey(fault))) { try X25519Identity(parsing: Secret(text)) }
    }

    @Test(arguments: [31, 33, 0])
    func `a key of another length is refused`(count: Int) {
        let recipient = Bech32.encode(prefix: "age", content(count))
        #expect(throws: AgeError(.malformedKey(.length))) { try X25519Recipient(bytes: recipient) }
        let identity = KeyText.encode(content(count), prefix: "age-secret-key-")
        #expect(throws: AgeError(.malformedKey(.length))) { try X25519Identity(parsing: identity) }
    }

    @Test func `an identity and a file key do not print`() throws {
        let identity = try X25519Identity(parsing: Secret(Self.identity))
        var dumped = ""
        dump(identity, to: &dumped)
        dump(AgeFileKey(), to: &dumped)
        // The identity's bytes are all 0x42, which is 66.
        for text in ["\(identity)", String(reflecting: identity), "\(identity.text)", dumped, "\(AgeFileKey())"] {
            #expect(!text.contains("GFPYYSJZ") && !text.contains("66"))
        }
    }

    /// The library's buffers are reached by the only name they have here.
    @Test func `a buffer that the library returned is overwritten in place`() throws {
        let key = SymmetricKey(size: .bits256)
        var opened = try ChaChaPoly.open(ChaChaPoly.seal(content(100), using: key), using: key)
        let address = unsafe opened.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        wipeReturned(&opened)
        let after = unsafe opened.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(after == address)
        #expect(opened.allSatisfy { $0 == 0 })
    }
}
