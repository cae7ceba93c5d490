extension AgeError {
    /// Every code with what it is, why it counts and what mends it, for a page that documents them all.
    public static var catalogue: [(code: String, title: String, reason: String, fix: String)] {
        Kind.examples.map { kind in
            let error = AgeError(kind)
            let title = error.message.prefix(1).uppercased() + error.message.dropFirst()
            return (error.code, title, error.category.reason, error.fix)
        }
    }
}

extension AgeError.Category {
    /// Why an error of this part of the work is one.
    fileprivate var reason: String {
        switch self {
        case .header:
            "The header is read as the format says and not beyond: one that other programs read otherwise may have been made "
                + "to mislead them."
        case .noMatch: "A file opens only with what it was encrypted to, and nothing in it says what that was."
        case .headerMAC:
            "The file key is right, and the header is not the one that was written with it: somebody changed it."
        case .payload:
            "Each chunk is authenticated: what was changed, cut off or added is not given out as if it were whole."
        case .armor: "The armor is read strictly, so that one text has one meaning."
        case .key: "A key that is mistyped, cut off or of the wrong sort opens nothing, or lets the wrong people read."
        case .recipients:
            "Who can open a file is decided once, when it is written: a mistake there cannot be taken back."
        case .inputOutput: "The system could not read, write or give memory; what was written so far is not whole."
        case .usage: "The library was used in an order or with arguments that it does not take."
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
