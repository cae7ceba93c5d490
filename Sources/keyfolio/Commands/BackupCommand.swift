import Age
import ArgumentParser
import Findings
import Workspace

/// `keyfolio backup`: the whole store in one encrypted file.
struct BackupCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write the whole store into one file in the age format.",
        discussion: """
            Secrets, versions, labels, histories and the audit log. The stock age program
            opens the file too: what is inside is one JSON document a line.

            Examples:
              keyfolio age keygen -o ~/backup-key.txt
              keyfolio backup -r age1… -o store.age
              keyfolio backup -R team-recipients.txt -o store.age
              keyfolio backup -p -o store.age
            """
    )

    @OptionGroup var who: RecipientOptions

    @Option(name: [.short, .long], help: "The file to write; - for standard output.", completion: .file())
    var output: String

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let recipients = try who.chosen()
        let store = try place.openStore()
        var count = 0
        let progress = Progress("Writing")
        defer { progress.finish() }
        try AgeStreams.write(to: output, mode: 0o600) { sink in
            var encryptor = try AgeEncryptor(to: recipients)
            count = try store.writeSnapshot { bytes in
                progress.add(bytes.count)
                try sink(try encryptor.update(bytes))
            }
            try sink(try encryptor.finish())
        }
        if display.json {
            let document: JSONValue = ["file": .string(output), "secrets": .integer(count)]
            Terminal.tell(document, asData: output != "-")
        } else {
            Terminal.say("Backed up \(count) secret\(count == 1 ? "" : "s") to \(output).")
        }
        return .success
    }
}
