import ArgumentParser
import Findings
import Manifest
import Secrets
import Workspace

/// `keyfolio diff`: which variables differ between two environments or versions.
struct DiffCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two environments or versions, without showing a value.",
        discussion: """
            A side is an environment, or an environment and a version: production,
            production@3. An environment is what its applications get, from files and the
            store; beside a version it is what the store has.

            Signs: < only left, > only right, ~ differs, = the same. A secret that is the
            same in two environments is marked with !: it should not be.

            Examples:
              keyfolio diff staging production
              keyfolio diff production@3 production@4
              keyfolio diff staging production --all --reveal
            """
    )

    @Argument(help: ArgumentHelp("The left side.", valueName: "side"))
    var left: String

    @Argument(help: ArgumentHelp("The right side.", valueName: "side"))
    var right: String

    @Flag(help: "Show variables that are the same, too.")
    var all = false

    @Flag(help: "Show the values in the clear.")
    var reveal = false

    @OptionGroup var project: ProjectOptions
    @OptionGroup var storeOptions: StoreOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let session = try project.place(storeOptions).session()
        let storeOnly = left.contains("@") || right.contains("@")
        let sides = (
            try Side(left, in: session, storeOnly: storeOnly), try Side(right, in: session, storeOnly: storeOnly)
        )
        let rows = Row.compare(sides.0, sides.1, session.project.manifest)
        let shown = rows.filter { all || $0.sign != .same || $0.isShared }
        if display.json {
            Terminal.tell(json(shown))
            return rows.contains { $0.sign != .same } ? .findings : .success
        }
        var table = TextTable(titles: reveal ? ["", "VARIABLE", left, right] : ["", "VARIABLE", "DIFFERENCE"])
        for row in shown {
            let sign = row.isShared ? "!" : row.sign.rawValue
            if reveal {
                table.add([sign, row.name, row.left?.reveal() ?? "-", row.right?.reveal() ?? "-"])
            } else {
                table.add([sign, row.name, row.words(left, right)])
            }
        }
        if shown.isEmpty { Terminal.say("No differences.") } else { table.write() }
        return rows.contains { $0.sign != .same } ? .findings : .success
    }

    private func json(_ rows: [Row]) -> JSONValue {
        let lines = rows.map { row -> JSONValue in
            var line = JSONObject()
            line["name"] = .string(row.name)
            line["difference"] = .string(row.sign.word)
            line["shared"] = .bool(row.isShared)
            if reveal {
                line["left"] = .string(orNull: row.left?.reveal())
                line["right"] = .string(orNull: row.right?.reveal())
            }
            return .object(line)
        }
        return ["left": .string(left), "right": .string(right), "variables": .array(lines)]
    }

    /// One side: an environment's resolved values, or a version of its secret.
    private struct Side {
        var environment: Environment
        var values: [String: Secret<String>]

        init(_ text: String, in session: Session, storeOnly: Bool) throws {
            let parts = text.split(separator: "@", maxSplits: 1)
            environment = try session.project.environment(named: String(parts.first ?? ""))
            guard parts.count == 2 else {
                guard !storeOnly else {
                    // Beside a version of the store's secret only what the store has now is comparable.
                    values = try session.store().values(at: session.project.secretPath(in: environment))?.fields ?? [:]
                    return
                }
                let store = try session.storeIfThere()
                values = [:]
                for component in session.project.manifest.components {
                    let resolution = try session.resolve(component, in: environment, store: store) { _ in nil }
                    for resolved in resolution.variables { values[resolved.variable.name] = resolved.value }
                }
                return
            }
            guard let number = Int(parts[1]), number > 0 else {
                throw CommandFailure(
                    "KF-DIFF-001",
                    "a version is a number from 1",
                    fix: "keyfolio history lists the versions",
                    status: .usage
                )
            }
            let path = session.project.secretPath(in: environment)
            guard let found = try session.store().values(at: path, version: number) else {
                throw CommandFailure.noSecret(path)
            }
            values = found.fields
        }
    }

    private enum Sign: String {
        case onlyLeft = "<"
        case onlyRight = ">"
        case differs = "~"
        case same = "="

        var word: String {
            switch self {
            case .onlyLeft: "only-left"
            case .onlyRight: "only-right"
            case .differs: "differs"
            case .same: "same"
            }
        }
    }

    private struct Row {
        var name: String
        var sign: Sign
        var isShared: Bool
        var left: Secret<String>?
        var right: Secret<String>?

        func words(_ leftName: String, _ rightName: String) -> String {
            switch sign {
            case .onlyLeft: "only in \(leftName)"
            case .onlyRight: "only in \(rightName)"
            case .differs: "differs"
            case .same: isShared ? "the same secret in both environments" : "the same"
            }
        }

        static func compare(_ left: Side, _ right: Side, _ manifest: Manifest) -> [Row] {
            let apart = left.environment.name != right.environment.name
            let secrets = Set(manifest.variables.filter(\.isSecret).map(\.name))
            return Set(left.values.keys).union(right.values.keys).sorted().map { name in
                let (a, b) = (left.values[name], right.values[name])
                let sign: Sign =
                    switch (a, b) {
                    case (.some, nil): .onlyLeft
                    case (nil, .some): .onlyRight
                    default: a == b ? .same : .differs
                    }
                let isShared = sign == .same && apart && secrets.contains(name)
                return Row(name: name, sign: sign, isShared: isShared, left: a, right: b)
            }
        }
    }
}
