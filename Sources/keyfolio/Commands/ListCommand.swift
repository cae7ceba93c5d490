import ArgumentParser
import Findings
import Manifest
import Secrets
import Workspace

/// `keyfolio list`: which variables there are, whether they have a value, and where it comes from.
struct ListCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List variables, whether they have a value, and where it comes from.",
        discussion: """
            Values are masked; only their length is shown.

            Examples:
              keyfolio list
              keyfolio list --env production --component backend --origin
              keyfolio list --paths --store ~/team.db
              keyfolio list --path billing/stripe
            """
    )

    @Flag(help: "Show where each value comes from, and what it overrides.")
    var origin = false

    @Option(name: .shortAndLong, help: ArgumentHelp("Only this component's variables.", valueName: "component"))
    var component: String?

    @Flag(help: "List the secrets of the store by path instead.")
    var paths = false

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        if paths { return try listPaths() }
        if place.path != nil { return try listFields() }
        let session = try place.session()
        let project = session.project
        let environment = try project.environment(named: place.environment.chosen)
        let components =
            if let component { [try project.component(named: component, standingIn: place.project.folder)] } else {
                project.manifest.components
            }
        let store = try session.storeIfThere()
        let resolutions = try components.map {
            try session.resolve($0, in: environment, store: store)
        }
        if display.json {
            Terminal.tell(Self.json(resolutions, environment: environment))
            return .success
        }
        var header = ["VARIABLE", "COMPONENT", "TYPE", "VALUE"]
        if origin { header.append("ORIGIN") }
        var table = TextTable(titles: header)
        for resolution in resolutions {
            for resolved in resolution.variables {
                var row = [
                    resolved.variable.name, resolution.component.name, resolved.variable.type.name,
                    Self.shown(resolved),
                ]
                if origin { row.append(Self.origins(of: resolved)) }
                table.add(row)
            }
        }
        table.write()
        return .success
    }

    /// A value as a list shows it: in the clear only when it is public anyway.
    static func shown(_ resolved: ResolvedVariable) -> String {
        guard let value = resolved.value else { return "-" }
        if resolved.variable.isSecret { return Mask.describe(value) }
        switch resolved.origin {
        case .manifest, .keyfolio: return value.reveal()
        default: return resolved.variable.sensitivity == .public ? value.reveal() : Mask.describe(value)
        }
    }

    private static func origins(of resolved: ResolvedVariable) -> String {
        guard let origin = resolved.origin else { return "-" }
        guard !resolved.overridden.isEmpty else { return origin.description }
        return origin.description + ", over " + resolved.overridden.map(\.description).joined(separator: ", ")
    }

    private static func json(_ resolutions: [Resolution], environment: Environment) -> JSONValue {
        var variables: [JSONValue] = []
        for resolution in resolutions {
            for resolved in resolution.variables {
                variables.append([
                    "name": .string(resolved.variable.name), "component": .string(resolution.component.name),
                    "type": .string(resolved.variable.type.name),
                    "sensitivity": .string(resolved.variable.sensitivity.rawValue),
                    "isSet": .bool(resolved.value != nil),
                    "length": .integer(orNull: resolved.value?.byteCount),
                    "origin": .string(orNull: resolved.origin?.description),
                    "overridden": .array(resolved.overridden.map { .string($0.description) }),
                ])
            }
        }
        return ["environment": .string(environment.name), "variables": .array(variables)]
    }

    /// The fields of one secret, which no manifest describes.
    private func listFields() throws -> ExitStatus {
        let (store, path) = try place.open()
        guard let values = try store.values(at: path) else { throw CommandFailure.noSecret(path) }
        let fields = values.fields.sorted { $0.key < $1.key }
        if display.json {
            Terminal.tell([
                "path": .string(path), "version": .integer(values.version),
                "fields": .array(
                    fields.map { ["name": .string($0.key), "length": .integer($0.value.byteCount)] }
                ),
            ])
            return .success
        }
        var table = TextTable(titles: ["NAME", "VALUE"])
        for (name, value) in fields { table.add([name, Mask.describe(value)]) }
        table.write()
        return .success
    }

    private func listPaths() throws -> ExitStatus {
        let store = try place.openStore()
        let found = try store.paths()
        if display.json {
            let document: JSONValue = ["paths": .array(found.map(JSONValue.string))]
            Terminal.tell(document)
        } else {
            for path in found { Terminal.write(path + "\n") }
        }
        return .success
    }
}
