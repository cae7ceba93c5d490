import ArgumentParser
import Findings
import Manifest
import Workspace

/// `keyfolio init`: a project described, its templates and ignore lines written, its store made.
struct InitCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Describe the project that is here, and make its store.",
        discussion: """
            Looks at .env files, compose files and packages; writes keyfolio.yaml, a
            .env.example per component and the lines of .gitignore that keep .env files
            out of commits; makes an encrypted store and its key. What is there already is
            kept: init can be run again without harm. Values of secrets never enter a
            file. Where a store was made before and is gone, no other takes its place
            unless --new-store is given.

            Examples:
              keyfolio init
              keyfolio init --name shop
              keyfolio init --passphrase
            """
    )

    @Option(help: ArgumentHelp("The project's name (default: the folder's).", valueName: "name"))
    var name: String?

    @Flag(help: "Begin an empty store where another one was and is gone.")
    var newStore = false

    @Flag(help: "Protect the store with a passphrase instead of a key file.")
    var passphrase = false

    @Option(
        help: ArgumentHelp("Read the passphrase from this file instead of asking.", valueName: "file"),
        completion: .file()
    )
    var passphraseFile: String?

    @OptionGroup var project: ProjectOptions
    @OptionGroup var storeOptions: StoreOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let setup = try ProjectSetup(root: try root(), name: name)
        var report = try setup.writeManifest()
        let place = project.place(storeOptions)
        let session = try Session(from: place.folder, store: place.store) {
            // A passphrase that was given for the store opens the one that is there, too.
            guard let file = passphraseFile else { return try ProjectPlace.passphrase() }
            return try SecretInput.passphrase(file: file, prompt: "")
        }
        report += setup.nameLines(session.project)
        report += try setup.writeTemplates(session.project)
        report += try setup.writeIgnoreLines(session.project)
        report += [try makeStore(session)]
        if let location = session.place.location, location.isKeyBesideStore, try location.hasKeyFile() {
            let note =
                "the key and the store are in one folder, so whoever gets that folder has the secrets; "
                + "keep the key elsewhere and name it with KEYFOLIO_KEY_FILE"
            report.append(.init(what: location.keyFile, isNew: nil, note: note))
        }
        if display.json {
            let document: JSONValue = [
                "project": .string(session.project.manifest.project),
                "manifest": .string(session.project.manifestPath),
                "created": .array(report.filter { $0.isNew == true }.map { .string($0.what) }),
                "kept": .array(report.filter { $0.isNew == false }.map { .string($0.what) }),
                "store": .string(session.place.shown),
            ]
            Terminal.tell(document)
            return .success
        }
        for line in report { Terminal.say(Self.words(for: line)) }
        Terminal.say("")
        Terminal.say("Next: keyfolio check")
        return .success
    }

    private static func words(for line: ProjectSetup.Line) -> String {
        guard let isNew = line.isNew else {
            return "Look  " + ([line.what] + [line.note ?? ""]).filter { !$0.isEmpty }.joined(separator: ": ")
        }
        return (isNew ? "Wrote " : "Kept  ") + line.what + (line.note.map { " (\($0))" } ?? "")
    }

    /// The folder of the manifest that is there, or the one that was meant.
    private func root() throws -> String {
        if let found = try? Project.locate(from: project.folder) { return found }
        return project.folder
    }

    private func makeStore(_ session: Session) throws -> ProjectSetup.Line {
        guard let location = session.place.location else { return try adoptServer(session) }
        let shown = location.database
        if try location.hasStore() {
            let isAdopted = try session.adoptStore()
            _ = try session.store()
            let note = isAdopted ? "the store, which answers in this folder from now on" : "the store"
            return .init(what: shown, isNew: false, note: note)
        }
        if !newStore { try location.checkNotGone() }
        // The folder is adopted last: beside a store that could not be made, its line would tell of one that is gone.
        if passphrase || passphraseFile != nil {
            let secret = try AgeStreams.newPassphrase(file: passphraseFile)
            try ProjectStore.create(at: location, passphrase: secret)
            _ = try session.adoptStore()
            return .init(what: shown, isNew: true, note: "the store; it opens with the passphrase")
        }
        try ProjectStore.create(at: location)
        _ = try session.adoptStore()
        return .init(what: shown, isNew: true, note: "the store; its key is \(location.keyFile)")
    }

    /// A server's store is there already: it only has to answer in this folder.
    private func adoptServer(_ session: Session) throws -> ProjectSetup.Line {
        guard !passphrase, passphraseFile == nil else {
            throw CommandFailure(
                "KF-USAGE-001",
                "a passphrase protects a store on this machine, and the store here is \(session.place.shown)",
                fix: "keyfolio init",
                status: .usage
            )
        }
        let isAdopted = try session.adoptStore()
        try session.store().greet()
        let note = isAdopted ? "the server, whose store answers in this folder from now on" : "the server"
        return .init(what: session.place.shown, isNew: false, note: note)
    }
}
