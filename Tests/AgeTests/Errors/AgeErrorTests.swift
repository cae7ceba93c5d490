import Secrets
import Testing

@testable import Age

@Suite struct AgeErrorTests {
    /// One of each kind. The switch below does not compile when one is missing there; the count here then tells it.
    private static let samples: [AgeError.Kind] = [
        .notAgeFile, .textEncodedByShell, .unsupportedVersion, .malformedHeader(.body), .headerTruncated,
        .headerTooLarge, .malformedStanza(.argument, type: "X25519"), .scryptNotAlone, .workFactorTooHigh(maximum: 22),
        .noMatch, .passphraseNeeded, .passphraseWrong, .passphraseNotUsed, .headerMAC, .payloadTruncated,
        .payloadAltered(chunk: 3), .payloadEmptyFinalChunk, .payloadTrailingData, .armor(.base64),
        .malformedKey(.checksum), .emptyPassphrase, .keyFileTooLarge, .keyFileEmpty(.identities), .keyFileEncrypted,
        .identityInRecipientsFile, .recipientInIdentityFile, .noRecipients, .tooManyRecipients, .passphraseWithOthers,
        .mixedQuantumResistance, .invalidStanzaFromRecipient, .invalidWorkFactor, .readFailed(errno: 5),
        .writeFailed(errno: 28), .workFactorMemory, .finished, .noIdentities, .cryptography,
    ]

    private static let codes = [
        1...14, 20...23, 30...30, 40...43, 45...47, 50...55, 60...62, 70...72,
    ].flatMap { $0 }

    @Test func `every kind has a code of its own, and the codes do not move`() {
        #expect(
            Self.samples.map { AgeError($0).code }.sorted() == Self.codes.map { "KF-AGE-\(($0 + 1000) % 1000)".padded }
        )
        #expect(Set(Self.samples.map { AgeError($0).message }).count == Self.samples.count)
        #expect(AgeError(.notAgeFile).code == "KF-AGE-001" && AgeError(.noMatch).code == "KF-AGE-010")
        #expect(AgeError(.payloadAltered(chunk: 0)).code == "KF-AGE-021")
    }

    @Test(arguments: samples)
    func `every error is a sentence with a way out`(kind: AgeError.Kind) {
        let error = AgeError(kind, line: 7)
        #expect(error.message.first?.isLowercase == true && error.message.last != ".")
        #expect(error.fix.count > 10 && error.fix.last != ".")
        #expect(error.description == "\(error.code): \(error.message) (line 7); \(error.fix)")
        #expect(!AgeError(kind).description.contains("line 7"))
    }

    @Test func `no error holds anything that was read`() throws {
        let canary = "canary7f3a"
        let files = [
            "\(canary)\n", "age-encryption.org/\(canary)\n", "age-encryption.org/v1\n\(canary)\n",
            "age-encryption.org/v1\n-> \(canary) \u{1}\n",
            "age-encryption.org/v1\n-> X25519 \(canary)\n\n--- \(canary)\n",
            "age-encryption.org/v1\n-> x\n\(canary)=\n", "age-encryption.org/v1\n-> x\n\n--- \(canary)\n",
            "-----BEGIN AGE ENCRYPTED FILE-----\n\(canary)!\n", " -----BEGIN \(canary)-----\n",
            "age-encryption.org/v1\n-> \(canary) x\n\n--- \(String(repeating: "A", count: 43))\n0123456789abcdef\(canary)",
            "age-encryption.org/v1\n-> scrypt \(canary) \(canary)\n\n--- \(String(repeating: "A", count: 43))\n",
        ]
        let identities: [any AgeIdentity] = [X25519Identity(), try ScryptIdentity(passphrase: Secret(canary))]
        for file in files {
            let (_, error) = decrypt(Array(file.utf8), pieceSize: 100, identities: identities)
            #expect(!"\(try #require(error)) \(String(reflecting: error))".contains(canary))
        }
        for text in [canary, "age1\(canary)", "AGE-SECRET-KEY-1\(canary.uppercased())", "ssh-ed25519 \(canary)"] {
            for read in [
                { _ = try AgeKeyFile.identities(from: .bytes(Array(text.utf8))) },
                { _ = try AgeKeyFile.recipients(from: .bytes(Array(text.utf8))) },
                { _ = try AgeKeys.recipient(text) }, { _ = try AgeKeys.identity(Secret(text)) },
            ] {
                let error = #expect(throws: AgeError.self) { try read() }
                #expect(!"\(String(describing: error)) \(String(reflecting: error))".lowercased().contains(canary))
            }
        }
    }
}

extension String {
    /// `KF-AGE-7` as `KF-AGE-007`.
    fileprivate var padded: String {
        let number = split(separator: "-").last ?? ""
        return "KF-AGE-" + String(repeating: "0", count: 3 - number.count) + number
    }
}
