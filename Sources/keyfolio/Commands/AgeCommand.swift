import Age
import ArgumentParser
import Findings
import Secrets
import Workspace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `keyfolio age`: files in the age format, so that a backup can be made and opened without any other program.
struct AgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "age",
        abstract: "Encrypt and decrypt files in the age format (age-encryption.org/v1).",
        discussion: """
            Examples:
              keyfolio age keygen -o key.txt
              keyfolio age encrypt -r age1… -o backup.age backup.tar
              keyfolio age decrypt -i key.txt -o backup.tar backup.age

            The stock age program reads what this writes, and the other way round.
            """,
        subcommands: [AgeKeygenCommand.self, AgeEncryptCommand.self, AgeDecryptCommand.self]
    )
}

/// `keyfolio age keygen`.
struct AgeKeygenCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a new identity: a secret key and the recipient that belongs to it.",
        discussion: """
            The identity goes to standard output or a new file (mode 0600); the recipient
            is said on standard error.

            Examples:
              keyfolio age keygen -o key.txt
              keyfolio age keygen --post-quantum -o key.txt
            """
    )

    @Flag(
        name: [.customLong("post-quantum"), .customLong("pq")],
        help: "Make a hybrid post-quantum identity (age 1.3)."
    )
    var postQuantum = false

    @Option(name: [.short, .long], help: "Write to a new file instead of standard output.", completion: .file())
    var output: String?

    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let (identity, recipient) = try Self.makeIdentity(postQuantum: postQuantum)
        let text = "# public key: \(recipient)\n\(identity.reveal())\n"
        if let output {
            guard try Files.create(Array(text.utf8), at: output, mode: 0o600) else {
                throw CommandFailure(
                    "KF-FILE-107",
                    "\(output) is there already",
                    fix: "choose another file, or remove it first",
                    status: .conflict
                )
            }
        } else if !display.json {
            Terminal.write(text)
        }
        if display.json {
            Terminal.tell([
                "recipient": .string(recipient), "file": .string(orNull: output),
                "identity": .string(orNull: output == nil ? identity.reveal() : nil),
            ])
        } else if output != nil || !Terminal.outputIsTerminal {
            Terminal.say("Public key: \(recipient)")
        }
        return .success
    }

    static func makeIdentity(postQuantum: Bool) throws -> (identity: Secret<String>, recipient: String) {
        if postQuantum {
            let identity = try HybridIdentity()
            return (identity.text, identity.recipient.description)
        }
        let identity = X25519Identity()
        return (identity.text, identity.recipient.description)
    }
}

/// `keyfolio age encrypt`.
struct AgeEncryptCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt",
        abstract: "Encrypt a file, or standard input, to recipients or a passphrase.",
        discussion: """
            Examples:
              keyfolio age encrypt -r age1… < plain > secret.age
              keyfolio age encrypt -R recipients.txt -a -o secret.age plain
              keyfolio age encrypt -p -o secret.age plain
            """
    )

    @OptionGroup var who: RecipientOptions

    @Flag(name: [.short, .long], help: "Write text (PEM-like armor) instead of bytes.")
    var armor = false

    @Option(name: [.short, .long], help: "Write to this file instead of standard output.", completion: .file())
    var output: String?

    @Argument(help: "The file to encrypt; standard input without one.", completion: .file())
    var input: String?

    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        if output == nil, !armor, Terminal.outputIsTerminal {
            throw CommandFailure(
                "KF-AGE-101",
                "encrypted bytes would garble the terminal",
                fix: "add -o FILE, or -a for text",
                status: .usage
            )
        }
        let recipients = try who.chosen()
        let source = try AgeStreams.open(input)
        defer { close(source) }
        let progress = Progress("Reading")
        defer { progress.finish() }
        try AgeStreams.write(to: output, mode: 0o644) { sink in
            var encryptor = try AgeEncryptor(to: recipients, armored: armor)
            while let chunk = try AgeStreams.chunk(of: source, named: input, progress) {
                try sink(try encryptor.update(chunk))
            }
            try sink(try encryptor.finish())
        }
        if display.json { AgeStreams.tell(input: input, output: output) }
        return .success
    }
}

/// `keyfolio age decrypt`.
struct AgeDecryptCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "decrypt",
        abstract: "Decrypt an age file, or standard input.",
        discussion: """
            Examples:
              keyfolio age decrypt -i key.txt -o plain secret.age
              keyfolio age decrypt -p secret.age > plain
            """
    )

    @OptionGroup var key: IdentityOptions

    @Option(name: [.short, .long], help: "Write to this file instead of standard output.", completion: .file())
    var output: String?

    @Argument(help: "The file to decrypt; standard input without one.", completion: .file())
    var input: String?

    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let identities = try key.chosen()
        let source = try AgeStreams.open(input)
        defer { close(source) }
        let progress = Progress("Reading")
        defer { progress.finish() }
        try AgeStreams.write(to: output, mode: 0o600) { sink in
            var decryptor = try AgeDecryptor(identities: identities)
            while let chunk = try AgeStreams.chunk(of: source, named: input, progress) {
                try sink(try decryptor.update(chunk))
            }
            try sink(try decryptor.finish())
        }
        if display.json { AgeStreams.tell(input: input, output: output) }
        return .success
    }
}
