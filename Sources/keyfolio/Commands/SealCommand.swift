import ArgumentParser
import Findings
import Secrets
import Workspace

/// `keyfolio seal`: which keys open a store.
struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Show, add, remove and replace the keys that open a store in a file.",
        discussion: """
            A store has several slots at once: key files, passphrases, shares of which some
            must come together, keys in a service. Each opens the whole store alone, so
            that losing one loses nothing; the last one stays.

            Examples:
              keyfolio seal status
              keyfolio seal add --key-file /media/usb/shop.key
              keyfolio seal add --shares 5 --threshold 3
              keyfolio seal rekey 1 --key-file ~/new.key
              keyfolio seal remove 2
            """,
        subcommands: [SealStatusCommand.self, SealAddCommand.self, SealRekeyCommand.self, SealRemoveCommand.self]
    )
}

/// `keyfolio seal status`.
struct SealStatusCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the slots of a store. It need not be opened for that.",
        discussion: """
            Examples:
              keyfolio seal status
              keyfolio seal status --store /var/lib/keyfolio/store.db --json
            """
    )

    @OptionGroup var place: SealPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let location = try place.location()
        let slots = try ProjectStore.sealSlots(at: location)
        if display.json {
            let document: JSONValue = [
                "store": .string(location.database), "slots": .array(slots.map(\.json)),
            ]
            Terminal.tell(document)
            return .success
        }
        var table = TextTable(titles: ["SLOT", "KIND", "WHAT"])
        for slot in slots { table.add([String(slot.number), slot.kind, slot.words]) }
        table.write()
        if slots.count == 1 { Terminal.say("Whoever loses this one has lost the store: keyfolio seal add") }
        return .success
    }
}

/// `keyfolio seal add`.
struct SealAddCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a key that opens the store; the others stay.",
        discussion: """
            A passphrase is asked for, or read from a file, and never an argument. Shares
            go to standard output, one a line, and are shown this once: give each to
            another person. A service's key never leaves it; the credentials come from the
            environment, under the names that the service's own tools read.

            Examples:
              keyfolio seal add --key-file /media/usb/shop.key
              keyfolio seal add --passphrase
              keyfolio seal add --shares 5 --threshold 3
              keyfolio seal add --aws-kms alias/keyfolio --region eu-central-1
              keyfolio seal add --vault-transit keyfolio --vault-address https://vault:8200
              keyfolio seal add --azure-key https://team.vault.azure.net/keys/keyfolio
              keyfolio seal add --key-file new.key --open-with-shares shares.txt
            """
    )

    @OptionGroup var key: NewKeyOptions
    @OptionGroup var place: SealPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let key = try key.chosen()
        let store = try place.openStore()
        var shares: [Secret<String>] = []
        let slot = try store.addSlot(key) { shares = SealOutput.give($0, display) }
        return SealOutput.finish(slot, shares, display, saying: "Added slot \(slot.number): \(slot.kind).")
    }
}

/// `keyfolio seal rekey`.
struct SealRekeyCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "rekey",
        abstract: "Replace the key of a slot by another; the old one opens nothing from then on.",
        discussion: """
            The new key may be of another kind. Copies of the store that were made before
            still open with the old one: what it may have told is rotated with the values
            themselves.

            Shares are printed before the old slot is removed. When the command does not
            end, both open the store, and keyfolio seal status shows both.

            Examples:
              keyfolio seal rekey 1 --key-file ~/new.key
              keyfolio seal rekey 2 --passphrase
              keyfolio seal rekey 3 --shares 5 --threshold 3
            """
    )

    @Argument(help: ArgumentHelp("The slot's number: keyfolio seal status.", valueName: "slot"))
    var slot: Int

    @OptionGroup var key: NewKeyOptions
    @OptionGroup var place: SealPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let key = try key.chosen()
        let store = try place.openStore()
        var shares: [Secret<String>] = []
        let made = try store.replaceSlot(slot, with: key) { shares = SealOutput.give($0, display) }
        let words =
            "Replaced slot \(slot) by slot \(made.number): \(made.kind).\n"
            + "The old one opens nothing from now on. A server that was started with it needs, at its next start, "
            + self.key.forNextStart + "."
        return SealOutput.finish(made, shares, display, saying: words, replaced: slot)
    }
}

/// `keyfolio seal remove`.
struct SealRemoveCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a key: it opens the store no longer. The last one stays.",
        discussion: """
            Whoever kept a copy of the store and of this key can still open the copy.

            Examples:
              keyfolio seal remove 2
            """
    )

    @Argument(help: ArgumentHelp("The slot's number: keyfolio seal status.", valueName: "slot"))
    var slot: Int

    @OptionGroup var place: SealPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        try place.openStore().removeSlot(slot)
        return finish(["removed": .integer(slot)], saying: "Removed slot \(slot).")
    }
}
