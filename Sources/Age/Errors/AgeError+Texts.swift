#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension AgeError.Kind {
    /// One row of the table of errors.
    struct Entry {
        let number: Int
        let category: AgeError.Category
        let message: String
        let fix: String

        init(_ number: Int, _ category: AgeError.Category, _ message: String, fix: String) {
            self.number = number
            self.category = category
            self.message = message
            self.fix = fix
        }
    }

    private static let damaged = "take an undamaged copy of the file"
    private static let wholeCopy = "take an undamaged copy of the file; what was read so far is not the whole content"

    /// The table: numbers are stable and documented, texts may change.
    var entry: Entry {
        switch self {
        case .notAgeFile:
            Entry(1, .header, "this is not an age file", fix: "check that the right file was given")
        case .textEncodedByShell:
            Entry(
                2,
                .header,
                "this is text in UTF-16, as some shells write when they redirect binary output",
                fix: "encrypt again with an output file instead of a redirection, or with armor"
            )
        case .unsupportedVersion:
            Entry(
                3,
                .header,
                "this age file has a version that is not v1",
                fix: "decrypt it with the program that wrote it"
            )
        case .malformedHeader(let fault):
            Entry(4, .header, "the header is malformed: \(fault.rawValue)", fix: Self.damaged)
        case .headerTruncated:
            Entry(5, .header, "the file ends inside its header", fix: Self.damaged)
        case .headerTooLarge:
            Entry(
                6,
                .header,
                "the header is larger than \(AgeLimits.headerBytes) bytes, \(AgeLimits.stanzas) stanzas "
                    + "or \(AgeLimits.headerLineBytes) bytes in a line",
                fix: "encrypt the file to fewer recipients"
            )
        case .malformedStanza(let fault, let type):
            Entry(7, .header, "the \(type) stanza \(fault.rawValue)", fix: Self.damaged)
        case .scryptNotAlone:
            Entry(
                8,
                .header,
                "the file mixes a passphrase with other recipients, which breaks the format",
                fix: "ask for a copy that is encrypted to a passphrase only, or to keys only"
            )
        case .workFactorTooHigh(let maximum):
            Entry(
                9,
                .header,
                "the passphrase work factor of the file is above the accepted maximum of \(maximum)",
                fix: "ask for a copy with a lower work factor, or raise the maximum if you trust the file"
            )
        case .noMatch:
            Entry(
                10,
                .noMatch,
                "none of the given identities opens this file",
                fix: "give the identity of one of the file's recipients"
            )
        case .passphraseNeeded:
            Entry(11, .noMatch, "this file is encrypted with a passphrase", fix: "give the passphrase instead of a key")
        case .passphraseWrong:
            Entry(12, .noMatch, "the passphrase does not open this file", fix: "check the passphrase and try again")
        case .passphraseNotUsed:
            Entry(
                13,
                .noMatch,
                "this file is encrypted to keys, not with a passphrase",
                fix: "give the identity of one of the file's recipients"
            )
        case .headerMAC:
            Entry(14, .headerMAC, "the header was changed after the file was written", fix: Self.damaged)
        case .payloadTruncated:
            Entry(20, .payload, "the content is cut off", fix: Self.wholeCopy)
        case .payloadAltered(let chunk):
            Entry(
                21,
                .payload,
                "the content was changed or cut off, in the chunk of 64 KiB with number \(chunk)",
                fix: Self.wholeCopy
            )
        case .payloadEmptyFinalChunk:
            Entry(22, .payload, "the content ends with an empty chunk, which breaks the format", fix: Self.wholeCopy)
        case .payloadTrailingData:
            Entry(23, .payload, "there is something after the end of the content", fix: Self.wholeCopy)
        case .armor(let fault):
            Entry(30, .armor, "the armor is malformed: \(fault.rawValue)", fix: "take an undamaged copy of the text")
        case .malformedKey(let fault):
            Entry(40, .key, "the key cannot be used: \(fault.rawValue)", fix: fault.fix)
        case .emptyPassphrase:
            Entry(41, .key, "the passphrase is empty", fix: "give a passphrase")
        case .keyFileTooLarge:
            Entry(
                42,
                .key,
                "the key file is larger than \(AgeLimits.keyFileBytes) bytes "
                    + "or has a line longer than \(AgeLimits.keyLineBytes) bytes",
                fix: "check that the right file was given"
            )
        case .keyFileEmpty(let role):
            Entry(
                43,
                .key,
                "the key file has no \(role.rawValue) in it",
                fix: "give a file with one \(role.rawValue) on each line"
            )
        case .keyFileEncrypted:
            Entry(
                45,
                .key,
                "the identity file is itself encrypted",
                fix: "decrypt it first, and give the decrypted identities"
            )
        case .identityInRecipientsFile:
            Entry(
                46,
                .key,
                "the recipients file holds an identity, which is secret",
                fix: "put the recipient (the line that begins with age1) there instead"
            )
        case .recipientInIdentityFile:
            Entry(
                47,
                .key,
                "the identity file holds a recipient, which opens nothing",
                fix: "put the identity (the line that begins with AGE-SECRET-KEY-) there instead"
            )
        case .noRecipients:
            Entry(50, .recipients, "no recipient was given", fix: "give at least one recipient or a passphrase")
        case .tooManyRecipients:
            Entry(
                51,
                .recipients,
                "the recipients make more than \(AgeLimits.stanzas) stanzas "
                    + "or a header of more than \(AgeLimits.headerBytes) bytes",
                fix: "give fewer recipients"
            )
        case .passphraseWithOthers:
            Entry(
                52,
                .recipients,
                "a passphrase cannot be combined with another recipient",
                fix: "encrypt to the passphrase alone, or to keys alone"
            )
        case .mixedQuantumResistance:
            Entry(
                53,
                .recipients,
                "post-quantum recipients cannot be combined with others, which would weaken them",
                fix: "give recipients that begin with age1pq1 only, or none of them"
            )
        case .invalidStanzaFromRecipient:
            Entry(
                54,
                .recipients,
                "a recipient made a stanza that the format does not allow",
                fix: "correct the recipient's implementation"
            )
        case .invalidWorkFactor:
            Entry(
                55,
                .recipients,
                "a passphrase work factor must be between 1 and \(AgeLimits.workFactor)",
                fix: "leave it at \(AgeLimits.defaultWorkFactor)"
            )
        case .readFailed(let number):
            Entry(60, .inputOutput, "reading failed: \(errorText(number))", fix: "check the input and try again")
        case .writeFailed(let number):
            Entry(
                61,
                .inputOutput,
                "writing failed: \(errorText(number))",
                fix: "check the output's space and rights, and try again"
            )
        case .workFactorMemory:
            Entry(
                62,
                .inputOutput,
                "there is not enough memory for the passphrase's work factor",
                fix: "free memory and try again"
            )
        case .noIdentities:
            Entry(70, .usage, "no identity was given", fix: "give an identity or a passphrase")
        case .finished:
            Entry(71, .usage, "the file was already finished, or failed before", fix: "start again")
        case .cryptography:
            Entry(72, .usage, "the cryptography library refused to work", fix: "report this: it should not happen")
        }
    }
}

extension AgeError.KeyFault {
    /// What mends a key that cannot be used.
    var fix: String {
        switch self {
        case .unknown, .otherType, .character, .tooLong:
            "give a recipient that begins with age1 or an identity that begins with AGE-SECRET-KEY-"
        case .mixedCase, .wrongCase, .checksum, .padding, .length, .value:
            "copy the key again, whole and as it was written"
        case .identityAsRecipient: "give the recipient (it begins with age1); the identity stays secret"
        case .recipientAsIdentity: "give the identity (it begins with AGE-SECRET-KEY-)"
        case .plugin, .tagged, .ssh: "use a native key (it begins with age1 or age1pq1)"
        }
    }
}

/// The system's words for an error number.
private func errorText(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
