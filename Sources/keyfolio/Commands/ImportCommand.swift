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
            the store; every other line of it stays as it is. A value that the store has
            already is kept, unless --replace is given.

            A component's file is read as that component reads it (its dialect), and
            belongs to the environment that it is read in: .env.staging goes to staging.

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

    @Flag(help: "Take the file's value where the store has another one.")
    var replace = false

    @Option(
        help: ArgumentHelp(
            "Which reader of .env files is followed (default: the component's own): "
                + Dialect.all.map(\.id).joined(separator: ", ") + ".",
            valueName: "reader"
        )
    )
    var dialect: Dialect?

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    /// A file as it was read.
    private struct Source {
        let file: String
        let bytes: [UInt8]
        let values: [NamedValue]
        let dialect: Dialect
        let isDotEnv: Bool
        /// Names whose values change with the process that reads them.
        let dependent: Swift.Set<String>
        /// What is in the store afterwards, and may go from the file.
        var taken: [String] = []
    }

    func execute() throws -> ExitStatus {
        let session = try place.session()
        var sources = try files.map { try read($0, session) }
        let environment = try environment(of: files, session)
        let path = place.path ?? session.project.secretPath(in: environment)
        let store = try session.store()
        let current = try store.values(at: path)
        let stored = current?.fields ?? [:]
        var changes: [String: Secret<String>?] = [:]
        var skipped: [(name: String, why: String)] = []
        for index in sources.indices {
            for value in sources[index].values {
                if let why = reasonToSkip(value, sources[index], stored, session.project.manifest) {
                    skipped.append((value.name, why))
                    continue
                }
                if let other = changes[value.name], other != value.value {
                    throw CommandFailure(
                        "KF-IO-104",
                        "two of the files give \(value.name) different values, so nothing was imported",
                        fix: "import the one that counts, and look at the other",
                        status: .conflict
                    )
                }
                if stored[value.name] != value.value { changes[value.name] = value.value }
                sources[index].taken.append(value.name)
            }
        }
        let moved = move ? sources.filter { $0.isDotEnv && !$0.taken.isEmpty } : []
        // What cannot be taken out of its file is not to be in two places.
        for source in moved { try Files.checkReplaceable(source.file) }
        // What was decided about these values must still be so: somebody else may write meanwhile.
        let version =
            changes.isEmpty ? nil : try store.change(changes, at: path, expecting: current?.version ?? 0)
        // Only now, when the store has acknowledged the write, may the files lose them.
        for source in moved { try take(source) }
        report(path, environment, Array(Swift.Set(sources.flatMap(\.taken))).sorted(), skipped, version, moved.isEmpty)
        return .success
    }

    private func report(
        _ path: String,
        _ environment: Environment,
        _ names: [String],
        _ skipped: [(name: String, why: String)],
        _ version: Int?,
        _ isCopy: Bool
    ) {
        if display.json {
            Terminal.tell([
                "path": .string(path), "version": .integer(orNull: version),
                "imported": .array(names.map(JSONValue.string)),
                "skipped": .array(skipped.map { ["name": .string($0.name), "why": .string($0.why)] }),
                "moved": .bool(!isCopy),
            ])
            return
        }
        if names.isEmpty {
            Terminal.say("Nothing to import.")
        } else {
            let verb = isCopy ? "Imported" : "Moved"
            let whose = place.path == nil ? " for \(environment.name)" : ""
            Terminal.say("\(verb) \(names.joined(separator: ", ")) to \(path)\(whose).")
        }
        for (name, why) in skipped where why != Self.notSecret {
            Terminal.say("Left \(VisibleText.escape(name)): \(why).")
        }
        let plain = skipped.count { $0.why == Self.notSecret }
        if plain > 0 { Terminal.say("Left \(plain) that are no secrets where they are (--all takes them too).") }
    }

    private static let notSecret = "no secret"

    private func reasonToSkip(
        _ value: NamedValue,
        _ source: Source,
        _ stored: [String: Secret<String>],
        _ manifest: Manifest
    ) -> String? {
        let variable = manifest.variable(named: value.name)
        if !all {
            guard let variable else { return "not in keyfolio.yaml" }
            guard variable.isSecret else { return Self.notSecret }
        }
        if value.value.isEmpty { return "empty" }
        if source.dependent.contains(value.name) {
            return "its value has a variable of the environment in it, which the store could not insert; write it out"
        }
        let isPlaceholder =
            variable.map { Placeholder.isPlaceholder(value.value, of: $0) }
            ?? Placeholder.isPlaceholder(value.value, isSecret: true)
        if !placeholders, isPlaceholder { return "a placeholder (--placeholders takes it)" }
        if !replace, let old = stored[value.name], old != value.value {
            return "the store has another value (--replace takes the file's)"
        }
        return nil
    }

    /// The environment that is meant: the one that was named, or the one that the files are read in.
    private func environment(of files: [String], _ session: Session) throws -> Environment {
        let usual = try session.project.environment(named: place.environment.chosen)
        guard place.environment.name == nil else { return usual }
        let meant = Swift.Set(files.compactMap { owner(of: $0, session)?.environment })
        if meant.count > 1 {
            throw CommandFailure(
                "KF-IO-102",
                "the files belong to several environments: \(meant.sorted().joined(separator: ", "))",
                fix: "import them one by one, or name one environment with --env",
                status: .usage
            )
        }
        return try meant.first.map { try session.project.environment(named: $0) } ?? usual
    }

    /// The component that reads a file, and the environment when it is read in one only.
    private func owner(of file: String, _ session: Session) -> (component: Component, environment: String?)? {
        guard file != "-" else { return nil }
        let path = Paths.absolute(file)
        let project = session.project
        for component in project.manifest.components {
            let folder = project.folder(of: component)
            let readers = project.manifest.environments.filter { environment in
                component.files(in: environment).contains { Paths.absolute($0, in: folder) == path }
            }
            if !readers.isEmpty { return (component, readers.count == 1 ? readers[0].name : nil) }
            if Paths.parent(of: path) == folder { return (component, nil) }
        }
        return nil
    }

    private func read(_ file: String, _ session: Session) throws -> Source {
        let chosen = format ?? (file == "-" ? .dotenv : Importer.format(forFileNamed: Paths.name(of: file)))
        let isDotEnv = file != "-" && chosen == .dotenv
        let reader =
            dialect ?? (isDotEnv ? owner(of: file, session)?.component.dialect.flatMap(Dialect.named) : nil)
            ?? .keyfolio
        if chosen == .systemd {
            let values = try readFolder(file)
            return Source(file: file, bytes: [], values: values, dialect: reader, isDotEnv: false, dependent: [])
        }
        let bytes =
            file == "-" ? try Files.read(descriptor: 0, named: "standard input") : try Files.read(file)
        let values: [NamedValue]
        do throws(InterchangeError) {
            // What a file means must not depend on who imports it: what it takes of the process stands as it is written.
            let written = Interpolation.asWritten
            values = try Importer.read(
                bytes,
                format: chosen,
                dialect: reader,
                environment: written.callAsFunction
            )
        } catch {
            let failure = CommandFailure(error)
            throw CommandFailure(
                failure.code,
                "\(VisibleText.escape(file)): \(failure.message)",
                fix: failure.fix,
                status: failure.status
            )
        }
        var dependent: Swift.Set<String> = []
        if [.dotenv, .shell].contains(chosen),
            let document = try? DotEnvDocument(parsing: bytes, dialect: chosen == .shell ? .posix : reader),
            let others = try? document.values(environment: { _ in "another value" })
        {
            let others = others.lastOfEachKey()
            let plain = Dictionary(values.map { ($0.name, $0.value) }) { _, last in last }
            let changed = others.filter { other in plain[other.key].map { $0 != Secret(other.value) } ?? false }
            dependent = Swift.Set(changed.map(\.key))
        }
        return Source(
            file: file,
            bytes: bytes,
            values: values,
            dialect: reader,
            isDotEnv: isDotEnv,
            dependent: dependent
        )
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

    /// Takes what the store has out of a file, unless somebody changed the file meanwhile.
    private func take(_ source: Source) throws {
        guard try Files.read(source.file) == source.bytes else {
            throw CommandFailure(
                "KF-IO-103",
                "\(source.file) changed while it was imported: the store has what was read, and the file is as it is",
                fix: "keyfolio import \(source.file) --move once more",
                status: .conflict
            )
        }
        var document = try DotEnvDocument(parsing: source.bytes, dialect: source.dialect)
        for name in source.taken { _ = document.remove(name) }
        try Files.write(document.bytes, to: source.file, mode: 0o600)
    }
}
