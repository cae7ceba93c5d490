import ArgumentParser
import Findings
import Interchange
import Manifest
import Secrets
import Workspace

/// `keyfolio export`: resolved values in the format of another tool.
struct ExportCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write values in the format of another tool.",
        discussion: """
            What goes out is what keyfolio run would give the component, or the store's
            own values with --path. A format that cannot hold a value as it is makes this
            an error; --force writes it all the same.

            Examples:
              keyfolio export --component backend --env staging --output .env.staging
              keyfolio export --format kubernetes --env production | kubectl apply -f -
              keyfolio export --format systemd --output /run/credentials/app
              keyfolio export --format github >> "$GITHUB_ENV"
            """
    )

    @Option(help: ArgumentHelp("\(Format.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "format"))
    var format: Format = .dotenv

    @Option(name: .shortAndLong, help: ArgumentHelp("Whose variables.", valueName: "component"))
    var component: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file (mode 0600), or folder for systemd.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @Flag(help: "Write what the format cannot hold as it is, too.")
    var force = false

    @Option(help: ArgumentHelp("The name of the whole, for formats that have one.", valueName: "name"))
    var title: String?

    @Option(help: ArgumentHelp("The Kubernetes namespace.", valueName: "namespace"))
    var namespace: String?

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let output = file
        let (values, name) = try chosen()
        let exporter = Exporter(format: format, force: force, title: title ?? name, namespace: namespace)
        if format == .systemd, output == nil {
            throw CommandFailure(
                "KF-IO-101",
                "systemd reads a folder with a file per value",
                fix: "add --output FOLDER",
                status: .usage
            )
        }
        let result = try exporter.write(values)
        try write(result.files)
        let leftOut = result.losses.filter(\.isLeftOut).map(\.name)
        let names = values.map(\.name).filter { !leftOut.contains($0) }
        if display.json {
            let document: JSONValue = [
                "format": .string(format.rawValue), "file": .string(orNull: output),
                "exported": .array(names.map(JSONValue.string)),
                "losses": .array(
                    result.losses.map {
                        ["name": .string($0.name), "why": .string($0.why), "leftOut": .bool($0.isLeftOut)]
                    }
                ),
            ]
            // Without a file the export itself is standard output's.
            Terminal.tell(document, asData: output != nil)
            return .success
        }
        for loss in result.losses {
            let verb = loss.isLeftOut ? "Left out" : "Not as it is:"
            Terminal.say("\(verb) \(VisibleText.escape(loss.name)): \(loss.why).")
        }
        if let output { Terminal.say("Wrote \(names.count) value\(names.count == 1 ? "" : "s") to \(output).") }
        return .success
    }

    private func write(_ files: [Exporter.File]) throws {
        guard let output = file else {
            for file in files { Terminal.write(file.content.reveal()) }
            return
        }
        if format == .systemd { try Files.makeFolder(output, mode: 0o700) }
        for file in files {
            let path = file.name.isEmpty ? output : Paths.join(output, file.name)
            try Files.write(file.content.reveal(), to: path, mode: 0o600)
        }
    }

    /// The file to write; `-` is the standard output, as without one.
    private var file: String? { output == "-" ? nil : output }

    private func chosen() throws -> (values: [NamedValue], name: String) {
        if place.path != nil {
            let (store, path) = try place.open()
            guard let values = try store.values(at: path) else { throw CommandFailure.noSecret(path) }
            let sorted = values.fields.sorted { $0.key < $1.key }
            return (sorted.map { NamedValue(name: $0.key, value: $0.value) }, Paths.name(of: path))
        }
        let session = try place.session()
        let environment = try session.project.environment(named: place.environment.chosen)
        let component = try session.project.component(named: component, standingIn: place.project.folder)
        // What this shell exports is nobody's value; what a file takes of it is the file's.
        let resolution = try session.resolve(
            component,
            in: environment,
            store: try session.storeIfThere(),
            process: { _ in nil },
            interpolation: .value
        )
        let values = resolution.variables.compactMap { resolved in
            resolved.value.map { NamedValue(name: resolved.variable.name, value: $0) }
        }
        return (values, "\(session.project.manifest.project)-\(component.name)")
    }
}
