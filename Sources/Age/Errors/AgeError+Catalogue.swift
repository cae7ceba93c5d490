extension AgeError {
    /// Every code with what it is and what mends it, for a page that documents them all.
    public static var catalogue: [(code: String, title: String, fix: String)] {
        Kind.examples.map { kind in
            let error = AgeError(kind)
            return (error.code, error.message.prefix(1).uppercased() + error.message.dropFirst(), error.fix)
        }
    }
}

extension AgeError.Kind {
    /// One of each kind. Where a kind tells more than one thing, one of them stands for it.
    static let examples: [AgeError.Kind] = [
        .notAgeFile, .textEncodedByShell, .unsupportedVersion, .malformedHeader(.stanzaStart), .headerTruncated,
        .headerTooLarge, .malformedStanza(.arguments, type: "X25519"), .scryptNotAlone,
        .workFactorTooHigh(maximum: 22), .noMatch, .passphraseNeeded, .passphraseWrong, .passphraseNotUsed,
        .headerMAC, .payloadTruncated, .payloadAltered(chunk: 1), .payloadEmptyFinalChunk, .payloadTrailingData,
        .armor(.begin), .malformedKey(.unknown), .emptyPassphrase, .keyFileTooLarge, .keyFileEmpty(.identities),
        .keyFileEncrypted, .identityInRecipientsFile, .recipientInIdentityFile, .noRecipients, .tooManyRecipients,
        .passphraseWithOthers, .mixedQuantumResistance, .invalidStanzaFromRecipient, .invalidWorkFactor,
        .readFailed(errno: 5), .writeFailed(errno: 5), .workFactorMemory, .finished, .noIdentities, .cryptography,
    ]
}
