import Age
import Findings
import Secrets
import Workspace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the commands that read and write age files share: streams, recipients, identities, passphrases.
enum AgeStreams {
    /// Opens a file for reading; standard input for nil or `-`.
    static func open(_ path: String?) throws -> Int32 {
        guard let path, path != "-" else { return dup(STDIN_FILENO) }
        return try Files.open(path)
    }

    /// The next piece of a stream, or nil at its end. Memory stays the same however long the stream is.
    static func chunk(of descriptor: Int32, named name: String?, _ progress: Progress) throws -> [UInt8]? {
        let chunk = try Files.chunk(descriptor: descriptor, named: name ?? "standard input", count: 1 << 18)
        progress.add(chunk.count)
        return chunk.isEmpty ? nil : chunk
    }

    /// Gives a closure a place to write to: a new file that appears only when all of it is there, or standard output.
    static func write(to path: String?, mode: UInt32, _ body: (_ sink: ([UInt8]) throws -> Void) throws -> Void) throws
    {
        guard let path, path != "-" else { return try body { Terminal.write($0) } }
        try Files.replace(path, mode: mode, body)
    }

    /// What `--json` answers when a file was written, or standard output.
    static func tell(input: String?, output: String?) {
        let file = output == "-" ? nil : output
        Terminal.tell(
            ["input": .string(orNull: input == "-" ? nil : input), "file": .string(orNull: file)],
            asData: file != nil
        )
    }

    /// Recipients from the command line and from files.
    static func recipients(_ texts: [String], files: [String]) throws -> [any AgeRecipient] {
        var result: [any AgeRecipient] = []
        for text in texts { result.append(try AgeKeys.recipient(text)) }
        for file in files { result += try AgeKeyFile.recipients(from: try keyFile(file)) }
        return result
    }

    private static func keyFile(_ path: String) throws -> AgeSource {
        .bytes(try Files.read(path, limit: AgeLimits.keyFileBytes))
    }

    /// Identities from files, or the one that a passphrase makes.
    static func identities(files: [String], passphrase: Bool, file: String?) throws -> [any AgeIdentity] {
        if passphrase || file != nil {
            let secret = try SecretInput.passphrase(file: file, prompt: "Passphrase: ")
            return [try ScryptIdentity(passphrase: secret)]
        }
        guard !files.isEmpty else {
            throw CommandFailure(
                "KF-AGE-104",
                "nothing was given that could open the file",
                fix: "add -i FILE or -p",
                status: .usage
            )
        }
        var result: [any AgeIdentity] = []
        for file in files { result += try AgeKeyFile.identities(from: try keyFile(file)) }
        return result
    }

    /// Who can open what is written: named recipients, or whoever knows a passphrase.
    static func chosenRecipients(
        _ texts: [String],
        files: [String],
        passphrase: Bool,
        passphraseFile: String?
    ) throws -> [any AgeRecipient] {
        let named = try recipients(texts, files: files)
        if passphrase || passphraseFile != nil {
            guard named.isEmpty else {
                throw CommandFailure(
                    "KF-AGE-102",
                    "a passphrase and recipients cannot both open one file",
                    fix: "use -p, or -r and -R",
                    status: .usage
                )
            }
            return [try ScryptRecipient(passphrase: try newPassphrase(file: passphraseFile))]
        }
        guard !named.isEmpty else {
            throw CommandFailure(
                "KF-AGE-103",
                "nobody was named who could open the file",
                fix: "add -r RECIPIENT, -R FILE or -p",
                status: .usage
            )
        }
        return named
    }

    /// A new passphrase: asked for twice on a terminal.
    static func newPassphrase(file: String?) throws -> Secret<String> {
        let first = try SecretInput.passphrase(file: file, prompt: "New passphrase: ")
        if file == nil {
            let second = try SecretInput.passphrase(file: nil, prompt: "Again: ")
            guard first == second else {
                throw CommandFailure(
                    "KF-INPUT-004",
                    "the two passphrases differ",
                    fix: "run the command again",
                    status: .invalidInput
                )
            }
        }
        guard !first.isEmpty else {
            throw CommandFailure(
                "KF-INPUT-005",
                "the passphrase is empty",
                fix: "choose one of six or more words",
                status: .invalidInput
            )
        }
        return first
    }
}
