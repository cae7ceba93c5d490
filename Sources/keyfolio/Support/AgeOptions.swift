import Age
import ArgumentParser

/// Who can open what is written.
struct RecipientOptions: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("Who can open it: age1… or age1pq1….", valueName: "recipient"))
    var recipient: [String] = []

    @Option(
        name: [.customShort("R"), .customLong("recipients-file")],
        help: ArgumentHelp("A file of recipients, one a line.", valueName: "file"),
        completion: .file()
    )
    var recipientsFile: [String] = []

    @Flag(name: [.short, .long], help: "Ask for a passphrase instead.")
    var passphrase = false

    @Option(
        help: ArgumentHelp("Read the passphrase from this file instead of asking.", valueName: "file"),
        completion: .file()
    )
    var passphraseFile: String?

    /// What the options say.
    func chosen() throws -> [any AgeRecipient] {
        try AgeStreams.chosenRecipients(
            recipient,
            files: recipientsFile,
            passphrase: passphrase,
            passphraseFile: passphraseFile
        )
    }
}

/// What opens what is read.
struct IdentityOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("A file of identities.", valueName: "file"),
        completion: .file()
    )
    var identity: [String] = []

    @Flag(name: [.short, .long], help: "Ask for a passphrase.")
    var passphrase = false

    @Option(
        help: ArgumentHelp("Read the passphrase from this file instead of asking.", valueName: "file"),
        completion: .file()
    )
    var passphraseFile: String?

    /// What the options say.
    func chosen() throws -> [any AgeIdentity] {
        try AgeStreams.identities(files: identity, passphrase: passphrase, file: passphraseFile)
    }
}
