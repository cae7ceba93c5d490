import ArgumentParser
import Findings
import Secrets
import Workspace

/// Which store in a file is meant, and what opens it when that is not its key file or passphrase.
struct SealPlaceOptions: ParsableArguments {
    @OptionGroup var project: ProjectOptions
    @OptionGroup var storeOptions: StoreOptions

    @Option(
        help: ArgumentHelp(
            "Open the store with shares from this file, one a line; - for standard input.",
            valueName: "file"
        ),
        completion: .file()
    )
    var openWithShares: String?

    private var place: SecretPlace { SecretPlace(project: project.place(storeOptions)) }

    /// Where the store is.
    ///
    /// - Throws: `KF-USAGE-001` for a server's store.
    func location() throws -> StoreLocation {
        if try ServerPlace.chosen(project.place(storeOptions).store) == nil {
            if let location = place.chosenLocation { return location }
            if let location = try place.namingStore({ try place.project.session() }).place.location { return location }
        }
        throw CommandFailure(
            "KF-USAGE-001",
            "the seal is of a store in a file, and the store here is a server's",
            fix: "run it on the server's machine, with --store and the store's file",
            status: .usage
        )
    }

    /// Opens the store.
    func openStore() throws -> ProjectStore {
        guard let openWithShares else {
            _ = try location()
            return try place.openStore()
        }
        let text = try SecretInput.value(from: openWithShares, prompt: "")
        let lines = text.reveal().split(whereSeparator: \.isNewline).map { Secret(String($0)) }
        return try ProjectStore.open(
            at: try location(),
            passphrase: ProjectPlace.passphrase,
            shares: lines.filter { !$0.isEmpty }
        )
    }
}

/// What shall open a store from now on: exactly one.
struct NewKeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A key file; it is made when it is not there.", valueName: "file"),
        completion: .file()
    )
    var keyFile: String?

    @Flag(help: "A passphrase, which is asked for.")
    var passphrase = false

    @Option(
        help: ArgumentHelp("A passphrase, read from this file.", valueName: "file"),
        completion: .file()
    )
    var passphraseFile: String?

    @Option(help: ArgumentHelp("So many shares: 1 to 255.", valueName: "count"))
    var shares: Int?

    @Option(help: ArgumentHelp("How many of the shares are enough.", valueName: "count"))
    var threshold: Int?

    @Option(help: ArgumentHelp("A key of AWS KMS: its id, ARN or alias.", valueName: "key"))
    var awsKms: String?

    @Option(help: ArgumentHelp("The region of the key of AWS KMS.", valueName: "region"))
    var region: String?

    @Option(help: ArgumentHelp("Where AWS KMS is, when not where its region's is.", valueName: "url"))
    var endpoint: String?

    @Option(help: ArgumentHelp("A key of a transit engine: its name.", valueName: "key"))
    var vaultTransit: String?

    @Option(help: ArgumentHelp("The URL of the transit engine's server.", valueName: "url"))
    var vaultAddress: String?

    @Option(help: ArgumentHelp("Where the transit engine is mounted.", valueName: "path"))
    var vaultMount: String = "transit"

    @Option(help: ArgumentHelp("A key of Azure Key Vault: https://VAULT.vault.azure.net/keys/NAME.", valueName: "url"))
    var azureKey: String?

    func validate() throws {
        let kinds = [
            keyFile != nil, passphrase || passphraseFile != nil, shares != nil, awsKms != nil, vaultTransit != nil,
            azureKey != nil,
        ]
        guard kinds.count(where: { $0 }) == 1 else {
            throw ValidationError(
                "Give one of --key-file, --passphrase, --passphrase-file, --shares, --aws-kms, --vault-transit, --azure-key."
            )
        }
        guard (awsKms == nil) == (region == nil), awsKms != nil || endpoint == nil else {
            throw ValidationError("--aws-kms and --region belong together, and --endpoint to them.")
        }
        guard (vaultTransit == nil) == (vaultAddress == nil) else {
            throw ValidationError("--vault-transit and --vault-address belong together.")
        }
        guard (shares == nil) == (threshold == nil) else {
            throw ValidationError("--shares and --threshold belong together.")
        }
    }

    /// What opens the store with it the next time, as a server's option and as a command's setting.
    var forNextStart: String {
        if let keyFile {
            let path = Paths.absolute(keyFile)
            return "--key-file \(VisibleText.escape(path)) (a command: KEYFOLIO_KEY_FILE)"
        }
        if shares != nil { return "\(threshold ?? 0) of the shares (vault operator unseal)" }
        if passphrase || passphraseFile != nil {
            return "--passphrase-file with a file that has the new one (a command: KEYFOLIO_PASSPHRASE_FILE)"
        }
        return "the service's credentials in its environment"
    }

    /// What was chosen. A passphrase is asked for here.
    func chosen() throws -> NewKey {
        if let keyFile { return .keyFile(keyFile) }
        if let shares, let threshold { return .shares(shares, threshold: threshold) }
        if let awsKms, let region { return .awsKMS(awsKms, region: region, endpoint: endpoint) }
        if let vaultTransit, let vaultAddress {
            return .vaultTransit(vaultTransit, mount: vaultMount, address: vaultAddress)
        }
        if let azureKey { return .azureKeyVault(azureKey) }
        return .passphrase(try AgeStreams.newPassphrase(file: passphraseFile))
    }
}

/// What the commands of the seal say.
enum SealOutput {
    /// Gives shares out: as lines at once, or in the document at the end.
    static func give(_ shares: [Secret<String>], _ display: Display) -> [Secret<String>] {
        guard !display.json else { return shares }
        for share in shares { Terminal.write(share.reveal() + "\n") }
        return shares
    }

    /// Says what was done.
    static func finish(
        _ slot: SealSlotEntry,
        _ shares: [Secret<String>],
        _ display: Display,
        saying words: String,
        replaced: Int? = nil
    ) -> ExitStatus {
        guard display.json else {
            Terminal.say(words)
            if !shares.isEmpty {
                Terminal.say("The shares are shown this once: give each to another person.")
            }
            return .success
        }
        var document = slot.json.asObject ?? JSONObject()
        document["secretShares"] = .array(shares.map { .string($0.reveal()) })
        if let replaced { document["replaced"] = .integer(replaced) }
        Terminal.tell(.object(document))
        return .success
    }
}

extension SealSlotEntry {
    /// The members that the schemas name.
    var json: JSONValue {
        [
            "slot": .integer(number), "kind": .string(kind), "shares": shares.map(JSONValue.integer) ?? .null,
            "threshold": threshold.map(JSONValue.integer) ?? .null, "place": place.map(JSONValue.string) ?? .null,
        ]
    }

    /// What there is to say beside the kind.
    var words: String {
        if let shares, let threshold { return "\(threshold) of \(shares)" }
        return place ?? ""
    }
}
