import ArgumentParser
import DotEnv
import Findings
import Interchange
import Manifest
import Secrets
import Workspace

/// `keyfolio import`: values from files into the store.
struct ImportCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put values from a file into the store.",
        discussion: """
            Only the variables that the manifest calls secret are taken, unless --all is
            given. With --move they are taken out of the .env file once they are safe in
            the store; every other line of it stays as it is.

            Examples:
              keyfolio import .env --move
              keyfolio import backend/.env.staging --env staging --move
              kubectl get secret app -o yaml | keyfolio import - --format kubernetes --env production
            """
    )

    @Argument(help: ArgumentHelp("Files to read, - for standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "What the files are: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "format"
        )
    )
    var format: Format?

    @Flag(help: "Take every variable, not only the secrets.")
    var all = false

    @Flag(help: "Take imported secrets out of the .env file.")
    var move = false

    @Flag(help: "Import values that are placeholders, too.")
    var placeholders = false

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let session = try place.session()
        let environment = try session.project.environment(named: place.environment.chosen)
        let path = try place.secretPath(in: session)
        let store = try session.store()
        var changes: [String: Secret<String>?] = [:]
        var skipped: [(name: String, why: String)] = []
        var moved: [(file: String, names: [String])] = []
        for file in files {
            let values = try read(file)
            var taken: [String] = []
            for value in values {
                if let why = reasonToSkip(value, session.project.manifest) {
                    skipped.append((value.name, why))
                } else {
                    changes[value.name] = value.value
                    taken.append(value.name)
                }
            }
            if move, isDotEnv(file) { moved.append((file, taken)) }
        }
        let version = changes.isEmpty ? nil : try store.change(changes, at: path)
        // Only now, when the store has acknowledged the write, may the file lose them.
        for (file, names) in moved { try take(names, outOf: file) }
        let names = changes.keys.sorted()
        if display.json {
            let document: JSONValue = [
                "path": .string(path), "version": .integer(orNull: version),
                "imported": .array(names.map(JSONValue.string)),
                "skipped": .array(skipped.map { ["name": .string($0.name), "why": .string($0.why)] }),
                "moved": .bool(!moved.isEmpty),
            ]
            Terminal.tell(document)
            return .success
        }
        if names.isEmpty {
            Terminal.say("Nothing to import.")
        } else {
            let verb = move ? "Moved" : "Imported"
            Terminal.say("\(verb) \(names.joined(separator: ", ")) to \(path) for \(environment.name).")
        }
        for (name, why) in skipped where why != Self.notSecret { Terminal.say("Left \(name): \(why).") }
        let plain = skipped.count { $0.why == Self.notSecret }
        if plain > 0 { Terminal.say("Left \(plain) that are no secrets where they are (--all takes them too).") }
        return .success
    }

    private static let notSecret = "no secret"

    private func reasonToSkip(_ value: NamedValue, _ manifest: Manifest) -> String? {
        let variable = manifest.variable(named: value.name)
        if !all {
            guard let variable else { return "not in keyfolio.yaml" }
            guard variable.isSecret else { return Self.notSecret }
        }
        if value.value.isEmpty { return "empty" }
        if !placeholders, Placeholder.isPlaceholder(value.value, isSecret: variable?.isSecret ?? true) {
            return "a placeholder"
        }
        return nil
    }

    private func isDotEnv(_ file: String) -> Bool {
        file != "-" && (format ?? Importer.format(forFileNamed: Paths.name(of: file))) == .dotenv
    }

    private func read(_ file: String) throws -> [NamedValue] {
        if format == .systemd { return try readFolder(file) }
        let bytes =
            file == "-"
            ? try Files.read(descriptor: 0, named: "standard input") : try Files.read(file)
        let chosen = format ?? Importer.format(forFileNamed: Paths.name(of: file))
        return try Importer.read(bytes, format: chosen)
    }

    /// A folder with a file per value.
    private func readFolder(_ folder: String) throws -> [NamedValue] {
        try Files.names(in: folder).map { name in
            try Importer.credential(
                try Files.read(Paths.join(folder, name), limit: SecretInput.limit),
                named: name
            )
        }
    }

    private func take(_ names: [String], outOf file: String) throws {
        var document = try DotEnvDocument(parsing: try Files.read(file))
        for name in names { _ = document.remove(name) }
        try Files.write(document.bytes, to: file, mode: 0o600)
    }
}
