extension AgeError {
    /// Everything that can go wrong. Associated values are words of this module or numbers, never input.
    enum Kind: Sendable, Equatable {
        // The header.
        case notAgeFile
        case textEncodedByShell
        case unsupportedVersion
        case malformedHeader(HeaderFault)
        case headerTruncated
        case headerTooLarge
        case malformedStanza(StanzaFault, type: String)
        case scryptNotAlone
        case workFactorTooHigh(maximum: Int)
        // Who opens it.
        case noMatch
        case passphraseNeeded
        case passphraseWrong
        case passphraseNotUsed
        case headerMAC
        // The payload.
        case payloadTruncated
        case payloadAltered(chunk: UInt64)
        case payloadEmptyFinalChunk
        case payloadTrailingData
        // The armor.
        case armor(ArmorFault)
        // Keys.
        case malformedKey(KeyFault)
        case emptyPassphrase
        case keyFileTooLarge
        case keyFileEmpty(KeyFileRole)
        case keyFileEncrypted
        case identityInRecipientsFile
        case recipientInIdentityFile
        // Recipients.
        case noRecipients
        case tooManyRecipients
        case passphraseWithOthers
        case mixedQuantumResistance
        case invalidStanzaFromRecipient
        case invalidWorkFactor
        // The system: reading, writing, memory.
        case readFailed(errno: Int32)
        case writeFailed(errno: Int32)
        case workFactorMemory
        // Use.
        case finished
        case noIdentities
        case cryptography
    }

    /// What is wrong with a line of the header.
    enum HeaderFault: String, Sendable {
        case stanzaStart = "a recipient stanza or the final line was expected"
        case arguments = "a stanza's arguments are not printable words with one space between them"
        case body = "a stanza's body is not canonical unpadded base64"
        case bodyLine = "a line of a stanza's body is longer than 64 columns"
        case noStanza = "there is no recipient stanza before the final line"
        case finalLine = "the final line is not three dashes, a space and the header's code in base64"
        case carriageReturn = "the line ends with a carriage return"
    }

    /// What is wrong with a stanza of a type that this module knows.
    enum StanzaFault: String, Sendable {
        case arguments = "has a wrong number of arguments"
        case argument = "has an argument that is not canonical base64 of the right length"
        case bodyLength = "has a body of the wrong length"
        case lowOrder = "has a share that makes an empty shared secret"
        case workFactor = "has a work factor that is no plain positive number"
    }

    /// What is wrong with the armor.
    enum ArmorFault: String, Sendable {
        case begin = "the first line is not the BEGIN line of an age file"
        case base64 = "the line is not canonical base64"
        case length = "a line before the last is not 64 columns long"
        case emptyLine = "the line is empty"
        case noEnd = "the END line is missing"
        case trailing = "there is something other than white space after the END line"
        case whitespace = "there is too much white space around the armor"
    }

    /// What is wrong with an identity or a recipient.
    enum KeyFault: String, Sendable {
        case unknown = "it is not an age key"
        case otherType = "it is an age key of another type"
        case mixedCase = "it mixes capital and small letters"
        case wrongCase = "identities are written in capitals and recipients in small letters"
        case character = "it holds a character that no age key has"
        case checksum = "its checksum does not match: it was mistyped or cut off"
        case padding = "its last characters hold bits that must be zero"
        case length = "it has the wrong length"
        case value = "it stands for no usable public key"
        case identityAsRecipient = "it is an identity (secret) where a recipient (public) belongs"
        case recipientAsIdentity = "it is a recipient (public) where an identity (secret) belongs"
        case plugin = "it belongs to a plugin, and plugins are not supported"
        case tagged = "it is a tagged hardware recipient, and those are not supported"
        case ssh = "it is an SSH key, and those are not supported"
        case tooLong = "it is longer than any age key"
    }

    /// What a key file is read for.
    enum KeyFileRole: String, Sendable {
        case identities = "identity"
        case recipients = "recipient"
    }
}
