import Crypto
import Secrets
import Testing

@testable import Age

/// The whole of the community's test kit, fed in pieces of several sizes: no rule depends on where a piece ends.
@Suite struct TestKitTests {
    @Test func `the test kit is all here`() {
        #expect(TestKitVector.all.count == 143)
    }

    @Test(arguments: TestKitVector.all)
    func `a file of the test kit ends as the kit says`(vector: TestKitVector) throws {
        for pieceSize in [1 << 20, 4096, 1] where vector.file.count / pieceSize < 300_000 {
            let (outcome, content) = try decrypt(vector, pieceSize: pieceSize)
            #expect(outcome == vector.expect, "in pieces of \(pieceSize)")
            if let hash = vector.payloadHash {
                let found = SHA256.hash(data: content).map { byte in
                    let digits = String(byte, radix: 16)
                    return digits.count == 1 ? "0" + digits : digits
                }
                #expect(found.joined() == hash, "in pieces of \(pieceSize): \(content.count) bytes came out")
            } else {
                #expect(content.isEmpty)
            }
        }
    }

    private func decrypt(_ vector: TestKitVector, pieceSize: Int) throws -> (outcome: String, content: [UInt8]) {
        var identities: [any AgeIdentity] = try vector.passphrases.map { try ScryptIdentity(passphrase: Secret($0)) }
        for text in vector.identities {
            identities.append(
                text.hasPrefix("AGE-SECRET-KEY-PQ-")
                    ? try HybridIdentity(parsing: Secret(text)) : try X25519Identity(parsing: Secret(text))
            )
        }
        // One vector has no identity at all: it fails before one is looked for.
        if identities.isEmpty { identities.append(X25519Identity()) }
        var decryptor = try AgeDecryptor(identities: identities, format: vector.isArmored ? .armored : .binary)
        var content: [UInt8] = []
        do {
            var rest = vector.file[...]
            while !rest.isEmpty {
                let piece = rest.prefix(pieceSize)
                try decryptor.update(piece, into: &content)
                rest = rest[piece.endIndex...]
            }
            try decryptor.finish(into: &content)
            return ("success", content)
        } catch {
            let outcomes: [AgeError.Category: String] = [
                .header: "header failure", .noMatch: "no match", .headerMAC: "HMAC failure",
                .payload: "payload failure", .armor: "armor failure",
            ]
            return (outcomes[error.category] ?? "another failure: \(error)", content)
        }
    }
}
