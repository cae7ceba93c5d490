import Age
import ArgumentParser
import Findings
import Workspace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `keyfolio restore`: a backup back into a store.
struct RestoreCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Fill a new or empty store from a backup.",
        discussion: """
            All of it or nothing. A store that was used is never overwritten: move its
            folder away first, or restore into another file with --store. A new store gets
            a key file, as with keyfolio init, and the command says where it is:
            KEYFOLIO_KEY_FILE names another place.

            Examples:
              mv ~/.local/share/keyfolio/stores/shop ~/shop-store.old
              keyfolio restore -i ~/backup-key.txt store.age
              keyfolio restore -p --store /tmp/drill.db store.age
            """
    )

    @OptionGroup var key: IdentityOptions

    @Argument(help: "The backup.", completion: .file())
    var input: String

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let identities = try key.chosen()
        let source = try AgeStreams.open(input)
        defer { close(source) }
        var decryptor: AgeDecryptor? = try AgeDecryptor(identities: identities)
        let progress = Progress("Reading")
        defer { progress.finish() }
        let (count, made) = try place.place.restore { () throws -> [UInt8]? in
            guard decryptor != nil else { return nil }
            if let chunk = try AgeStreams.chunk(of: source, named: input, progress) {
                return try decryptor?.update(chunk)
            }
            return try decryptor.take()?.finish()
        }
        if display.json {
            let document: JSONValue = [
                "file": .string(input), "secrets": .integer(count), "store": .string(orNull: made?.database),
                "keyFile": .string(orNull: made?.keyFile),
            ]
            Terminal.tell(document)
        } else {
            Terminal.say("Restored \(count) secret\(count == 1 ? "" : "s") from \(input).")
            if let made { Terminal.say("Wrote \(made.database) (the store; its key is \(made.keyFile))") }
        }
        return .success
    }
}
